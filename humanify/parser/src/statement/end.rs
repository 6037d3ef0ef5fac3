//! Checks the end of a statement, and explains words that do not belong there.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::PartStarts;
use super::clauses::Clauses;
use super::punctuation::{follows, unexpected_sign};
use super::settings::{bare_settings, late_settings};
use super::unbounded::unbounded;
use crate::finding::{Finding, Place, Read, quoted};
use crate::foreign_names;
use crate::negated::negated_whole;
use crate::reader::fail;
use crate::statement_start;
use crate::text::text_of;
use crate::tokens::{Cursor, line, plain, token_text};
use crate::words::{CLAUSES, INTENDED, OBSERVE, is_name, is_start, nearest_start};
use humanify_syntax::names;
use humanify_syntax::nearest;

/// Checks that the statement ends here, or that the next one starts here because a `;` is missing.
/// Explains anything else.
pub(super) fn end(
    cursor: &mut Cursor,
    starts: PartStarts,
    action: &Ident,
    clauses: &Clauses,
) -> Read<()> {
    let head = starts.head;
    let Some(token) = cursor.peek() else {
        return Ok(());
    };
    if let Some(finding) = bare_settings(*cursor, token, action, clauses.next > 0) {
        return fail(finding);
    }
    if let Some(word) = cursor.peek_word() {
        if let Some(finding) = observe_behind(*cursor, starts, action) {
            cursor.next();
            return fail(finding);
        }
        if let Some(finding) = intended_behind(*cursor, starts) {
            cursor.finish();
            return fail(finding);
        }
        if is_start(&word.to_string()) {
            return Ok(());
        }
        return fail(unexpected_word(*cursor, head, word, action, clauses));
    }
    fail(unexpected_sign(*cursor, head, token, action, clauses))
}

/// The finding on `observe` after the action: `challenge observe on …`.
fn observe_behind(cursor: Cursor, starts: PartStarts, action: &Ident) -> Option<Finding> {
    let word = cursor.peek_word().filter(|word| *word == OBSERVE)?;
    // The next statement, if it has an action of its own.
    if cursor
        .word_at(1)
        .is_some_and(|next| is_name(&next.to_string()))
    {
        return None;
    }
    if !is_name(&plain(action)) {
        return None;
    }
    let PartStarts { body, head, .. } = starts;
    if !head.since(body).is_empty() {
        let twice = Finding::new(word.span(), "`observe` is written twice", "write it once");
        return Some(twice.with(""));
    }
    let observed = format!("observe {}", token_text(cursor.since(head)));
    let place = Place::of(cursor.since(head)).to(word.span().into());
    Some(
        Finding::new(
            word.span(),
            "`observe` comes before the action",
            format_args!("write `{observed}`"),
        )
        .with_at(place, observed),
    )
}

/// The finding on `intended(…)` behind the statement that it is about.
fn intended_behind(cursor: Cursor, starts: PartStarts) -> Option<Finding> {
    let word = cursor.peek_word().filter(|word| *word == INTENDED)?;
    cursor.group_at(1, Delimiter::Parenthesis)?;
    let mut end = cursor;
    end.skip(2);
    if !end.is_empty() {
        return None;
    }
    let PartStarts { start, body, .. } = starts;
    let finding = Finding::new(
        word.span(),
        "`intended(…)` comes before the statement",
        "it stands before the action and behind the name of the statement, once, with all names",
    );
    let intended = token_text(end.since(cursor)).replace(" (", "(");
    let whole = format!("{intended} {}", token_text(cursor.since(body)));
    let statement = format!("{} {whole}", token_text(body.since(start)));
    Some(finding.offer(Place::of(end.since(body)), statement, whole))
}

