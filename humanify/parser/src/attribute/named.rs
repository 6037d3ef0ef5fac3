//! Parses arguments of the form `name = value`.

use proc_macro2::{Ident, TokenTree};

use super::model::AttributeKind;
use crate::finding::{Finding, Place, quoted};
use crate::quoted as texts;
use crate::reader::Reader;
use crate::text::{bytes_of, is_constant, no_bytes, no_values, suffixed, text_of};
use crate::tokens::{Cursor, flat, plain, split, token_text};
use humanify_syntax::{ChallengeType, Demand};
use humanify_syntax::{listed, nearest};

/// An argument `name = value`.
pub(super) struct Argument<'a> {
    pub(super) name: &'a Ident,
    pub(super) value: &'a [TokenTree],
}

impl Argument<'_> {
    /// Sets the field of a demand that this argument means.
    pub(super) fn demand(&self, demand: &mut Demand, reader: &mut Reader) {
        let place = Place::of(self.value);
        if *self.name == "hardness" {
            demand.hardness = reader.keep(place, texts::hardness(&token_text(self.value)));
        } else if let Some(text) = string(self, reader) {
            let read = texts::challenge_type(&text).map_err(|mut wrong| {
                // In attributes the name is quoted.
                if let Some(meant) = wrong.texts.pop() {
                    wrong.help = wrong.help.replacen(
                        &format!("`{meant}`"),
                        &format!("`{}`", quoted(&meant)),
                        1,
                    );
                    wrong.texts.push(quoted(&meant));
                }
                wrong
            });
            demand.challenge_type = reader.keep(place, read);
        }
    }
}

/// Parses arguments `name = value`, each with a legal name and at most once.
pub(super) fn named<'a>(
    tokens: &'a [TokenTree],
    kind: AttributeKind,
    legal: &[&str],
    reader: &mut Reader,
) -> Vec<Argument<'a>> {
    let mut arguments: Vec<Argument<'_>> = Vec::new();
    for part in split(tokens, ',') {
        let mut cursor = Cursor::new(part);
        let name = cursor.peek_word();
        cursor.next();
        let colon = cursor.is_sign(":") && !cursor.is_sign("::");
        let (Some(name), true) = (name, cursor.is_sign("=") || colon) else {
            reader.report(no_argument(part, kind, legal));
            continue;
        };
        if let Some(sign) = ["==", "=>", ":="]
            .into_iter()
            .find(|sign| cursor.is_sign(sign))
        {
            cursor.skip(2);
            let whole = format!("{} = {}", plain(name), token_text(cursor.rest()));
            let problem = format!("expected `=` between an argument and its value, found `{sign}`");
            reader.report(Finding::write(Place::of(part), problem, &whole));
            continue;
        }
        cursor.next();
        let value = cursor.rest();
        let text = plain(name);
        if !legal.contains(&text.as_str()) {
            reader.report(unknown(name, value, kind, legal));
        } else if value.is_empty() {
            reader.report(Finding::new(
                Place::of(part),
                format_args!("missing value of `{text}`"),
                example(&text),
            ));
        } else if let Some(at) = next_argument(value, legal) {
            let (value, rest) = value.split_at(at);
            let value = match value {
                [value @ .., TokenTree::Punct(sign)] if sign.as_char() == ';' => value,
                value => value,
            };
            let whole = format!("{text} = {}, {}", token_text(value), token_text(rest));
            let problem = "missing `,` between two arguments";
            reader.report(Finding::write(Place::of(part), problem, &whole));
        } else if colon {
            let written = format!("{text} = {}", token_text(value));
            reader.report(Finding::write(
                Place::of(part),
                "expected `=` between an argument and its value, found `:`",
                &written,
            ));
        } else if arguments.iter().any(|known| known.name == name) {
            reader.report(Finding::new(
                name.span(),
                format_args!("`{text}` is written twice"),
                "leave one of them out",
            ));
        } else {
            arguments.push(Argument { name, value });
        }
    }
    arguments
}

/// Where in a value the next argument begins, if the comma before it is missing.
fn next_argument(value: &[TokenTree], legal: &[&str]) -> Option<usize> {
    value.windows(2).position(|pair| match pair {
        [TokenTree::Ident(name), TokenTree::Punct(sign)] => {
            sign.as_char() == '=' && legal.contains(&plain(name).as_str())
        }
        _ => false,
    })
}

