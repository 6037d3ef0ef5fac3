//! What of a request's headers is kept, until somebody asks whether they fit.

use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, RANGE, UPGRADE, VIA,
};
use http::{HeaderMap, HeaderValue};

/// What the headers say of the browser. Values are counted references, so that noting
/// allocates nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Noted {
    brands: Option<HeaderValue>,
    mobile: Option<HeaderValue>,
    platform: Option<HeaderValue>,
    fetch_metadata: bool,
    language: bool,
    page: bool,
    app: bool,
    may_lack: bool,
}

impl Noted {
    /// Notes what is needed of a request's headers.
    pub(crate) fn new(headers: &HeaderMap, proxied: bool) -> Noted {
        let has = |name: &str| headers.contains_key(name);
        let is = |name, words: &[&str]| {
            headers
                .get(name)
                .is_some_and(|value| words.iter().any(|word| holds(value.as_bytes(), word)))
        };
        Noted {
            brands: headers.get("sec-ch-ua").cloned(),
            mobile: headers.get("sec-ch-ua-mobile").cloned(),
            platform: headers.get("sec-ch-ua-platform").cloned(),
            fetch_metadata: has("sec-fetch-site") || has("sec-fetch-mode") || has("sec-fetch-dest"),
            language: headers.contains_key(ACCEPT_LANGUAGE),
            page: is(ACCEPT, &["text/html"]),
            // A WebView of Android tells the program's name, `com.example`.
            app: headers
                .get("x-requested-with")
                .is_some_and(|value| value.as_bytes().contains(&b'.')),
            may_lack: headers.contains_key(UPGRADE)
                || has("sec-websocket-key")
                || headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
                || headers.contains_key(RANGE)
                || has("sec-purpose")
                || has("purpose")
                || is(CONTENT_TYPE, &REPORTS)
                || (!proxied && headers.contains_key(VIA)),
        }
    }

    /// `Sec-CH-UA`.
    pub(super) fn brands(&self) -> Option<&[u8]> {
        self.brands.as_ref().map(HeaderValue::as_bytes)
    }

    /// `Sec-CH-UA-Mobile`, if it is a boolean.
    pub(super) fn mobile(&self) -> Option<bool> {
        match self.mobile.as_ref()?.as_bytes().trim_ascii() {
            b"?1" => Some(true),
            b"?0" => Some(false),
            _ => None,
        }
    }

    /// `Sec-CH-UA-Platform`, without the quotes.
    pub(super) fn platform(&self) -> Option<&[u8]> {
        let platform = self.platform.as_ref()?.as_bytes().trim_ascii();
        platform.strip_prefix(b"\"")?.strip_suffix(b"\"")
    }

    /// Whether one of `Sec-Fetch-Site`, `-Mode` and `-Dest` is there.
    pub(super) fn has_fetch_metadata(&self) -> bool {
        self.fetch_metadata
    }

    /// Whether `Accept-Language` is there.
    pub(super) fn has_language(&self) -> bool {
        self.language
    }

    /// Whether the request is for a page.
    pub(super) fn asks_for_a_page(&self) -> bool {
        self.page
    }

    /// Whether the request is from a program on Android that shows pages.
    pub(super) fn is_from_an_app(&self) -> bool {
        self.app
    }

    /// Whether the request is of a kind that browsers send from elsewhere than from pages, or
    /// came through a proxy of the client's, so that nothing can be said of what is missing:
    /// WebSockets, preflights, parts of media, prefetches, reports.
    pub(super) fn may_lack_headers(&self) -> bool {
        self.may_lack
    }
}

/// What browsers report by themselves.
const REPORTS: [&str; 4] = [
    "application/csp-report",
    "application/reports+json",
    "application/expect-ct-report",
    "text/ping",
];

/// Whether a value holds a word that is in lower case, in whichever case.
fn holds(value: &[u8], word: &str) -> bool {
    value
        .windows(word.len())
        .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