fn unexpected_word(
    cursor: Cursor,
    head: Cursor,
    word: &Ident,
    action: &Ident,
    clauses: &Clauses,
) -> Finding {
    let text = plain(word);
    let on_next_line = cursor
        .before()
        .is_some_and(|before| line(before) < line(&TokenTree::Ident(word.clone())));
    let in_targets = clauses.next == 1 || clauses.next == 2;
    let string_follows = cursor.text_at(1).is_some();
    match text.as_str() {
        "and" | "or" | "also" if in_targets && string_follows => {
            return Finding::write(
                word.span(),
                format_args!("expected `,` between targets, found `{text}`"),
                ",",
            );
        }
        "and" | "or" | "also" if in_targets && is_field(cursor, 1) => {
            return Finding::write(
                word.span(),
                format_args!("expected `when` before the condition, found `{text}`"),
                "when",
            );
        }
        _ if clauses.next <= 2 && is_field(cursor, 0) => {
            return Finding::write(
                word.span(),
                "missing `when` before the condition",
                &format!("when {text}"),
            );
        }
        "ignore_case" | "ignorecase" | "case_insensitive" | "insensitive" | "nocase"
        | "caseless" | "i" | "NC" | "icase"
            if matches!(
                cursor.before(),
                Some(TokenTree::Literal(_) | TokenTree::Group(_))
            ) =>
        {
            return case_ignored(cursor, head, word, in_targets);
        }
        "for" if clauses.next == 0 && string_follows && action != "ban" => {
            let is_time = cursor
                .text_at(1)
                .is_some_and(|text| !text.value.starts_with(['/', '*']));
            return match is_time {
                true => Finding::new(
                    word.span(),
                    format_args!("unexpected `for`: `{action}` has no duration"),
                    "only a ban has one, as in `ban \"10 denials/minute\" for \"1 hour\"`",
                ),
                false => Finding::write(word.span(), "targets follow `on`", "on"),
            };
        }
        "for" if string_follows && action != "limit" => {
            return Finding::new(
                word.span(),
                format_args!("unexpected `for`: `{action}` has no duration"),
                "only a ban has one, as in `ban \"1 trap/day\" for \"1 hour\"`",
            );
        }
        "if" | "where" | "given" | "provided" | "whenever" | "while" if clauses.next <= 2 => {
            return Finding::write(
                word.span(),
                format_args!("expected `when` before the condition, found `{text}`"),
                "when",
            );
        }
        "unless" | "but" | "not" | "without" | "excluding" | "except_when" => {
            return negative(cursor, head, &text, action, clauses);
        }
        "at" | "to" | "under" | "in" | "within" | "path" | "paths" | "from" | "regex"
        | "endpoint" | "route" | "prefix"
            if clauses.next == 0 =>
        {
            let keeps = ["under", "regex", "endpoint", "route"].contains(&text.as_str());
            let meant = match keeps {
                true => format!("on {text}"),
                false => "on".to_owned(),
            };
            return Finding::write(word.span(), "targets follow `on`", &meant);
        }
        "else" | "otherwise" | "then" => {
            return Finding::new(
                word.span(),
                format_args!("there is no `{text}`"),
                "the statements are tried from top to bottom, and the first that acts ends it: \
                 write the other case as a statement below",
            );
        }
        "between" | "during" | "after" | "before" | "until" | "since" => {
            return Finding::new(
                word.span(),
                format_args!("unexpected `{text}`: rules do not depend on the time"),
                "build a `Humanify` for each time, or decide in a layer of your own",
            );
        }
        "everywhere" | "everything" | "anywhere" | "always" | "globally" | "all" | "any"
            if clauses.next == 0 =>
        {
            return unbounded(cursor, head, word, action);
        }
        "per" | "by" | "each" if action == "limit" => {
            let client = cursor.word_at(1).filter(|next| {
                ["client", "ip", "user", "address", "visitor"]
                    .iter()
                    .any(|w| next == w)
            });
            if let Some(client) = client {
                return Finding::new(
                    Place::from(word.span()).to(client.span().into()),
                    format_args!("every limit counts by client"),
                    format_args!("leave `{text} {client}` out"),
                )
                .with("");
            }
            return Finding::new(
                word.span(),
                format_args!("unexpected `{text}`"),
                "every limit counts by client; for a bucket of another value write it as a \
                 setting, as in `limit \"5/minute\", key = \"headers.x-api-key\"`",
            );
        }
        "as" | "named" | "name" | "called" | "label" => {
            if let Some(name) = cursor.text_at(1) {
                let label = statement_start::label(&name.value);
                return Finding::new(
                    word.span(),
                    "the name of a statement comes before it",
                    format_args!("start the statement with `{label}:`"),
                );
            }
        }
        "status" | "with" | "return" | "respond" | "code" | "redirect" => {
            return Finding::new(
                word.span(),
                format_args!("unexpected `{text}`: a statement does not set the response"),
                "this is set on the builder, as in `.error_pages(…)`",
            );
        }
        "priority" | "order" | "weight" => {
            return Finding::new(
                word.span(),
                format_args!("unexpected `{text}`: statements have no priorities"),
                "they are tried from top to bottom: move the statement up or down",
            );
        }
        _ => {}
    }
    if let Some(finding) = late_settings(cursor, head, word, action) {
        return finding;
    }
    if !names::kinds_of(&text).is_empty() {
        return Finding::new(
            word.span(),
            "a condition tests the crawler",
            format_args!(
                "as in `when client.is_verified_crawler && client.crawler == {}`",
                quoted(&text)
            ),
        );
    }
    let begins = on_next_line || cursor.word_at(1).is_some() || string_follows;
    if begins && foreign_names::REFUSALS.contains(&text.as_str()) {
        return Finding::new(
            word.span(),
            format_args!("missing `;` before the unknown action `{text}`"),
            "write `; deny_access` to refuse detected bots, or `; always_deny` to refuse everyone",
        )
        .with("; deny_access")
        .with("; always_deny");
    }
    // A word at the start of a line, or similar to the first word of a statement.
    let near = nearest_start(&text).filter(|_| on_next_line || nearest(&text, CLAUSES).is_none());
    if let Some(meant) = near.filter(|_| begins) {
        return Finding::new(
            word.span(),
            format_args!("missing `;` before the unknown action `{text}`"),
            format_args!("write `; {meant}`"),
        )
        .with(format!("; {meant}"));
    }
    let expected = follows(clauses);
    match nearest(&text, CLAUSES) {
        Some(clause) => Finding::new(
            word.span(),
            format_args!("unexpected `{text}`"),
            format_args!("did you mean `{clause}`? {expected}"),
        )
        .with(clause),
        None => Finding::new(word.span(), format_args!("unexpected `{text}`"), expected),
    }
}

