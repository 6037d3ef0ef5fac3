//! Judges handlers whose policy the layer could not discover.

use std::sync::Arc;

use axum::extract::MatchedPath;
use axum::response::Response;
use http::request::Parts;
use humanify_syntax::Policy;

use super::early_refusal::UNREADABLE;
use super::instance::Instance;
use super::record::DecisionRecord;
use super::refusal::refuse;
use super::responder::Responder;
use crate::client::Client;
use crate::decision::Reference;
use crate::detect::Detection;
use crate::handler::{BoxFuture, HiddenJudge, JudgedMarker};
use crate::judge::{Decision, Verdict};
use crate::rules::MatchContext;
use crate::store::CountList;

/// How the client stands in the limits of a handler that the layer did not know of, for the
/// layer to tell.
#[derive(Clone)]
pub(super) struct HiddenCounts(pub(super) CountList);

impl HiddenJudge for Instance {
    fn judge_hidden(
        self: Arc<Self>,
        policy: &'static Policy,
        parts: Parts,
        inside: Box<dyn FnOnce(Parts) -> BoxFuture<Response> + Send>,
    ) -> BoxFuture<Response> {
        self.warnings.hidden_handler(policy.name);
        Box::pin(async move {
            let extensions = &parts.extensions;
            let (Some(client), Some(detection), Some(mark)) = (
                extensions.get::<Client>().cloned(),
                extensions.get::<Detection>().cloned(),
                extensions.get::<JudgedMarker>().cloned(),
            ) else {
                let status = http::StatusCode::INTERNAL_SERVER_ERROR;
                let reference = Reference::new();
                tracing::error!(%reference, handler = policy.name, "a request lost what humanify's layer noted in it");
                return crate::middleware::responder::plain(
                    status,
                    format!("Reference: {reference}\n"),
                );
            };
            let uri = crate::middleware::parts::original_uri(&parts);
            let route = crate::middleware::parts::template(&parts);
            let endpoint = Some(policy.endpoint());
            let asked = MatchContext::new(
                &parts,
                &uri,
                route.as_ref().map(MatchedPath::as_str),
                endpoint,
                &client,
                &detection,
            );
            let mut decision = match &asked {
                Some(asked) => self.judge.judge_hidden(asked, policy).await,
                None => Decision::new(Verdict::Deny, true).by(UNREADABLE),
            };
            let answering = Responder {
                instance: &self,
                client: &client,
                uri: &uri,
                method: &parts.method,
                headers: &parts.headers,
                prefix: &mark.prefix,
                record: DecisionRecord::new(
                    route.as_ref().map(MatchedPath::as_str),
                    Some(policy),
                    &detection,
                ),
            };
            if decision.verdict != Verdict::Pass && self.settings.observe_only {
                decision = answering.observe(&decision).await;
            }
            if decision.verdict == Verdict::Pass {
                let mut response = inside(parts).await;
                let settled =
                    decision
                        .owed
                        .settle(&*self.store, response.status(), &mut decision.counts);
                settled.await;
                response
                    .extensions_mut()
                    .insert(HiddenCounts(decision.counts));
                return response;
            }
            let mut response = refuse(&answering, &decision, None, None).await;
            answering.report(&response);
            response
                .extensions_mut()
                .insert(HiddenCounts(decision.counts));
            response
        })
    }
}
