//! `MatchContext`: the parts of a request that conditions look at.

use std::borrow::Cow;

use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderMap, Method, Uri};
use humanify_syntax::{Field, Sign};

use super::condition::Value;
use super::path::normalise;
use crate::client::Client;
use crate::detect::Detection;
use crate::http::cookies;
use crate::truth::Truth;

/// A request, with what is known of it before it goes in.
pub(crate) struct MatchContext<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    /// The path as it was sent.
    pub(crate) path: &'a str,
    /// The path as a server might understand it.
    pub(crate) normal_path: Cow<'a, [u8]>,
    /// The router's template.
    pub(crate) route: Option<&'a str>,
    /// The handler's name.
    pub(crate) endpoint: Option<&'static str>,
    pub(crate) client: &'a Client,
    pub(crate) detection: &'a Detection,
}

impl<'a> MatchContext<'a> {
    /// `None` if the path is encoded so often that nobody means it.
    pub(crate) fn new(
        parts: &'a Parts,
        uri: &'a Uri,
        route: Option<&'a str>,
        endpoint: Option<&'static str>,
        client: &'a Client,
        detection: &'a Detection,
    ) -> Option<MatchContext<'a>> {
        Some(MatchContext {
            method: &parts.method,
            uri,
            headers: &parts.headers,
            path: uri.path(),
            normal_path: normalise(uri.path())?,
            route,
            endpoint,
            client,
            detection,
        })
    }

    /// Whether a sign holds of the client.
    pub(crate) fn tell(&self, sign: Sign) -> Truth {
        if self.detection.needs_headers(sign) {
            self.detection.note(self.headers);
        }
        self.detection.tell(sign)
    }

    /// Gives every value of a limit's key. Of a path only the one reading, so that nobody
    /// counts a path twice.
    pub(crate) fn each_key(&self, field: Field, take: &mut dyn FnMut(&[u8])) {
        match field {
            Field::Path => take(&self.normal_path),
            field => self.each_value(field, &mut |value| take(&value)),
        }
    }

    /// Gives every value that a field has. A parameter, a header or a cookie may come
    /// several times; a path has two readings.
    pub(super) fn each_value(&self, field: Field, take: &mut dyn FnMut(Value<'_>)) {
        match field {
            Field::Method => take(self.method.as_str().as_bytes().into()),
            Field::Path => {
                take(self.path.as_bytes().into());
                take(self.normal_path.as_ref().into());
            }
            Field::Host => {
                if let Some(host) = host(self.uri, self.headers) {
                    take(host.into());
                }
            }
            Field::Scheme => {
                let scheme: &[u8] = if self.client.is_https() {
                    b"https"
                } else {
                    b"http"
                };
                take(scheme.into());
            }
            Field::Arg(name) => {
                let query = self.uri.query().unwrap_or_default();
                for (key, value) in form_urlencoded::parse(query.as_bytes()) {
                    if key == name {
                        take(value.as_bytes().into());
                    }
                }
            }
            Field::Header(name) => {
                for value in self.headers.get_all(name) {
                    take(value.as_bytes().into());
                }
            }
            Field::ContentType => {
                for value in self.headers.get_all(CONTENT_TYPE) {
                    take(media_type(value.as_bytes()).into());
                }
            }
            Field::Cookie(name) => {
                for value in cookies(self.headers, name) {
                    take(value.into());
                }
            }
            Field::Crawler => {
                if let Some(name) = self.detection.crawler() {
                    take(name.as_bytes().into());
                }
            }
            Field::CrawlerKind => {
                if let Some(kind) = self.detection.crawler_kind() {
                    take(kind.name().as_bytes().into());
                }
            }
            Field::VpnProvider => {
                if let Some(name) = self.detection.vpn_provider() {
                    take(name.as_bytes().into());
                }
            }
            // `client.ip` is compared as an address.
            _ => {}
        }
    }
}

/// A media type without its parameters, in lower case.
fn media_type(value: &[u8]) -> Vec<u8> {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().to_ascii_lowercase()
}

/// The host that the client asks for, in lower case and without the port.
pub(crate) fn host(uri: &Uri, headers: &HeaderMap) -> Option<Vec<u8>> {
    let authority = match uri.authority() {
        Some(authority) => authority.as_str().as_bytes(),
        None => headers.get(HOST)?.as_bytes(),
    };
    let host = match authority.iter().rposition(|byte| *byte == b':') {
        Some(colon)
            if authority
                .iter()
                .skip(colon + 1)
                .all(|byte| byte.is_ascii_digit()) =>
        {
            authority.get(..colon)?
        }
        _ => authority,
    };
    let host = host.strip_suffix(b".").unwrap_or(host);
    Some(host.to_ascii_lowercase())
}
