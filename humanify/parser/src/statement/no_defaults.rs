//! Parses `no_default_exemptions`.

use proc_macro2::{Delimiter, Ident, TokenTree};

use crate::finding::{Finding, Place, Read};
use crate::placed_rules::PlacedRules;
use crate::reader::fail;
use crate::semicolon;
use crate::tokens::{Cursor, token_text};
use crate::words::starts;

/// Checks what follows `no_default_exemptions`.
pub(super) fn no_defaults(
    cursor: &mut Cursor,
    word: &Ident,
    placed_rules: &mut PlacedRules,
) -> Read<()> {
    if placed_rules.no_default_exemptions {
        return fail(Finding::new(
            word.span(),
            "`no_default_exemptions` is written twice",
            "write it once",
        ));
    }
    placed_rules.no_default_exemptions = true;
    let Some(token) = cursor.peek() else {
        return Ok(());
    };
    if starts(*cursor) {
        return fail(semicolon::missing(*cursor));
    }
    let rest = *cursor;
    cursor.finish();
    let shown = token_text(std::slice::from_ref(token));
    let problem = format!("`no_default_exemptions` is written alone, but `{shown}` follows it");
    if let Some((place, written)) = next_statement(rest) {
        return fail(
            Finding::new(token, problem, format_args!("write `{written}`")).with_at(place, written),
        );
    }
    if says_no(rest) {
        return fail(Finding::new(
            token,
            problem,
            "leave the statement out to keep the default exemptions",
        ));
    }
    if !says_nothing(rest) {
        return fail(Finding::new(
            token,
            problem,
            "it applies to all requests; other statements follow it after `;`",
        ));
    }
    let place = Place::of(rest.rest());
    fail(
        Finding::new(token, problem, "write `no_default_exemptions`")
            .with_at(Place::from(word.span()).to(place), "no_default_exemptions"),
    )
}

/// The start of the next statement, if only a sign or a word precedes it: `, deny_access`.
fn next_statement(rest: Cursor) -> Option<(Place, String)> {
    let mut end = rest;
    match end.signs() {
        signs if signs.is_empty() => end.skip(usize::from(end.is_word("and"))),
        signs => end.skip(signs.len()),
    }
    let word = end.peek_word().filter(|_| starts(end))?;
    let place = Place::of(end.since(rest)).to(word.span().into());
    Some((place, format!("; {word}")))
}

/// Whether something is switched off: `= false`, `(false)`, `off`.
fn says_no(rest: Cursor) -> bool {
    let written = token_text(rest.rest());
    let word = written.trim_matches(|c: char| !c.is_alphanumeric());
    ["false", "off", "no", "none", "0", "never", "disabled"].contains(&word)
}

/// Whether what follows changes nothing: `()`, `!`, `= true`, and targets, since the exemptions are
/// lifted for them, too.
fn says_nothing(rest: Cursor) -> bool {
    let written = token_text(rest.rest());
    let is_empty = rest
        .group(Delimiter::Parenthesis)
        .is_some_and(|group| group.stream().is_empty());
    let is_on = rest.is_word("on") && {
        rest.rest().iter().skip(1).all(|token| match token {
            TokenTree::Literal(_) => true,
            TokenTree::Punct(sign) => sign.as_char() == ',',
            _ => false,
        })
    };
    (is_empty && rest.rest().len() == 1)
        || is_on
        || ["!", "= true", ": true", "(true)", "true", "on", "= on"].contains(&written.as_str())
}
