//! `AttachedAttribute`: an attribute of humanify over an item, as it is written.

use humanify_parser::{AttributeInput, AttributeKind, Place};
use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Meta};

/// The argument of an attribute that was removed from the handler and printed again; see [`taken`].
pub(super) const MOVED_ATTRIBUTE: &str = "__taken";

/// One of humanify's attributes.
pub(super) struct AttachedAttribute {
    pub(super) input: AttributeInput,
    /// The path by which the source names it; `None` for the attribute that is being expanded.
    path: Option<syn::Path>,
    /// The path of the module by which the source names the attribute that is being expanded, as in
    /// `#[hf::block_bots]`.
    module: String,
}

impl AttachedAttribute {
    /// The attribute that is being expanded. The compiler passes only its arguments; the rest is
    /// read from the source, where it is known.
    pub(super) fn entry(kind: AttributeKind, arguments: TokenStream) -> AttachedAttribute {
        AttachedAttribute::entry_of(kind, arguments, Span::call_site().source_text())
    }

    /// The attribute that is being expanded, with its source text if that is known.
    pub(super) fn entry_of(
        kind: AttributeKind,
        arguments: TokenStream,
        text: Option<String>,
    ) -> AttachedAttribute {
        let (module, has_equals) = text
            .as_deref()
            .map_or_else(Default::default, parse_attribute_text);
        let arguments = match has_equals {
            true => {
                let equals = Punct::new('=', Spacing::Alone);
                quote!(#equals #arguments)
            }
            false => arguments,
        };
        AttachedAttribute {
            input: AttributeInput {
                kind,
                arguments,
                place: Span::call_site().into(),
            },
            path: None,
            module,
        }
    }

    /// Another attribute beneath this one; `None` if it is not humanify's.
    pub(super) fn attribute_below(&self, attribute: &Attribute) -> Option<AttachedAttribute> {
        let tokens: Vec<_> = attribute.to_token_stream().into_iter().collect();
        Some(AttachedAttribute {
            input: AttributeInput {
                kind: kind(attribute.path(), &self.module)?,
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
            module: String::new(),
        })
    }
}

/// The module in the path of an attribute, and whether `=` stands behind the path.
fn parse_attribute_text(attribute: &str) -> (String, bool) {
    let inside = attribute.trim_start_matches(['#', '[', ' ']);
    let end = inside.find(|c: char| !(c.is_alphanumeric() || "_: ".contains(c)));
    let (path, rest) = inside.split_at(end.unwrap_or(inside.len()));
    let path: String = path.chars().filter(|c| *c != ' ').collect();
    let module = path.rsplit_once("::").map(|(module, _)| module.to_owned());
    (module.unwrap_or_default(), rest.starts_with('='))
}

/// The attribute that a path names: by its name alone, by a path that starts with `humanify`, or by
/// the module that the attribute above it has, too.
fn kind(path: &syn::Path, module: &str) -> Option<AttributeKind> {
    let first = path.segments.first()?;
    let last = path.segments.last()?;
    if path.segments.len() > 1 && first.ident != "humanify" {
        let path = path.to_token_stream().to_string().replace(' ', "");
        path.rsplit_once("::")
            .filter(|(in_module, _)| *in_module == module)?;
    }
    let known = AttributeKind::NAMES
        .iter()
        .find(|(name, _)| last.ident == name);
    known.map(|(_, kind)| *kind)
}

/// Prints the removed attributes over items that expand to nothing. The compiler then resolves
/// their names, so that imports count as used and editors find them.
pub(super) fn moved_attributes(attached: &[AttachedAttribute]) -> TokenStream {
    let argument = Ident::new(MOVED_ATTRIBUTE, Span::mixed_site());
    let paths = attached
        .iter()
        .filter_map(|attached| attached.path.as_ref());
    quote!(#(#[#paths(#argument)] const _: () = ();)*)
}
