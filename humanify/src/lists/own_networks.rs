//! `OwnNetworks`: networks that the application adds to the sets of addresses, or removes from
//! them.

use std::sync::Arc;

use ipnet::IpNet;

use crate::addresses::{AddressSets, Group};

/// Networks that an application adds to groups, and those that it removes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OwnNetworks {
    pub(crate) additions: Vec<(Group, IpNet)>,
    pub(crate) removals: Vec<(Group, IpNet)>,
}

impl OwnNetworks {
    /// Applies these additions and removals to sets.
    pub(crate) fn applied_to(&self, sets: Arc<AddressSets>) -> Arc<AddressSets> {
        match self.additions.is_empty() && self.removals.is_empty() {
            true => sets,
            false => Arc::new(sets.with(&self.additions, &self.removals)),
        }
    }
}
