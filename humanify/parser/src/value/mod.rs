//! Parses the values with which fields are compared.

mod examples;
mod fitting;
mod mistakes;
mod negated;

pub(super) use examples::example;
use fitting::fits;
pub(super) use fitting::{Fit, PUNYCODE};
use mistakes::{is_group, no_value};
use negated::negated;

use std::collections::HashSet;

use proc_macro2::{Delimiter, TokenTree};

use super::finding::{Finding, Place};
use super::named::NamedField;
use super::quoted as texts;
use super::reader::Reader;
use super::text::{suffixed, text_of};
use super::tokens::{Cursor, plain, split, token_text};
use super::words::{CLAUSES, starts};
use crate::interned;
use humanify_syntax::FieldKind;

/// Takes the tokens of one value, up to a conjunction, a comma, a clause or the next statement.
pub(super) fn take<'a>(cursor: &mut Cursor<'a>) -> &'a [TokenTree] {
    let start = *cursor;
    while let Some(token) = cursor.peek() {
        let ends = match token {
            TokenTree::Ident(word) => {
                CLAUSES.iter().any(|clause| word == clause)
                    || [
                        "and",
                        "or",
                        "AND",
                        "OR",
                        "if",
                        "unless",
                        "else",
                        "ignore_case",
                    ]
                    .iter()
                    .any(|w| word == w)
                    || starts(*cursor)
            }
            TokenTree::Punct(sign) => {
                matches!(sign.as_char(), ',' | '|')
                    || (sign.as_char() == '&' && !cursor.same_place(start))
            }
            // A string is a value of its own.
            _ => {
                matches!(cursor.before(), Some(TokenTree::Literal(literal)) if !cursor.same_place(start) && text_of(literal).is_some())
            }
        };
        if ends {
            break;
        }
        let is_string = matches!(token, TokenTree::Literal(literal) if text_of(literal).is_some());
        cursor.next();
        if is_string && cursor.since(start).len() == 1 {
            break;
        }
    }
    cursor.since(start)
}

/// Parses one value, and checks that it fits the field.
pub(super) fn one(
    tokens: &[TokenTree],
    field: &NamedField,
    fit: Fit,
    reader: &mut Reader,
) -> &'static [&'static str] {
    if let Some(finding) = several_networks(tokens, field) {
        reader.report(finding);
        return &[];
    }
    let texts = checked(tokens, field, fit, reader)
        .map(|value| value.texts)
        .unwrap_or_default();
    interned::texts(texts.iter().map(String::as_str))
}

/// The finding on one text that several networks stand for, which only a list can hold.
fn several_networks(tokens: &[TokenTree], field: &NamedField) -> Option<Finding> {
    let [TokenTree::Literal(literal)] = tokens else {
        return None;
    };
    let text = text_of(literal).filter(|_| field.field.kind() == FieldKind::Address)?;
    let wrong = texts::network(&text.value).err()?;
    let networks = wrong.texts.first().filter(|text| text.contains(", "))?;
    let help = format!("list them, as in `{} in [{networks}]`", field.shown);
    Some(Finding::new(text.span, wrong.problem, help))
}

/// Parses the values between the brackets of a list.
pub(super) fn list(
    tokens: &[TokenTree],
    place: Place,
    field: &NamedField,
    fit: Fit,
    reader: &mut Reader,
) -> &'static [&'static str] {
    let parts = split(tokens, ',');
    if parts.is_empty() {
        reader.report(Finding::new(
            place,
            "the list is empty, so nothing is ever in it",
            format_args!("name what is meant, as in `in {}`", example(field, "in")),
        ));
    }
    let mut known = HashSet::new();
    let mut values: Vec<String> = Vec::new();
    for part in parts {
        let Some(value) = checked(part, field, fit, reader) else {
            continue;
        };
        if known.insert(value.same) {
            values.extend(value.texts);
        } else {
            reader.report(Finding::new(
                Place::of(part),
                format_args!("`{}` is in this list twice", token_text(part)),
                "leave one of them out",
            ));
        }
    }
    // A group of kinds may stand beside one of its kinds.
    let mut known = HashSet::new();
    values.retain(|text| known.insert(text.clone()));
    interned::texts(values.iter().map(String::as_str))
}

/// A value, with its canonical form, which is the same for values with the same meaning.
struct ParsedValue {
    /// The texts with which the field is compared: several, if the value is a group.
    texts: Vec<String>,
    same: String,
}

/// Parses one value, and checks that it fits the field.
fn checked(
    tokens: &[TokenTree],
    field: &NamedField,
    fit: Fit,
    reader: &mut Reader,
) -> Option<ParsedValue> {
    let place = Place::of(tokens);
    let kind = field.field.kind();
    if let Some(finding) = negated(tokens, field) {
        reader.report(finding);
        return None;
    }
    let text = match tokens {
        [TokenTree::Literal(literal)] if let_text(literal) => {
            let text = text_of(literal)?;
            if !text.suffix.is_empty() {
                reader.report(suffixed(&text));
                return None;
            }
            text.value
        }
        [TokenTree::Ident(word)] if matches!(kind, FieldKind::Method | FieldKind::CrawlerKind) => {
            plain(word)
        }
        // A word with a hyphen consists of several tokens.
        tokens if kind == FieldKind::CrawlerKind && !tokens.iter().any(is_group) => {
            token_text(tokens).replace(' ', "")
        }
        tokens => {
            reader.report(no_value(tokens, field));
            return None;
        }
    };
    let read = fits(&text, field, fit);
    let (texts, same) = reader.keep(place, read)?;
    Some(ParsedValue { texts, same })
}

fn let_text(literal: &proc_macro2::Literal) -> bool {
    text_of(literal).is_some()
}

/// Whether tokens in brackets of this kind could be a list.
pub(super) const fn is_list(delimiter: Delimiter) -> bool {
    matches!(
        delimiter,
        Delimiter::Parenthesis | Delimiter::Brace | Delimiter::Bracket
    )
}
