//! Checks answers to challenges, and responds with 303, so that every page can be reloaded.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, SET_COOKIE};
use humanify_syntax::Offence;

use super::browser_cookie;
use super::carried_form::{self, CarriedForm};
use super::challenge_link::ChallengeLink;
use super::challenge_page::show;
use super::endpoint_quota::within_quota;
use super::fetch_metadata::is_cross_site;
use super::form::{FormFields, is_urlencoded};
use super::read_body::{BodyError, read_body};
use super::responder::{Responder, redirect, with_status};
use crate::challenge::{
    AnswerOutcome, Browser, CheckedAnswer, Modality, Progress, ProgressNote, SubmittedAnswer,
    Visitor,
};
use crate::decision::{DecidedBy, DecisionAction};

/// The largest body of an answer, in bytes. It may contain a form.
const MAX_FORM_BYTES: usize = 32 * 1024;

/// The maximum number of fields of an answer that are read: more than there are pictures.
const MAX_ANSWERS: usize = 10;

/// Checks an answer, and responds to it.
pub(super) async fn verify(responder: &Responder<'_>, modality: Modality, body: Body) -> Response {
    if responder.client.is_unknown()
        || is_cross_site(responder.client, responder.uri, responder.headers)
    {
        return responder.denied();
    }
    let browser = browser_cookie::find(responder);
    let quota = within_quota(responder, browser).await;
    // If several tabs compute, one answer is enough: the others are redirected, whatever their number.
    let is_read = quota.is_ok() || has_clearance(responder).await;
    let quota = match quota {
        Err(response) if !is_read => return *response,
        quota => quota,
    };
    if !is_urlencoded(responder.headers) {
        return responder.error(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let body = match read_form(responder, body).await {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let form = FormFields::parse(&body);
    let Ok(link) = ChallengeLink::open(responder, &form, browser) else {
        return responder.busy();
    };
    let carried = carried_form::of_page(responder, browser, &form);
    let has_lost_form = carried_form::is_lost(&form, carried.as_ref());
    let lead_on = |link: &ChallengeLink| match has_lost_form {
        true => responder.form_lost(),
        false => redirect_to_next(responder, link, browser, carried.as_ref()),
    };
    if link.is_solved(responder).await {
        return lead_on(&link);
    }
    if let Err(response) = quota {
        return *response;
    }
    let instance = responder.instance;
    if !instance.challenges.offers(modality, link.task) {
        let mut link = link;
        link.progress = Progress::only(ProgressNote::Expired);
        return match link.replacement(responder, browser) {
            Some(address) => redirect(&address),
            None => responder.error(StatusCode::NOT_FOUND),
        };
    }
    let token = form.first("token").unwrap_or_default();
    let answers = form.all("answer").take(MAX_ANSWERS);
    let answer: Vec<String> = answers.map(str::to_owned).collect();
    let given = SubmittedAnswer {
        modality,
        token,
        next: &link.next,
        answer: &answer,
        work: form.first("work").unwrap_or_default(),
        is_automated: form
            .first("probes")
            .is_some_and(|probes| !probes.is_empty()),
    };
    let answer = match browser {
        Some(browser) => {
            let visitor = Visitor {
                client: responder.client,
                browser,
            };
            let clearances = &instance.judge.clearances;
            instance.challenges.answer(visitor, given, clearances).await
        }
        // Even a right answer would earn only a cookie, which this browser would not send back.
        None if instance.challenges.is_answerable(given) => {
            return responder.cookies(&link.address(modality));
        }
        None => AnswerOutcome::Stale.into(),
    };
    let CheckedAnswer { outcome, first } = answer;
    if first {
        responder.count_answer(modality, (token, &link.next), &outcome);
    }
    let refused = matches!(outcome, AnswerOutcome::Wrong { .. } | AnswerOutcome::Stale);
    if refused {
        // Another challenge replaces the requested page.
        let record = &responder.record;
        record.decide(DecisionAction::Challenge, DecidedBy::Answers);
    }
    let (task, mut progress) = match outcome {
        AnswerOutcome::Cleared(cookie) => {
            let mut response = lead_on(&link);
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            if let Some(browser) = browser {
                browser_cookie::set(responder, browser.cleared(), &mut response);
            }
            return response;
        }
        AnswerOutcome::Next(task, progress) | AnswerOutcome::Incomplete(task, progress) => {
            (task, progress)
        }
        AnswerOutcome::Wrong { task, wait } => {
            if first {
                responder.offend(Offence::Failure).await;
            }
            (task, Progress::only(ProgressNote::Wrong).waiting(wait))
        }
        AnswerOutcome::Stale => (link.task, Progress::only(ProgressNote::Expired)),
        AnswerOutcome::LockedOut { wait } => return responder.locked_out(wait, &link.next),
        AnswerOutcome::Unavailable => return responder.busy(),
    };
    let mut link = Ok(link);
    if has_lost_form {
        // The next page says that, and not how the answer was, unless it was wrong.
        let says_less =
            |note: &ProgressNote| matches!(note, ProgressNote::Right | ProgressNote::Expired);
        progress.note = progress.note.filter(|note| !says_less(note));
        link = link.and_then(|link| link.with_lost_form(responder));
    }
    match link.and_then(|link| link.after(responder, task, progress)) {
        // A kept form is in the page, since it is too long for an address.
        Ok(link) if carried.is_some() => {
            let shown = show(responder, modality, &link, browser, carried.as_ref()).await;
            match refused {
                true => with_status(shown, StatusCode::FORBIDDEN),
                false => shown,
            }
        }
        Ok(link) => redirect(&link.address_for(responder, modality, browser)),
        Err(_) => responder.busy(),
    }
}

/// Whether the client shows a clearance that holds.
async fn has_clearance(responder: &Responder<'_>) -> bool {
    let clearances = &responder.instance.judge.clearances;
    let shown = clearances.shown(responder.client, responder.headers).await;
    !shown.is_empty()
}

/// Reads an answer, or a request for another challenge.
///
/// # Errors
/// The response, if the body is too large or too slow.
pub(super) async fn read_form(
    responder: &Responder<'_>,
    body: Body,
) -> Result<Bytes, Box<Response>> {
    let address = responder.client.address();
    let places = &responder.instance.bodies;
    let read = read_body(places, address, body, MAX_FORM_BYTES).await;
    read.map_err(|error| {
        Box::new(match error {
            BodyError::Large => responder.error(StatusCode::PAYLOAD_TOO_LARGE),
            BodyError::Broken | BodyError::Slow => responder.error(StatusCode::REQUEST_TIMEOUT),
            BodyError::Displaced => responder.busy(),
        })
    })
}

/// Redirects a visitor with a clearance: to the page with the button for the form, or to the
/// requested address.
pub(super) fn redirect_to_next(
    responder: &Responder<'_>,
    link: &ChallengeLink,
    browser: Option<Browser>,
    carried: Option<&CarriedForm>,
) -> Response {
    let sealed = carried
        .zip(browser)
        .and_then(|(form, browser)| Some((form, form.seal(responder, browser).ok()?)));
    match sealed {
        Some((form, sealed)) => responder.form_ready(&form.target, &sealed),
        None => redirect(&link.next),
    }
}
