//! Takes answers to challenges, and leads on by 303, so that every page can be loaded again.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, SET_COOKIE};
use http_body_util::LengthLimitError;
use humanify_syntax::Offence;
use tokio::time::timeout;

use super::browser_cookie;
use super::challenge_link::ChallengeLink;
use super::fetch_metadata::is_cross_site;
use super::form::{field, fields};
use super::quota::within_quota;
use super::responder::{Responder, redirect};
use crate::challenge::{Given, Modality, Note, Outcome, Progress, Visitor};

/// What an answer to a challenge may weigh, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// How long an answer to a challenge may take to arrive.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// More fields of an answer than this are not looked at: more than there are pictures.
const MOST_ANSWERS: usize = 10;

/// Looks at an answer.
pub(super) async fn verify(responder: &Responder<'_>, modality: Modality, body: Body) -> Response {
    if responder.client.is_unknown()
        || is_cross_site(responder.client, responder.uri, responder.headers)
    {
        return responder.denied();
    }
    let browser = browser_cookie::find(responder);
    if let Err(response) = within_quota(responder, browser).await {
        return *response;
    }
    if !is_form(responder) {
        return responder.error(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let form = match timeout(LONGEST_WAIT, to_bytes(body, LARGEST_FORM)).await {
        Ok(Ok(form)) => form,
        Ok(Err(error)) if is_too_large(&error) => {
            return responder.error(StatusCode::PAYLOAD_TOO_LARGE);
        }
        Ok(Err(_)) | Err(_) => return responder.error(StatusCode::REQUEST_TIMEOUT),
    };
    let Ok(link) = ChallengeLink::open(responder, &form, browser) else {
        return responder.busy();
    };
    let instance = responder.instance;
    if !instance.challenges.offers(modality, link.task) {
        return responder.error(StatusCode::NOT_FOUND);
    }
    if link.is_solved(responder).await {
        return redirect(&link.next);
    }
    let token = field(&form, "token").unwrap_or_default();
    let answer = fields(&form, "answer", MOST_ANSWERS);
    let given = Given {
        modality,
        token: &token,
        next: &link.next,
        answer: &answer,
    };
    let outcome = match browser {
        Some(browser) => {
            let visitor = Visitor {
                client: responder.client,
                browser,
            };
            let clearances = &instance.judge.clearances;
            instance.challenges.answer(visitor, given, clearances).await
        }
        // An answer in time would earn a cookie that does not come back either.
        None if instance.challenges.is_answerable(given) => {
            return responder.cookies(&link.address(modality));
        }
        None => Outcome::Stale,
    };
    let (task, progress) = match outcome {
        Outcome::Cleared(cookie) => {
            let mut response = redirect(&link.next);
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            if let Some(browser) = browser {
                browser_cookie::set(responder, browser.cleared(), &mut response);
            }
            return response;
        }
        Outcome::Next(task, progress) | Outcome::Incomplete(task, progress) => (task, progress),
        Outcome::Wrong { task, first } => {
            if first {
                responder.offend(Offence::Failure).await;
            }
            (task, Progress::only(Note::Wrong))
        }
        Outcome::Stale => (link.task, Progress::only(Note::Expired)),
        Outcome::Closed { wait } => return responder.closed(wait, &link.next),
        Outcome::Unavailable => return responder.busy(),
    };
    match link.after(responder, task, progress) {
        Ok(link) => redirect(&link.address_for(responder, modality, browser)),
        Err(_) => responder.busy(),
    }
}

fn is_form(responder: &Responder<'_>) -> bool {
    responder
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

/// Whether a body was not read because of its size, and not because it did not come.
fn is_too_large(error: &axum::Error) -> bool {
    let cause = std::error::Error::source(error);
    cause.is_some_and(|cause| cause.is::<LengthLimitError>())
}
