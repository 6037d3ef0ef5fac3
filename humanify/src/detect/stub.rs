//! `DetectionStub`: the detection that a test states in place of the detector's.

use super::Inconsistency;
use crate::addresses::Group;
use crate::verify::Proof;

/// The detection of a client, stated by a test in place of the detector's. A test puts it into
/// the extensions of a request; nothing that comes over the network can.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DetectionStub {
    pub(crate) groups: Vec<Group>,
    pub(crate) invalid_ip: bool,
    pub(crate) crawler: Option<&'static str>,
    pub(crate) inconsistencies: Vec<Inconsistency>,
    pub(crate) proof: Proof,
}

impl DetectionStub {
    /// A client for which no signal holds.
    #[must_use]
    pub fn human() -> Self {
        DetectionStub::default()
    }

    /// Adds the address of the client to this group.
    #[must_use]
    pub fn in_group(mut self, group: Group) -> Self {
        self.groups.push(group);
        self
    }

    /// Makes the address of the client one that is not routable.
    #[must_use]
    pub fn invalid_ip(mut self) -> Self {
        self.invalid_ip = true;
        self
    }

    /// Gives the client a crawler's user agent.
    #[must_use]
    pub fn crawler(mut self, name: &'static str) -> Self {
        self.crawler = Some(name);
        self
    }

    /// Gives the client the user agent of this crawler, and verifies it.
    #[must_use]
    pub fn verified_crawler(mut self, name: &'static str) -> Self {
        self.crawler = Some(name);
        self.proof = Proof::Verified;
        self
    }

    /// Gives the client the user agent of this crawler, and proves that it lies.
    #[must_use]
    pub fn impostor(mut self, name: &'static str) -> Self {
        self.crawler = Some(name);
        self.proof = Proof::Impostor;
        self
    }

    /// Adds headers that do not fit the browser in this way.
    #[must_use]
    pub fn inconsistent(mut self, how: Inconsistency) -> Self {
        self.inconsistencies.push(how);
        self
    }
}
