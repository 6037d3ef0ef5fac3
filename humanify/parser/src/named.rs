//! `NamedField`: a field, with the name by which the source and messages call it.

use super::finding::{Place, quoted};
use humanify_syntax::Field;

/// A field, with its name in the source.
#[derive(Debug, Clone)]
pub(super) struct NamedField {
    pub(super) field: Field,
    pub(super) place: Place,
    /// The field as messages show it.
    pub(super) shown: String,
}

impl NamedField {
    /// Whether a request may lack a value of the field.
    pub(super) const fn may_be_missing(&self) -> bool {
        matches!(
            self.field,
            Field::Arg(_)
                | Field::Header(_)
                | Field::Cookie(_)
                | Field::ContentType
                | Field::Host
                | Field::Crawler
                | Field::CrawlerKind
                | Field::VpnProvider
        )
    }
}

/// A field with a name, in its usual spelling: `headers.accept`, `args["a[]"]`.
pub(super) fn named_field_text(field: &str, name: &str) -> String {
    let plain = name.split('-').all(|part| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && (!part.starts_with(|c: char| c.is_ascii_digit())
                || part.chars().all(|c| c.is_ascii_digit()))
    });
    if plain && !(field == "headers" && name.contains('_')) {
        format!("{field}.{name}")
    } else {
        format!("{field}[{}]", quoted(name))
    }
}
