//! Parses the arguments of an attribute.

use super::named::{Argument, named, refuses, string};
use super::rates::rate_limit;
use proc_macro2::{Ident, TokenTree};

use super::model::{Attribute, AttributeInput, AttributeKind, AttributeSetting};
use crate::finding::{Finding, Place, Read, quoted};
use crate::interned;
use crate::quoted as texts;
use crate::reader::{Reader, fail};
use crate::text::{bytes_of, is_constant, no_bytes, no_values, suffixed, text_of};
use crate::tokens::{flat, split, token_text};
use humanify_syntax::{BotAction, Demand, Exempt, nearest};

/// Parses one attribute. `None` if its arguments could not be parsed.
#[must_use]
pub fn read(input: &AttributeInput) -> (Option<Attribute>, Vec<Finding>) {
    let mut reader = Reader::default();
    let tokens = flat(input.arguments.clone());
    let result = setting(input, &tokens, &mut reader);
    let setting = reader.take(result).flatten();
    let attribute = setting.map(|setting| Attribute {
        kind: input.kind,
        setting,
        place: input.place,
    });
    (attribute, reader.findings.into_vec())
}

fn setting(
    input: &AttributeInput,
    tokens: &[TokenTree],
    reader: &mut Reader,
) -> Read<Option<AttributeSetting>> {
    let name = input.kind.name();
    if let Some(TokenTree::Punct(sign)) = tokens.first()
        && sign.as_char() == '='
    {
        return fail(Finding::new(
            input.place,
            format_args!("`#[{name}]` takes its arguments in brackets, not after `=`"),
            form(input.kind),
        ));
    }
    match input.kind {
        AttributeKind::RequireHuman => Ok(Some(require_human(tokens, reader))),
        AttributeKind::AlwaysChallenge => Ok(Some(always_challenge(tokens, reader))),
        AttributeKind::BlockBots => {
            if let Some(first) = tokens.first() {
                let help = match is_condition(first) {
                    true => {
                        "an attribute applies to its handler alone: conditions belong in \
                         `protect!`, as in `deny_access on endpoint \"billing::pay\" when \
                         client.is_vpn;`"
                    }
                    false => {
                        "leave the brackets out; to let bots solve a challenge, the attribute is \
                         `#[require_human]`"
                    }
                };
                let problem = "`#[block_bots]` takes no arguments";
                reader.report(Finding::new(Place::of(tokens), problem, help));
            }
            Ok(Some(AttributeSetting::Bots(BotAction::Deny)))
        }
        AttributeKind::RateLimit => rate_limit(input, tokens, reader),
        AttributeKind::Exempt => exempt(tokens),
        AttributeKind::Endpoint => endpoint(input, tokens, reader),
    }
}

fn form(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::RequireHuman => {
            "as in `#[require_human]` or `#[require_human(hardness = 3)]`"
        }
        AttributeKind::AlwaysChallenge => {
            "as in `#[always_challenge]` or `#[always_challenge(hardness = 3)]`"
        }
        AttributeKind::BlockBots => "it takes nothing: `#[block_bots]`",
        AttributeKind::RateLimit => "as in `#[rate_limit(\"5/minute\")]`",
        AttributeKind::Exempt => "as in `#[exempt]` or `#[exempt(rate_limit)]`",
        AttributeKind::Endpoint => "as in `#[endpoint(\"billing.pay\")]`",
    }
}

fn require_human(tokens: &[TokenTree], reader: &mut Reader) -> AttributeSetting {
    let mut denies = false;
    let mut demand = Demand::DEFAULT;
    let mut demands: Vec<&Ident> = Vec::new();
    let legal = ["action", "hardness", "challenge_type"];
    for argument in named(tokens, AttributeKind::RequireHuman, &legal, reader) {
        if *argument.name == "action" {
            let Some(action) = string(&argument, reader) else {
                continue;
            };
            match action.as_str() {
                "challenge" => {}
                "deny_access" => denies = true,
                other => reader.report(unknown_action(&argument, other)),
            }
        } else {
            argument.demand(&mut demand, reader);
            demands.push(argument.name);
        }
    }
    if denies {
        for name in demands {
            reader.report(Finding::new(
                name.span(),
                format_args!("`{name}` has no meaning with `action = \"deny_access\"`"),
                format_args!("a refused client cannot solve a challenge: leave `{name}` out"),
            ));
        }
        return AttributeSetting::Bots(BotAction::Deny);
    }
    AttributeSetting::Bots(BotAction::Challenge(demand))
}

fn unknown_action(argument: &Argument<'_>, text: &str) -> Finding {
    let meant = match refuses(text) {
        true => Some("deny_access"),
        false => nearest(text, ["challenge", "deny_access"]),
    };
    let problem = format!("unknown action `{text}`");
    if ["observe", "log", "monitor", "track"].contains(&text) {
        return Finding::new(
            Place::of(argument.value),
            problem,
            "an attribute always acts: rules that only log belong in `protect!`, as in `observe \
             challenge on endpoint \"billing::pay\";`",
        );
    }
    let list = "the actions are `\"challenge\"` and `\"deny_access\"`";
    let place = Place::of(argument.value);
    match meant {
        Some(meant) => Finding::new(place, problem, format_args!("write `\"{meant}\"`; {list}"))
            .with(quoted(meant)),
        None => Finding::new(place, problem, list),
    }
}

