//! What of a request's headers is kept, until somebody asks whether they fit.

use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, HeaderName, RANGE,
    UPGRADE, VIA,
};
use http::{HeaderMap, HeaderValue};

const SEC_CH_UA: HeaderName = HeaderName::from_static("sec-ch-ua");

const SEC_CH_UA_MOBILE: HeaderName = HeaderName::from_static("sec-ch-ua-mobile");

const SEC_CH_UA_PLATFORM: HeaderName = HeaderName::from_static("sec-ch-ua-platform");

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

const X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// Headers of requests that browsers send from elsewhere than from pages.
const ELSEWHERE: [HeaderName; 6] = [
    UPGRADE,
    RANGE,
    ACCESS_CONTROL_REQUEST_METHOD,
    HeaderName::from_static("sec-websocket-key"),
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
];

/// What the headers say of the browser. Values are counted references, so that noting
/// allocates nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeaderSnapshot {
    brands: Option<HeaderValue>,
    mobile: Option<HeaderValue>,
    platform: Option<HeaderValue>,
    accept: Option<HeaderValue>,
    fetch_metadata: bool,
    language: bool,
    app: bool,
    may_lack: bool,
}

impl HeaderSnapshot {
    /// Notes what is needed of a request's headers.
    pub(crate) fn new(headers: &HeaderMap, proxied: bool) -> HeaderSnapshot {
        let has = |name: &HeaderName| headers.contains_key(name);
        let fetch_metadata = [SEC_FETCH_SITE, SEC_FETCH_MODE, SEC_FETCH_DEST]
            .iter()
            .any(has);
        let language = headers.contains_key(ACCEPT_LANGUAGE);
        HeaderSnapshot {
            brands: headers.get(SEC_CH_UA).cloned(),
            mobile: headers.get(SEC_CH_UA_MOBILE).cloned(),
            platform: headers.get(SEC_CH_UA_PLATFORM).cloned(),
            accept: headers.get(ACCEPT).cloned(),
            fetch_metadata,
            language,
            // A WebView of Android tells the program's name, `com.example`.
            app: headers
                .get(X_REQUESTED_WITH)
                .is_some_and(|value| value.as_bytes().contains(&b'.')),
            // Nobody asks where nothing is missing.
            may_lack: !(fetch_metadata && language)
                && (ELSEWHERE.iter().any(has)
                    || headers.get(CONTENT_TYPE).is_some_and(is_report)
                    || (!proxied && headers.contains_key(VIA))),
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
        let accept = self.accept.as_ref();
        accept.is_some_and(|accept| holds(accept, "text/html"))
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

/// Whether a body's type is one of what browsers report by themselves.
fn is_report(content_type: &HeaderValue) -> bool {
    let types = [
        "application/csp-report",
        "application/reports+json",
        "application/expect-ct-report",
        "text/ping",
    ];
    types.iter().any(|name| holds(content_type, name))
}

/// Whether a value holds a word that is in lower case, in whichever case.
fn holds(value: &HeaderValue, word: &str) -> bool {
    let mut parts = value.as_bytes().windows(word.len());
    parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
