//! Reads Fetch Metadata and related headers: cross-site, prefetch, subresource.

use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, ORIGIN, REFERER};
use http::{HeaderMap, Method, Uri};

use super::old_browser;
use crate::client::{Client, host};

// These are static, so that they are not parsed for each request.
static SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

pub(crate) static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Headers by which browsers mark a prefetch.
static PURPOSES: [HeaderName; 4] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-purpose"),
    HeaderName::from_static("x-moz"),
];

/// Starts of the values of these headers. Facebook's app and older Safaris send `preview`.
const LOADED_AHEAD: [&[u8]; 4] = [b"prefetch", b"prerender", b"preview", b"instant"];

/// Whether the client caused the request itself. Nobody is banned for requests that another site
/// makes a browser send, for prefetches, for the pictures and frames of a page, which another
/// visitor may have posted, or for reports and pings.
pub(crate) fn is_user_initiated(
    client: &Client,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> bool {
    let only_asks = matches!(*method, Method::GET | Method::HEAD);
    let from_elsewhere = || {
        let referrer = referrer(headers)?;
        let hosts = client.hosts(uri, headers);
        let named = host(&referrer)?;
        Some(!hosts.is_empty() && !hosts.contains(&named))
    };
    !(only_asks && (is_prefetch(headers) || is_part_of_a_page(headers)))
        && !is_report(headers)
        && !is_cross_site(client, uri, headers)
        && (header(headers, &SEC_FETCH_SITE).is_some() || !from_elsewhere().unwrap_or(false))
}

/// Whether a browser sends a report or a ping by itself, as its policies and links tell it to.
fn is_report(headers: &HeaderMap) -> bool {
    let types: [&[u8]; 3] = [
        b"text/ping",
        b"application/csp-report",
        b"application/reports+json",
    ];
    let sent = header(headers, &CONTENT_TYPE).unwrap_or_default();
    let sent = sent.split(|byte| *byte == b';').next().unwrap_or_default();
    let sent = sent.trim_ascii();
    header(headers, &SEC_FETCH_DEST) == Some(b"report")
        || types.iter().any(|kind| sent.eq_ignore_ascii_case(kind))
}

/// Whether a browser loads a part of a page: a picture, a sound, a frame. Requests of a page's
/// script have the destination `empty`. Without Fetch Metadata, `Accept` reveals it, except for
/// frames and scripts.
fn is_part_of_a_page(headers: &HeaderMap) -> bool {
    if let Some(destination) = header(headers, &SEC_FETCH_DEST) {
        return !matches!(destination, b"document" | b"empty");
    }
    let accepted = header(headers, &ACCEPT).unwrap_or_default();
    let parts: [&[u8]; 5] = [b"image/", b"audio/", b"video/", b"font/", b"text/css"];
    let starts = |part: &[u8]| {
        let start = accepted.get(..part.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(part))
    };
    // Old browsers list pictures first in `Accept` for pages, too.
    let is_page = |range: &[u8]| range.trim_ascii_start().starts_with(b"text/html");
    parts.into_iter().any(starts)
        && !accepted.split(|byte| *byte == b',').any(is_page)
        && !is_page_of_explorer(accepted, headers)
}

/// Whether an old Internet Explorer requests a page: it then lists formats of pictures, and asks for
/// a picture by `*/*`. Others end their lists for pictures with `image/*`.
fn is_page_of_explorer(accepted: &[u8], headers: &HeaderMap) -> bool {
    let has = |range: &[u8]| {
        let mut ranges = accepted.split(|byte| *byte == b',');
        ranges.any(|given| given.trim_ascii().starts_with(range))
    };
    has(b"*/*") && !has(b"image/*") && old_browser::asks_for_anything(headers)
}

/// Whether the response becomes a part of a page, or goes to another site's script. Nobody would
/// see a challenge there.
pub(crate) fn is_subresource(client: &Client, uri: &Uri, headers: &HeaderMap) -> bool {
    let destination = header(headers, &SEC_FETCH_DEST);
    let shows_pages = |destination: &[u8]| {
        matches!(
            destination,
            b"document" | b"empty" | b"iframe" | b"frame" | b"fencedframe"
        )
    };
    let leads_away = |destination: &[u8]| destination != b"document";
    match destination {
        Some(destination) if !shows_pages(destination) => true,
        Some(destination) => leads_away(destination) && is_cross_site(client, uri, headers),
        // Older browsers request pictures by `Accept`.
        None => header(headers, &ACCEPT).is_some_and(|accepted| {
            accepted.starts_with(b"image/") && !is_page_of_explorer(accepted, headers)
        }),
    }
}

/// Whether a page of this site may show the response in a frame. Without Fetch Metadata, as over
/// plain HTTP, a request does not say what it is for. The browser then enforces the policy of the
/// response, which allows frames of this site alone.
pub(crate) fn may_be_own_frame(headers: &HeaderMap) -> bool {
    let framed = header(headers, &SEC_FETCH_DEST);
    let site = header(headers, &SEC_FETCH_SITE);
    match (framed, site) {
        (None, None) => true,
        (Some(kind), Some(site)) => matches!(kind, b"iframe" | b"frame") && site == b"same-origin",
        _ => false,
    }
}

/// Whether a browser prefetches the page, so that nobody sees it yet.
pub(crate) fn is_prefetch(headers: &HeaderMap) -> bool {
    PURPOSES
        .iter()
        .filter_map(|name| header(headers, name))
        .any(|value| {
            let value = value.to_ascii_lowercase();
            LOADED_AHEAD
                .iter()
                .any(|purpose| value.starts_with(purpose))
        })
}

/// Whether a page of another site made a request that changes something.
pub(crate) fn is_cross_site(client: &Client, uri: &Uri, headers: &HeaderMap) -> bool {
    if let Some(site) = header(headers, &SEC_FETCH_SITE) {
        return site != b"same-origin" && site != b"none";
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return false;
    };
    let origin = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.parse::<Uri>().ok());
    match origin.as_ref().and_then(host) {
        Some(origin) => !client.hosts(uri, headers).contains(&origin),
        None => true,
    }
}

