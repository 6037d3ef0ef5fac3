//! `DamagedList`: the error of embedded data that cannot be read.

use std::fmt;

/// An embedded list is damaged; build the crate again from intact sources.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the embedded list of {list} is damaged: {reason}")]
pub struct DamagedList {
    list: &'static str,
    reason: String,
}

crate::error_chain::debug_as_message!(DamagedList);

impl DamagedList {
    pub(crate) fn new(list: &'static str, reason: &dyn fmt::Display) -> DamagedList {
        DamagedList {
            list,
            reason: reason.to_string(),
        }
    }
}
