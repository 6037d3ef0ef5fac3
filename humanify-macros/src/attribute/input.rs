//! `Attached`: an attribute of humanify over an item, as it is written.

use humanify_syntax::parse::{AttributeInput, AttributeKind, Place};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Meta};

/// The argument of an attribute that was removed from the handler and printed again; see [`taken`].
pub(super) const TAKEN: &str = "__taken";

/// One of humanify's attributes.
pub(super) struct Attached {
    pub(super) input: AttributeInput,
    /// The path by which the source names it; `None` for the attribute that is being expanded.
    path: Option<syn::Path>,
}

impl Attached {
    /// The attribute that is being expanded. The compiler passes only its arguments.
    pub(super) fn entry(kind: AttributeKind, arguments: TokenStream) -> Attached {
        Attached {
            input: AttributeInput {
                kind,
                arguments,
                place: Span::call_site().into(),
            },
            path: None,
        }
    }

    /// Another attribute beneath it; `None` if it is not humanify's.
    pub(super) fn beneath(attribute: &Attribute) -> Option<Attached> {
        let tokens: Vec<_> = attribute.to_token_stream().into_iter().collect();
        Some(Attached {
            input: AttributeInput {
                kind: kind(attribute.path())?,
                arguments: match &attribute.meta {
                    Meta::Path(_) => TokenStream::new(),
                    Meta::List(list) => list.tokens.clone(),
                    Meta::NameValue(pair) => {
                        let (equals, value) = (&pair.eq_token, &pair.value);
                        quote!(#equals #value)
                    }
                },
                place: Place::of(&tokens),
            },
            path: Some(attribute.path().clone()),
        })
    }
}

/// The attribute that a path names: by its name alone, or by a path that starts with `humanify`.
fn kind(path: &syn::Path) -> Option<AttributeKind> {
    let first = path.segments.first()?;
    let last = path.segments.last()?;
    if path.segments.len() > 1 && first.ident != "humanify" {
        return None;
    }
    let known = AttributeKind::NAMES
        .iter()
        .find(|(name, _)| last.ident == name);
    known.map(|(_, kind)| *kind)
}

/// Prints the removed attributes over items that expand to nothing. The compiler then resolves
/// their names, so that imports count as used and editors find them.
pub(super) fn taken(attached: &[Attached]) -> TokenStream {
    let argument = Ident::new(TAKEN, Span::mixed_site());
    let paths = attached
        .iter()
        .filter_map(|attached| attached.path.as_ref());
    quote!(#(#[#paths(#argument)] const _: () = ();)*)
}
