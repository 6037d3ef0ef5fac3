//! Serves humanify's own pages: challenges, verification, script, notices.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, SET_COOKIE, VARY};
use http::{Method, StatusCode};
use http_body_util::LengthLimitError;
use humanify_syntax::Offence;
use tokio::time::timeout;

use super::challenge_link::{ChallengeLink, field, fields};
use super::endpoint_path::Endpoint;
use super::fetch_metadata::{is_cross_site, is_subresource};
use super::responder::{Responder, redirect, respond, with_status};
use crate::challenge::{Modality, Outcome, Progress, SCRIPT};
use crate::decision::{DecidedBy, DecisionAction};
use crate::limit::{Counter, OWN_PAGES, set_headers};
use crate::middleware::cookie_probe;
use crate::pages::{Message, Page as Html};
use crate::store::{CountMode, Counted};

/// What an answer to a challenge may weigh, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// How long an answer to a challenge may take to arrive.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// More fields of an answer than this are not looked at: more than there are pictures.
const MOST_ANSWERS: usize = 10;

/// Answers a request for one of humanify's own pages.
pub(super) async fn serve(answering: &Responder<'_>, page: Endpoint, body: Body) -> Response {
    let (allowed, is_allowed) = match page {
        Endpoint::Verify(_) => ("POST", *answering.method == Method::POST),
        _ => (
            "GET, HEAD",
            matches!(*answering.method, Method::GET | Method::HEAD),
        ),
    };
    let mut response = match page {
        _ if !is_allowed => answering.error(StatusCode::METHOD_NOT_ALLOWED),
        // Nobody would see it, so nothing is drawn, nor counted against who is made to ask.
        Endpoint::Challenge(_)
            if is_subresource(answering.client, answering.uri, answering.headers) =>
        {
            answering.error(StatusCode::FORBIDDEN)
        }
        Endpoint::Challenge(_) if *answering.method == Method::HEAD => respond(Html::empty()),
        Endpoint::Challenge(medium) => challenge(answering, medium).await,
        Endpoint::Verify(medium) => verify(answering, medium, body).await,
        Endpoint::Script => script(),
        Endpoint::AccessDenied => answering.denied(),
        Endpoint::RateLimited => answering.limited(OWN_PAGES.period() / OWN_PAGES.count(), &[]),
    };
    // The routes of these pages have no methods, of which axum would tell an empty list.
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

fn script() -> Response {
    let mut response = respond(Html::script(SCRIPT));
    let headers = response.headers_mut();
    headers.remove(VARY);
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    response
}

/// Shows a challenge.
async fn challenge(answering: &Responder<'_>, medium: Modality) -> Response {
    if answering.client.is_unknown() {
        return answering.denied();
    }
    if let Err(response) = within_limits(answering).await {
        return *response;
    }
    let query = answering.uri.query().unwrap_or_default();
    let Ok(door) = ChallengeLink::open(answering, query.as_bytes()) else {
        return answering.busy();
    };
    if is_solved(answering, &door).await {
        return redirect(&door.next);
    }
    if !answering.instance.challenges.offers(medium, door.task) {
        return answering.error(StatusCode::NOT_FOUND);
    }
    let message = door
        .demanded
        .is_some_and(|demand| demand.form)
        .then_some(Message::FormNotSent);
    door.show(answering, medium, message).await
}

/// Whether the client has solved what is demanded already, and came back with the back
/// button or loaded a page again.
async fn is_solved(answering: &Responder<'_>, door: &ChallengeLink) -> bool {
    let Some(demand) = door.demanded else {
        return false;
    };
    let clearances = &answering.instance.judge.clearances;
    let shown = clearances.shown(answering.client, answering.headers).await;
    shown.iter().any(|solved| solved.satisfies(demand.task))
}

/// Looks at an answer.
async fn verify(answering: &Responder<'_>, medium: Modality, body: Body) -> Response {
    if answering.client.is_unknown()
        || is_cross_site(answering.client, answering.uri, answering.headers)
    {
        return answering.denied();
    }
    if let Err(response) = within_limits(answering).await {
        return *response;
    }
    let is_form = answering
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    if !is_form {
        return answering.error(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let form = match timeout(LONGEST_WAIT, to_bytes(body, LARGEST_FORM)).await {
        Ok(Ok(form)) => form,
        Ok(Err(error)) if is_too_large(&error) => {
            return answering.error(StatusCode::PAYLOAD_TOO_LARGE);
        }
        Ok(Err(_)) | Err(_) => return answering.error(StatusCode::REQUEST_TIMEOUT),
    };
    let Ok(door) = ChallengeLink::open(answering, &form) else {
        return answering.busy();
    };
    let instance = answering.instance;
    if !instance.challenges.offers(medium, door.task) {
        return answering.error(StatusCode::NOT_FOUND);
    }
    if is_solved(answering, &door).await {
        return redirect(&door.next);
    }
    if !cookie_probe::came_back(answering) {
        // An answer would earn a cookie that does not come back either.
        return answering.cookies(&door.address(medium));
    }
    let token = field(&form, "token").unwrap_or_default();
    let answer = fields(&form, "answer", MOST_ANSWERS);
    let outcome = instance
        .challenges
        .answer(
            medium,
            answering.client,
            &token,
            &door.next,
            &answer,
            &instance.judge.clearances,
        )
        .await;
    answering.count_answer(medium, (&token, &door.next), &outcome);
    let tries_left = |failures| {
        let left = instance.challenges.tries_left(failures);
        Some(u8::try_from(left).unwrap_or(u8::MAX))
    };
    let again = |task, failures, message| {
        let door = door.with_task(task);
        async move {
            if let Some(0) = tries_left(failures) {
                // The page says how long the challenge stays closed.
                return door.show(answering, medium, None).await;
            }
            let progress = Progress {
                streak: 0,
                failures,
            };
            let shown = door.set(answering, medium, progress, Some(message)).await;
            with_status(shown, StatusCode::FORBIDDEN)
        }
    };
    if matches!(
        outcome,
        Outcome::Wrong { .. } | Outcome::Used { .. } | Outcome::Stale
    ) {
        // Another challenge is shown in place of what was asked for.
        let record = &answering.record;
        record.decide(DecisionAction::Challenge, DecidedBy::Answers);
    }
    if matches!(outcome, Outcome::Wrong { .. } | Outcome::Used { .. }) {
        answering.offend(Offence::Failure).await;
    }
    match outcome {
        Outcome::Cleared(cookie) => {
            let mut response = redirect(&door.next);
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Outcome::Next(task, progress) => {
            let door = door.with_task(task);
            door.set(answering, medium, progress, None).await
        }
        Outcome::Wrong { task, failures } => {
            let tries_left = tries_left(failures);
            again(task, failures, Message::WrongAnswer { tries_left }).await
        }
        Outcome::Used { task, failures } => again(task, failures, Message::AlreadyUsed).await,
        Outcome::Stale => {
            let shown = door.show(answering, medium, Some(Message::Expired)).await;
            with_status(shown, StatusCode::FORBIDDEN)
        }
        Outcome::Blocked { wait } => answering.blocked(wait, &door.next),
        Outcome::Unavailable => answering.busy(),
    }
}

/// Whether a body was not read because of its size, and not because it did not come.
fn is_too_large(error: &axum::Error) -> bool {
    let cause = std::error::Error::source(error);
    cause.is_some_and(|cause| cause.is::<LengthLimitError>())
}

/// Counts a request for a page that costs something.
pub(super) async fn within_limits(answering: &Responder<'_>) -> Result<(), Box<Response>> {
    let buckets: Vec<_> = Counter::OwnPages
        .buckets(answering.client, OWN_PAGES)
        .collect();
    let store = &answering.instance.store;
    match store.count(&buckets, CountMode::Acquire).wait().await {
        Ok(Counted::Within(_)) => Ok(()),
        Ok(Counted::Over { wait, counts }) => {
            let record = &answering.record;
            record.decide(DecisionAction::Limit, DecidedBy::OwnPage);
            answering.offend(Offence::Overrun).await;
            let mut response = answering.limited(wait, &counts);
            set_headers(response.headers_mut(), &counts);
            Err(Box::new(response))
        }
        Err(_) => Err(Box::new(answering.busy())),
    }
}
