//! The cookie that identifies the browser which answers a challenge.

use axum::response::Response;
use http::header::{HeaderValue, SET_COOKIE};

use super::responder::Responder;
use crate::challenge::{BROWSER_LIFE, Browser};
use crate::http::cookies;

/// The maximum number of cookies of this name that are opened.
const MAX_COOKIES: usize = 4;

/// The browser of the request's cookie, if a valid one exists.
pub(super) fn find(responder: &Responder<'_>) -> Option<Browser> {
    let names = &responder.instance.settings.cookies;
    let name = names.browser.get(responder.client.is_https());
    cookies(responder.headers, name)
        .take(MAX_COOKIES)
        .find_map(|cookie| responder.instance.challenges.browser(cookie))
}

/// Sets the cookie of a browser, or renews it.
pub(super) fn set(responder: &Responder<'_>, browser: Browser, response: &mut Response) {
    let Ok(value) = responder.instance.challenges.browser_cookie(browser) else {
        return;
    };
    let https = responder.client.is_https();
    let names = &responder.instance.settings.cookies;
    let cookie = names.set(&names.browser, https, &value, BROWSER_LIFE / 1_000);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
