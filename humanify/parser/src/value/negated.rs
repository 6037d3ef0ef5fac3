//! Findings on values that are negated: `method == !POST`.

use proc_macro2::TokenTree;

use super::examples::example;
use crate::finding::{Finding, Place};
use crate::named::NamedField;
use crate::text::text_of;
use crate::tokens::token_text;
use humanify_syntax::FieldKind;

/// The finding on `!` or `not` before a value, or at the start of a string for which that is no
/// value.
pub(super) fn negated(tokens: &[TokenTree], field: &NamedField) -> Option<Finding> {
    let is_negated = match tokens {
        [TokenTree::Punct(sign), _, ..] => sign.as_char() == '!',
        [TokenTree::Ident(word), _, ..] => word == "not",
        [TokenTree::Literal(literal)] => {
            let is_text = field.field.kind() == FieldKind::Text;
            text_of(literal).is_some_and(|text| !is_text && text.value.starts_with('!'))
        }
        _ => false,
    };
    let shown = &field.shown;
    is_negated.then(|| {
        Finding::new(
            Place::of(tokens),
            format_args!("`{}` is not a value", token_text(tokens)),
            format_args!(
                "the operator negates, as in `{shown} != {}`; for a list it is `not in [..]`",
                example(field, "!="),
            ),
        )
    })
}
