//! What a test says of a client, in place of detection.

use super::consistency::Inconsistency;
use crate::addresses::Group;
use crate::verify::Proof;

/// What a test says of a client, in place of what humanify would find out. Put it into the
/// extensions of a request; nothing that comes over the network can.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    pub(crate) groups: Vec<Group>,
    pub(crate) invalid_ip: bool,
    pub(crate) crawler: Option<&'static str>,
    pub(crate) inconsistencies: Vec<Inconsistency>,
    pub(crate) proof: Proof,
}

impl Known {
    /// A client of which no sign holds.
    #[must_use]
    pub fn human() -> Self {
        Known::default()
    }

    /// The same client with its address in this group, too.
    #[must_use]
    pub fn in_group(mut self, group: Group) -> Self {
        self.groups.push(group);
        self
    }

    /// The same client with an address that is not routable.
    #[must_use]
    pub fn invalid_ip(mut self) -> Self {
        self.invalid_ip = true;
        self
    }

    /// The same client with a crawler's user agent.
    #[must_use]
    pub fn crawler(mut self, name: &'static str) -> Self {
        self.crawler = Some(name);
        self
    }

    /// The same client with the user agent of this crawler, and verified to be it.
    #[must_use]
    pub fn verified_crawler(mut self, name: &'static str) -> Self {
        self.crawler = Some(name);
        self.proof = Proof::Verified;
        self
    }

    /// The same client with the user agent of this crawler, which it is proved not to be.
    #[must_use]
    pub fn impostor(mut self, name: &'static str) -> Self {
        self.crawler = Some(name);
        self.proof = Proof::Impostor;
        self
    }

    /// The same client with headers that do not fit its browser in this way, too.
    #[must_use]
    pub fn inconsistent(mut self, how: Inconsistency) -> Self {
        self.inconsistencies.push(how);
        self
    }
}
