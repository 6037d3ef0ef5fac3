//! Parses the action of a statement, with its settings.

mod brackets;
mod limit;
mod settings;
mod unknown;

use brackets::without_settings;
use limit::limit;
use settings::demand;
use unknown::unknown;

use proc_macro2::{Ident, TokenTree};

use super::finding::{Finding, Place, Read};
use super::quoted as texts;
use super::reader::{Reader, fail};
use super::tokens::{Cursor, plain};
use super::words::{NAMES, is_name};
use humanify_syntax::Action;
use humanify_syntax::listed;

/// A parsed action, if it is valid, and its word.
pub(super) struct ParsedAction<'a> {
    pub(super) action: Option<Action>,
    pub(super) word: &'a Ident,
}

/// Parses an action.
pub(super) fn read<'a>(
    cursor: &mut Cursor<'a>,
    observe: bool,
    reader: &mut Reader,
) -> Read<ParsedAction<'a>> {
    let start = *cursor;
    let Some(TokenTree::Ident(word)) = cursor.next() else {
        return fail(Finding::new(
            Place::of(start.rest()),
            "a statement begins with its action",
            format_args!("the actions are {}", listed(NAMES)),
        ));
    };
    let name = word.to_string();
    if !is_name(&name) {
        return fail(unknown(*cursor, word, &plain(word), observe));
    }
    reader.note(word);
    let action = match name.as_str() {
        "limit" => limit(cursor, word, reader)?,
        "challenge" | "always_challenge" => {
            let demand = demand(cursor, word, reader)?;
            Some(match name.as_str() {
                "challenge" => Action::Challenge(demand),
                _ => Action::AlwaysChallenge(demand),
            })
        }
        _ => {
            if let Some(finding) = without_settings(*cursor, word) {
                return fail(finding);
            }
            Some(match name.as_str() {
                "deny_access" => Action::DenyAccess,
                "always_deny" => Action::AlwaysDeny,
                "exempt" => Action::Exempt,
                _ => Action::Trap,
            })
        }
    };
    if let Some(finding) = on_missing(*cursor, word) {
        return fail(finding);
    }
    Ok(ParsedAction { action, word })
}

/// The finding on a target after the action without `on`.
fn on_missing(cursor: Cursor, word: &Ident) -> Option<Finding> {
    let token = cursor.peek()?;
    if let Some(text) = cursor.text() {
        if word == "limit" {
            return Some(one_string(token));
        }
        let asks = word == "challenge" || word == "always_challenge";
        if asks && texts::challenge_type(&text.value).is_ok() {
            return None;
        }
        if texts::network(&text.value).is_ok() && word != "trap" && cursor.peek_at(1).is_none() {
            return Some(Finding::write(
                token,
                "a condition tests the address",
                &format!("when client.ip in [{token}]"),
            ));
        }
        if texts::path_glob(&text.value).is_err() {
            return Some(Finding::new(
                token,
                format_args!("unexpected `{token}`"),
                format_args!("targets follow `on`, as in `{word} on \"/api/*\"`"),
            ));
        }
        return Some(Finding::write(
            token,
            "missing `on` before the first target",
            &format!("on {token}"),
        ));
    }
    if cursor.is_sign("*") || cursor.is_sign("/") {
        return Some(Finding::new(
            token,
            "missing `on` before the first target, which is written in quotes",
            format_args!("as in `{word} on \"/api/*\"`"),
        ));
    }
    None
}

fn one_string(place: impl Into<Place>) -> Finding {
    Finding::new(
        place,
        "`limit` takes its rates as one string",
        "write several with `;` between them, as in `limit \"10/second; 500/hour\"`",
    )
}
