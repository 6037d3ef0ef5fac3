//! Findings on tokens that are not values.

use proc_macro2::TokenTree;

use super::examples::example;
use super::fitting::{Fit, fits};
use crate::field;
use crate::finding::{Finding, Place, quoted};
use crate::named::NamedField;
use crate::quoted as texts;
use crate::reader::Reader;
use crate::text::{broken, bytes_of, is_broken, is_constant, no_bytes, no_values, text_of};
use crate::tokens::{Cursor, plain, token_text};
use humanify_syntax::FieldKind;

/// The finding on tokens that are not values of the field.
pub(super) fn no_value(tokens: &[TokenTree], field: &NamedField) -> Finding {
    let place = Place::of(tokens);
    let written = token_text(tokens);
    let kind = field.field.kind();
    let first = match tokens.first() {
        Some(TokenTree::Ident(word)) => plain(word),
        _ => String::new(),
    };
    let is_macro = matches!(tokens.get(1), Some(TokenTree::Punct(sign)) if sign.as_char() == '!')
        && !first.is_empty();
    if is_macro || written.starts_with('&') || written.contains("::") && kind == FieldKind::Text {
        return no_values(place, written.trim_start_matches('&'));
    }
    if [
        "null",
        "none",
        "nil",
        "undefined",
        "None",
        "NULL",
        "missing",
        "absent",
    ]
    .contains(&first.as_str())
        && tokens.len() == 1
    {
        if !field.may_be_missing() {
            return Finding::new(
                place,
                format_args!("`{}` is never missing", field.shown),
                "leave the comparison out",
            );
        }
        let is_missing = format!("{} is missing", field.shown);
        return Finding::new(
            place,
            format_args!("`{first}` is not a value"),
            format_args!("use `{is_missing}` to test whether there is none"),
        );
    }
    if let [TokenTree::Ident(word)] = tokens
        && (is_constant(&word.to_string()) || kind == FieldKind::Address)
    {
        return no_values(place, &written);
    }
    if ["true", "false"].contains(&first.as_str()) && tokens.len() == 1 {
        return Finding::write(place, "values are written in quotes", &quoted(&first));
    }
    if tokens.len() == 1 && ["present", "exists", "defined"].contains(&first.as_str()) {
        return Finding::new(
            place,
            format_args!("`{first}` is not a value"),
            format_args!(
                "use `{} is present` to test whether there is one",
                field.shown
            ),
        );
    }
    if names_field(tokens) {
        return Finding::new(
            place,
            format_args!(
                "`{}` is a field: fields are compared with values",
                written.replace(' ', "")
            ),
            format_args!(
                "write the value, as in `{}`; two fields cannot be compared",
                example(field, "==")
            ),
        );
    }
    if kind == FieldKind::Text && written.contains("..") && !tokens.iter().any(is_group) {
        return Finding::new(
            place,
            "values are texts, which have no ranges",
            format_args!(
                "use a regular expression, as in `{} ~ \"^[1-5]$\"`",
                field.shown
            ),
        );
    }
    // Single quotes make a character.
    let dense = written.replace(' ', "");
    let dense = match dense
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''))
    {
        Some(inner) => inner.to_owned(),
        None => dense,
    };
    let plain_text = !dense.is_empty()
        && !tokens.iter().any(is_group)
        && dense
            .chars()
            .all(|c| c.is_alphanumeric() || "._-:/@+".contains(c));
    let sound = plain_text && fits(&dense, field, Fit::Whole).is_ok();
    let several = tokens.len() > 1
        && tokens.iter().all(|token| {
            let text = match token {
                TokenTree::Literal(literal) => text_of(literal).map(|text| text.value),
                TokenTree::Ident(word) if kind == FieldKind::Method => Some(plain(word)),
                _ => None,
            };
            text.is_some_and(|text| fits(&text, field, Fit::Whole).is_ok())
        });
    if several {
        let values: Vec<String> = tokens.iter().map(ToString::to_string).collect();
        return Finding::write(place, "values are separated by commas", &values.join(", "));
    }
    if kind == FieldKind::Method
        && let Err(wrong) = texts::listed_method(&written)
        && !wrong.texts.is_empty()
    {
        return wrong.at(place);
    }
    if let [TokenTree::Literal(literal)] = tokens {
        if let Some(text) = bytes_of(literal) {
            return no_bytes(place, &text);
        }
        if is_broken(literal) {
            return broken(place);
        }
    }
    if sound && kind != FieldKind::Method {
        return Finding::write(
            place,
            format_args!("expected {}, found `{dense}`", expected(kind)),
            &quoted(&dense),
        );
    }
    Finding::new(
        place,
        format_args!("expected {}, found `{written}`", expected(kind)),
        format_args!("a value is written as in `{}`", example(field, "==")),
    )
}

/// Whether tokens name a field: `host`, `client.ip`, `headers.origin`.
fn names_field(tokens: &[TokenTree]) -> bool {
    let mut cursor = Cursor::new(tokens);
    let mut quiet = Reader::default();
    match tokens {
        [] | [TokenTree::Literal(_), ..] => false,
        // A word that stands alone may be a value without quotes.
        [TokenTree::Ident(word)] => {
            ["host", "path", "method", "scheme", "content_type"].contains(&plain(word).as_str())
        }
        _ => field::read(&mut cursor, &mut quiet).is_ok() && cursor.is_empty(),
    }
}

const fn expected(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "a string",
        FieldKind::Method => "a method",
        FieldKind::Address => "an address in quotes",
        FieldKind::CrawlerKind => "a kind of crawler",
    }
}

pub(super) fn is_group(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(_))
}
