//! Parses fields of forms and queries.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// The largest number of fields that are read. A page sends fewer than 20.
const MAX_FIELDS: usize = 64;

/// The first fields of a form or a query, parsed once.
pub(super) struct FormFields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> FormFields<'a> {
    pub(super) fn parse(form: &'a [u8]) -> Self {
        FormFields(form_urlencoded::parse(form).take(MAX_FIELDS).collect())
    }

    /// The first field with a name.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The fields with a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| &**value)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_up_to_a_bound() {
        let form = "a=1&b=%41+x&a=2&=&c";
        let fields = FormFields::parse(form.as_bytes());
        for (name, values) in [
            ("a", &["1", "2"][..]),
            ("b", &["A x"]),
            ("c", &[""]),
            ("d", &[]),
        ] {
            assert_eq!(fields.all(name).collect::<Vec<_>>(), values, "{name}");
            assert_eq!(fields.first(name), values.first().copied(), "{name}");
        }
        let many = "a=&".repeat(MAX_FIELDS) + "b=1";
        assert_eq!(FormFields::parse(many.as_bytes()).first("b"), None);
    }
}
