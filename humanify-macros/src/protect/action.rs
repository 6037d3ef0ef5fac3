//! What a statement does, with its settings.

use humanify_syntax::{ChallengeType, Demand};
use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitStr, Token, token};

use super::model::Action;
use super::statement::peek_word;
use crate::errors::{Errors, with_help};
use crate::limit::{self, Limit};
use crate::literal;
use crate::split::split;
use crate::suggest::{listed, nearest, unknown};

const NAMES: [&str; 7] = [
    "challenge",
    "deny_access",
    "always_challenge",
    "always_deny",
    "exempt",
    "limit",
    "trap",
];

/// Names from elsewhere, attributes above all, with the action that is meant.
const ELSEWHERE: [(&str, &str); 9] = [
    ("require_human", "`challenge`"),
    ("block_bots", "`deny_access`"),
    (
        "block",
        "`deny_access` for detected bots and `always_deny` for everyone",
    ),
    (
        "deny",
        "`deny_access` for detected bots and `always_deny` for everyone",
    ),
    ("rate_limit", "`limit`"),
    ("allow", "`exempt`"),
    ("pass", "`exempt`"),
    ("skip", "`exempt`"),
    ("captcha", "`challenge`"),
];

/// Whether an action has this name.
pub(super) fn is_name(word: &str) -> bool {
    NAMES.contains(&word)
}

