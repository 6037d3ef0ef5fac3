//! Findings on settings after the clauses, which belong before them.

use proc_macro2::{Delimiter, Ident, TokenTree};

use crate::finding::{Finding, Place};
use crate::limit;
use crate::quoted as texts;
use crate::tokens::{Cursor, plain, token_text};
use crate::words::CLAUSES;

/// The finding on `hardness = 4` or `key = "…"` after the clauses, or without brackets.
pub(super) fn late_settings(
    cursor: Cursor,
    head: Cursor,
    word: &Ident,
    action: &Ident,
) -> Option<Finding> {
    let text = plain(word);
    let is_value = cursor.is_sign_at(1, "=") || cursor.is_sign_at(1, ":");
    let name = plain(action);
    if ["challenge", "always_challenge"].contains(&name.as_str())
        && (text == "hardness"
            || text == "challenge_type"
            || text == "difficulty"
            || text == "level")
        && is_value
    {
        let value = cursor
            .peek_at(2)
            .map(ToString::to_string)
            .unwrap_or_default();
        let setting = match text.as_str() {
            "challenge_type" => value.trim_matches('"').to_owned(),
            _ => format!("hardness = {}", value.trim_matches('"')),
        };
        let mut end = cursor;
        end.skip(3);
        let mut behind = head;
        behind.next();
        let has_settings = behind.group(Delimiter::Parenthesis).is_some();
        let clauses = token_text(cursor.since(behind));
        let clauses = clauses.trim_end_matches(',');
        let whole = format!("{name}({setting}) {clauses}").trim_end().to_owned();
        let finding = Finding::new(
            word.span(),
            format_args!("settings of `{name}` are written in brackets after it"),
            match has_settings {
                true => format!("put `{setting}` into the brackets"),
                false => format!("as in `{name}(hardness = 4)`"),
            },
        );
        let place = Place::from(action.span()).to(Place::of(end.since(cursor)));
        return Some(match has_settings {
            true => finding,
            false => finding.offer(place, whole.clone(), whole),
        });
    }
    if name == "limit" && limit::is_setting(&text) && is_value {
        return Some(late_setting_of_limit(cursor, head, word, &text));
    }
    None
}

/// The finding on a challenge's settings without brackets: `challenge audio, hardness = 2 on "/x"`.
pub(super) fn bare_settings(
    cursor: Cursor,
    word: &TokenTree,
    action: &Ident,
    is_behind_clauses: bool,
) -> Option<Finding> {
    let name = plain(action);
    let asks = name == "challenge" || name == "always_challenge";
    let before_is_action =
        matches!(cursor.before(), Some(TokenTree::Ident(before)) if before == action);
    if !asks || !before_is_action || is_behind_clauses {
        return None;
    }
    let mut end = cursor;
    if ["with", "by", "using"]
        .iter()
        .any(|known| end.is_word(known))
    {
        end.next();
    }
    let kind = end.next()?.to_string();
    let kind = texts::challenge_type(kind.trim_matches('"')).ok()?;
    let mut settings = kind.name().to_owned();
    let mut hardness = end;
    hardness.eat_sign(",");
    if hardness.is_word("hardness")
        && hardness.is_sign_at(1, "=")
        && let Some(value) = hardness.peek_at(2)
    {
        settings = format!("{settings}, hardness = {value}");
        end = hardness;
        end.skip(3);
    }
    let whole = format!("{name}({settings})");
    let place = Place::from(action.span()).to(Place::of(end.since(cursor)));
    Some(
        Finding::new(
            word.span(),
            format_args!("settings of `{name}` are written in brackets after it"),
            format_args!("write `{whole}`"),
        )
        .with_at(place, whole),
    )
}

/// The finding on a late setting of a limit: `limit "5/minute" on "/login", key = "args.user"`.
fn late_setting_of_limit(cursor: Cursor, head: Cursor, word: &Ident, name: &str) -> Finding {
    let finding = Finding::new(
        word.span(),
        format_args!(
            "settings of a limit are written before `on`, but `{name}` is written after it"
        ),
        format_args!("as in `limit \"5/minute\", {name} = … on \"/login\"`"),
    );
    let (mut behind, mut end) = (head, cursor);
    while behind
        .peek_word()
        .is_none_or(|word| !CLAUSES.iter().any(|clause| word == clause))
        && behind.next().is_some()
    {}
    end.skip(3);
    let clauses = token_text(cursor.since(behind));
    let whole = format!(
        "{}, {} {}",
        token_text(behind.since(head)),
        token_text(end.since(cursor)),
        clauses.trim_end_matches(',')
    );
    let place = Place::of(end.since(head));
    finding.offer(place, whole.clone(), whole)
}
