//! Serves humanify's own endpoints: challenges, verification, script, notices.

use axum::body::Body;
use axum::response::Response;
use http::header::{ALLOW, CACHE_CONTROL, HeaderValue, VARY};
use http::{Method, StatusCode};

use super::answer_endpoint::{read_form, redirect_to_next, verify};
use super::carried_form;
use super::challenge_link::ChallengeLink;
use super::challenge_page::show;
use super::endpoint_path::Endpoint;
use super::endpoint_quota::within_quota;
use super::fetch_metadata::{is_cross_site, is_subresource};
use super::form::FormFields;
use super::responder::{Responder, redirect, respond};
use crate::challenge::{Modality, SCRIPT};
use crate::limit::ENDPOINT_RATE;
use crate::middleware::browser_cookie;
use crate::pages::Page as Html;

/// Responds to a request for one of humanify's own pages.
pub(super) async fn serve(responder: &Responder<'_>, endpoint: Endpoint, body: Body) -> Response {
    let (allowed, is_allowed) = match endpoint {
        Endpoint::Verify(_) => ("POST", *responder.method == Method::POST),
        // The buttons of a page that carries a form send the form along by POST.
        Endpoint::Challenge(_) => (
            "GET, HEAD, POST",
            matches!(*responder.method, Method::GET | Method::HEAD | Method::POST),
        ),
        _ => (
            "GET, HEAD",
            matches!(*responder.method, Method::GET | Method::HEAD),
        ),
    };
    let mut response = match endpoint {
        _ if !is_allowed => responder.error(StatusCode::METHOD_NOT_ALLOWED),
        // Nobody would see the challenge, so it is neither drawn nor counted against the visitor.
        Endpoint::Challenge(_)
            if is_subresource(responder.client, responder.uri, responder.headers) =>
        {
            responder.error(StatusCode::FORBIDDEN)
        }
        Endpoint::Challenge(_) if *responder.method == Method::HEAD => respond(Html::empty()),
        Endpoint::Challenge(modality) => challenge(responder, modality, body).await,
        Endpoint::Verify(modality) => verify(responder, modality, body).await,
        Endpoint::Script => script(SCRIPT, "public, max-age=31536000, immutable"),
        Endpoint::Mark => mark(responder).await,
        Endpoint::Dialog => script(DIALOG, "public, max-age=3600"),
        Endpoint::Solved => responder.page(|context| responder.instance.pages.solved(context)),
        Endpoint::AccessDenied => responder.denied(),
        Endpoint::RateLimited => {
            responder.limited(ENDPOINT_RATE.period() / ENDPOINT_RATE.count(), &[])
        }
    };
    // The routes of these pages have no methods, so axum would send an empty `Allow`.
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// The script that shows challenges in a dialog. Its name never changes, so caches keep it for a
/// short time only.
const DIALOG: &str = include_str!("dialog.js");

fn script(source: &str, keep: &'static str) -> Response {
    let mut response = respond(Html::script(source));
    let headers = response.headers_mut();
    headers.remove(VARY);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

/// The picture that the wait page of a browser without scripts loads. Records that the browser has
/// loaded it.
async fn mark(responder: &Responder<'_>) -> Response {
    let query = responder.uri.query().unwrap_or_default();
    let query = FormFields::parse(query.as_bytes());
    let mark = query.first("of").unwrap_or_default();
    let challenges = &responder.instance.challenges;
    match challenges
        .load_mark(responder.client, mark.as_bytes())
        .await
    {
        true => respond(Html::dot()),
        false => responder.error(StatusCode::NOT_FOUND),
    }
}

/// Shows a challenge. A visitor who has solved it already, and returned by the back button or a
/// reload, is redirected instead. A POST request comes from a page that carries a form.
async fn challenge(responder: &Responder<'_>, modality: Modality, body: Body) -> Response {
    let carries = *responder.method == Method::POST;
    let is_foreign = || is_cross_site(responder.client, responder.uri, responder.headers);
    if responder.client.is_unknown() || (carries && is_foreign()) {
        return responder.denied();
    }
    let browser = browser_cookie::find(responder);
    let query = responder.uri.query().unwrap_or_default();
    let Ok(link) = ChallengeLink::open(responder, &FormFields::parse(query.as_bytes()), browser)
    else {
        return responder.busy();
    };
    // Open tabs of a visitor with a clearance are redirected, whatever their number.
    if !carries && link.is_solved(responder).await {
        return redirect_to_next(responder, &link, browser, None);
    }
    if let Err(response) = within_quota(responder, browser).await {
        return *response;
    }
    let mut link = link;
    let mut carried = None;
    if carries {
        let form = match read_form(responder, body).await {
            Ok(form) => form,
            Err(response) => return *response,
        };
        let fields = FormFields::parse(&form);
        carried = carried_form::of_page(responder, browser, &fields);
        if carried_form::is_lost(&fields, carried.as_ref()) {
            link = match link.with_lost_form(responder) {
                Ok(link) => link,
                Err(_) => return responder.busy(),
            };
        }
    }
    if link.is_solved(responder).await {
        return redirect_to_next(responder, &link, browser, carried.as_ref());
    }
    if !responder.instance.challenges.offers(modality, link.task) {
        return match link.replacement(responder, browser) {
            Some(address) => redirect(&address),
            None => responder.error(StatusCode::NOT_FOUND),
        };
    }
    show(responder, modality, &link, browser, carried.as_ref()).await
}
