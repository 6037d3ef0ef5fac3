//! Findings on punctuation and texts at the end of a statement.

use proc_macro2::{Delimiter, Ident, Literal, TokenTree};

use super::clauses::Clauses;
use super::settings::late_settings;
use crate::finding::{Finding, Place, quoted};
use crate::quoted as texts;
use crate::statement_start;
use crate::text::{Text, text_of};
use crate::tokens::{Cursor, token_text};
use crate::words::{CLAUSES, starts};

/// What may follow the clauses so far, for messages.
pub(super) fn follows(clauses: &Clauses) -> String {
    match CLAUSES.get(clauses.next..) {
        Some(words @ [_, ..]) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `;` follows here", words.join(", "))
        }
        _ => "`&&`, `||` or `;` follows here".to_owned(),
    }
}

pub(super) fn unexpected_sign(
    cursor: Cursor,
    head: Cursor,
    token: &TokenTree,
    action: &Ident,
    clauses: &Clauses,
) -> Finding {
    let signs = cursor.signs();
    let in_targets = clauses.next == 1 || clauses.next == 2;
    let behind_is_text = |ahead: usize| cursor.text_at(ahead).is_some();
    if in_targets
        && ["||", "&&", "|", "&", "+"].contains(&signs.as_str())
        && behind_is_text(signs.len())
    {
        let mut end = cursor;
        end.skip(signs.len());
        if let (Some(TokenTree::Literal(start)), Some(text)) = (cursor.before(), end.text())
            && (signs == "+" || text.value.starts_with('*') || text.value.starts_with("/*"))
        {
            return joined(start, &text);
        }
        return Finding::write(
            Place::of(end.since(cursor)),
            format_args!("expected `,` between targets, found `{signs}`"),
            ",",
        );
    }
    if signs == "," {
        let mut behind = cursor;
        behind.next();
        if starts(behind) {
            return Finding::write(token, "a statement ends with `;`, not with `,`", ";");
        }
        if let Some(word) = behind.peek_word()
            && let Some(finding) = late_settings(behind, head, word, action)
        {
            return finding;
        }
    }
    if ["=>", "->", ":", ","].contains(&signs.as_str()) {
        let mut behind = cursor;
        behind.skip(signs.len());
        if behind
            .peek_word()
            .is_some_and(|word| CLAUSES.iter().any(|clause| word == clause))
        {
            return Finding::new(
                Place::of(behind.since(cursor)),
                format_args!("unexpected `{signs}` before a clause"),
                "leave it out",
            )
            .with("");
        }
    }
    if ["=>", "->"].contains(&signs.as_str()) {
        return Finding::new(
            token,
            format_args!("unexpected `{signs}`"),
            "a statement begins with its action, as in `challenge on \"/api/*\"`",
        );
    }
    if cursor.literal().is_some() {
        if let Some(text) = cursor.text() {
            if in_targets {
                let known =
                    texts::guess(&text.value).is_none() && texts::path_glob(&text.value).is_ok();
                let rate = action == "limit" && texts::rates(&text.value).is_ok();
                if rate {
                    let behind = cursor.since(head).get(1..).unwrap_or_default();
                    let rate = quoted(&text.value);
                    let whole = format!("limit {rate} {}", token_text(behind));
                    let place = Place::of(cursor.since(head)).to(token.into());
                    return Finding::new(
                        token,
                        "the rate of a limit follows `limit`",
                        "as in `limit \"5/minute\" on \"/login\"`",
                    )
                    .offer(place, whole.clone(), whole);
                }
                if let Some(TokenTree::Literal(start)) = cursor.before()
                    && (text.value.starts_with('*') || text.value.starts_with("/*"))
                {
                    return joined(start, &text);
                }
                if known {
                    let text = format!(", {token}");
                    return Finding::write(token, "missing `,` between targets", &text);
                }
            }
            return Finding::new(
                token,
                format_args!("unexpected `{token}`"),
                follows(clauses),
            );
        }
        if cursor.is_sign_at(1, "%") {
            return Finding::new(
                token,
                "a statement applies to all requests that it matches, not to a share of them",
                "leave the percentage out; to try a rule without effect, put `observe` before it",
            );
        }
    }
    if cursor.group(Delimiter::Brace).is_some() {
        return Finding::new(
            token,
            "a statement has no block",
            "settings of a challenge are written in round brackets, those of a limit after its \
             rate, as in `limit \"5/minute\", burst = 10 on \"/login\"`, and exceptions after \
             `except`",
        );
    }
    let shown_token = match token {
        TokenTree::Group(_) => token_text(std::slice::from_ref(token)),
        _ => signs.clone(),
    };
    let shown_token = if shown_token.is_empty() {
        token.to_string()
    } else {
        shown_token
    };
    if let Some(finding) = statement_start::documentation_inside(cursor) {
        return finding;
    }
    if token.to_string() == "#" {
        return Finding::write(token, "a comment starts with `//`, not with `#`", "//");
    }
    Finding::new(
        token,
        format_args!("unexpected `{shown_token}`"),
        follows(clauses),
    )
}

/// The finding on two texts that are joined in other languages: `"/assets" + "/*"`.
fn joined(start: &Literal, end: &Text) -> Finding {
    let place = Place::from(start.span()).to(end.span.into());
    let problem = "a target is one string";
    let Some(text) = text_of(start) else {
        return Finding::new(place, problem, "join the two strings");
    };
    let one = quoted(&format!("{}{}", text.value, end.value));
    if !end.value.starts_with('/') || end.value.starts_with("/*") {
        return Finding::write(place, problem, &one);
    }
    let two = format!("{start}, {}", quoted(&end.value));
    Finding::new(
        place,
        problem,
        format_args!("write `{one}` for one path, or `{two}` for two"),
    )
    .with(one)
    .with(two)
}
