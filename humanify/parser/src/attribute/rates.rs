//! Parses the rates of `#[rate_limit]`, and explains what else stands there.

use proc_macro2::TokenTree;

use super::model::{AttributeInput, AttributeSetting};
use crate::finding::{Finding, Place, Read, quoted};
use crate::limit;
use crate::quoted as texts;
use crate::reader::{Reader, fail};
use crate::text::{bytes_of, is_constant, no_bytes, no_values};
use crate::tokens::{Cursor, split, token_text};
use crate::words::is_start;

pub(super) fn rate_limit(
    input: &AttributeInput,
    tokens: &[TokenTree],
    reader: &mut Reader,
) -> Read<Option<AttributeSetting>> {
    let mut cursor = Cursor::new(tokens);
    let Some(rates) = cursor.text() else {
        return fail(no_rates(input, tokens));
    };
    let action = split(tokens, ',').into_iter().find_map(|part| match part {
        [TokenTree::Ident(word)] if is_start(&word.to_string()) => Some(word),
        _ => None,
    });
    if let Some(word) = action {
        return fail(Finding::new(
            word.span(),
            format_args!("`{word}` belongs to `protect!`; it is not a setting of a limit"),
            "leave it out: a client over its limit gets 429; `#[require_human]` beside it \
             challenges bots",
        ));
    }
    let limit = limit::read(&mut cursor, reader)?;
    if let Some(word) = cursor.peek_word()
        && ["on", "except", "when", "if"]
            .iter()
            .any(|clause| word == clause)
    {
        return fail(Finding::new(
            Place::of(cursor.rest()),
            "an attribute applies to its handler alone",
            format_args!(
                "leave `{word}` and what follows it out, or write it in `protect!`, as in `limit \
                 \"5/minute\" on \"/login\";`"
            ),
        ));
    }
    if cursor.is_sign(";") && cursor.peek_at(1).is_none() {
        return fail(Finding::write(
            Place::of(tokens),
            "unexpected `;` after the rates",
            &quoted(&rates.value),
        ));
    }
    // `"5/minute"; "100/day"`.
    if cursor.is_sign(";")
        && let Some(second) = cursor.text_at(1)
    {
        let both = format!("{}; {}", rates.value.trim_end_matches(';'), second.value);
        let place = Place::from(rates.span).to(second.span.into());
        let problem = "several rates are written in one string, with `;` between them";
        return fail(match texts::rates(&both) {
            Ok(_) => Finding::write(place, problem, &quoted(&both)),
            Err(_) => Finding::new(place, problem, "as in `\"10/second; 500/hour\"`"),
        });
    }
    if cursor.is_sign(".") {
        return fail(Finding::write(
            Place::of(tokens),
            "a macro cannot call functions: expected the rates as a string",
            &quoted(&rates.value),
        ));
    }
    if let Some(token) = cursor.peek() {
        return fail(Finding::new(
            token,
            format_args!(
                "unexpected `{}` after the rates",
                token_text(std::slice::from_ref(token))
            ),
            "settings follow a comma, as in `#[rate_limit(\"5/minute\", burst = 20)]`",
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
            "the rates come first, without a name",
            &quoted(&text.value),
        );
    }
    if let Some(meant) = limit::rates_from_tokens(tokens) {
        let problem = match meant.contains(',') {
            true => "the rates come first, then the settings",
            false => problem,
        };
        return Finding::write(place, problem, &meant);
    }
    if let [TokenTree::Literal(literal)] = tokens
        && let Some(text) = bytes_of(literal)
    {
        return no_bytes(place, &text);
    }
    if cursor.is_sign("&")
        && let Some(text) = cursor.text_at(1)
        && tokens.len() == 2
    {
        return Finding::write(place, problem, &quoted(&text.value));
    }
    if let [TokenTree::Ident(word)] = tokens
        && ["none", "false", "off", "unlimited", "disabled"]
            .iter()
            .any(|off| word == off)
    {
        return Finding::new(
            place,
            problem,
            "leave the attribute out: a handler without a limit has those of `protect!`",
        );
    }
    let dense = token_text(tokens).replace(' ', "");
    if matches!(first, TokenTree::Literal(_)) {
        // `5/minute` and `5 per minute`.
        let text = [&dense, &token_text(tokens)]
            .into_iter()
            .find_map(|text| limit::rate_of(text));
        if let Some(text) = text.filter(|_| parts.len() == 1) {
            return Finding::write(place, problem, &quoted(&text));
        }
    }
    match first {
        TokenTree::Ident(word) if is_constant(&word.to_string()) || cursor.is_sign_at(1, "!") => {
            no_values(place, &token_text(tokens))
        }
        _ => Finding::new(place, problem, help),
    }
}
