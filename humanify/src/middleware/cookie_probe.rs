//! A probe cookie that shows whether the browser keeps cookies.

use axum::response::Response;
use http::header::{HeaderValue, SET_COOKIE};

use super::responder::Responder;
use crate::challenge::CHALLENGE_LIFE;
use crate::http::{cookies, set_cookie};

const COOKIE: &str = "humanify_trial";

const SECURE_COOKIE: &str = "__Host-humanify_trial";

/// Sets the cookie.
pub(super) fn begin(answering: &Responder<'_>, response: &mut Response) {
    let https = answering.client.is_https();
    let cookie = set_cookie(https, (COOKIE, SECURE_COOKIE), "1", CHALLENGE_LIFE / 1_000);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Whether it came back.
pub(super) fn came_back(answering: &Responder<'_>) -> bool {
    let name = if answering.client.is_https() {
        SECURE_COOKIE
    } else {
        COOKIE
    };
    cookies(answering.headers, name).next().is_some()
}
