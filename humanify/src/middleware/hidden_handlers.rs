//! Judges handlers whose policy the layer could not discover.

use std::sync::Arc;

use axum::response::Response;
use http::request::Parts;
use humanify_syntax::Policy;

use super::decision_record::DecisionRecord;
use super::early_refusal::UNREADABLE;
use super::instance::Instance;
use super::refusal::refuse;
use super::request_head::RequestHead;
use super::responder::Responder;
use crate::decision::Reference;
use crate::handler::{BoxFuture, HiddenJudge, JudgedMarker};
use crate::http::plain_text;
use crate::judge::{Decision, ResponseOutcome, Verdict};
use crate::rules::{MatchContext, RequestRoute};
use crate::sampler::EventSampler;
use crate::store::CountList;

/// What the layer adds to the response of a hidden handler.
#[derive(Clone)]
pub(super) struct HiddenOutcome {
    /// The state of the client in the limits of the handler.
    pub(super) counts: CountList,
    /// Whether no shared cache may store the response.
    pub(super) private: bool,
}

impl HiddenJudge for Instance {
    fn judge_hidden(
        self: Arc<Self>,
        policy: &'static Policy,
        mut parts: Parts,
        inside: Box<dyn FnOnce(Parts) -> BoxFuture<Response> + Send>,
    ) -> BoxFuture<Response> {
        self.warnings.hidden_handler(policy.name);
        Box::pin(async move {
            let Some(mark) = parts.extensions.get::<JudgedMarker>().cloned() else {
                let status = http::StatusCode::INTERNAL_SERVER_ERROR;
                let reference = Reference::new();
                static SAMPLER: EventSampler = EventSampler::new();
                SAMPLER.log(|left_out| {
                    tracing::error!(
                        %reference,
                        handler = policy.name,
                        left_out,
                        "a request lost humanify's marker on the way to its handler"
                    );
                });
                let mut response = plain_text(status, format!("Reference: {reference}\n"));
                // An error page shows the same one.
                response.extensions_mut().insert(reference);
                return response;
            };
            let head = RequestHead::from(&parts);
            let (uri, route) = (head.original_uri, head.route());
            let request = (head.method, uri, head.headers);
            let asked = MatchContext::new(
                request,
                RequestRoute::Known(route),
                Some(policy),
                &mark.detection,
            );
            let mut decision = match &asked {
                Some(asked) => {
                    let before = (mark.policy, mark.charged.as_deref().copied());
                    self.judge.judge_hidden(asked, policy, before).await
                }
                None => Decision::new(Verdict::Deny, true).by(UNREADABLE),
            };
            let answering = Responder {
                instance: &self,
                client: mark.detection.client(),
                uri,
                method: &parts.method,
                headers: &parts.headers,
                prefix: &mark.prefix,
                record: DecisionRecord::new(route, Some(policy), &mark.detection),
            };
            if decision.verdict != Verdict::Pass && self.settings.observe_only {
                decision = answering.observe(&decision).await;
            }
            if decision.verdict == Verdict::Pass {
                if let Some(mark) = parts.extensions.get_mut::<JudgedMarker>() {
                    mark.charged = decision.charged.map(Box::new).or(mark.charged.take());
                }
                let mut response = inside(parts).await;
                let answered = ResponseOutcome::by(&response);
                let settled =
                    decision
                        .deferred_charges
                        .settle(&*self.store, answered, &mut decision.counts);
                settled.await;
                response.extensions_mut().insert(HiddenOutcome {
                    counts: decision.counts,
                    private: decision.private,
                });
                return response;
            }
            let mut response = refuse(&answering, &decision, None, None).await;
            answering.report(&response);
            response.extensions_mut().insert(HiddenOutcome {
                counts: decision.counts,
                private: false,
            });
            response
        })
    }
}
