//! Chooses the response for a verdict that does not pass.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;

use super::browser_cookie;
use super::carried_form::CarriedForm;
use super::challenge_link::ChallengeLink;
use super::challenge_page::show;
use super::endpoint_quota::within_quota;
use super::fetch_metadata::referring_path;
use super::request_kind::RequestKind;
use super::responder::{Responder, redirect, with_status};
use crate::challenge::{DemandToken, Task};
use crate::judge::{Decision, Verdict};
use crate::pages::{Problem, ProblemKind, local};
use crate::sampler::EventSampler;

/// Responds to a request that does not pass, and counts it towards a ban if it is an offence.
/// `before` is the form of the request, if a challenge has interrupted it already; without a body
/// no form is kept.
pub(super) async fn refuse(
    responder: &Responder<'_>,
    decision: &Decision,
    body: Option<Body>,
    before: Option<&CarriedForm>,
) -> Response {
    responder.decide(decision);
    if let Some(offence) = decision.offence() {
        responder.offend(offence).await;
    }
    match decision.verdict {
        Verdict::Challenge(task) => demand(responder, task, body, before).await,
        Verdict::Deny | Verdict::Trapped => responder.denied(),
        Verdict::Limited(wait) => responder.limited(wait, &decision.counts),
        Verdict::Checking => responder.checking(),
        Verdict::Ambiguous => responder.bad_request(),
        Verdict::Pass | Verdict::Unavailable => responder.busy(),
    }
}

/// Redirects a browser to the challenge, and sends a program its address.
async fn demand(
    responder: &Responder<'_>,
    task: Task,
    body: Option<Body>,
    before: Option<&CarriedForm>,
) -> Response {
    let kind = responder.kind();
    let next = match kind {
        RequestKind::Navigation => responder.here().unwrap_or_else(|| "/".to_owned()),
        RequestKind::FormSubmit | RequestKind::Api => {
            referring_path(responder.client, responder.uri, responder.headers)
                .filter(|path| local(path).is_some())
                .unwrap_or_else(|| "/".to_owned())
        }
    };
    let Some(modality) = responder.instance.challenges.modality(task) else {
        static SAMPLER: EventSampler = EventSampler::new();
        SAMPLER.log(|left_out| {
            tracing::error!(
                challenge = task.challenge_type.name(),
                left_out,
                "this challenge is demanded, but all of its sources are switched off"
            );
        });
        return responder.denied();
    };
    let demand = DemandToken {
        task,
        form: kind == RequestKind::FormSubmit,
    };
    let Ok(link) = ChallengeLink::new(responder, &next, demand) else {
        return responder.busy();
    };
    match kind {
        RequestKind::Navigation => {
            let check = responder.instance.settings.own_check.as_ref();
            let comes_first = check.is_some_and(|check| check.comes_first(task, &next));
            let own = match comes_first {
                true => link.own_check(responder).await,
                false => None,
            };
            redirect(&own.unwrap_or_else(|| link.address(modality)))
        }
        RequestKind::FormSubmit => {
            // A challenge in place costs as much as a page of its own.
            let browser = browser_cookie::find(responder);
            if let Err(response) = within_quota(responder, browser).await {
                return *response;
            }
            let carried = match body {
                Some(body) => CarriedForm::take(responder, body).await,
                None => None,
            };
            let carried = carried.map(|form| form.with_time_of(before));
            let shown = show(responder, modality, &link, browser, carried.as_ref()).await;
            with_status(shown, StatusCode::FORBIDDEN)
        }
        RequestKind::Api => {
            let address = link.address(modality);
            let problem = Problem::new(ProblemKind::ChallengeRequired).challenge(&address);
            responder.problem(problem)
        }
    }
}
