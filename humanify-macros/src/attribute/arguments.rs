//! What stands in the brackets of an attribute.

use humanify_syntax::{BotAction, Demand, Exempt};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitStr, Token};

use super::{Attached, Declared, Kind, Setting};
use crate::errors::{Errors, with_help};
use crate::limit::{self, Limit};
use crate::literal;
use crate::split::split;
use crate::suggest::unknown;

/// Reads one attribute; nothing, if it says nothing that could be understood.
pub(super) fn read(attached: &Attached, errors: &mut Errors) -> Option<Declared> {
    let setting = match attached.kind {
        Kind::RequireHuman => Some(require_human(attached, errors)),
        Kind::AlwaysChallenge => Some(always_challenge(attached, errors)),
        Kind::BlockBots => Some(block_bots(attached, errors)),
        Kind::RateLimit => rate_limit(attached, errors),
        Kind::Exempt => exempt(attached, errors),
        Kind::Endpoint => endpoint(attached, errors),
    }?;
    Some(Declared {
        kind: attached.kind,
        setting,
        place: attached.place.clone(),
    })
}

fn require_human(attached: &Attached, errors: &mut Errors) -> Setting {
    let mut denies = false;
    let mut demand = Demand::DEFAULT;
    let mut demands = Vec::new();
    let legal = ["action", "hardness", "challenge_type"];
    for argument in named(attached, &legal, errors) {
        if argument.name == "action" {
            match string(&argument, errors).map(|action| (action.value(), action)) {
                None => {}
                Some((action, _)) if action == "challenge" => {}
                Some((action, _)) if action == "deny_access" => denies = true,
                Some((action, literal)) => errors.at(
                    literal,
                    unknown(
                        "action",
                        &action,
                        "the actions are",
                        &["challenge", "deny_access"],
                    ),
                ),
            }
        } else {
            argument.demand(&mut demand, errors);
            demands.push(argument.name);
        }
    }
    if denies {
        for name in demands {
            errors.at(
                &name,
                with_help(
                    format_args!("`{name}` has no meaning with `action = \"deny_access\"`"),
                    format_args!("who is refused solves no challenge: leave `{name}` out"),
                ),
            );
        }
        return Setting::Bots(BotAction::Deny);
    }
    Setting::Bots(BotAction::Challenge(demand))
}

fn always_challenge(attached: &Attached, errors: &mut Errors) -> Setting {
    let mut demand = Demand::DEFAULT;
    for argument in named(attached, &["hardness", "challenge_type"], errors) {
        argument.demand(&mut demand, errors);
    }
    Setting::Everyone(demand)
}

fn block_bots(attached: &Attached, errors: &mut Errors) -> Setting {
    if !attached.arguments.is_empty() {
        errors.at(
            &attached.arguments,
            with_help(
                "`#[block_bots]` takes no arguments",
                "write `#[block_bots]`; to let bots solve a challenge, `#[require_human]`",
            ),
        );
    }
    Setting::Bots(BotAction::Deny)
}

