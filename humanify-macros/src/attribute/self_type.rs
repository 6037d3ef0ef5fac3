//! Finds `Self` in a function that becomes an item of its own, where it has no meaning.

use humanify_parser::Finding;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

use super::handler::Handler;

/// Macros that take expressions. Others may declare types, in which `Self` has a meaning.
const EXPRESSIONS: [&str; 8] = [
    "assert",
    "assert_eq",
    "format",
    "json",
    "matches",
    "panic",
    "println",
    "vec",
];

/// Reports `Self`, of which the compiler would say that it is that of an outer item.
pub(super) fn named(handler: &Handler) -> Option<Finding> {
    let first = outside_of_items(handler.signature.to_token_stream(), false)
        .or_else(|| outside_of_items(handler.body.clone().into(), true))?;
    Some(Finding::new(
        first,
        "a guarded handler cannot use `Self`: its function becomes an item of its own",
        "write the name of the type",
    ))
}

/// The first `Self` that is not that of an item inside the tokens.
fn outside_of_items(tokens: TokenStream, may_hold_items: bool) -> Option<Span> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "Self" => return Some(word.span()),
            TokenTree::Ident(word) if may_hold_items && starts_item(&word) => {
                // An item of this kind ends with its braces, or without them at `;`.
                let ends = |token: &TokenTree| match token {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(sign) => sign.as_char() == ';',
                    _ => false,
                };
                tokens.by_ref().find(ends);
            }
            TokenTree::Ident(word) if !EXPRESSIONS.iter().any(|known| word == known) => {
                let is_sign = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '!');
                if tokens.next_if(is_sign).is_some() {
                    // The name after `macro_rules!`.
                    tokens.next_if(|token| matches!(token, TokenTree::Ident(_)));
                    tokens.next_if(|token| matches!(token, TokenTree::Group(_)));
                }
            }
            TokenTree::Group(group) => {
                if let Some(found) = outside_of_items(group.stream(), may_hold_items) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

fn starts_item(word: &Ident) -> bool {
    ["impl", "trait", "struct", "enum", "union"]
        .iter()
        .any(|known| word == known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_an_item_inside_the_function_keeps_its_name() {
        for (body, is_found) in [
            ("Self::helper()", true),
            ("{ let a = [Self::A]; }", true),
            ("format!(\"{}\", Self::NAME)", true),
            ("fn inner() -> Self { x }", true),
            ("if a { struct B; } Self::c()", true),
            ("struct B { next: Option<Box<Self>> }", false),
            ("struct B(Box<Self>); B::new()", false),
            ("struct B; impl B { fn new() -> Self { Self } }", false),
            (
                "impl<T: A> From<T> for B where T: C { fn from(t: T) -> Self { Self } }",
                false,
            ),
            ("trait A { fn a() -> Self; }", false),
            ("enum A { B(Box<Self>) }", false),
            ("bitflags! { impl A { const B = Self::C; } }", false),
            ("macro_rules! a { () => { Self } }", false),
            ("selfless::Selfish::new(self_)", false),
        ] {
            let found = outside_of_items(body.parse().unwrap(), true);
            assert_eq!(found.is_some(), is_found, "{body}");
        }
    }
}
