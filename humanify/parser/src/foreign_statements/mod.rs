//! Statements of other languages: nginx, Apache, HAProxy, Caddy, rack-attack, express, Spring,
//! Cloudflare's expressions, CEL and others. The findings name the language and suggest an
//! equivalent statement.

pub(super) mod allow_list;
mod languages;
mod translated;

use proc_macro2::{Delimiter, TokenTree};

use super::finding::{Finding, Place};
use super::tokens::{Cursor, line, token_text};
use super::words::starts;
use languages::of;

/// The finding on a statement of another language. Moves the cursor to the end of the statement.
pub(super) fn read(cursor: &mut Cursor) -> Option<Finding> {
    let start = *cursor;
    let head = head(start);
    let language = of(&head, start)?;
    let end = end(start);
    let tokens = end.since(start);
    *cursor = end;
    let place = Place::of(tokens);
    let shown_head = match head.as_str() {
        "" => "this".to_owned(),
        head => format!("`{head}`"),
    };
    let finding = Finding::new(
        Place::of(start.rest().get(..head_length(start)).unwrap_or_default()),
        format_args!("{shown_head} is {}, not a statement", language.description),
        language.help,
    );
    if language.description.starts_with("an expression") {
        return Some(match translated::expression(tokens) {
            Some(condition) => expression(finding, place, &condition),
            None => finding,
        });
    }
    Some(match translated::statement(language, tokens) {
        Some(written) => finding.offer(place, written.clone(), written),
        None => finding,
    })
}

/// Offers the denying actions with a condition. Only the author knows which clients are meant.
fn expression(finding: Finding, place: Place, condition: &str) -> Finding {
    let texts = ["deny_access", "always_deny"].map(|action| format!("{action} when {condition}"));
    let [bots, everyone] = &texts;
    finding.offer_each(
        place,
        format!("{bots}; observe {everyone};"),
        format!("write `{bots}` to refuse detected bots, or `{everyone}` to refuse everyone"),
        texts.to_vec(),
    )
}

/// The number of tokens in the name that a statement starts with: `http-request`, `cf.client`,
/// `Rack::Attack`, `@humanify`.
fn head_length(cursor: Cursor) -> usize {
    let mut at = 0;
    if cursor.is_sign("@") {
        at += 1;
    }
    if cursor.word_at(at).is_none() {
        return at.max(1);
    }
    at += 1;
    loop {
        let is_joined = |at: usize| match (cursor.peek_at(at), cursor.peek_at(at + 1)) {
            (Some(one), Some(other)) => one.span().end() == other.span().start(),
            _ => false,
        };
        let sign = match cursor.peek_at(at) {
            Some(TokenTree::Punct(sign)) if sign.as_char() == '.' => 1,
            // Matches `http-request`, but not `iptables -A`.
            Some(TokenTree::Punct(sign)) if sign.as_char() == '-' && is_joined(at - 1) => 1,
            _ if cursor.is_sign_at(at, "::") => 2,
            _ => return at,
        };
        if cursor.word_at(at + sign).is_none() {
            return at;
        }
        at += sign + 1;
    }
}

fn head(cursor: Cursor) -> String {
    let tokens = cursor.rest().get(..head_length(cursor));
    let is_name = cursor.peek_word().is_some() || cursor.is_sign("@");
    match tokens {
        Some(tokens) if is_name => token_text(tokens).replace(' ', ""),
        _ => String::new(),
    }
}

/// The end of a statement of another language: after its block, before a statement on a new line,
/// or at the end of the tokens.
fn end<'a>(start: Cursor<'a>) -> Cursor<'a> {
    let mut end = start;
    while let Some(token) = end.next() {
        let is_block =
            matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let is_new_line = end.peek().is_some_and(|next| line(next) > line(token));
        if starts(end) && is_new_line || is_block && (is_new_line || starts(end)) {
            break;
        }
    }
    end
}
