//! The attributes over one handler, which become one policy.

mod arguments;
mod check;
mod expand;
mod handler;
mod types;

use humanify_syntax::{BotAction, Demand, Exempt};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, LitStr, Meta};

use crate::errors::Errors;
use crate::limit::Limit;
use handler::Handler;

/// Which attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    RequireHuman,
    AlwaysChallenge,
    BlockBots,
    RateLimit,
    Exempt,
    Endpoint,
}

impl Kind {
    const ALL: [Kind; 6] = [
        Kind::RequireHuman,
        Kind::AlwaysChallenge,
        Kind::BlockBots,
        Kind::RateLimit,
        Kind::Exempt,
        Kind::Endpoint,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Kind::RequireHuman => "require_human",
            Kind::AlwaysChallenge => "always_challenge",
            Kind::BlockBots => "block_bots",
            Kind::RateLimit => "rate_limit",
            Kind::Exempt => "exempt",
            Kind::Endpoint => "endpoint",
        }
    }

    /// The attribute of ours that `path` names: by its name alone, or by any path that
    /// starts with `humanify`.
    fn of(path: &syn::Path) -> Option<Kind> {
        let first = path.segments.first()?;
        let last = path.segments.last()?;
        if path.segments.len() > 1 && first.ident != "humanify" {
            return None;
        }
        Kind::ALL.into_iter().find(|kind| last.ident == kind.name())
    }
}

/// One attribute of ours, as it was written.
struct Attached {
    kind: Kind,
    arguments: TokenStream,
    /// The name by which the source calls it, if it is taken off.
    path: Option<syn::Path>,
    /// Where errors on the attribute as a whole point.
    place: TokenStream,
}

impl Attached {
    /// The attribute that is being expanded, of which the compiler passes only the arguments.
    fn entry(kind: Kind, arguments: TokenStream) -> Attached {
        Attached {
            kind,
            arguments,
            path: None,
            place: Ident::new(kind.name(), Span::call_site()).into_token_stream(),
        }
    }

    /// Another one, further down.
    fn beneath(kind: Kind, attribute: &Attribute) -> Attached {
        Attached {
            kind,
            arguments: match &attribute.meta {
                Meta::Path(_) => TokenStream::new(),
                Meta::List(list) => list.tokens.clone(),
                Meta::NameValue(pair) => {
                    let (equals, value) = (&pair.eq_token, &pair.value);
                    quote!(#equals #value)
                }
            },
            path: Some(attribute.path().clone()),
            place: attribute.to_token_stream(),
        }
    }
}

/// The argument of an attribute that only stands for one that was taken off.
const TAKEN: &str = "__taken";

/// The attributes that were taken off, over items that vanish. So their names are looked up
/// like all others: an import counts as used, and an editor finds what they are.
fn taken(attached: &[Attached]) -> TokenStream {
    let argument = Ident::new(TAKEN, Span::mixed_site());
    let paths = attached
        .iter()
        .filter_map(|attached| attached.path.as_ref());
    quote!(#(#[#paths(#argument)] const _: () = ();)*)
}

/// What one attribute says.
enum Setting {
    Bots(BotAction),
    Everyone(Demand),
    Limits(Limit, LitStr),
    Exempt(Exempt),
    Endpoint(String),
}

/// One attribute that could be read.
struct Declared {
    kind: Kind,
    setting: Setting,
    place: TokenStream,
}

/// Expands one attribute together with all others of ours that stand beneath it.
pub(crate) fn expand(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    if syn::parse2::<Ident>(arguments.clone()).is_ok_and(|argument| argument == TAKEN) {
        return TokenStream::new();
    }
    let entry = Attached::entry(kind, arguments);
    let mut errors = Errors::default();
    let handler = match Handler::parse(&entry, &item) {
        Ok(handler) => handler,
        Err(not_a_handler) => return not_a_handler,
    };
    let attached: Vec<&Attached> = std::iter::once(&entry).chain(&handler.ours).collect();
    let declared: Vec<Declared> = attached
        .iter()
        .filter_map(|attached| arguments::read(attached, &mut errors))
        .collect();
    check::repetitions(&attached, &mut errors);
    check::contradictions(&declared, &mut errors);
    check::rates(&declared, &mut errors);
    check::signature(&handler, &mut errors);
    if !errors.is_empty() {
        let (messages, taken) = (errors.to_compile_errors(), taken(&handler.ours));
        return quote!(#handler #messages #taken);
    }
    expand::guarded(&handler, &declared)
}

#[cfg(test)]
mod tests;
