//! Findings on functions of other languages: `has(…)`, `lower(…)`, `starts_with(…, …)`.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use crate::field::{self, ConditionStart};
use crate::finding::{Finding, Place};
use crate::foreign_names;
use crate::named::NamedField;
use crate::quoted as texts;
use crate::reader::Reader;
use crate::text::text_of;
use crate::tokens::{Cursor, plain, token_text};

/// Functions that test whether there is a value.
const PRESENT: [&str; 9] = [
    "has",
    "exists",
    "exist",
    "defined",
    "isset",
    "present",
    "is_present",
    "is_set",
    "is_defined",
];

const MISSING: [&str; 6] = [
    "missing",
    "absent",
    "is_missing",
    "isnull",
    "is_null",
    "undefined",
];

const CASES: [&str; 8] = [
    "lower",
    "lowercase",
    "to_lower",
    "tolower",
    "upper",
    "uppercase",
    "downcase",
    "lcase",
];

/// The finding on a call: `has(headers.x)`, `lower(headers.x)`.
pub(super) fn function(cursor: Cursor, word: &Ident) -> Option<Finding> {
    let group = cursor.group_at(1, Delimiter::Parenthesis)?;
    let name = plain(word).to_ascii_lowercase();
    if name == "client" {
        return None;
    }
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut end = cursor;
    end.skip(2);
    let place = Place::of(end.since(cursor));
    let problem = format!("`{word}` is not a function");
    let field = field_in(&inner);
    let present = PRESENT.contains(&name.as_str());
    if present || MISSING.contains(&name.as_str()) {
        let state = if present { "present" } else { "missing" };
        return Some(match field {
            Some(named) if named.may_be_missing() => {
                Finding::write(place, problem, &format!("{} is {state}", named.shown))
            }
            _ => Finding::new(
                place,
                problem,
                "test whether there is a value as in `headers.referer is present`",
            ),
        });
    }
    if CASES.contains(&name.as_str()) {
        let shown = field.map_or_else(|| "host".to_owned(), |named| named.shown);
        return Some(Finding::new(
            place,
            problem,
            format_args!(
                "to ignore case, write so after the value, as in `{shown} == \"value\" ignore_case`"
            ),
        ));
    }
    if let Some(written) = matcher(&word.to_string(), &inner) {
        return Some(Finding::write(place, problem, &written));
    }
    let operators = [
        ("starts_with", "starts_with"),
        ("startswith", "starts_with"),
        ("ends_with", "ends_with"),
        ("endswith", "ends_with"),
        ("contains", "contains"),
        ("matches", "~"),
        ("regex", "~"),
    ];
    let operator = operators.iter().find(|(known, _)| *known == name)?.1;
    let comma = inner
        .iter()
        .position(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ','))?;
    let (first, second) = inner.split_at(comma);
    let named = field_in(first)?;
    let written = format!(
        "{} {operator} {}",
        named.shown,
        token_text(second.get(1..)?)
    );
    Some(Finding::write(place, problem, &written))
}

/// The comparison that a matcher of Traefik means: `PathPrefix("/api")`, `Host("a.example")`.
fn matcher(name: &str, inner: &[TokenTree]) -> Option<String> {
    let [TokenTree::Literal(literal)] = inner else {
        return None;
    };
    let text = text_of(literal)?;
    Some(match name {
        "PathPrefix" => format!("path starts_with {literal}"),
        "Path" => format!("path == {literal}"),
        "PathRegexp" => format!("path ~ {literal}"),
        "Host" => format!("host == {literal}"),
        "HostRegexp" => format!("host ~ {literal}"),
        "Method" => format!("method == {}", texts::method(&text.value).ok()?),
        "ClientIP" => format!("client.ip in [{literal}]"),
        _ => return None,
    })
}

/// The finding on a negated call: `!has(headers.x)`.
pub(super) fn negated_call(start: Cursor, cursor: Cursor, word: &Ident) -> Option<Finding> {
    let group = cursor.group_at(1, Delimiter::Parenthesis)?;
    let name = plain(word).to_ascii_lowercase();
    let present = PRESENT.contains(&name.as_str());
    if !present && !MISSING.contains(&name.as_str()) {
        return None;
    }
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let named = field_in(&inner).filter(NamedField::may_be_missing)?;
    let mut end = cursor;
    end.skip(2);
    let state = if present { "missing" } else { "present" };
    Some(Finding::write(
        Place::of(end.since(start)),
        format_args!("`{word}` is not a function"),
        &format!("{} is {state}", named.shown),
    ))
}

/// The field that tokens consist of; `None` if there is anything else.
fn field_in(tokens: &[TokenTree]) -> Option<NamedField> {
    let mut cursor = Cursor::new(tokens);
    let mut quiet = Reader::default();
    if let Ok(ConditionStart::Field(named)) = field::read(&mut cursor, &mut quiet)
        && cursor.is_empty()
    {
        return Some(named);
    }
    let dense = token_text(tokens).replace(' ', "");
    if foreign_names::is_whole_uri(&dense) {
        return None;
    }
    let meant = foreign_names::field(&dense)?;
    let again: Vec<TokenTree> = meant.parse::<TokenStream>().ok()?.into_iter().collect();
    let mut cursor = Cursor::new(&again);
    match field::read(&mut cursor, &mut quiet) {
        Ok(ConditionStart::Field(named)) if cursor.is_empty() => Some(named),
        _ => None,
    }
}
