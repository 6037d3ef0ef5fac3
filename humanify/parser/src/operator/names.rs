//! The names of operators, here and in other languages.

use humanify_syntax::FieldKind;
use proc_macro2::Ident;

/// An operator, as it is written.
pub(super) type Operator = &'static str;

/// Operators that consist of punctuation.
pub(super) const SIGNS: [Operator; 4] = ["==", "!=", "~", "!~"];

/// Operators that are words.
pub(super) const WORDS: [Operator; 3] = ["starts_with", "ends_with", "contains"];

/// Operators of other languages, with their equivalents.
pub(super) const FOREIGN_OPERATORS: &[(&str, Operator)] = &[
    ("===", "=="),
    ("=", "=="),
    ("!==", "!="),
    ("=!", "!="),
    ("<>", "!="),
    ("=~", "~"),
    ("~=", "~"),
    ("eq", "=="),
    ("equals", "=="),
    ("equal", "=="),
    ("ne", "!="),
    ("neq", "!="),
    ("matches", "~"),
    ("match", "~"),
    ("regex", "~"),
    ("rx", "~"),
    ("like", "~"),
    ("startswith", "starts_with"),
    ("startsWith", "starts_with"),
    ("has_prefix", "starts_with"),
    ("hasPrefix", "starts_with"),
    ("begins_with", "starts_with"),
    ("beginsWith", "starts_with"),
    ("endswith", "ends_with"),
    ("endsWith", "ends_with"),
    ("has_suffix", "ends_with"),
    ("hasSuffix", "ends_with"),
    ("includes", "contains"),
    ("include", "contains"),
    ("contain", "contains"),
    ("has", "contains"),
    ("~*", "~"),
    ("!~*", "!~"),
];

/// The operators that fit a kind of field.
pub(super) const fn operators(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => {
            "`==`, `!=`, `in [..]`, `not in [..]`, `~`, `!~`, `starts_with`, `ends_with`, \
             `contains`, `is present` and `is missing`"
        }
        FieldKind::Method | FieldKind::Address | FieldKind::CrawlerKind => {
            "`==`, `!=`, `in [..]` and `not in [..]`"
        }
    }
}

pub(super) const fn described(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "a text",
        FieldKind::Method => "a method",
        FieldKind::Address => "an address",
        FieldKind::CrawlerKind => "a kind of crawler",
    }
}

/// An operator that is written in capitals, as in SQL.
pub(super) fn in_capitals(word: &Ident) -> Option<String> {
    let name = word.to_string();
    let small = name.to_ascii_lowercase();
    let is_known = ["in", "is", "not"].contains(&small.as_str()) || WORDS.contains(&small.as_str());
    (is_known && name != small && name == name.to_ascii_uppercase()).then_some(small)
}
