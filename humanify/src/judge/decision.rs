//! `Decision`: a verdict, and the pending work on the response.

use humanify_syntax::Offence;

use super::deferred_charges::DeferredCharges;
use super::verdict::{RuleDecision, Verdict};
use crate::client::CounterKey;
use crate::decision::DecidedBy;
use crate::store::CountList;

/// A verdict on a request, with the changes that the response needs.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    /// Whether shared caches must not store the response.
    pub(crate) private: bool,
    /// Whether the request passes only because it is a CORS preflight. Its response then keeps
    /// nothing but the permission.
    pub(crate) permission_only: bool,
    /// The state of each limit that counted the request.
    pub(crate) counts: CountList,
    /// Charges that depend on the status of the response.
    pub(crate) deferred_charges: DeferredCharges,
    /// The key of the budget of the clearance that let the request pass, if it has one.
    pub(crate) charged: Option<CounterKey>,
    /// The cause, unless the request simply passes.
    pub(crate) decided_by: Option<DecidedBy>,
}

impl Decision {
    /// The offence that this verdict counts as; `None` if it counts as none.
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
            deferred_charges: DeferredCharges::default(),
            charged: None,
            decided_by: None,
        }
    }

    /// Sets the cause.
    pub(crate) fn by(self, decided_by: impl Into<Option<DecidedBy>>) -> Self {
        let decided_by = decided_by.into();
        Decision { decided_by, ..self }
    }

    /// The decision of `always_deny` or `trap`, over which only `#[exempt]` takes precedence.
    pub(crate) fn denied_to_all(ruled: &RuleDecision) -> Self {
        Decision::new(ruled.verdict, true).by(ruled.decided_by)
    }
}
