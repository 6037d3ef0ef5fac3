//! `HeaderSnapshot`: the headers of a request that are compared with its user agent.

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

/// Headers of requests that browsers do not send for a page, and that lack other headers.
const NOT_OF_PAGES: [HeaderName; 6] = [
    UPGRADE,
    RANGE,
    ACCESS_CONTROL_REQUEST_METHOD,
    HeaderName::from_static("sec-websocket-key"),
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
];

/// What the headers say about the browser. Cloning a `HeaderValue` allocates nothing.
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
    /// Takes a snapshot of a request's headers.
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
            // An Android WebView sends the name of its app here, `com.example`.
            app: headers
                .get(X_REQUESTED_WITH)
                .is_some_and(|value| value.as_bytes().contains(&b'.')),
            // This is only needed if something is missing.
            may_lack: !(fetch_metadata && language)
                && (NOT_OF_PAGES.iter().any(has)
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

    /// Whether one of `Sec-Fetch-Site`, `-Mode` and `-Dest` is present.
    pub(super) fn has_fetch_metadata(&self) -> bool {
        self.fetch_metadata
    }

    /// Whether `Accept-Language` is present.
    pub(super) fn has_language(&self) -> bool {
        self.language
    }

    /// Whether the request is for a page.
    pub(super) fn asks_for_a_page(&self) -> bool {
        let accept = self.accept.as_ref();
        accept.is_some_and(|accept| contains_word(accept, "text/html"))
    }

    /// Whether the request is from a WebView in an Android app.
    pub(super) fn is_from_an_app(&self) -> bool {
        self.app
    }

    /// Whether missing headers say nothing: browsers send WebSocket handshakes, preflights, range
    /// requests for media, prefetches and reports without them, and a proxy of the client may
    /// remove them.
    pub(super) fn may_lack_headers(&self) -> bool {
        self.may_lack
    }
}

/// Whether a media type is that of a browser's own reports.
fn is_report(content_type: &HeaderValue) -> bool {
    let types = [
        "application/csp-report",
        "application/reports+json",
        "application/expect-ct-report",
        "text/ping",
    ];
    types.iter().any(|name| contains_word(content_type, name))
}

/// Whether a value contains a word, ignoring case. `word` is in lower case.
fn contains_word(value: &HeaderValue, word: &str) -> bool {
    let mut parts = value.as_bytes().windows(word.len());
    parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
