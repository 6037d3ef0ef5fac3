//! Decides which redirects outgoing requests follow.

use http::header::LOCATION;
use http::uri::Scheme;
use http::{HeaderMap, Uri};

/// The target of a redirect, if it is allowed: another path of the same server, or an HTTPS
/// address whose host is a full domain name. Hosts inside a private network seldom have one.
pub(super) fn redirect_target(requested: &Uri, headers: &HeaderMap) -> Option<Uri> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    if location.starts_with('/') && !location.starts_with("//") {
        let mut parts = requested.clone().into_parts();
        parts.path_and_query = Some(location.parse().ok()?);
        return Uri::from_parts(parts).ok();
    }
    let uri: Uri = location.parse().ok()?;
    let host = uri.host()?.trim_end_matches('.');
    // A host whose last label is a number is an IP address in some notation (`127.1`, `0x7f.1`).
    let last = host.rsplit_once('.').map(|(_, last)| last);
    let is_named = last.is_some_and(|last| last.starts_with(|c: char| c.is_ascii_alphabetic()));
    let is_public = is_named && !host.ends_with(".localhost");
    (uri.scheme() == Some(&Scheme::HTTPS) && is_public).then_some(uri)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn redirects_never_leave_tls() {
        for (location, expected) in [
            ("https://b.example/x", Some("https://b.example/x")),
            ("/x?y=1", Some("https://a.example/x?y=1")),
            ("http://b.example/", None),
            ("//b.example/", None),
            ("https://127.0.0.1/", None),
            ("https://169.254.169.254/latest", None),
            ("https://[::1]/", None),
            ("https://localhost:8443/", None),
            ("https://127.1/", None),
            ("https://2130706433/", None),
            ("https://0x7f.0x1/", None),
            ("https://database/", None),
            ("ftp://b.example/", None),
            ("x", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, HeaderValue::from_static(location));
            let requested = Uri::from_static("https://a.example/list");
            let next = redirect_target(&requested, &headers).map(|uri| uri.to_string());
            assert_eq!(next.as_deref(), expected, "{location}");
        }
    }
}