/// Reads an action; none, if it was reported and the rest of the statement can be read.
pub(super) fn read(
    input: ParseStream,
    observe: bool,
    errors: &mut Errors,
) -> syn::Result<Option<Action>> {
    let Some(word) = peek_word(input) else {
        let rest: TokenStream = input.parse()?;
        return Err(syn::Error::new_spanned(
            rest,
            with_help(
                "a statement starts with what it does",
                format_args!("the actions are {}", listed(NAMES)),
            ),
        ));
    };
    Ident::parse_any(input)?;
    let name = word.to_string();
    if name == "no_default_exemptions" {
        return Err(syn::Error::new_spanned(
            &word,
            with_help(
                "`no_default_exemptions` is no action and cannot be observed",
                "write it as a statement of its own: `no_default_exemptions;`",
            ),
        ));
    }
    let settings = settings(input)?;
    let action = match name.as_str() {
        "challenge" => Some(Action::Challenge(demand(settings, errors))),
        "always_challenge" => Some(Action::AlwaysChallenge(demand(settings, errors))),
        "deny_access" => Some(without(settings, &name, Action::DenyAccess, errors)),
        "always_deny" => Some(without(settings, &name, Action::AlwaysDeny, errors)),
        "exempt" => Some(without(settings, &name, Action::Exempt, errors)),
        "trap" => Some(without(settings, &name, Action::Trap, errors)),
        "limit" => {
            if let Some(settings) = settings {
                errors.at(
                    settings,
                    with_help(
                        "`limit` takes its rate without brackets",
                        "write `limit \"5/minute\"`; settings follow after a comma: `limit \"5/minute\", burst = 20`",
                    ),
                );
            }
            limit(input, errors)?
        }
        _ => {
            let error = syn::Error::new_spanned(&word, unknown_action(&name, observe));
            if peek_word(input).is_some_and(|word| is_name(&word.to_string())) {
                return Err(error);
            }
            errors.push(error);
            // What follows belongs to an action that is not known.
            let _value: Option<Lit> = input.peek(Lit).then(|| input.parse()).transpose()?;
            return Ok(None);
        }
    };
    if name == "limit" && input.peek(Token![,]) {
        return Err(input.error(one_string()));
    }
    if input.peek(Lit) {
        let literal: Lit = input.parse()?;
        errors.at(
            &literal,
            if name == "limit" {
                one_string()
            } else {
                with_help(
                    "`on` is missing before the first target",
                    format_args!("write `{name} on {}`", quote::quote!(#literal)),
                )
            },
        );
        return Ok(None);
    }
    Ok(action)
}

fn one_string() -> String {
    with_help(
        "`limit` takes its rates as one string",
        "write `limit \"5/minute\"`, or `limit \"10/second; 500/hour\"` for several",
    )
}

fn unknown_action(name: &str, observe: bool) -> String {
    let problem = format!("unknown action `{name}`");
    let list = format!("the actions are {}", listed(NAMES));
    if let Some((_, meant)) = ELSEWHERE.iter().find(|(known, _)| *known == name) {
        return with_help(
            problem,
            format_args!("in `protect!` that is {meant}; {list}"),
        );
    }
    if observe {
        return unknown("action", name, "after `observe` comes one of", &NAMES);
    }
    match nearest(name, ["ban", "observe", "no_default_exemptions"]) {
        Some(word) => with_help(
            format_args!("unknown statement `{name}`"),
            format_args!("did you mean `{word}`? {list}"),
        ),
        None => unknown("action", name, "the actions are", &NAMES),
    }
}

/// What stands in brackets after the action.
fn settings(input: ParseStream) -> syn::Result<Option<TokenStream>> {
    if !input.peek(token::Paren) {
        return Ok(None);
    }
    let group: Group = input.parse()?;
    debug_assert_eq!(group.delimiter(), Delimiter::Parenthesis);
    Ok(Some(group.stream()))
}

fn without(
    settings: Option<TokenStream>,
    name: &str,
    action: Action,
    errors: &mut Errors,
) -> Action {
    if let Some(settings) = settings {
        errors.at(
            settings,
            with_help(
                format_args!("`{name}` takes no settings"),
                format_args!("leave the brackets out: `{name}`"),
            ),
        );
    }
    action
}

/// `(grid, hardness = 4)`.
fn demand(settings: Option<TokenStream>, errors: &mut Errors) -> Demand {
    let mut demand = Demand::DEFAULT;
    for setting in settings
        .into_iter()
        .flat_map(|settings| split(settings, ','))
    {
        let named = |input: ParseStream| {
            let name: Ident = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            let value: Lit = input.parse()?;
            Ok((name, value))
        };
        if let Ok((name, value)) = named.parse2(setting.clone()) {
            match (name.to_string().as_str(), &value) {
                ("hardness", _) if demand.hardness.is_some() => {
                    errors.at(
                        &setting,
                        with_help("`hardness` is said twice", "say it once"),
                    );
                }
                ("hardness", _) => {
                    demand.hardness = errors.keep(&value, literal::hardness(&value));
                }
                ("challenge_type", Lit::Str(text)) => errors.at(
                    &setting,
                    with_help(
                        "a challenge type stands in the brackets by itself",
                        format_args!("write `{}`", text.value()),
                    ),
                ),
                (other, _) => errors.at(&name, unknown_setting(other)),
            }
        } else if let Ok(name) = Ident::parse_any.parse2(setting.clone()) {
            let text = name.to_string();
            if text == "hardness" {
                errors.at(
                    &name,
                    with_help("`hardness` has no value", "write `hardness = 3`"),
                );
            } else if demand.challenge_type.is_some() {
                errors.at(
                    &name,
                    with_help("a challenge has one type", "leave out all but one"),
                );
            } else {
                demand.challenge_type = errors.keep(&name, literal::challenge_type(&text));
            }
        } else {
            errors.at(&setting, unknown_setting(&setting.to_string()));
        }
    }
    demand
}

fn unknown_setting(text: &str) -> String {
    let types = ChallengeType::NAMES.iter().map(|(name, _)| *name);
    with_help(
        format_args!("unknown setting `{text}`"),
        format_args!(
            "the settings are a type ({}) and `hardness = 1` to `5`",
            listed(types)
        ),
    )
}

/// The rates and settings after `limit`; none is the default.
fn limit(input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Action>> {
    if !input.peek(LitStr) {
        return Ok(Some(Action::Limit(Limit::plain())));
    }
    let rates: LitStr = input.parse()?;
    let settings = limit::settings(input)?;
    if let Some(word) = peek_word(input).filter(|word| limit::is_setting(&word.to_string())) {
        return Err(syn::Error::new_spanned(
            &word,
            with_help(
                format_args!("a `,` is missing before `{word}`"),
                format_args!(
                    "settings follow after a comma: `limit {}, {word} = ..`",
                    quote::quote!(#rates)
                ),
            ),
        ));
    }
    Ok(Limit::new(&rates, &settings, errors).map(Action::Limit))
}