/// The finding on other words for `ignore_case`, and on `ignore_case` behind a target.
fn case_ignored(cursor: Cursor, head: Cursor, word: &Ident, in_targets: bool) -> Finding {
    let before = cursor.since(head);
    let is_expression = match before.get(before.len().saturating_sub(2)) {
        Some(TokenTree::Ident(word)) => word == "regex",
        Some(TokenTree::Punct(sign)) => sign.as_char() == '~',
        _ => false,
    };
    let text = match before.last() {
        Some(TokenTree::Literal(literal)) => text_of(literal),
        _ => None,
    };
    if let Some(text) = text.filter(|_| is_expression) {
        let written = quoted(&format!("(?i){}", text.value));
        return Finding::new(
            word.span(),
            "case is set in the expression",
            format_args!("write `{written}`"),
        )
        .with_at(Place::from(text.span).to(word.span().into()), written);
    }
    if in_targets {
        return Finding::new(
            word.span(),
            "paths keep their case, and targets are compared as they are",
            "an expression ignores case, as in `regex \"(?i)^/admin(/|$)\"`",
        );
    }
    Finding::write(
        word.span(),
        format_args!("`{word}` does not ignore case"),
        "ignore_case",
    )
}

/// Whether a field stands at some place behind the cursor.
fn is_field(cursor: Cursor, at: usize) -> bool {
    let Some(word) = cursor.word_at(at) else {
        return false;
    };
    let is_one = ["method", "path", "host", "scheme", "content_type"];
    let takes_name = ["client", "args", "headers", "cookies"];
    let is_dot = cursor.is_sign_at(at + 1, ".");
    let is_compared = ["==", "!=", "~", "!~"]
        .iter()
        .any(|sign| cursor.is_sign_at(at + 1, sign));
    let is_word = ["in", "not", "starts_with", "ends_with", "contains"]
        .iter()
        .any(|word| cursor.word_at(at + 1).is_some_and(|next| next == word));
    (takes_name.iter().any(|name| word == name) && is_dot)
        || (is_one.iter().any(|name| word == name) && (is_compared || is_word))
}

/// The finding on a negated clause: `unless client.is_vpn`, `but not "/a"`, `not on "/a"`.
fn negative(
    cursor: Cursor,
    head: Cursor,
    text: &str,
    action: &Ident,
    clauses: &Clauses,
) -> Finding {
    let mut behind = cursor;
    behind.next();
    for skipped in ["not", "on", "for", "in", "if", "when"] {
        behind.eat_word(skipped);
    }
    let skipped = Place::of(behind.since(cursor));
    let target = behind.text().is_some()
        || ["regex", "endpoint", "route", "under"]
            .iter()
            .any(|kind| behind.is_word(kind));
    if target && clauses.next <= 1 {
        return Finding::write(
            skipped,
            format_args!(
                "expected `except` before the exceptions, found `{}`",
                token_text(behind.since(cursor))
            ),
            "except",
        );
    }
    negated_whole(
        cursor,
        head,
        action,
        behind,
        format_args!("there is no `{text}` with a condition"),
    )
}