/// The finding on something else than `name = value`: `audio`, `"audio"`, `hardness`, `3`.
fn no_argument(part: &[TokenTree], kind: AttributeKind, legal: &[&str]) -> Finding {
    let place = Place::of(part);
    let written = token_text(part);
    let name = written.trim_matches('"');
    if legal.contains(&name) {
        return Finding::new(
            place,
            format_args!("missing value of `{name}`"),
            example(name),
        );
    }
    let problem = format!("expected an argument `name = value`, found `{written}`");
    // `hardness 3` and `hardness(3)`.
    if let [TokenTree::Ident(first), rest @ ..] = part
        && legal.contains(&plain(first).as_str())
    {
        let value = match rest {
            [TokenTree::Group(group)] => flat(group.stream()),
            rest => rest.to_vec(),
        };
        if let [TokenTree::Literal(value)] = value.as_slice() {
            return Finding::write(place, problem, &format!("{first} = {value}"));
        }
    }
    let last = name.rsplit("::").next().unwrap_or(name);
    let kind_of = match texts::challenge_type(last) {
        Ok(kind) => Some(kind.name().to_owned()),
        Err(wrong) => wrong.texts.into_iter().next(),
    };
    if let Some(meant) = kind_of {
        let whole = format!("challenge_type = {}", quoted(&meant));
        return Finding::write(place, problem, &whole);
    }
    if let Ok(level) = texts::hardness(&written) {
        return Finding::write(place, problem, &format!("hardness = {}", level.level()));
    }
    let is_action = refuses(name) || ["deny_access", "challenge"].contains(&name);
    if is_action && legal.contains(&"action") {
        let action = if name == "challenge" {
            "challenge"
        } else {
            "deny_access"
        };
        return Finding::write(place, problem, &format!("action = \"{action}\""));
    }
    Finding::new(
        place,
        problem,
        format_args!(
            "the arguments of `#[{}]` are {}",
            kind.name(),
            listed(legal.iter().copied())
        ),
    )
}

fn unknown(name: &Ident, value: &[TokenTree], kind: AttributeKind, legal: &[&str]) -> Finding {
    let text = plain(name);
    let list = format!(
        "the arguments of `#[{}]` are {}",
        kind.name(),
        listed(legal.iter().copied())
    );
    let problem = format!("unknown argument `{text}`");
    if [
        "when", "on", "except", "if", "unless", "path", "methods", "method",
    ]
    .contains(&text.as_str())
    {
        return Finding::new(
            name.span(),
            format_args!("unknown argument `{text}`: an attribute applies to its handler alone"),
            format_args!(
                "conditions belong in `protect!`, as in `challenge on endpoint \"billing::pay\" \
                 when client.is_vpn;`; {list}"
            ),
        );
    }
    let elsewhere = [
        ("level", "hardness"),
        ("difficulty", "hardness"),
        ("strength", "hardness"),
        ("type", "challenge_type"),
        ("kind", "challenge_type"),
        ("challenge", "challenge_type"),
        ("mode", "challenge_type"),
        ("on_bot", "action"),
        ("then", "action"),
    ];
    let meant = elsewhere
        .iter()
        .find(|(known, _)| *known == text)
        .map(|(_, meant)| *meant)
        .filter(|meant| legal.contains(meant))
        .or_else(|| nearest(&text, legal.iter().copied()));
    match meant {
        Some("hardness") if texts::hardness(&token_text(value)).is_err() => Finding::new(
            name.span(),
            problem,
            format_args!("the argument is `hardness`, a number from 1 to 5; {list}"),
        ),
        Some(meant) => Finding::new(
            name.span(),
            problem,
            format_args!("write `{meant}`; {list}"),
        )
        .with(meant),
        None => Finding::new(name.span(), problem, list),
    }
}

/// Whether a word means `deny_access` elsewhere.
pub(super) fn refuses(word: &str) -> bool {
    ["block", "deny", "reject", "refuse", "drop", "forbid", "403"].contains(&word)
}

pub(super) fn string(argument: &Argument<'_>, reader: &mut Reader) -> Option<String> {
    if let [TokenTree::Literal(literal)] = argument.value
        && let Some(text) = text_of(literal).filter(|text| text.suffix.is_empty())
    {
        return Some(text.value);
    }
    let name = plain(argument.name);
    let written = token_text(argument.value);
    if let [TokenTree::Literal(literal)] = argument.value {
        if let Some(text) = text_of(literal) {
            reader.report(suffixed(&text));
            return None;
        }
        if let Some(text) = bytes_of(literal) {
            reader.report(no_bytes(literal.span(), &text));
            return None;
        }
    }
    let last = written.rsplit("::").next().unwrap_or(&written).trim();
    let meant = match name.as_str() {
        "action" => ["challenge", "deny_access"]
            .into_iter()
            .find(|known| *known == last)
            .or_else(|| refuses(last).then_some("deny_access")),
        _ => match texts::challenge_type(last) {
            Ok(kind) => Some(kind.name()),
            Err(wrong) => ChallengeType::NAMES
                .iter()
                .map(|(name, _)| *name)
                .find(|name| wrong.texts.iter().any(|text| text == name)),
        },
    };
    let problem = format!("the value of `{name}` is a string");
    let place = Place::of(argument.value);
    reader.report(match meant {
        Some(meant) => Finding::write(place, problem, &quoted(meant)),
        None if is_constant(last) || written.contains('!') => no_values(place, &written),
        None if matches!(argument.value, [TokenTree::Group(_)]) => Finding::new(
            place,
            format_args!("`{name}` takes one value"),
            example(&name),
        ),
        None => Finding::new(place, problem, example(&name)),
    });
    None
}

fn example(name: &str) -> String {
    let value = match name {
        "hardness" => "3",
        "challenge_type" => "\"one_click\"",
        _ => "\"challenge\"",
    };
    format!("it is written as in `{name} = {value}`")
}
