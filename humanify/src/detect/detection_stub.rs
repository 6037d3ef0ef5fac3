//! `DetectionStub`: a detection that a test sets.

use std::sync::atomic::{AtomicBool, Ordering};

use http::Extensions;

use super::Inconsistency;
use crate::addresses::Group;
use crate::verify::ClaimProof;

/// Whether this process has made a stub. Requests are searched for one only then, so that a
/// benchmark with the feature `testing` measures what a site without it has.
static IS_IN_USE: AtomicBool = AtomicBool::new(false);

/// A detection that a test sets in place of the real one, in the extensions of a request. Nothing
/// that comes over the network can set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectionStub {
    pub(crate) groups: Vec<Group>,
    pub(crate) invalid_ip: bool,
    pub(crate) crawler: Option<&'static str>,
    pub(crate) inconsistencies: Vec<Inconsistency>,
    pub(crate) proof: ClaimProof,
}

impl Default for DetectionStub {
    fn default() -> Self {
        DetectionStub::human()
    }
}

impl DetectionStub {
    /// A client for which no signal holds.
    #[must_use]
    pub fn human() -> Self {
        IS_IN_USE.store(true, Ordering::Relaxed);
        DetectionStub {
            groups: Vec::new(),
            invalid_ip: false,
            crawler: None,
            inconsistencies: Vec::new(),
            proof: ClaimProof::default(),
        }
    }

    /// The stub in the extensions of a request.
    pub(crate) fn in_extensions(extensions: &Extensions) -> Option<&DetectionStub> {
        IS_IN_USE
            .load(Ordering::Relaxed)
            .then(|| extensions.get())
            .flatten()
    }

    /// Adds the address of the client to this group.
    #[must_use]
    pub fn in_group(mut self, group: Group) -> Self {
        self.groups.push(group);
        self
    }

    /// Makes the address of the client not routable.
    #[must_use]
    pub fn invalid_ip(mut self) -> Self {
        self.invalid_ip = true;
        self
    }

    /// Gives the client the user agent of this crawler: `GPTBot`.
    #[must_use]
    pub fn crawler(mut self, name: &'static str) -> Self {
        self.crawler = Some(name);
        self
    }

    /// Makes the client this crawler, verified.
    #[must_use]
    pub fn verified_crawler(mut self, name: &'static str) -> Self {
        self.crawler = Some(name);
        self.proof = ClaimProof::Verified;
        self
    }

    /// Makes the client an impostor: it has this crawler's user agent and is proved not to be it.
    #[must_use]
    pub fn impostor(mut self, name: &'static str) -> Self {
        self.crawler = Some(name);
        self.proof = ClaimProof::Impostor;
        self
    }

    /// Adds headers that contradict the user agent in this way.
    #[must_use]
    pub fn inconsistent(mut self, how: Inconsistency) -> Self {
        self.inconsistencies.push(how);
        self
    }
}
