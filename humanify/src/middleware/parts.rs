//! Reads the head of a request beside its headers: address, route, language.

use axum::extract::{MatchedPath, OriginalUri};
use http::Uri;
use http::header::{ACCEPT_LANGUAGE, HeaderValue};
use http::request::Parts;

use crate::language::Language;

/// The URI that the client requested, also inside `nest`.
pub(super) fn original_uri(parts: &Parts) -> &Uri {
    let original = parts.extensions.get::<OriginalUri>();
    original.map_or(&parts.uri, |original| &original.0)
}

/// The template of the matched route.
pub(super) fn template(parts: &Parts) -> Option<&MatchedPath> {
    parts.extensions.get()
}

/// The visitor's language.
pub(super) fn language(parts: &Parts) -> Language {
    Language::choose(
        parts
            .headers
            .get(ACCEPT_LANGUAGE)
            .map(HeaderValue::as_bytes),
    )
}
