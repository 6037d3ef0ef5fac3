//! Parses the rates of `#[rate_limit]`, and explains what else stands there.

use proc_macro2::TokenTree;

use super::model::{AttributeInput, Setting};
use crate::parse::finding::{Finding, Place, Read, quoted};
use crate::parse::limit;
use crate::parse::quoted as texts;
use crate::parse::reader::{Reader, stop};
use crate::parse::text::{is_constant, no_values};
use crate::parse::tokens::{Cursor, shown, split};

pub(super) fn rate_limit(
    input: &AttributeInput,
    tokens: &[TokenTree],
    reader: &mut Reader,
) -> Read<Option<Setting>> {
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
    Ok(limit.map(|limit| Setting::Limits(limit, rates.span.into())))
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
    // `requests = 5, window = 60` and `5, "minute"`.
    let values: Vec<String> = parts
        .iter()
        .filter_map(|part| part.last().map(ToString::to_string))
        .map(|value| value.trim_matches('"').to_owned())
        .collect();
    if let [count, period] = values.as_slice()
        && parts.iter().all(|part| matches!(part.len(), 1 | 3))
        && let Err(wrong) = texts::rates(&format!("{count}/{period} "))
        && let Some(text) = wrong.texts.first()
    {
        return Finding::write(place, problem, text);
    }
    if let [count, period] = values.as_slice()
        && parts.iter().all(|part| matches!(part.len(), 1 | 3))
    {
        let text = format!("{count}/{period}");
        if texts::rates(&text).is_ok() {
            return Finding::write(place, problem, &quoted(&text));
        }
    }
    let dense = shown(tokens).replace(' ', "");
    if matches!(first, TokenTree::Literal(_)) {
        let text = match texts::rates(&dense) {
            Ok(_) => Some(quoted(&dense)),
            Err(wrong) => wrong.texts.into_iter().next(),
        };
        if let Some(text) = text {
            return Finding::write(place, problem, &text);
        }
    }
    match first {
        TokenTree::Ident(word) if is_constant(&word.to_string()) || cursor.is_sign_at(1, "!") => {
            no_values(place, &shown(tokens))
        }
        _ => Finding::new(place, problem, help),
    }
}
