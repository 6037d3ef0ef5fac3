//! What kind of response a request can use: page, page in place, or problem document.

use http::header::ACCEPT;
use http::{HeaderMap, Method};

use super::fetch_metadata::{SEC_FETCH_MODE, header, is_prefetch};

/// What kind of answer the client can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestKind {
    /// A browser that follows a link.
    Navigation,
    /// A browser that sends a form.
    FormSubmit,
    /// Anything else: API clients, `fetch`, event streams, web sockets, prefetches.
    Api,
}

impl RequestKind {
    pub(crate) fn of(method: &Method, headers: &HeaderMap) -> RequestKind {
        let navigates = header(headers, &SEC_FETCH_MODE).is_none_or(|mode| mode == b"navigate");
        if !navigates || is_prefetch(headers) || !takes_html(headers) {
            return RequestKind::Api;
        }
        match *method {
            Method::GET | Method::HEAD => RequestKind::Navigation,
            _ => RequestKind::FormSubmit,
        }
    }

    /// Whether the client shows pages to a person.
    pub(crate) fn takes_pages(self) -> bool {
        self != RequestKind::Api
    }
}

/// Whether `Accept` names `text/html` without refusing it.
fn takes_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .any(|range| {
            let mut parts = range.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
            let html = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(b"text/html"));
            html && !parts.any(|parameter| {
                parameter
                    .strip_prefix(b"q=")
                    .or(parameter.strip_prefix(b"Q="))
                    .is_some_and(|q| q.iter().all(|byte| matches!(byte, b'0' | b'.')))
            })
        })
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_browser_is_told_from_a_program() {
        const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        for (method, lines, caller) in [
            (Method::GET, &[HTML][..], RequestKind::Navigation),
            (
                Method::HEAD,
                &[HTML, ("sec-fetch-mode", "navigate")],
                RequestKind::Navigation,
            ),
            (Method::POST, &[HTML], RequestKind::FormSubmit),
            (
                Method::GET,
                &[HTML, ("sec-fetch-mode", "cors")],
                RequestKind::Api,
            ),
            (
                Method::GET,
                &[HTML, ("sec-purpose", "prefetch;prerender")],
                RequestKind::Api,
            ),
            (
                Method::GET,
                &[HTML, ("purpose", "prefetch")],
                RequestKind::Api,
            ),
            (Method::GET, &[("accept", "*/*")], RequestKind::Api),
            (
                Method::GET,
                &[("accept", "text/html;q=0")],
                RequestKind::Api,
            ),
            (
                Method::GET,
                &[("accept", "text/html;level=1;q=0.5")],
                RequestKind::Navigation,
            ),
            (
                Method::GET,
                &[("accept", "text/event-stream")],
                RequestKind::Api,
            ),
            (Method::GET, &[], RequestKind::Api),
        ] {
            assert_eq!(
                RequestKind::of(&method, &headers(lines)),
                caller,
                "{lines:?}"
            );
        }
    }
}
