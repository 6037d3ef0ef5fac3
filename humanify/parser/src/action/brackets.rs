//! Findings on brackets after an action that takes no settings: `exempt(GET) on "/api/*"`.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::settings::targets_in_brackets;
use crate::finding::{Finding, Place};
use crate::negated::rest_of;
use crate::quoted as texts;
use crate::text::text_of;
use crate::tokens::{Cursor, plain, split, token_text};
use humanify_syntax::{METHODS, Subject};

/// The finding on settings after an action that takes none. Only brackets that say nothing are left
/// out.
pub(super) fn without_settings(cursor: Cursor, word: &Ident) -> Option<Finding> {
    let name = word.to_string();
    if let Some(finding) = lifted_limit(cursor, &name) {
        return Some(finding);
    }
    let (token, group) = match cursor.peek()? {
        token @ TokenTree::Group(group) => (token, group),
        _ => return None,
    };
    if let Some(finding) = targets_in_brackets(cursor, word, group) {
        return Some(finding);
    }
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let status = name != "exempt" && is_status(&inner);
    let problem = match status {
        true => format!("`{name}` answers with 403, and takes no settings"),
        false => format!("`{name}` takes no settings"),
    };
    let everyone = name != "deny_access" && ["everyone", "all"].contains(&&*token_text(&inner));
    if inner.is_empty() || status || everyone {
        return Some(Finding::new(token, problem, "leave the brackets out").with(""));
    }
    let finding = Finding::new(
        token,
        problem,
        "targets follow `on` and a condition follows `when`, both without brackets",
    );
    let statement = rest_of(cursor);
    let behind = statement.get(1..).unwrap_or_default();
    let place = Place::from(word.span()).to(Place::of(statement));
    let readings = readings(&inner, behind, name == "deny_access").into_iter();
    Some(readings.fold(finding, |finding, reading| {
        let whole = format!("{name} {}", reading.trim());
        finding.offer(place, whole.clone(), whole)
    }))
}

/// The finding on `exempt limit` and `exempt(rate_limit)`.
fn lifted_limit(cursor: Cursor, name: &str) -> Option<Finding> {
    if name != "exempt" {
        return None;
    }
    let next = cursor.peek_word().map(plain).unwrap_or_default();
    let in_brackets = cursor
        .group(Delimiter::Parenthesis)
        .map(|group| group.stream().to_string())
        .unwrap_or_default();
    let lifts = |text: &str| ["limit", "limits", "rate_limit", "rate_limits"].contains(&text);
    // With a rate after it, it is the next statement.
    let next_is_limit = lifts(&next) && cursor.text_at(1).is_none();
    if !next_is_limit && !lifts(in_brackets.as_str()) {
        return None;
    }
    Some(Finding::new(
        cursor.peek()?,
        "a statement cannot lift a limit",
        "take the targets out of the limit, as in `limit \"5/minute\" except \"/assets/*\"`, or \
         put `#[exempt(rate_limit)]` over the handler",
    ))
}

/// Whether the brackets hold the status of a response: `404`, `status = 404`.
fn is_status(inner: &[TokenTree]) -> bool {
    let value = match inner {
        [TokenTree::Ident(name), TokenTree::Punct(sign), value] => {
            let names = ["status", "code", "status_code"];
            let is_set = ['=', ':'].contains(&sign.as_char());
            Some(value).filter(|_| is_set && names.iter().any(|known| name == known))
        }
        [value] => Some(value),
        _ => None,
    };
    let number = value.and_then(|value| value.to_string().parse::<u16>().ok());
    number.is_some_and(|number| (100..=599).contains(&number))
}

/// What may follow the action instead of the brackets. Each is offered only if it is right.
fn readings(inner: &[TokenTree], behind: &[TokenTree], takes_subject: bool) -> Vec<String> {
    let inner = match inner {
        [before @ .., TokenTree::Punct(sign)] if sign.as_char() == ';' => before,
        inner => inner,
    };
    let cursor = Cursor::new(inner);
    let first = cursor.peek_word().map(plain).unwrap_or_default();
    let (written, clauses) = (token_text(inner), token_text(behind));
    let begins = |words: &[&str]| words.contains(&first.as_str());
    if begins(&["on", "except", "when"]) {
        let mut value = cursor;
        value.next();
        value.eat_sign("=");
        return vec![format!("{first} {} {clauses}", token_text(value.rest()))];
    }
    if takes_subject && inner.len() == 1 {
        let is_subject = Subject::NAMES.iter().any(|(name, _)| *name == first);
        match first.as_str() {
            "all" => return vec![format!("everyone {clauses}")],
            _ if is_subject => return vec![format!("{first} {clauses}")],
            _ => {}
        }
    }
    let is_path = cursor
        .text()
        .is_some_and(|text| text.value.starts_with('/'));
    if is_path || begins(&["under", "regex", "route", "endpoint"]) {
        return vec![format!("on {written} {clauses}")];
    }
    let condition = methods(inner)
        .or_else(|| networks(inner))
        .unwrap_or(written);
    vec![with_condition(&condition, behind)]
}

/// The clauses of a statement with another condition.
fn with_condition(condition: &str, clauses: &[TokenTree]) -> String {
    let is_when = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "when");
    let bracketed = |text: &str| match text.contains("||") {
        true => format!("({text})"),
        false => text.to_owned(),
    };
    match clauses.iter().position(is_when) {
        Some(at) => {
            let (before, when) = clauses.split_at(at);
            let known = token_text(when.get(1..).unwrap_or_default());
            let (condition, known) = (bracketed(condition), bracketed(&known));
            format!("{} when {condition} && {known}", token_text(before))
        }
        None => format!("{} when {condition}", token_text(clauses)),
    }
}

/// The condition in `GET`, `[GET, POST]` and `method = POST`.
fn methods(inner: &[TokenTree]) -> Option<String> {
    let mut cursor = Cursor::new(inner);
    let is_named = cursor.is_word("method") || cursor.is_word("methods");
    if is_named && (cursor.is_sign_at(1, "=") || cursor.is_sign_at(1, ":")) {
        cursor.skip(2);
    }
    let listed: Vec<TokenTree> = match cursor.rest() {
        [TokenTree::Group(group)] => group.stream().into_iter().collect(),
        rest => rest.to_vec(),
    };
    let parts = split(&listed, ',').into_iter().map(token_text);
    let parts: Vec<String> = parts
        .map(|part| part.trim_matches('"').to_owned())
        .collect();
    let known = parts.iter().all(|part| METHODS.contains(&part.as_str()));
    match parts.as_slice() {
        [] => None,
        _ if !known => None,
        [one] => Some(format!("method == {one}")),
        several => Some(format!("method in [{}]", several.join(", "))),
    }
}

/// The condition in `"10.0.0.0/8"`.
fn networks(inner: &[TokenTree]) -> Option<String> {
    let parts = split(inner, ',');
    let known = parts.iter().all(|part| match part {
        [TokenTree::Literal(literal)] => {
            text_of(literal).is_some_and(|text| texts::network(&text.value).is_ok())
        }
        _ => false,
    });
    (known && !parts.is_empty()).then(|| format!("client.ip in [{}]", token_text(inner)))
}
