//! The error of embedded data that cannot be read.

use std::fmt;

/// The lists that came with the crate cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the embedded list of {list} is damaged: {reason}")]
pub struct DamagedList {
    list: &'static str,
    reason: String,
}

impl DamagedList {
    pub(crate) fn new(list: &'static str, reason: &dyn fmt::Display) -> DamagedList {
        DamagedList {
            list,
            reason: reason.to_string(),
        }
    }
}
