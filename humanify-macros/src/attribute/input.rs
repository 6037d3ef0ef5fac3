//! Attributes of ours, as the source writes them.

use humanify_syntax::parse::{AttributeInput, AttributeKind, Place};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Meta};

/// The argument of an attribute that only stands for one that was taken off.
pub(super) const TAKEN: &str = "__taken";

/// One attribute of ours.
pub(super) struct Attached {
    pub(super) input: AttributeInput,
    /// The name by which the source calls it, if it is taken off.
    path: Option<syn::Path>,
}

impl Attached {
    /// The attribute that is being expanded, of which the compiler passes only the arguments.
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

    /// Another one, further down; none, if it is not ours.
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

/// The attribute of ours that a path names: by its name alone, or by any path that starts with
/// `humanify`.
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

/// The attributes that were taken off, over items that vanish. So their names are looked up
/// like all others: an import counts as used, and an editor finds what they are.
pub(super) fn taken(attached: &[Attached]) -> TokenStream {
    let argument = Ident::new(TAKEN, Span::mixed_site());
    let paths = attached
        .iter()
        .filter_map(|attached| attached.path.as_ref());
    quote!(#(#[#paths(#argument)] const _: () = ();)*)
}
