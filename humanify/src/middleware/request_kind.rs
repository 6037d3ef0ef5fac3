//! `RequestKind`: which response a client can use: page, page in place, or problem document.

use http::header::ACCEPT;
use http::{HeaderMap, HeaderName, Method};

use super::fetch_metadata::{SEC_FETCH_MODE, header, is_prefetch};
use super::old_browser;

/// The kind of response that the client can use.
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
        let mode = header(headers, &SEC_FETCH_MODE);
        let navigates = mode == Some(b"navigate");
        let is_scripted = header(headers, &X_REQUESTED_WITH)
            .is_some_and(|with| with.eq_ignore_ascii_case(b"xmlhttprequest"));
        if (mode.is_some() && !navigates)
            || is_scripted
            || is_prefetch(headers)
            || !takes_html(headers, navigates)
        {
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

/// The header by which scripts mark their requests.
static X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// Whether `Accept` allows HTML, by name or as any text; for a browser that follows a link and for
/// a browser without `fetch`, `*/*` is enough. The most specific range counts, as in RFC 9110,
/// section 12.5.1.
fn takes_html(headers: &HeaderMap, navigates: bool) -> bool {
    let lines = headers.get_all(ACCEPT).iter();
    let ranges = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let (mut html, mut text, mut anything) = (None, None, None);
    for range in ranges {
        let mut parts = range.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let taken = match parts.next().map(<[u8]>::to_ascii_lowercase).as_deref() {
            Some(b"text/html") => &mut html,
            Some(b"text/*") => &mut text,
            Some(b"*/*") => &mut anything,
            _ => continue,
        };
        let is_refused = parts.any(|parameter| {
            parameter
                .strip_prefix(b"q=")
                .or(parameter.strip_prefix(b"Q="))
                .is_some_and(|q| q.iter().all(|byte| matches!(byte, b'0' | b'.')))
        });
        *taken = Some(taken.unwrap_or(false) || !is_refused);
    }
    // The user agent is read at most once, and only if it decides.
    let is_enough = |_: &bool| navigates || old_browser::asks_for_anything(headers);
    html.or(text)
        .or_else(|| anything.filter(is_enough))
        .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn browsers_and_programs_are_distinguished() {
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
                &[("accept", "*/*"), ("sec-fetch-mode", "navigate")],
                RequestKind::Navigation,
            ),
            (
                Method::GET,
                &[("accept", "*/*"), ("user-agent", "Links (2.28; Linux)")],
                RequestKind::Navigation,
            ),
            (
                Method::POST,
                &[
                    ("accept", "image/gif, image/jpeg, */*"),
                    (
                        "user-agent",
                        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)",
                    ),
                ],
                RequestKind::FormSubmit,
            ),
            (
                Method::GET,
                &[
                    ("accept", "*/*"),
                    (
                        "user-agent",
                        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)",
                    ),
                    ("x-requested-with", "XMLHttpRequest"),
                ],
                RequestKind::Api,
            ),
            (
                Method::GET,
                &[
                    ("accept", "*/*"),
                    ("sec-fetch-mode", "no-cors"),
                    ("user-agent", "Links (2.28; Linux)"),
                ],
                RequestKind::Api,
            ),
            (
                Method::GET,
                &[
                    ("accept", "text/html;q=0,*/*"),
                    ("sec-fetch-mode", "navigate"),
                ],
                RequestKind::Api,
            ),
            (
                Method::GET,
                &[("accept", "text/*")],
                RequestKind::Navigation,
            ),
            (Method::GET, &[("accept", "text/*;q=0")], RequestKind::Api),
            (
                Method::GET,
                &[HTML, ("x-requested-with", "XMLHttpRequest")],
                RequestKind::Api,
            ),
            (
                Method::POST,
                &[HTML, ("x-requested-with", "xmlhttprequest")],
                RequestKind::Api,
            ),
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
