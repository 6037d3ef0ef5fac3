//! Parses the settings in brackets after an action: `challenge(grid, hardness = 4)`.

use proc_macro2::{Delimiter, Group, Ident, TokenTree};

use crate::finding::{Finding, LiteralProblem, Place, Read};
use crate::quoted as texts;
use crate::reader::{Reader, fail};
use crate::text::{bytes_of, text_of};
use crate::tokens::{Cursor, plain, split, token_text};
use crate::words::is_name;
use humanify_syntax::{ChallengeType, Demand};
use humanify_syntax::{listed, nearest};

/// The finding on targets in brackets: `challenge("/api/*")`.
pub(super) fn targets_in_brackets(cursor: Cursor, word: &Ident, group: &Group) -> Option<Finding> {
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let parts = split(&inner, ',');
    let paths = parts.iter().all(|part| match part {
        [TokenTree::Literal(literal)] => text_of(literal).is_some_and(|text| {
            text.value.starts_with(['/', '*']) && texts::path_glob(&text.value).is_ok()
        }),
        _ => false,
    });
    if parts.is_empty() || !paths {
        return None;
    }
    let targets = format!("on {}", token_text(&inner));
    let token = cursor.peek()?;
    let whole = format!("{word} {targets}");
    let followed = cursor.word_at(1).is_some_and(|next| next == "on");
    let finding = Finding::new(
        token,
        "targets follow `on`, without brackets",
        format_args!("write `{whole}`"),
    );
    Some(match followed {
        true => Finding::new(
            token,
            "targets follow `on`, without brackets",
            "write them all after one `on`, with commas between them",
        ),
        false => finding.with_at(Place::from(word.span()).to(token.into()), whole),
    })
}

/// Parses `(grid, hardness = 4)`.
pub(super) fn demand(cursor: &mut Cursor, word: &Ident, reader: &mut Reader) -> Read<Demand> {
    let mut demand = Demand::DEFAULT;
    let Some(token @ TokenTree::Group(group)) = cursor.peek() else {
        return Ok(demand);
    };
    if let Some(finding) = targets_in_brackets(*cursor, word, group) {
        return fail(finding);
    }
    cursor.next();
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    if group.delimiter() != Delimiter::Parenthesis {
        let written = format!("({})", token_text(&inner));
        let statements = inner.iter().any(|token| match token {
            TokenTree::Ident(word) => is_name(&word.to_string()) || word == "on",
            _ => false,
        });
        return fail(match statements {
            true => Finding::new(
                token,
                "a statement has no block",
                "targets follow `on`, as in `challenge on \"/api/*\"`",
            ),
            false => Finding::write(
                token,
                format_args!("settings of `{word}` are written in round brackets"),
                &written,
            ),
        });
    }
    for setting in split(&inner, ',') {
        set(&mut demand, setting, reader);
    }
    Ok(demand)
}

fn set(demand: &mut Demand, tokens: &[TokenTree], reader: &mut Reader) {
    let place = Place::of(tokens);
    let mut cursor = Cursor::new(tokens);
    let word = cursor.peek_word();
    let name = word.map(plain).unwrap_or_default();
    if word.is_some() {
        cursor.next();
    }
    let colon = cursor.is_sign(":") && !cursor.is_sign("::");
    if let Some(written) = word.and_then(|word| meant_hardness(word, cursor)) {
        let problem = format!(
            "expected a setting `name = value`, found `{}`",
            token_text(tokens)
        );
        reader.report(Finding::write(place, problem, &written));
        return;
    }
    if word.is_some() && (cursor.is_sign("=") || colon) {
        cursor.next();
        if let Some(word) = word.filter(|word| *word == "hardness") {
            reader.note(word);
        }
        let value = token_text(cursor.rest());
        named(demand, &name, &value, colon, tokens, reader);
        return;
    }
    let written = token_text(tokens);
    let alone = word.is_some() && cursor.is_empty();
    if let Some(next) = cursor.peek_word().filter(|next| *next == "hardness") {
        reader.report(Finding::write(
            next.span(),
            "missing `,` between settings",
            ", hardness",
        ));
        return;
    }
    if alone && name == "hardness" {
        reader.report(Finding::new(
            place,
            "missing value of `hardness`",
            "it is a number from 1 to 5, as in `hardness = 3`",
        ));
        return;
    }
    // `ChallengeType::Audio`, `"audio"`.
    let quoted_name = match tokens {
        [TokenTree::Literal(literal)] => text_of(literal)
            .map(|text| text.value)
            .or_else(|| bytes_of(literal)),
        _ => None,
    };
    let path_name = written
        .rsplit("::")
        .next()
        .filter(|_| written.contains("::"));
    let type_name = quoted_name
        .as_deref()
        .or(path_name)
        .or(alone.then_some(name.as_str()));
    if let Some(type_name) = type_name {
        let read = texts::challenge_type(type_name);
        match read {
            Ok(kind) if !alone => reader.report(Finding::write(
                place,
                "a challenge type is a word without quotes",
                kind.name(),
            )),
            Ok(_) if demand.challenge_type.is_some() => reader.report(Finding::new(
                place,
                "a challenge has one type",
                "leave out all but one",
            )),
            read => {
                if let Some(word) = word.filter(|_| read.is_ok()) {
                    reader.note(word);
                }
                demand.challenge_type = reader.keep(place, read.map_err(with_hardness));
            }
        }
        return;
    }
    if let Ok(level) = texts::hardness(&written) {
        reader.report(Finding::write(
            place,
            "a number alone has no meaning here",
            &format!("hardness = {}", level.level()),
        ));
        return;
    }
    reader.report(unknown_setting(place, &written));
}