/// Whether a page of this site certainly made the request. Browsers that send no such header and
/// programs do not count. Without Fetch Metadata, scheme and host have to match; some proxies lose
/// the port.
pub(crate) fn is_same_origin(client: &Client, uri: &Uri, headers: &HeaderMap) -> bool {
    match header(headers, &SEC_FETCH_SITE) {
        Some(site) => site == b"same-origin",
        None => {
            let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
            let scheme = origin.and_then(|origin| origin.split_once("://"));
            let expected = if client.is_https() { "https" } else { "http" };
            scheme.is_some_and(|(scheme, _)| scheme == expected)
                && !is_cross_site(client, uri, headers)
        }
    }
}

/// The path of this site's page that the request came from.
pub(crate) fn referring_path(client: &Client, uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let referrer = referrer(headers)?;
    let same = client.hosts(uri, headers).contains(&host(&referrer)?);
    same.then(|| referrer.path_and_query().map(ToString::to_string))?
}

fn referrer(headers: &HeaderMap) -> Option<Uri> {
    headers.get(REFERER)?.to_str().ok()?.parse().ok()
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    headers.get(name).map(|value| value.as_bytes().trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{ForwardedHeader, Peer, Trust, origin};

    /// A client behind a trusted proxy.
    fn client(headers: &HeaderMap) -> Client {
        let peer = Peer::Address([127, 0, 0, 1].into());
        let trust = Trust::Hops(std::num::NonZeroU8::MIN);
        let origin = origin(peer, headers, &trust, &ForwardedHeader::Either);
        Client::new(peer, origin, None, None)
    }

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    const OLD_PAGE: (&str, &str) = ("accept", "image/gif, image/jpeg, image/pjpeg, */*");
    const EXPLORER: (&str, &str) = (
        "user-agent",
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
    );

    #[test]
    fn nobody_is_shown_a_challenge_in_place_of_a_picture() {
        for (lines, picture) in [
            (&[][..], false),
            (&[OLD_PAGE], true),
            (&[OLD_PAGE, EXPLORER], false),
            (&[("sec-fetch-dest", "image"), EXPLORER], true),
            (&[("accept", "text/html,*/*;q=0.8")], false),
        ] {
            let headers = headers(lines);
            let uri = Uri::from_static("/humanify/challenge");
            let found = is_subresource(&client(&headers), &uri, &headers);
            assert_eq!(found, picture, "{lines:?}");
        }
    }

    #[test]
    fn a_page_that_nobody_sees_yet_is_a_prefetch() {
        for (lines, prefetch) in [
            (&[][..], false),
            (&[("sec-purpose", "prefetch;prerender")], true),
            (&[("purpose", "prefetch")], true),
            (&[("purpose", "Preview")], true),
            (&[("x-purpose", "preview")], true),
            (&[("x-purpose", "instant")], true),
            (&[("x-moz", "prefetch")], true),
            (&[("purpose", "reading")], false),
        ] {
            assert_eq!(is_prefetch(&headers(lines)), prefetch, "{lines:?}");
        }
    }

    #[test]
    fn parts_of_a_page_are_recognised_by_destination_or_accept() {
        for (lines, part) in [
            (&[][..], false),
            (&[("sec-fetch-dest", "image")], true),
            (&[("sec-fetch-dest", "document")], false),
            (
                &[("accept", "image/avif,image/webp,image/*;q=0.8,*/*;q=0.5")],
                true,
            ),
            (&[("accept", "IMAGE/png")], true),
            (&[("accept", "video/webm,audio/*;q=0.9")], true),
            (&[("accept", "text/css,*/*;q=0.1")], true),
            (
                &[(
                    "accept",
                    "text/html,application/xhtml+xml,image/avif,*/*;q=0.8",
                )],
                false,
            ),
            (
                &[("accept", "image/gif, image/jpeg, text/html, */*")],
                false,
            ),
            (&[OLD_PAGE], true),
            (&[OLD_PAGE, EXPLORER], false),
            (
                &[("accept", "image/png, image/*;q=0.8, */*;q=0.5"), EXPLORER],
                true,
            ),
            (&[("accept", "*/*")], false),
            (&[("accept", "application/json")], false),
            (
                &[("accept", "image/avif"), ("sec-fetch-dest", "empty")],
                false,
            ),
        ] {
            assert_eq!(is_part_of_a_page(&headers(lines)), part, "{lines:?}");
        }
    }

    #[test]
    fn a_form_of_another_site_is_recognised() {
        for (lines, cross) in [
            (&[("host", "a.example")][..], false),
            (
                &[("host", "a.example"), ("sec-fetch-site", "same-origin")],
                false,
            ),
            (
                &[("host", "a.example"), ("sec-fetch-site", "same-site")],
                true,
            ),
            (
                &[("host", "a.example"), ("sec-fetch-site", "cross-site")],
                true,
            ),
            (
                &[("host", "a.example:80"), ("origin", "http://a.example")],
                false,
            ),
            (
                &[("host", "a.example"), ("origin", "http://b.example")],
                true,
            ),
            (&[("host", "a.example"), ("origin", "null")], true),
            // A trusted proxy reports the requested host.
            (
                &[
                    ("host", "upstream:8080"),
                    ("x-forwarded-host", "a.example"),
                    ("origin", "https://a.example"),
                ],
                false,
            ),
            (
                &[
                    ("host", "upstream:8080"),
                    ("x-forwarded-host", "a.example"),
                    ("origin", "https://b.example"),
                ],
                true,
            ),
        ] {
            let uri = Uri::from_static("/humanify/verify");
            let headers = headers(lines);
            let cross_site = is_cross_site(&client(&headers), &uri, &headers);
            assert_eq!(cross_site, cross, "{lines:?}");
        }
    }

    #[test]
    fn only_pages_of_this_site_are_return_addresses() {
        let uri = Uri::from_static("/send");
        for (referrer, path) in [
            ("http://a.example/form?x=1", Some("/form?x=1")),
            ("https://A.example:8080/form", Some("/form")),
            ("http://b.example/form", None),
            ("javascript:alert(1)", None),
            ("/form", None),
        ] {
            let lines = headers(&[("host", "a.example"), ("referer", referrer)]);
            let from = referring_path(&client(&lines), &uri, &lines);
            assert_eq!(from.as_deref(), path, "{referrer}");
        }
    }
}
