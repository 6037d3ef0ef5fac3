//! `Decision`: a verdict with how the client stands in its limits.

use humanify_syntax::Offence;

use super::deferred_charges::DeferredCharges;
use super::verdict::{Ruled, Verdict};
use crate::decision::DecidedBy;
use crate::store::CountList;

/// A verdict, and what it says of the answer.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    /// Whether the answer is for this client only.
    pub(crate) private: bool,
    /// Whether the request passes only because it is a preflight, of which nothing but the
    /// permission leaves the site.
    pub(crate) permission_only: bool,
    /// How the client stands in its limits.
    pub(crate) counts: CountList,
    /// What is settled once the answer is there.
    pub(crate) owed: DeferredCharges,
    /// What decided, unless the request simply passes.
    pub(crate) decided_by: Option<DecidedBy>,
}

impl Decision {
    /// What a client that gets this answer has done.
    pub(crate) fn offence(&self) -> Option<Offence> {
        match self.verdict {
            Verdict::Deny => Some(Offence::Denial),
            Verdict::Trapped => Some(Offence::Trap),
            Verdict::Limited(_) => Some(Offence::Overrun),
            Verdict::Pass
            | Verdict::Challenge(_)
            | Verdict::Unavailable
            | Verdict::Checking
            | Verdict::Ambiguous => None,
        }
    }

    pub(crate) fn new(verdict: Verdict, private: bool) -> Self {
        Decision {
            verdict,
            private,
            permission_only: false,
            counts: CountList::new(),
            owed: DeferredCharges::default(),
            decided_by: None,
        }
    }

    /// The same, with what decided.
    pub(crate) fn by(self, decided_by: impl Into<Option<DecidedBy>>) -> Self {
        let decided_by = decided_by.into();
        Decision { decided_by, ..self }
    }

    /// The decision of a statement above which stands nothing but `#[exempt]`.
    pub(crate) fn shut_out(ruled: &Ruled) -> Self {
        Decision::new(ruled.verdict, true).by(ruled.decided_by)
    }
}
