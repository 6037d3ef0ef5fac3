//! Refuses a request: a challenge, a page in place, or a problem document.

use axum::response::Response;
use http::StatusCode;

use super::challenge_link::ChallengeLink;
use super::endpoints::within_limits;
use super::fetch_metadata::came_from;
use super::request_kind::RequestKind;
use super::responder::{Responder, redirect, with_status};
use crate::challenge::{DemandToken, Task};
use crate::judge::{Decision, Verdict};
use crate::pages::{Message, Problem, ProblemKind, local};

impl Responder<'_> {
    /// Answers a request that does not pass, and counts it towards a ban.
    pub(super) async fn refuse(&self, decision: &Decision) -> Response {
        self.decide(decision);
        if let Some(offence) = decision.offence() {
            self.offend(offence).await;
        }
        self.answer(decision).await
    }

    /// Answers a request that does not pass.
    pub(super) async fn answer(&self, decision: &Decision) -> Response {
        match decision.verdict {
            Verdict::Challenge(task) => self.demand(task).await,
            Verdict::Deny | Verdict::Trapped => self.denied(),
            Verdict::Limited(wait) => self.limited(wait, &decision.counts),
            Verdict::Checking => self.checking(),
            Verdict::Ambiguous => self.bad_request(),
            Verdict::Pass | Verdict::Unavailable => self.busy(),
        }
    }

    /// Sends a browser to the challenge, and tells a program where it is.
    async fn demand(&self, task: Task) -> Response {
        let kind = self.caller();
        let next = match kind {
            RequestKind::Navigation => self.here().unwrap_or_else(|| "/".to_owned()),
            RequestKind::FormSubmit | RequestKind::Api => {
                came_from(self.client, self.uri, self.headers)
                    .filter(|path| local(path).is_some())
                    .unwrap_or_else(|| "/".to_owned())
            }
        };
        let Some(modality) = self.instance.challenges.medium(task) else {
            tracing::error!(
                challenge = task.challenge_type.name(),
                "this challenge is demanded, but nothing that it is made of is switched on"
            );
            return self.denied();
        };
        let demand = DemandToken {
            task,
            form: kind == RequestKind::FormSubmit,
        };
        let Ok(link) = ChallengeLink::new(self, &next, demand) else {
            return self.busy();
        };
        match kind {
            RequestKind::Navigation => redirect(&link.address(modality)),
            RequestKind::FormSubmit => {
                // The challenge is drawn in place, which costs as much as its own page.
                if let Err(response) = within_limits(self).await {
                    return *response;
                }
                let shown = link.show(self, modality, Some(Message::FormNotSent)).await;
                with_status(shown, StatusCode::FORBIDDEN)
            }
            RequestKind::Api => {
                let address = link.address(modality);
                let problem = Problem::new(ProblemKind::ChallengeRequired).challenge(&address);
                self.problem(problem)
            }
        }
    }
}
