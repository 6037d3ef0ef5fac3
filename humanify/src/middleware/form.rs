//! Parses fields of forms and queries.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// The first field with a name in a form or a query.
pub(super) fn field(form: &[u8], name: &str) -> Option<String> {
    fields(form, name, 1).pop()
}

/// Whether a body is a form of the common type, `application/x-www-form-urlencoded`.
pub(super) fn is_urlencoded(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

/// The fields with a name, at most `most`.
pub(super) fn fields(form: &[u8], name: &str, most: usize) -> Vec<String> {
    form_urlencoded::parse(form)
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .take(most)
        .collect()
}
