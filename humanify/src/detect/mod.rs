//! What is known of a client.

mod addresses;
mod canonical;
mod consistency;
mod crawlers;
mod detection;
mod detector;
mod group_set;
mod groups;
mod routable;
mod signals;

use std::fmt;

#[cfg(feature = "lists")]
pub(crate) use addresses::{AddressInfo, FormatError};
pub(crate) use addresses::{AddressSets, DataDate};
#[cfg(feature = "lists")]
pub(crate) use canonical::{canonical, canonical_network, six_to_four};
pub use consistency::Inconsistency;
pub use crawlers::{Crawler, Crawlers};
pub use detection::Detection;
pub(crate) use detector::Detector;
#[cfg(feature = "lists")]
pub(crate) use group_set::GroupSet;
pub use groups::{Group, VpnProvider};
pub(crate) use routable::is_routable;
pub use signals::Signals;

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
