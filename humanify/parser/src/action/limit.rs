//! Parses the rates and settings after `limit`, and explains what else stands there.

use proc_macro2::{Delimiter, Group, Ident, TokenTree};

use crate::finding::{Finding, Place, Read, quoted};
use crate::limit as limits;
use crate::quoted as texts;
use crate::reader::{Reader, fail};
use crate::text::{bytes_of, is_constant, no_bytes, no_values};
use crate::tokens::{Cursor, token_text};
use crate::words::is_start;
use humanify_syntax::{Action, Limit};

/// Parses the rates and settings after `limit`. Without any, the limit is the default.
pub(super) fn limit(
    cursor: &mut Cursor,
    word: &Ident,
    reader: &mut Reader,
) -> Read<Option<Action>> {
    if let Some(group) = cursor.group(Delimiter::Parenthesis) {
        return fail(limit_in_brackets(*cursor, word, group));
    }
    if cursor.text().is_none() {
        return match no_rate(*cursor, word) {
            Some(finding) => fail(finding),
            None => Ok(Some(Action::Limit(Limit::DEFAULT))),
        };
    }
    let limit = limits::read(cursor, reader)?;
    Ok(limit.map(Action::Limit))
}

fn limit_in_brackets(cursor: Cursor, word: &Ident, group: &Group) -> Finding {
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let problem = "`limit` takes its rate and its settings without brackets";
    let place = cursor.peek().map_or_else(|| Place::of(&inner), Place::from);
    let written = format!("limit {}", token_text(&inner));
    // A rate with a name before it.
    let unnamed = match inner.as_slice() {
        [TokenTree::Ident(_), TokenTree::Punct(sign), rest @ ..]
            if "=:".contains(sign.as_char()) =>
        {
            rest
        }
        all => all,
    };
    let written = match unnamed.len() == inner.len() {
        true => written,
        false => format!("limit {}", token_text(unnamed)),
    };
    let starts_with_rate = Cursor::new(unnamed)
        .text()
        .is_some_and(|text| texts::rates(&text.value).is_ok());
    if let Some(meant) = limits::rates_from_tokens(&inner).filter(|_| !starts_with_rate) {
        let written = format!("limit {meant}");
        return Finding::new(place, problem, format_args!("write `{written}`"))
            .with_at(Place::from(word.span()).to(place), written);
    }
    match starts_with_rate {
        true => Finding::new(place, problem, format_args!("write `{written}`"))
            .with_at(Place::from(word.span()).to(place), written),
        false => Finding::new(
            place,
            problem,
            "as in `limit \"5/minute\", burst = 20 on \"/api/*\"`",
        ),
    }
}

/// The finding on something else in the place of a rate.
fn no_rate(cursor: Cursor, word: &Ident) -> Option<Finding> {
    let token = cursor.peek()?;
    let all = up_to(cursor, &["on", "except", "when"], false);
    if let Some(meant) = limits::rates_from_tokens(all) {
        let problem = match meant.contains(',') {
            true => "the rate comes first, then the settings".to_owned(),
            false => format!("`{word}` takes its rate as one string"),
        };
        return Some(Finding::write(Place::of(all), problem, &meant));
    }
    let tokens = up_to(cursor, &["on", "except", "when", "burst"], true);
    if tokens.is_empty() {
        return None;
    }
    let place = Place::of(tokens);
    let written = token_text(tokens);
    if let [TokenTree::Literal(literal)] = tokens
        && let Some(text) = bytes_of(literal)
    {
        return Some(no_bytes(place, &text));
    }
    // `5/minute` and `5 per minute`.
    let dense = written.replace([' ', '"'], "");
    let text = [&dense, &written].into_iter().find_map(|text| {
        let read = texts::rates(text);
        match read {
            Ok(_) => Some(quoted(text)),
            Err(wrong) => wrong.texts.into_iter().next(),
        }
    });
    if let Some(text) = text.filter(|_| cursor.literal().is_some()) {
        return Some(Finding::write(place, "a rate is written in quotes", &text));
    }
    match cursor.peek_word() {
        Some(name)
            if ["none", "off", "unlimited", "no", "null", "disabled"]
                .iter()
                .any(|w| name == w) =>
        {
            Some(Finding::new(
                place,
                "a statement cannot lift a limit",
                "take the targets out of the other limits with `except`, or put \
                 `#[exempt(rate_limit)]` over the handler",
            ))
        }
        Some(_) if cursor.is_sign_at(1, "!") => Some(no_values(place, &written)),
        Some(name) if tokens.len() == 1 && is_constant(&name.to_string()) => {
            Some(no_values(place, &written))
        }
        Some(_) => None,
        None => Some(Finding::new(
            token,
            format_args!("`{word}` takes its rate as one string"),
            "a rate is written as in `limit \"5/minute\"`",
        )),
    }
}

/// The tokens up to one of some words, the next statement or a comma, if that ends them.
fn up_to<'a>(cursor: Cursor<'a>, words: &[&str], comma: bool) -> &'a [TokenTree] {
    let mut end = cursor;
    while let Some(token) = end.peek() {
        let ends = match token {
            TokenTree::Ident(word) => {
                words.iter().any(|clause| word == clause) || is_start(&word.to_string())
            }
            TokenTree::Punct(sign) => comma && sign.as_char() == ',',
            _ => false,
        };
        if ends {
            break;
        }
        end.next();
    }
    end.since(cursor)
}
