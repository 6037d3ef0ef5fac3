//! `MatchContext`: the parts of a request that conditions and targets are matched against.

use std::borrow::Cow;

use axum::extract::MatchedPath;
use http::header::CONTENT_TYPE;
use http::{Extensions, HeaderMap, Method, Uri};
use humanify_syntax::{Field, Policy, Sign};

use super::path::{is_plain, normalise, other_readings};
use crate::client::Client;
use crate::detect::Detection;
use crate::http::cookies;
use crate::truth::Truth;

/// A value of a field.
pub(super) type FieldValue<'a> = Cow<'a, [u8]>;

/// Where the router's template for a request is found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RequestRoute<'a> {
    Known(Option<&'a str>),
    /// In the extensions. Few requests need it, so it is looked up on demand.
    In(&'a Extensions),
}

impl<'a> RequestRoute<'a> {
    /// The router's template.
    pub(crate) fn template(self) -> Option<&'a str> {
        match self {
            RequestRoute::Known(template) => template,
            RequestRoute::In(extensions) => extensions.get().map(MatchedPath::as_str),
        }
    }
}

/// A request with everything that conditions and targets are matched against.
pub(crate) struct MatchContext<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    /// The path as it was sent.
    pub(crate) path: &'a str,
    /// The normalised path or, in one of [`readings`](MatchContext::readings), that reading.
    pub(crate) normal_path: Cow<'a, [u8]>,
    /// The other ways in which a server might read the path.
    other_readings: Vec<Vec<u8>>,
    /// Whether this is one of several readings. Observed statements do not log it.
    pub(crate) is_dry_run: bool,
    /// Where the router's template is found.
    pub(crate) route: RequestRoute<'a>,
    /// The policy of the handler.
    pub(crate) policy: Option<&'static Policy>,
    pub(crate) client: &'a Client,
    pub(crate) detection: &'a Detection,
}

impl<'a> MatchContext<'a> {
    /// `None` if the path is encoded more than three times or has too many readings.
    #[inline]
    pub(crate) fn new(
        (method, uri, headers): (&'a Method, &'a Uri, &'a HeaderMap),
        route: RequestRoute<'a>,
        policy: Option<&'static Policy>,
        detection: &'a Detection,
    ) -> Option<MatchContext<'a>> {
        let path = uri.path();
        let (normal_path, other_readings) = match is_plain(path) {
            true => (Cow::Borrowed(path.as_bytes()), Vec::new()),
            false => {
                let normal_path = normalise(path)?;
                let others = other_readings(path, &normal_path)?;
                (normal_path, others)
            }
        };
        Some(MatchContext {
            method,
            uri,
            headers,
            path,
            other_readings,
            normal_path,
            is_dry_run: false,
            route,
            policy,
            client: detection.client(),
            detection,
        })
    }

    /// The same request as a trial, whose observed statements are not reported.
    pub(crate) fn as_dry_run(&self) -> MatchContext<'_> {
        MatchContext {
            is_dry_run: true,
            ..self.with_policy(self.policy)
        }
    }

    /// The same request as it is seen where the router has found no route.
    pub(crate) fn without_route(&self) -> MatchContext<'_> {
        MatchContext {
            route: RequestRoute::Known(None),
            ..self.with_policy(self.policy)
        }
    }

    /// The same request to a handler with this policy.
    pub(crate) fn with_policy<'b>(&'b self, policy: Option<&'static Policy>) -> MatchContext<'b> {
        MatchContext {
            normal_path: Cow::Borrowed(&self.normal_path),
            other_readings: self.other_readings.clone(),
            policy,
            ..*self
        }
    }

    /// Whether servers may read the path in several ways.
    pub(crate) fn is_ambiguous(&self) -> bool {
        !self.other_readings.is_empty()
    }

    /// The same request in each way in which its path can be read.
    pub(crate) fn readings<'b>(&'b self) -> impl Iterator<Item = MatchContext<'b>> {
        let others = self.other_readings.iter().map(Vec::as_slice);
        std::iter::once(&*self.normal_path)
            .chain(others)
            .map(|path| MatchContext {
                normal_path: Cow::Borrowed(path),
                other_readings: Vec::new(),
                is_dry_run: true,
                ..*self
            })
    }

    /// The router's template.
    pub(crate) fn route(&self) -> Option<&'a str> {
        self.route.template()
    }

    /// The handler's name.
    pub(crate) fn endpoint(&self) -> Option<&'static str> {
        self.policy.map(Policy::endpoint)
    }

    /// Whether a sign holds for the client.
    pub(crate) fn sign_holds(&self, sign: Sign) -> Truth {
        if self.detection.needs_headers(sign) {
            self.detection.note(self.headers);
        }
        self.detection.sign_holds(sign)
    }

    /// Calls `take` with every value of a limit's key. The path has one value here, the normalised
    /// one, so that a request counts once.
    pub(crate) fn each_key(&self, field: Field, take: &mut dyn FnMut(&[u8])) {
        match field {
            Field::Path => take(&self.normal_path),
            field => self.each_value(field, &mut |value| take(&value)),
        }
    }

    /// Calls `take` with every value of a field. Parameters, headers and cookies may occur several
    /// times. The path has two values: as it was sent, and normalised.
    pub(super) fn each_value(&self, field: Field, take: &mut dyn FnMut(FieldValue<'_>)) {
        match field {
            Field::Method => take(self.method.as_str().as_bytes().into()),
            Field::Path => {
                take(self.path.as_bytes().into());
                take(self.normal_path.as_ref().into());
            }
            Field::Host => {
                for host in self.client.hosts(self.uri, self.headers) {
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
