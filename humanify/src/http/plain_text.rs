//! `plain_text`: a response of humanify with a line of text.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, StatusCode};

/// The request headers on which humanify's responses depend, for `Vary`.
pub(crate) const VARY_ON: &str = "Accept, Accept-Language, Cookie, Sec-Fetch-Mode";

/// A response with a status and a line of text, which no cache stores. It costs little, so that it
/// suits refusals that come by the thousand.
pub(crate) fn plain_text(status: StatusCode, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let mut headers = HeaderMap::with_capacity(6);
    for (name, value) in [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (VARY, VARY_ON),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    *response.headers_mut() = headers;
    response
}