fn rate_limit(attached: &Attached, errors: &mut Errors) -> Option<Setting> {
    let parser = |input: ParseStream| {
        let rates: LitStr = input.parse().map_err(|_| misread(attached))?;
        let settings = limit::settings(input)?;
        if input.is_empty() {
            Ok((rates, settings))
        } else {
            Err(misread(attached))
        }
    };
    let (rates, settings) = match parser.parse2(attached.arguments.clone()) {
        Ok(read) => read,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    Limit::new(&rates, &settings, errors).map(|limit| Setting::Limits(limit, rates))
}

fn misread(attached: &Attached) -> syn::Error {
    let place = if attached.arguments.is_empty() {
        &attached.place
    } else {
        &attached.arguments
    };
    syn::Error::new_spanned(
        place,
        with_help(
            "`#[rate_limit]` takes its rates as one string",
            "write `#[rate_limit(\"5/minute\")]`, or `#[rate_limit(\"5/minute; 100/day\")]` for two",
        ),
    )
}

fn exempt(attached: &Attached, errors: &mut Errors) -> Option<Setting> {
    if attached.arguments.is_empty() {
        return Some(Setting::Exempt(Exempt::All));
    }
    match Ident::parse_any.parse2(attached.arguments.clone()) {
        Ok(name) if name == "rate_limit" => Some(Setting::Exempt(Exempt::Limits)),
        _ => {
            errors.at(
                &attached.arguments,
                with_help(
                    format_args!("unknown argument `{}` of `#[exempt]`", attached.arguments),
                    "write `#[exempt]` to exempt the handler from everything, or \
                     `#[exempt(rate_limit)]` from limits",
                ),
            );
            None
        }
    }
}

fn endpoint(attached: &Attached, errors: &mut Errors) -> Option<Setting> {
    let literal = only_string(
        attached,
        "`#[endpoint]` takes the handler's name as one string",
        "write `#[endpoint(\"billing.pay\")]`",
        errors,
    )?;
    let name = literal.value();
    errors.keep(&literal, literal::endpoint_name(&name))?;
    Some(Setting::Endpoint(name))
}

/// The one string between the brackets.
fn only_string(
    attached: &Attached,
    problem: &str,
    help: &str,
    errors: &mut Errors,
) -> Option<LitStr> {
    let place = if attached.arguments.is_empty() {
        &attached.place
    } else {
        &attached.arguments
    };
    let literal =
        syn::parse2::<LitStr>(attached.arguments.clone()).map_err(|_| with_help(problem, help));
    errors.keep(place, literal)
}

/// `name = value`.
struct Argument {
    name: Ident,
    value: TokenStream,
}

impl Argument {
    /// Takes over an argument that is part of a demand.
    fn demand(&self, demand: &mut Demand, errors: &mut Errors) {
        if self.name == "hardness" {
            let level = syn::parse2::<Lit>(self.value.clone())
                .unwrap_or_else(|_| Lit::Verbatim(proc_macro2::Literal::u8_suffixed(0)));
            demand.hardness = errors.keep(&self.value, literal::hardness(&level));
        } else if let Some(literal) = string(self, errors) {
            demand.challenge_type =
                errors.keep(&literal, literal::challenge_type(&literal.value()));
        }
    }
}

/// The arguments `name = value`, of which each is legal and comes once.
fn named(attached: &Attached, legal: &[&str], errors: &mut Errors) -> Vec<Argument> {
    let attribute = attached.kind.name();
    let mut arguments: Vec<Argument> = Vec::new();
    for tokens in split(attached.arguments.clone(), ',') {
        let parser = |input: ParseStream| {
            let name = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            let value = input.parse()?;
            Ok(Argument { name, value })
        };
        match parser.parse2(tokens.clone()) {
            Ok(argument) if argument.value.is_empty() => errors.at(
                &tokens,
                with_help(
                    format_args!("`{}` has no value", argument.name),
                    example(&argument.name.to_string()),
                ),
            ),
            Ok(argument) if !legal.iter().any(|name| argument.name == name) => errors.at(
                &argument.name,
                unknown(
                    "argument",
                    &argument.name.to_string(),
                    &format!("the arguments of `#[{attribute}]` are"),
                    legal,
                ),
            ),
            Ok(argument) if arguments.iter().any(|known| known.name == argument.name) => errors.at(
                &argument.name,
                with_help(
                    format_args!("`{}` is said twice", argument.name),
                    "leave one of them out",
                ),
            ),
            Ok(argument) => arguments.push(argument),
            Err(_) => errors.at(
                &tokens,
                match syn::parse2::<Ident>(tokens.clone()) {
                    Ok(name) if legal.iter().any(|known| name == known) => with_help(
                        format_args!("`{name}` has no value"),
                        example(&name.to_string()),
                    ),
                    _ => unknown(
                        "argument",
                        &tokens.to_string(),
                        &format!("write `name = value`; the arguments of `#[{attribute}]` are"),
                        legal,
                    ),
                },
            ),
        }
    }
    arguments
}

fn string(argument: &Argument, errors: &mut Errors) -> Option<LitStr> {
    let literal = syn::parse2::<LitStr>(argument.value.clone()).map_err(|_| {
        with_help(
            format_args!("the value of `{}` is a string", argument.name),
            match syn::parse2::<Ident>(argument.value.clone()) {
                Ok(word) => format!("write `{} = \"{word}\"`", argument.name),
                Err(_) => example(&argument.name.to_string()),
            },
        )
    });
    errors.keep(argument.value.to_token_stream(), literal)
}

fn example(name: &str) -> String {
    let value = match name {
        "hardness" => "3",
        "challenge_type" => "\"one_click\"",
        _ => "\"challenge\"",
    };
    format!("write it as in `{name} = {value}`")
}
