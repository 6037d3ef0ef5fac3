//! Guesses what tokens mean that are not a string of rates: `["5/minute"]`, `requests = 5, window =
//! 60`, `5, Duration::from_secs(60)`.

use proc_macro2::{Delimiter, TokenTree};

use crate::finding::quoted;
use crate::quoted as texts;
use crate::text::text_of;
use crate::tokens::{Cursor, flat, split, token_text};
use humanify_syntax::Rate;

/// Names of the count of a rate in other languages.
const FOREIGN_COUNTS: [&str; 14] = [
    "requests",
    "request",
    "limit",
    "max",
    "count",
    "rate",
    "calls",
    "times",
    "max_requests",
    "num",
    "number",
    "amount",
    "quota",
    "n",
];

/// Names of the time of a rate in other languages, in seconds if it is a bare number.
const TIMES: [&str; 12] = [
    "window", "per", "period", "seconds", "secs", "interval", "every", "time", "unit", "duration",
    "within", "in",
];

/// Names of counts that say the time.
const FOREIGN_PERIODS: [(&str, &str); 4] = [
    ("per_second", "second"),
    ("per_minute", "minute"),
    ("per_hour", "hour"),
    ("per_day", "day"),
];

/// The rates, with settings behind them, that tokens without a string at their start mean.
pub(crate) fn rates_from_tokens(tokens: &[TokenTree]) -> Option<String> {
    let parts = split(tokens, ',');
    rates_behind(&parts)
        .or_else(|| listed(tokens).map(|rates| quoted(&rates)))
        .or_else(|| match parts.as_slice() {
            [count, time] => count_and_time(count, time).or_else(|| count_and_time(time, count)),
            [one] => per(one).or_else(|| named(one)),
            _ => None,
        })
}

/// The rate that a text is or means.
pub(crate) fn rate_of(text: &str) -> Option<String> {
    match texts::rates(text) {
        Ok(_) => Some(text.to_owned()),
        Err(wrong) => {
            let text = wrong.texts.into_iter().next()?;
            Some(text.trim_matches('"').to_owned())
        }
    }
}

/// `burst = 10, "5/minute"`.
fn rates_behind(parts: &[&[TokenTree]]) -> Option<String> {
    let is_rates = |part: &&[TokenTree]| match *part {
        [TokenTree::Literal(literal)] => {
            text_of(literal).is_some_and(|text| texts::rates(&text.value).is_ok())
        }
        _ => false,
    };
    let at = parts.iter().position(is_rates).filter(|at| *at > 0)?;
    let others = parts.iter().enumerate().filter(|(index, _)| *index != at);
    let rates = parts.get(at).map(|part| token_text(part))?;
    let others: Vec<String> = others.map(|(_, part)| token_text(part)).collect();
    Some(format!("{rates}, {}", others.join(", ")))
}

/// `["5/minute", "100/day"]` and `("5/minute")`.
fn listed(tokens: &[TokenTree]) -> Option<String> {
    let [TokenTree::Group(group)] = tokens else {
        return None;
    };
    let inner = flat(group.stream());
    let texts: Option<Vec<String>> = split(&inner, ',')
        .into_iter()
        .map(|part| match part {
            [TokenTree::Literal(literal)] => text_of(literal).map(|text| text.value),
            _ => None,
        })
        .collect();
    rate_of(&texts?.join("; "))
}

/// `rate = "5/minute"`.
fn named(part: &[TokenTree]) -> Option<String> {
    let (name, value) = assigned(part)?;
    let is_known = name == "rates" || FOREIGN_COUNTS.contains(&name.as_str());
    match value {
        [TokenTree::Literal(literal)] if is_known => {
            rate_of(&text_of(literal)?.value).map(|rate| quoted(&rate))
        }
        _ => None,
    }
}

/// `per_minute = 5`.
fn per(part: &[TokenTree]) -> Option<String> {
    let (name, value) = assigned(part)?;
    let (_, unit) = FOREIGN_PERIODS.iter().find(|(known, _)| *known == name)?;
    let count = token_text(value);
    let is_count = count.bytes().all(|byte| byte.is_ascii_digit());
    let rate = is_count.then(|| rate_of(&format!("{count}/{unit}")))?;
    rate.map(|rate| quoted(&rate))
}

/// The rate of `requests = 5, window = 60` and `5, "minute"`. Other names may mean something else.
fn count_and_time(count: &[TokenTree], time: &[TokenTree]) -> Option<String> {
    let value = |part: &[TokenTree], names: &[&str]| match assigned(part) {
        Some((name, value)) => names
            .contains(&name.as_str())
            .then(|| duration(value).or_else(|| single(value)))?,
        None => duration(part).or_else(|| single(part)),
    };
    let (count, time) = (value(count, &FOREIGN_COUNTS)?, value(time, &TIMES)?);
    let (count, time) = (count.trim_matches('"'), time.trim_matches('"'));
    let is_count = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    let rate = is_count.then(|| rate_of(&format!("{count}/{time}")))??;
    // `60 seconds` are a minute.
    let rate = Rate::parse(&rate).map_or(rate, |rate| rate.to_string());
    Some(quoted(&rate))
}

fn single(value: &[TokenTree]) -> Option<String> {
    match value {
        [value] => Some(value.to_string()),
        _ => None,
    }
}

/// `name = value` and `name: value`.
fn assigned(part: &[TokenTree]) -> Option<(String, &[TokenTree])> {
    match part {
        [TokenTree::Ident(name), TokenTree::Punct(sign), value @ ..]
            if "=:".contains(sign.as_char())
                && !matches!(value.first(), Some(TokenTree::Punct(_))) =>
        {
            Some((name.to_string(), value))
        }
        _ => None,
    }
}

/// The time of `Duration::from_secs(60)`.
fn duration(part: &[TokenTree]) -> Option<String> {
    const UNITS: [(&str, &str); 9] = [
        ("from_secs", "seconds"),
        ("from_millis", "ms"),
        ("from_mins", "minutes"),
        ("from_hours", "hours"),
        ("from_days", "days"),
        ("seconds", "seconds"),
        ("minutes", "minutes"),
        ("hours", "hours"),
        ("days", "days"),
    ];
    let at = part.len().checked_sub(2)?;
    let last = Cursor::new(part.get(at..)?);
    let group = last.group_at(1, Delimiter::Parenthesis)?;
    let name = last.peek_word()?;
    let (_, unit) = UNITS.iter().find(|(known, _)| name == known)?;
    let number = token_text(&flat(group.stream()));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{number} {unit}"))
}
