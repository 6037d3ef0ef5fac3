//! Reports the decision about a request, once its response exists.

use axum::response::Response;
use humanify_syntax::Policy;

use super::responder::Responder;
use crate::decision::{Decided, DecidedBy, RequestFacts};
use crate::judge::{Decision, Verdict};

impl Responder<'_> {
    /// Records the judge's decision.
    pub(super) fn decide(&self, decision: &Decision) {
        let by = decision.decided_by.unwrap_or(DecidedBy::OwnPage);
        self.record.decide(decision.verdict.action(), by);
    }

    /// Reports the decision, if there is one, once the response exists.
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

    /// Reports the decision that observation suppresses, and counts the offence. Returns the
    /// decision to pass.
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
