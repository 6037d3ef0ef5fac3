//! Findings on statements with a negated condition: `unless …`, `except when …`.

use proc_macro2::{Ident, TokenTree};

use super::finding::{Finding, Place};
use super::tokens::{Cursor, plain, token_text};
use super::words::starts;

/// The finding on a statement with a condition under which it does not apply. Its action stands at
/// `head`.
pub(super) fn negated_whole(
    cursor: Cursor,
    head: Cursor,
    action: &Ident,
    behind: Cursor,
    problem: std::fmt::Arguments<'_>,
) -> Finding {
    let word = cursor.peek().map_or_else(|| Place::of(&[]), Place::from);
    let condition = rest_of(behind);
    let written = token_text(condition);
    let plain_sign = condition.len() == 3 && written.starts_with("client.is_");
    let negated = match plain_sign {
        true => format!("!{written}"),
        false => format!("!({written})"),
    };
    let before = token_text(cursor.since(head));
    // An existing condition may contain `||`, so there is no suggestion for it.
    let asks = cursor
        .since(head)
        .iter()
        .any(|token| matches!(token, TokenTree::Ident(word) if word == "when"));
    let finding = Finding::new(
        word,
        problem,
        "a condition is negated by `!( … )`, and what a statement is not about follows `except`",
    );
    if asks || condition.is_empty() {
        return finding;
    }
    let place = Place::of(cursor.since(head)).to(Place::of(condition));
    std::iter::once(format!("{before} when {negated}"))
        .chain(with_bots(&before, action, &negated))
        .fold(finding, |finding, whole| {
            finding.offer(place, whole.clone(), whole)
        })
}

/// Adds `bots` to a suggestion with a negated sign, which would otherwise mean people, too.
fn with_bots(before: &str, action: &Ident, negated: &str) -> Option<String> {
    let action = plain(action);
    let behind = before.strip_prefix(&action)?;
    let settings = match behind.strip_prefix('(').and_then(|rest| rest.find(')')) {
        Some(end) => end + 2,
        None => 0,
    };
    let (settings, clauses) = behind.split_at_checked(settings).unwrap_or(("", behind));
    Some(format!("{action}{settings} bots{clauses} when {negated}"))
}

/// The rest of the statement, up to the start of another one.
pub(super) fn rest_of<'a>(cursor: Cursor<'a>) -> &'a [TokenTree] {
    let mut end = cursor;
    end.next();
    while !end.is_empty() && !starts(end) {
        end.next();
    }
    end.since(cursor)
}