fn always_challenge(tokens: &[TokenTree], reader: &mut Reader) -> AttributeSetting {
    let mut demand = Demand::DEFAULT;
    let legal = ["hardness", "challenge_type"];
    for argument in named(tokens, AttributeKind::AlwaysChallenge, &legal, reader) {
        argument.demand(&mut demand, reader);
    }
    AttributeSetting::Everyone(demand)
}

/// Whether an argument starts as a condition does in other languages.
fn is_condition(first: &TokenTree) -> bool {
    let words = ["when", "if", "unless", "except", "only", "on"];
    words.iter().any(|word| first.to_string() == *word)
}

fn exempt(tokens: &[TokenTree]) -> Read<Option<AttributeSetting>> {
    let tokens = match tokens {
        // A comma at the end is not a mistake.
        [before @ .., TokenTree::Punct(sign)] if sign.as_char() == ',' => before,
        tokens => tokens,
    };
    match tokens {
        [] => return Ok(Some(AttributeSetting::Exempt(Exempt::All))),
        [TokenTree::Ident(word)] if word == "rate_limit" => {
            return Ok(Some(AttributeSetting::Exempt(Exempt::Limits)));
        }
        _ => {}
    }
    let (place, written) = (Place::of(tokens), token_text(tokens));
    let problem = format!("unknown argument `{written}` of `#[exempt]`");
    // `"rate_limit"`, `rate-limit`, `rate_limit()`, `rate_limit = true` and `from = "rate_limit"`.
    let words: String = written
        .chars()
        .filter(|c| c.is_ascii_alphabetic())
        .collect();
    // `!rate_limit` and `rate_limit = 0` mean the opposite.
    let is_named = written
        .chars()
        .all(|c| c.is_ascii_alphabetic() || "_-=():\" ".contains(c))
        && !written.starts_with('-');
    let limits = ["limit", "limits", "ratelimit", "ratelimits", "ratelimiting"];
    let (from, value) = (
        words.strip_prefix("from").unwrap_or(&words),
        words.strip_suffix("true").unwrap_or(&words),
    );
    if is_named && (limits.contains(&from) || limits.contains(&value)) {
        return fail(Finding::write(place, problem, "rate_limit"));
    }
    fail(Finding::new(
        place,
        problem,
        match tokens.first().is_some_and(is_condition) {
            true => {
                "an attribute applies to its handler alone: conditions belong in `protect!`, as in \
                 `exempt on endpoint \"billing::pay\" when client.is_verified_crawler;`"
            }
            false => {
                "`#[exempt]` exempts the handler from everything, and `#[exempt(rate_limit)]` from \
                 limits"
            }
        },
    ))
}

fn endpoint(
    input: &AttributeInput,
    tokens: &[TokenTree],
    reader: &mut Reader,
) -> Read<Option<AttributeSetting>> {
    let tokens = match tokens {
        // A comma at the end is not a mistake.
        [before @ .., TokenTree::Punct(sign)] if sign.as_char() == ',' => before,
        tokens => tokens,
    };
    let place = match tokens {
        [] => input.place,
        tokens => Place::of(tokens),
    };
    let problem = "`#[endpoint]` takes the handler's name as one string";
    let text = match tokens {
        [TokenTree::Literal(literal)] => text_of(literal).filter(|text| text.suffix.is_empty()),
        _ => None,
    };
    let Some(text) = text else {
        if let [TokenTree::Literal(literal)] = tokens {
            if let Some(text) = text_of(literal) {
                return fail(suffixed(&text));
            }
            if let Some(text) = bytes_of(literal) {
                return fail(no_bytes(place, &text));
            }
        }
        let written = token_text(tokens);
        if written.contains('!') || is_constant(written.rsplit("::").next().unwrap_or_default()) {
            return fail(no_values(place, &written));
        }
        if split(tokens, ',').len() > 1 {
            return fail(Finding::new(
                place,
                "a handler has one name",
                "leave the others out; `endpoint` in `protect!` takes several, and wildcards such \
                 as `\"billing.*\"`",
            ));
        }
        let dense = token_text(tokens).replace(' ', "");
        let dense = dense
            .rsplit('=')
            .next()
            .unwrap_or_default()
            .trim_matches('"');
        let is_name = !dense.is_empty()
            && dense
                .chars()
                .all(|c| c.is_alphanumeric() || "_.:-".contains(c))
            && texts::endpoint_name(dense).is_ok();
        return fail(match is_name {
            true => Finding::write(place, problem, &quoted(dense)),
            false => Finding::new(place, problem, form(input.kind)),
        });
    };
    let name = reader.keep(text.span, texts::endpoint_name(&text.value));
    Ok(name.map(|()| AttributeSetting::Endpoint(interned::text(&text.value))))
}
