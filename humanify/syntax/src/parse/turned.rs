//! Statements that are to hold where a condition does not.

use proc_macro2::{Ident, TokenTree};

use super::finding::{Finding, Place};
use super::tokens::{Cursor, plain, shown};
use super::words::starts;

/// A statement that does not hold where a condition does.
pub(super) fn turned_round(
    cursor: Cursor,
    start: Cursor,
    action: &Ident,
    behind: Cursor,
    problem: std::fmt::Arguments<'_>,
) -> Finding {
    let word = cursor.peek().map_or_else(|| Place::of(&[]), Place::from);
    let condition = rest_of(behind);
    let written = shown(condition);
    let plain_sign = condition.len() == 3 && written.starts_with("client.is_");
    let negated = match plain_sign {
        true => format!("!{written}"),
        false => format!("!({written})"),
    };
    let head = shown(cursor.since(start));
    // What is already asked may be joined by `||`, so nothing is written for it.
    let asks = cursor
        .since(start)
        .iter()
        .any(|token| matches!(token, TokenTree::Ident(word) if word == "when"));
    let finding = Finding::new(
        word,
        problem,
        "a condition is turned round by `!( … )`, and what a statement is not about follows \
         `except`",
    );
    if asks || condition.is_empty() {
        return finding;
    }
    let place = Place::of(cursor.since(start)).to(Place::of(condition));
    [
        format!("{head} when {negated}"),
        with_bots(&head, action, &negated),
    ]
    .into_iter()
    .fold(finding, |finding, whole| {
        finding.offer(place, whole.clone(), whole)
    })
}

/// Whoever turns a sign round means bots still.
fn with_bots(head: &str, action: &Ident, negated: &str) -> String {
    let action = plain(action);
    let behind = head.strip_prefix(&action).unwrap_or_default();
    let settings = match behind.strip_prefix('(').and_then(|rest| rest.find(')')) {
        Some(end) => end + 2,
        None => 0,
    };
    let (settings, clauses) = behind.split_at_checked(settings).unwrap_or(("", behind));
    format!("{action}{settings} bots{clauses} when {negated}")
}

/// The rest of the statement, up to where another one starts.
pub(super) fn rest_of<'a>(cursor: Cursor<'a>) -> &'a [TokenTree] {
    let mut end = cursor;
    end.next();
    while !end.is_empty() && !starts(end) {
        end.next();
    }
    end.since(cursor)
}
