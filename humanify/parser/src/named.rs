//! `NamedField`: a field, with the name by which the source and messages call it.

use super::finding::Place;
use humanify_syntax::Field;
pub(super) use humanify_syntax::analysis::named as named_field_text;

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
