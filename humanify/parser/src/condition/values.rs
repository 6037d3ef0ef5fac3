//! Recognises values in the place of a condition: `method == POST || PUT`.

use proc_macro2::TokenTree;

use crate::named::NamedField;
use crate::quoted as texts;
use crate::text::text_of;
use crate::tokens::{Cursor, plain, token_text};
use crate::words::starts;
use humanify_syntax::FieldKind;

/// The value of a field in the place of a condition.
pub(super) fn value_alone(cursor: Cursor, named: &NamedField) -> Option<String> {
    let token = cursor.peek()?;
    let compared = ["==", "!=", "~"]
        .iter()
        .any(|sign| cursor.is_sign_at(1, sign))
        || cursor.word_at(1).is_some_and(|word| word == "in")
        || cursor.is_sign_at(1, ".");
    if compared || starts(cursor) {
        return None;
    }
    match token {
        TokenTree::Literal(literal) => text_of(literal).map(|_| literal.to_string()),
        TokenTree::Ident(word) => match named.field.kind() {
            FieldKind::Method => texts::method(&plain(word)).ok().map(str::to_owned),
            FieldKind::CrawlerKind => texts::crawler_kinds(&plain(word)).ok().map(|_| plain(word)),
            _ => None,
        },
        _ => None,
    }
}

/// The values of a list, or the one value.
pub(super) fn list_of(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(group) => token_text(&group.stream().into_iter().collect::<Vec<_>>()),
        token => token.to_string(),
    }
}
