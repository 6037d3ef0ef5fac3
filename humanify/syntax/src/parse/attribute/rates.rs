//! Parses the rates of `#[rate_limit]`, and explains what else stands there.

use proc_macro2::TokenTree;

use super::model::{AttributeInput, AttributeSetting};
use crate::parse::finding::{Finding, Place, Read, quoted};
use crate::parse::limit;
use crate::parse::quoted as texts;
use crate::parse::reader::{Reader, stop};
use crate::parse::text::{bytes_of, is_constant, no_bytes, no_values, text_of};
use crate::parse::tokens::{Cursor, flat, shown, split};

pub(super) fn rate_limit(
    input: &AttributeInput,
    tokens: &[TokenTree],
    reader: &mut Reader,
) -> Read<Option<AttributeSetting>> {
    let mut cursor = Cursor::new(tokens);
    let Some(rates) = cursor.text() else {
        return stop(no_rates(input, tokens));
    };
    let limit = limit::read(&mut cursor, reader)?;
    if let Some(word) = cursor.peek_word()
        && ["on", "except", "when", "if"]
            .iter()
            .any(|clause| word == clause)
    {
        return stop(Finding::new(
            Place::of(cursor.rest()),
            "an attribute is about its handler and nothing else",
            format_args!(
                "leave `{word}` and what follows it out, or say it in `protect!`, as in \
                 `limit \"5/minute\" on \"/login\";`"
            ),
        ));
    }
    if cursor.is_sign(";") && cursor.peek_at(1).is_none() {
        return stop(Finding::write(
            Place::of(tokens),
            "no `;` stands behind the rates",
            &quoted(&rates.value),
        ));
    }
    // `"5/minute"; "100/day"`.
    if cursor.is_sign(";")
        && let Some(second) = cursor.text_at(1)
    {
        let both = format!("{}; {}", rates.value.trim_end_matches(';'), second.value);
        let place = Place::from(rates.span).to(second.span.into());
        let problem = "several rates stand in one string, with `;` between them";
        return stop(match texts::rates(&both) {
            Ok(_) => Finding::write(place, problem, &quoted(&both)),
            Err(_) => Finding::new(place, problem, "as in `\"10/second; 500/hour\"`"),
        });
    }
    if cursor.is_sign(".") {
        return stop(Finding::write(
            Place::of(tokens),
            "a macro does not call functions: the rates are a string and nothing else",
            &quoted(&rates.value),
        ));
    }
    if let Some(token) = cursor.peek() {
        return stop(Finding::new(
            token,
            format_args!(
                "unexpected `{}` behind the rates",
                shown(std::slice::from_ref(token))
            ),
            "settings stand behind a comma, as in `#[rate_limit(\"5/minute\", burst = 20)]`",
        ));
    }
    Ok(limit.map(|limit| AttributeSetting::Limits(limit, rates.span.into())))
}

