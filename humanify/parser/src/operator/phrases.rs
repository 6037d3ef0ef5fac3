//! Operators in the words of other languages: `starts with`, `does not contain`, `icontains`.

use super::names::WORDS;
use crate::finding::{Finding, Place, quoted};
use crate::named::NamedField;
use crate::tokens::{Cursor, plain};
use humanify_syntax::{FieldKind, opposite};

/// A comparison that ignores case, by its name in other languages: `icontains`, `istartswith`.
pub(super) fn case_folded(name: &str, value: &str) -> Option<String> {
    let name = name.to_ascii_lowercase().replace('_', "");
    let operator = match name.strip_prefix('i')? {
        "contains" => "contains",
        "startswith" => "starts_with",
        "endswith" => "ends_with",
        "exact" | "eq" | "equals" => "==",
        "regex" | "matches" | "like" if !value.contains('%') => {
            return Some(format!("~ {}", quoted(&format!("(?i){value}"))));
        }
        _ => return None,
    };
    Some(format!("{operator} {} ignore_case", quoted(value)))
}

/// The finding on operators of several words: `starts with "/a"`, `does not contain "x"`.
pub(super) fn in_words(cursor: Cursor, field: &NamedField, kind: FieldKind) -> Option<Finding> {
    let mut end = cursor;
    let mut words = Vec::new();
    while let Some(word) = end.peek_word().filter(|_| words.len() < 4) {
        words.push(plain(word));
        end.next();
    }
    let text = end.text().filter(|_| kind == FieldKind::Text)?;
    let phrase = words.join(" ");
    let turned = ["does not ", "not ", "doesnt ", "do not "]
        .iter()
        .find_map(|not| phrase.strip_prefix(not))
        .or_else(|| opposite(&phrase, WORDS));
    let meant = match turned.unwrap_or(&phrase) {
        "starts with" | "start with" | "starting with" | "begins with" | "begin with"
        | "beginning with" | "starts_with" => "starts_with",
        "ends with" | "end with" | "ending with" | "ends_with" => "ends_with",
        "contains" | "contain" => "contains",
        "is equal to" | "equal to" | "equals to" | "equal" | "equals" => "==",
        "match" | "matches" => "~",
        _ => return None,
    };
    if words.len() == 1 && turned.is_none() {
        return None;
    }
    let value = quoted(&text.value);
    let place = Place::of(end.since(cursor));
    let problem = format!("`{phrase}` is not an operator");
    Some(match (turned, meant) {
        (None, meant) => Finding::write(place, problem, meant),
        (Some(_), "==") => Finding::write(place, problem, "!="),
        (Some(_), "~") => Finding::write(place, problem, "!~"),
        (Some(_), meant) => {
            let whole = format!("!({} {meant} {value})", field.shown);
            Finding::new(place, problem, format_args!("write `{whole}`"))
                .with_at(field.place.to(text.span.into()), whole)
        }
    })
}
