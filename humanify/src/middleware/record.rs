//! `DecisionRecord`: what was decided about a request, for its page, its log line and its count.

use std::sync::{Mutex, PoisonError};

use axum::response::Response;
use humanify_syntax::Policy;

use super::responder::Responder;
use crate::decision::{Decided, DecidedBy, DecisionAction, Reference, RequestFacts};
use crate::detect::Detection;
use crate::judge::{Decision, Verdict};

/// What was decided about a request. It is empty for requests that pass.
pub(super) struct DecisionRecord<'a> {
    route: Option<&'a str>,
    policy: Option<&'static Policy>,
    detection: &'a Detection,
    recorded: Mutex<Option<Recorded>>,
}

#[derive(Debug, Clone, Copy)]
struct Recorded {
    reference: Reference,
    action: DecisionAction,
    decided_by: DecidedBy,
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

    /// Records what becomes of the request, and by what. The reference stays if there is one.
    pub(super) fn decide(&self, action: DecisionAction, decided_by: DecidedBy) {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        let reference = recorded.map_or_else(Reference::new, |recorded| recorded.reference);
        *recorded = Some(Recorded {
            reference,
            action,
            decided_by,
        });
    }

    /// Records what becomes of the request. What decided it stays if that is known, and is
    /// `otherwise` if not.
    pub(super) fn answer(&self, action: DecisionAction, otherwise: DecidedBy) {
        match self.recorded() {
            Some(recorded) if recorded.action.is_refusal() => {}
            Some(challenged) => self.decide(action, challenged.decided_by),
            None => self.decide(action, otherwise),
        }
    }

    /// The reference, if something was decided.
    pub(super) fn reference(&self) -> Option<Reference> {
        self.recorded().map(|recorded| recorded.reference)
    }

    fn recorded(&self) -> Option<Recorded> {
        *self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Responder<'_> {
    /// Records the judge's decision.
    pub(super) fn decide(&self, decision: &Decision) {
        let by = decision.decided_by.unwrap_or(DecidedBy::OwnPage);
        self.record.decide(decision.verdict.action(), by);
    }

    /// Reports what was decided, if anything was, once the response is there.
    pub(super) fn report(&self, response: &Response) {
        if let Some(recorded) = self.record.recorded() {
            let decided = Decided {
                reference: Some(recorded.reference),
                action: recorded.action,
                decided_by: recorded.decided_by,
                status: Some(response.status()),
            };
            self.instance.reporter.report(&decided, &self.facts());
        }
    }

    /// Reports what would have been decided where everything is only observed, and counts the
    /// offence. Returns the decision to let the request pass.
    pub(super) async fn observe(&self, decision: &Decision) -> Decision {
        if let Some(offence) = decision.offence() {
            self.offend(offence).await;
        }
        let decided = Decided {
            reference: None,
            action: decision.verdict.action(),
            decided_by: decision.decided_by.unwrap_or(DecidedBy::OwnPage),
            status: None,
        };
        self.instance.reporter.report(&decided, &self.facts());
        Decision::new(Verdict::Pass, decision.private)
    }

    fn facts(&self) -> RequestFacts<'_> {
        RequestFacts {
            method: self.method,
            uri: self.uri,
            headers: self.headers,
            route: self.record.route,
            handler: self.record.policy.map(Policy::endpoint),
            client: Some(self.client),
            detection: Some(self.record.detection),
        }
    }
}
