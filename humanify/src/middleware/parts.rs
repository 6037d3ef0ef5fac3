//! What the head of a request says beside its headers: address, route, language.

use axum::extract::{MatchedPath, OriginalUri};
use http::Uri;
use http::header::{ACCEPT_LANGUAGE, HeaderValue};
use http::request::Parts;

use crate::language::Language;

/// The address that the client asked for, also inside `nest`.
pub(super) fn original_uri(parts: &Parts) -> Uri {
    parts
        .extensions
        .get::<OriginalUri>()
        .map_or_else(|| parts.uri.clone(), |original| original.0.clone())
}

/// The router's template.
pub(super) fn template(parts: &Parts) -> Option<MatchedPath> {
    parts.extensions.get().cloned()
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
