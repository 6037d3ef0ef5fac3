//! What the attributes over one handler cannot say together, and what a handler cannot be.

use humanify_syntax::{BotAction, Exempt};
use quote::ToTokens;
use syn::{FnArg, Safety};

use super::handler::Handler;
use super::{Attached, Declared, Kind, Setting, types};
use crate::errors::{Errors, with_help};
use crate::literal;

/// The most arguments that an axum handler takes.
const MOST_ARGUMENTS: usize = 16;

/// Every attribute but `#[rate_limit]` stands over a handler once.
pub(super) fn repetitions(attached: &[&Attached], errors: &mut Errors) {
    for (index, second) in attached.iter().enumerate() {
        let again = attached
            .iter()
            .take(index)
            .any(|first| first.kind == second.kind);
        if again && second.kind != Kind::RateLimit {
            errors.at(
                &second.place,
                with_help(
                    format_args!("`#[{}]` stands over this handler twice", second.kind.name()),
                    "leave one of them out",
                ),
            );
        }
    }
}

/// Attributes of different kinds that do not go together.
pub(super) fn contradictions(declared: &[Declared], errors: &mut Errors) {
    for (index, second) in declared.iter().enumerate() {
        for first in declared
            .iter()
            .take(index)
            .filter(|first| first.kind != second.kind)
        {
            if let Some(message) =
                contradiction(first, second).or_else(|| contradiction(second, first))
            {
                errors.at(&second.place, message);
                break;
            }
        }
    }
}

fn contradiction(one: &Declared, other: &Declared) -> Option<String> {
    let (a, b) = (one.kind.name(), other.kind.name());
    match (&one.setting, &other.setting) {
        (Setting::Exempt(Exempt::All), Setting::Endpoint(_)) => None,
        (Setting::Exempt(Exempt::All), _) => Some(with_help(
            format_args!("`#[exempt]` takes everything off a handler, so `#[{b}]` does nothing"),
            match other.setting {
                Setting::Limits(..) => "leave out one of the two".to_owned(),
                _ => format!(
                    "leave out one of the two; to keep `#[{b}]` and lift limits only, write \
                     `#[exempt(rate_limit)]`"
                ),
            },
        )),
        (Setting::Exempt(Exempt::Limits), Setting::Limits(..)) => Some(with_help(
            "`#[exempt(rate_limit)]` lifts every limit, and `#[rate_limit]` sets one",
            "leave out one of the two; `#[rate_limit]` alone already replaces the limits of \
             `protect!`",
        )),
        (Setting::Bots(BotAction::Challenge(_)), Setting::Everyone(_)) => Some(with_help(
            "`#[always_challenge]` already asks everyone, bots too, so `#[require_human]` does \
             nothing",
            "leave out `#[require_human]`; to refuse bots and ask everyone else, write \
             `#[block_bots]` in its place",
        )),
        (Setting::Bots(BotAction::Deny), Setting::Bots(BotAction::Deny)) => Some(with_help(
            format_args!("`#[{a}]` and `#[{b}]` say the same here"),
            "leave out `#[require_human]`",
        )),
        (Setting::Bots(BotAction::Challenge(_)), Setting::Bots(BotAction::Deny)) => {
            Some(with_help(
                format_args!("`#[{a}]` lets bots solve a challenge, and `#[{b}]` refuses them"),
                "leave out one of the two",
            ))
        }
        _ => None,
    }
}

/// Rates that those of another attribute make useless.
pub(super) fn rates(declared: &[Declared], errors: &mut Errors) {
    let limits: Vec<_> = declared
        .iter()
        .filter_map(|declared| match &declared.setting {
            Setting::Limits(limit, place) => Some((limit, place)),
            _ => None,
        })
        .collect();
    for (index, (second, place)) in limits.iter().enumerate() {
        let message = limits
            .iter()
            .take(index)
            .filter(|(first, _)| first.counts_like(second))
            .flat_map(|(first, _)| &first.rates)
            .find_map(|first| {
                let mut rates = second.rates.iter();
                rates.find_map(|second| literal::useless_rate(*first, *second))
            });
        if let Some(message) = message {
            errors.at(place, message);
        }
    }
}

/// What the compiler would say badly, or not at all, of the expansion.
pub(super) fn signature(handler: &Handler, errors: &mut Errors) {
    let signature = &handler.signature;
    let name = &signature.ident;
    if signature.asyncness.is_none() {
        errors.at(
            signature.fn_token,
            with_help(
                "a guarded handler is an `async fn`",
                format_args!("write `async fn {name}`"),
            ),
        );
    }
    if let Some(keyword) = &signature.constness {
        errors.at(
            keyword,
            with_help("a guarded handler cannot be `const`", "leave `const` out"),
        );
    }
    if let Safety::Unsafe(keyword) = &signature.safety {
        errors.at(
            keyword,
            with_help(
                "a guarded handler cannot be `unsafe`, since axum calls it",
                "write the `unsafe` block inside the handler",
            ),
        );
    }
    if let Some(abi) = &signature.abi {
        errors.at(
            abi,
            with_help(
                "a guarded handler cannot be `extern`",
                format_args!("leave out `{}`", abi.to_token_stream()),
            ),
        );
    }
    if let Some(variadic) = &signature.variadic {
        errors.at(
            variadic,
            with_help("a guarded handler cannot be variadic", "name each argument"),
        );
    }
    generics(handler, errors);
    if signature.inputs.len() > MOST_ARGUMENTS {
        errors.at(
            signature.inputs.iter().nth(MOST_ARGUMENTS),
            with_help(
                format_args!("a handler takes at most {MOST_ARGUMENTS} arguments"),
                "join several in a struct that derives `FromRequestParts`, or in a tuple",
            ),
        );
    }
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => errors.at(
                receiver,
                with_help(
                    "a guarded handler is a function of its own and takes no `self`",
                    "move what it needs into the router's state and take `State(…)`",
                ),
            ),
            FnArg::Typed(argument) => {
                // The constant's type would need the same attribute, and a call cannot have it.
                if let Some(attribute) = argument.attrs.iter().find(|attribute| {
                    attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
                }) {
                    errors.at(
                        attribute,
                        with_help(
                            "an argument of a guarded handler cannot depend on `cfg`",
                            "write the handler once for each configuration, with `#[cfg(…)]` \
                             over it",
                        ),
                    );
                }
                if let Some(place) = types::impl_trait(&argument.ty) {
                    errors.at(
                        place,
                        with_help(
                            "a guarded handler cannot be generic: the type of an argument is \
                             never `impl Trait`",
                            "name the extractor's type",
                        ),
                    );
                }
            }
        }
    }
}

fn generics(handler: &Handler, errors: &mut Errors) {
    let generics = &handler.signature.generics;
    if generics.lifetimes().next().is_some()
        && generics.params.len() == generics.lifetimes().count()
    {
        errors.at(
            generics,
            with_help(
                "a guarded handler cannot have lifetimes: extractors own what they hold",
                "leave them out, or write `'static`",
            ),
        );
    } else if !generics.params.is_empty() {
        errors.at(
            generics,
            with_help(
                "a guarded handler cannot be generic: it becomes a constant of one type",
                "write one handler per type, which calls a generic function without attributes",
            ),
        );
    }
    if let Some(clause) = &generics.where_clause
        && generics.params.is_empty()
    {
        errors.at(
            clause,
            with_help(
                "a guarded handler cannot have a `where` clause: it becomes a constant of one type",
                "leave it out",
            ),
        );
    }
}
