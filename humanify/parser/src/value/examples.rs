//! Examples of values, for messages.

use crate::named::NamedField;
use humanify_syntax::Field;

/// An example of a value for a field and an operator.
pub(crate) fn example(field: &NamedField, operator: &str) -> &'static str {
    match (&field.field, operator) {
        (Field::Method, "in" | "not in") => "[POST, PUT]",
        (Field::Method, _) => "POST",
        (Field::Ip, "in" | "not in") => "[\"203.0.113.0/24\"]",
        (Field::Ip, _) => "\"203.0.113.0/24\"",
        (Field::CrawlerKind, "in" | "not in") => "[ai, seo]",
        (Field::CrawlerKind, _) => "ai",
        (Field::Crawler, "==" | "!=") => "\"GPTBot\"",
        (Field::Path, "==" | "!=") => "\"/admin\"",
        (Field::Host, "==" | "!=") => "\"example.org\"",
        (Field::Scheme, "==" | "!=") => "\"https\"",
        (Field::ContentType, "==" | "!=") => "\"application/json\"",
        (_, "in" | "not in") => "[\"one\", \"two\"]",
        (_, "~" | "!~") => "\"^a.*z$\"",
        _ => "\"value\"",
    }
}