/// The hardness in `hardness 3`, `hardness(3)` and `hardness == 3`.
fn meant_hardness(word: &Ident, mut behind: Cursor) -> Option<String> {
    if word != "hardness" {
        return None;
    }
    if behind.is_sign("==") {
        behind.skip(2);
    } else if behind.is_sign("=") {
        return None;
    }
    let value = token_text(behind.rest());
    let level = texts::hardness(value.trim_matches(['(', ')'])).ok()?;
    Some(format!("hardness = {}", level.level()))
}

/// Adds the setting `hardness` to a message about types of challenges.
fn with_hardness(wrong: LiteralProblem) -> LiteralProblem {
    LiteralProblem {
        help: format!("{}; the other setting is `hardness = 1` to `5`", wrong.help),
        problem: wrong.problem.replace("challenge type", "setting"),
        ..wrong
    }
}

fn named(
    demand: &mut Demand,
    name: &str,
    value: &str,
    colon: bool,
    tokens: &[TokenTree],
    reader: &mut Reader,
) {
    let place = Place::of(tokens);
    match name {
        "hardness" if demand.hardness.is_some() => {
            reader.report(Finding::new(
                place,
                "`hardness` is written twice",
                "write it once",
            ));
        }
        "hardness" | "level" | "difficulty" => {
            let read = texts::hardness(value);
            if let (Ok(level), true) = (&read, colon || name != "hardness") {
                let problem = match name {
                    "hardness" => {
                        "expected `=` between a setting and its value, found `:`".to_owned()
                    }
                    name => format!("unknown setting `{name}`"),
                };
                reader.report(Finding::write(
                    place,
                    problem,
                    &format!("hardness = {}", level.level()),
                ));
                return;
            }
            let value_place = tokens.get(2..).map_or(place, Place::of);
            demand.hardness = reader.keep(value_place, read);
        }
        "challenge_type" | "type" | "kind" | "challenge" | "mode" => {
            let text = value.trim_matches('"');
            let text = text.rsplit("::").next().unwrap_or(text);
            match texts::challenge_type(text) {
                Ok(kind) => reader.report(Finding::write(
                    place,
                    "a challenge type stands in the brackets by itself",
                    kind.name(),
                )),
                Err(wrong) => reader.report(wrong.at(place)),
            }
        }
        name => match texts::hardness(value) {
            Ok(level) if nearest(name, ["hardness"]).is_some() => reader.report(Finding::write(
                place,
                format_args!("unknown setting `{name}`"),
                &format!("hardness = {}", level.level()),
            )),
            _ => reader.report(unknown_setting(place, name)),
        },
    }
}

fn unknown_setting(place: Place, text: &str) -> Finding {
    let types = ChallengeType::NAMES.iter().map(|(name, _)| *name);
    let guess = nearest(text, types.clone().chain(["hardness"]));
    let list = format!(
        "the settings are a type ({}) and `hardness = 1` to `5`",
        listed(types)
    );
    let problem = format!("unknown setting `{text}`");
    match guess {
        Some(guess) if guess != "hardness" => Finding::new(
            place,
            problem,
            format_args!("did you mean `{guess}`? {list}"),
        )
        .with(guess),
        _ => Finding::new(place, problem, list),
    }
}
