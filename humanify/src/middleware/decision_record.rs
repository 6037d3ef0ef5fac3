//! `DecisionRecord`: the decision about a request, for its page, log line and metrics.

use std::sync::{Mutex, PoisonError};

use humanify_syntax::Policy;

use crate::decision::{DecidedBy, DecisionAction, Reference};
use crate::detect::Detection;

/// The decision about a request. Empty for requests that pass.
pub(super) struct DecisionRecord<'a> {
    pub(super) route: Option<&'a str>,
    pub(super) policy: Option<&'static Policy>,
    pub(super) detection: &'a Detection,
    recorded: Mutex<Option<Recorded>>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded {
    pub(super) reference: Reference,
    pub(super) action: DecisionAction,
    pub(super) decided_by: DecidedBy,
}

impl<'a> DecisionRecord<'a> {
    pub(super) fn new(
        route: Option<&'a str>,
        policy: Option<&'static Policy>,
        detection: &'a Detection,
    ) -> DecisionRecord<'a> {
        DecisionRecord {
            route,
            policy,
            detection,
            recorded: Mutex::new(None),
        }
    }

    /// Records the outcome of the request and its cause. An existing reference stays.
    pub(super) fn decide(&self, action: DecisionAction, decided_by: DecidedBy) {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        let reference = recorded.map_or_else(Reference::new, |recorded| recorded.reference);
        *recorded = Some(Recorded {
            reference,
            action,
            decided_by,
        });
    }

    /// Records the outcome of the request. An existing cause stays; otherwise it is `otherwise`.
    pub(super) fn answer(&self, action: DecisionAction, otherwise: DecidedBy) {
        match self.recorded() {
            Some(recorded) if recorded.action.is_refusal() => {}
            Some(challenged) => self.decide(action, challenged.decided_by),
            None => self.decide(action, otherwise),
        }
    }

    /// The reference, if there is a decision.
    pub(super) fn reference(&self) -> Option<Reference> {
        self.recorded().map(|recorded| recorded.reference)
    }

    /// The decision, if there is one.
    pub(super) fn recorded(&self) -> Option<Recorded> {
        *self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