/// The finding on anything but a string in the place of the rates.
fn no_rates(input: &AttributeInput, tokens: &[TokenTree]) -> Finding {
    let problem = "`#[rate_limit]` takes its rates as one string";
    let help = "as in `#[rate_limit(\"5/minute\")]`, or `#[rate_limit(\"5/minute; 100/day\")]` for \
                two";
    let Some(first) = tokens.first() else {
        return Finding::new(input.place, problem, help);
    };
    let place = Place::of(tokens);
    let cursor = Cursor::new(tokens);
    let parts = split(tokens, ',');
    // `limit = "5/minute"`.
    if cursor.is_sign_at(1, "=")
        && let Some(text) = cursor.text_at(2)
        && texts::rates(&text.value).is_ok()
    {
        let mut end = cursor;
        end.skip(3);
        return Finding::write(
            Place::of(end.since(cursor)),
            "the rates stand first, without a name",
            &quoted(&text.value),
        );
    }
    if let Some(finding) = rates_behind(&parts, place) {
        return finding;
    }
    if let [TokenTree::Literal(literal)] = tokens
        && let Some(text) = bytes_of(literal)
    {
        return no_bytes(place, &text);
    }
    // `["5/minute", "100/day"]` and `("5/minute")`.
    if let [TokenTree::Group(group)] = tokens {
        let inner = flat(group.stream());
        let texts: Option<Vec<String>> = split(&inner, ',')
            .into_iter()
            .map(|part| match part {
                [TokenTree::Literal(literal)] => text_of(literal).map(|text| text.value),
                _ => None,
            })
            .collect();
        if let Some(text) = texts.and_then(|texts| rate_of(&texts.join("; "))) {
            return Finding::write(place, problem, &quoted(&text));
        }
    }
    if cursor.is_sign("&")
        && let Some(text) = cursor.text_at(1)
        && tokens.len() == 2
    {
        return Finding::write(place, problem, &quoted(&text.value));
    }
    if let [count, time] = parts.as_slice()
        && let Some(text) = count_and_time(count, time)
    {
        return Finding::write(place, problem, &quoted(&text));
    }
    if let [TokenTree::Ident(word)] = tokens
        && ["none", "false", "off", "unlimited", "disabled"]
            .iter()
            .any(|off| word == off)
    {
        return Finding::new(
            place,
            problem,
            "without a limit of its own, a handler has those of `protect!`: leave the attribute \
             out",
        );
    }
    let dense = shown(tokens).replace(' ', "");
    if matches!(first, TokenTree::Literal(_)) {
        // `5/minute` and `5 per minute`.
        let text = [&dense, &shown(tokens)]
            .into_iter()
            .find_map(|text| rate_of(text));
        if let Some(text) = text.filter(|_| parts.len() == 1) {
            return Finding::write(place, problem, &quoted(&text));
        }
    }
    match first {
        TokenTree::Ident(word) if is_constant(&word.to_string()) || cursor.is_sign_at(1, "!") => {
            no_values(place, &shown(tokens))
        }
        _ => Finding::new(place, problem, help),
    }
}

/// The finding on settings before the rates: `burst = 10, "5/minute"`.
fn rates_behind(parts: &[&[TokenTree]], place: Place) -> Option<Finding> {
    let is_rates = |part: &&[TokenTree]| match *part {
        [TokenTree::Literal(literal)] => {
            text_of(literal).is_some_and(|text| texts::rates(&text.value).is_ok())
        }
        _ => false,
    };
    let at = parts.iter().position(is_rates)?;
    let others = parts.iter().enumerate().filter(|(index, _)| *index != at);
    let rates = parts.get(at).map(|part| shown(part))?;
    let others: Vec<String> = others.map(|(_, part)| shown(part)).collect();
    Some(Finding::write(
        place,
        "the rates stand first, and settings behind them",
        &format!("{rates}, {}", others.join(", ")),
    ))
}

/// The rate of `requests = 5, window = 60` and `5, "minute"`. Other names may mean something else.
fn count_and_time(count: &[TokenTree], time: &[TokenTree]) -> Option<String> {
    const COUNTS: [&str; 9] = [
        "requests",
        "request",
        "limit",
        "max",
        "count",
        "rate",
        "calls",
        "times",
        "max_requests",
    ];
    const TIMES: [&str; 9] = [
        "window", "per", "period", "seconds", "secs", "interval", "every", "time", "unit",
    ];
    let value = |part: &[TokenTree], names: &[&str]| match part {
        [value] => Some(value.to_string()),
        [TokenTree::Ident(name), TokenTree::Punct(sign), value] if sign.as_char() == '=' => names
            .iter()
            .any(|known| name == known)
            .then(|| value.to_string()),
        _ => None,
    };
    let count = value(count, &COUNTS)?;
    let time = value(time, &TIMES)?;
    let (count, time) = (count.trim_matches('"'), time.trim_matches('"'));
    let is_count = count.bytes().all(|byte| byte.is_ascii_digit());
    is_count.then(|| rate_of(&format!("{count}/{time}")))?
}

/// The rate that a text is or means.
fn rate_of(text: &str) -> Option<String> {
    match texts::rates(text) {
        Ok(_) => Some(text.to_owned()),
        Err(wrong) => {
            let text = wrong.texts.into_iter().next()?;
            Some(text.trim_matches('"').to_owned())
        }
    }
}
