//! `RequestHead`: the parts of a request before its body: method, URI, headers, route, language;
//! `LoggedPlace`.

use axum::extract::{MatchedPath, OriginalUri};
use http::header::{ACCEPT_LANGUAGE, HeaderValue};
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Request, Uri};

use crate::decision::escaped;
use crate::language::Language;

/// The head of a request, with or without its body. A request that is taken apart is copied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestHead<'a> {
    pub(crate) method: &'a Method,
    /// The URI as the router passes it on.
    pub(crate) uri: &'a Uri,
    /// The URI that the client requested, also inside `nest`.
    pub(crate) original_uri: &'a Uri,
    /// The paths of the two URIs.
    pub(crate) path: &'a str,
    pub(crate) original_path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) extensions: &'a Extensions,
}

impl<'a> RequestHead<'a> {
    fn new(
        method: &'a Method,
        uri: &'a Uri,
        headers: &'a HeaderMap,
        extensions: &'a Extensions,
    ) -> RequestHead<'a> {
        let original = extensions.get::<OriginalUri>();
        let original_uri = original.map_or(uri, |original| &original.0);
        RequestHead {
            method,
            uri,
            original_uri,
            path: uri.path(),
            original_path: original_uri.path(),
            headers,
            extensions,
        }
    }

    /// The template of the matched route.
    pub(crate) fn route(self) -> Option<&'a str> {
        let matched: Option<&MatchedPath> = self.extensions.get();
        matched.map(MatchedPath::as_str)
    }

    /// The visitor's language.
    pub(super) fn language(self) -> Language {
        let accepted = self.headers.get(ACCEPT_LANGUAGE);
        Language::choose(accepted.map(HeaderValue::as_bytes))
    }
}

/// The place of a request in the log: the route, or the path where no route matched. The paths of
/// routes may hold secrets.
#[derive(Debug, Clone)]
pub(super) enum LoggedPlace {
    Route(MatchedPath),
    Path(Uri),
}

impl LoggedPlace {
    pub(super) fn of(head: RequestHead<'_>) -> LoggedPlace {
        match head.extensions.get::<MatchedPath>() {
            Some(route) => LoggedPlace::Route(route.clone()),
            None => LoggedPlace::Path(head.original_uri.clone()),
        }
    }

    /// The template of the matched route.
    pub(super) fn route(&self) -> Option<&str> {
        match self {
            LoggedPlace::Route(route) => Some(route.as_str()),
            LoggedPlace::Path(_) => None,
        }
    }

    /// The path, cut and escaped, if no route matched.
    pub(super) fn path(&self) -> Option<String> {
        match self {
            LoggedPlace::Route(_) => None,
            LoggedPlace::Path(uri) => Some(escaped(uri.path().as_bytes())),
        }
    }
}

impl RequestHead<'_> {
    /// The prefix of the path that proxies and the router removed. Proxies removed `stripped`.
    #[inline]
    pub(super) fn removed_prefix(self, stripped: &str) -> String {
        match stripped.is_empty() && self.original_path.len() == self.path.len() {
            true => String::new(),
            false => self.found_prefix(stripped),
        }
    }

    fn found_prefix(self, stripped: &str) -> String {
        let nested = self
            .original_path
            .strip_suffix(self.path)
            .filter(|prefix| !prefix.is_empty() && crate::pages::local(prefix).is_some())
            .unwrap_or_default();
        match (stripped, nested) {
            ("", "") => String::new(),
            _ => [stripped, nested].concat(),
        }
    }
}

impl<'a, B> From<&'a Request<B>> for RequestHead<'a> {
    fn from(request: &'a Request<B>) -> RequestHead<'a> {
        RequestHead::new(
            request.method(),
            request.uri(),
            request.headers(),
            request.extensions(),
        )
    }
}

impl<'a> From<&'a Parts> for RequestHead<'a> {
    fn from(parts: &'a Parts) -> RequestHead<'a> {
        RequestHead::new(&parts.method, &parts.uri, &parts.headers, &parts.extensions)
    }
}
