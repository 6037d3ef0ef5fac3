//! Findings on targets without quotes.

use proc_macro2::{Delimiter, TokenTree};

use super::list::{FORMS, KINDS, List, is_clause};
use crate::finding::{Finding, Place, quoted};
use crate::quoted as texts;
use crate::text::{broken, bytes_of, is_broken, no_bytes, no_values, text_of};
use crate::tokens::{Cursor, plain, token_text};
use crate::words::starts;
use humanify_syntax::TargetKind;

impl<'a> List<'a, '_> {
    /// The finding on something else than a string in the place of a target's text.
    pub(super) fn no_text(
        &self,
        cursor: Cursor<'a>,
        start: Cursor<'a>,
        kind: TargetKind,
    ) -> Finding {
        let Some(token) = cursor.peek().filter(|_| !starts(cursor)) else {
            let before = cursor.before().map(ToString::to_string).unwrap_or_default();
            return Finding::new(
                cursor
                    .before()
                    .map_or(self.clause.span().into(), Place::from),
                format_args!("missing string after `{before}`"),
                "write the text to match as a string after it",
            );
        };
        if let TokenTree::Group(group) = token {
            return self.bracketed(token, group, start, cursor);
        }
        if let TokenTree::Literal(literal) = token {
            if let Some(text) = bytes_of(literal) {
                return no_bytes(token, &text);
            }
            if is_broken(literal) {
                return broken(token);
            }
            if let syn::Lit::Char(character) = syn::Lit::new(literal.clone()) {
                return Finding::write(
                    token,
                    "strings are written in double quotes",
                    &quoted(&character.value().to_string()),
                );
            }
            return Finding::new(
                token,
                format_args!("expected a string, found `{literal}`"),
                FORMS,
            );
        }
        if cursor.is_sign("*")
            && cursor
                .peek_at(1)
                .is_none_or(|next| matches!(next, TokenTree::Ident(word) if is_clause(word)))
        {
            return Finding::new(
                token,
                "a target is written in quotes",
                format_args!(
                    "write `\"*\"`, or leave `{}` out to match every path",
                    self.clause
                ),
            )
            .with("\"*\"");
        }
        let next = cursor.peek_word().map(plain).unwrap_or_default();
        if KINDS.contains(&next.as_str()) && cursor.text_at(1).is_some() {
            return Finding::new(
                Place::of(cursor.since(start)).to(token.into()),
                "a target has one kind",
                FORMS,
            );
        }
        if next == "not" {
            return negated(token);
        }
        if matches!(kind, TargetKind::PathRegex | TargetKind::EndpointRegex) {
            return bare_regex(cursor, token);
        }
        if cursor.peek_word().is_some_and(is_clause) {
            return Finding::new(
                start.peek().map_or(self.clause.span().into(), Place::from),
                format_args!("missing string after `{}`", token_text(cursor.since(start))),
                "write the text to match as a string after it",
            );
        }
        not_quoted(cursor)
    }

    /// The finding on targets in brackets: `on ("/a", "/b")`, `regex("^/a")`.
    pub(super) fn bracketed(
        &self,
        token: &TokenTree,
        group: &proc_macro2::Group,
        start: Cursor<'a>,
        cursor: Cursor<'a>,
    ) -> Finding {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let kind = token_text(cursor.since(start));
        let written = format!("{kind} {}", token_text(&inner)).trim().to_owned();
        let place = start
            .peek()
            .map_or(token.into(), Place::from)
            .to(token.into());
        let finding = Finding::new(
            place,
            "targets are written without brackets",
            "with commas between them, as in `on \"/a\", \"/b/*\"`",
        );
        match group.delimiter() {
            Delimiter::Brace => finding,
            _ => finding.offer(place, format!("limit on {written}"), written),
        }
    }
}

/// The finding on `!` or `not` before a target.
fn negated(token: &TokenTree) -> Finding {
    Finding::new(
        token,
        "targets are not negated",
        "exceptions follow `except`, as in `on under \"/admin\" except \"/admin/login\"`",
    )
}

/// The finding on a regular expression without quotes: `/^api/i`.
fn bare_regex(cursor: Cursor, token: &TokenTree) -> Finding {
    if cursor.is_word("R")
        && let Some(text) = cursor.text_at(1)
    {
        let written = format!("r\"{}\"", text.value);
        return Finding::new(
            token,
            "a raw string starts with a small `r`",
            format_args!("write `{written}`"),
        )
        .with_at(Place::from(token).to(text.span.into()), written);
    }
    let mut end = cursor;
    while end
        .peek()
        .is_some_and(|token| !matches!(token, TokenTree::Ident(word) if is_clause(word)))
    {
        end.next();
    }
    let tokens = end.since(cursor);
    let dense = token_text(tokens).replace(' ', "");
    let problem = "a regular expression is written in quotes, not between slashes";
    let expression = texts::delimited(&dense).and_then(|inner| match texts::path_pattern(&inner) {
        Ok(()) => Some(quoted(&inner)),
        Err(wrong) => wrong.texts.into_iter().next(),
    });
    match expression {
        Some(written) => Finding::write(Place::of(tokens), problem, &written),
        None => Finding::new(token, problem, "as in `regex r\"^/v[0-9]+/\"`"),
    }
}

/// The finding on a path or a name without quotes.
pub(super) fn not_quoted(cursor: Cursor) -> Finding {
    let mut end = cursor;
    while let Some(token) = end.peek() {
        let ends = match token {
            TokenTree::Ident(word) => is_clause(word) || (starts(end) && !end.same_place(cursor)),
            TokenTree::Punct(sign) => sign.as_char() == ',',
            TokenTree::Literal(_) => end.text().is_some(),
            TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
        };
        if ends {
            break;
        }
        end.next();
    }
    let tokens = match end.same_place(cursor) {
        true => cursor.rest().get(..1).unwrap_or_default(),
        false => end.since(cursor),
    };
    if let Some(token) = cursor.peek()
        && cursor.is_sign("!")
    {
        return negated(token);
    }
    let is_macro = tokens
        .iter()
        .any(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '!'));
    if is_macro {
        let mut end = end;
        if end.group(Delimiter::Parenthesis).is_some() {
            end.next();
        }
        let tokens = end.since(cursor);
        return no_values(
            Place::of(tokens),
            token_text(tokens).trim_start_matches('&'),
        );
    }
    let place = Place::of(tokens);
    let dense = token_text(tokens).replace(' ', "");
    let is_path = dense.starts_with('/') && texts::path_glob(&dense).is_ok();
    if is_path && texts::guess(&dense).is_none() {
        return Finding::write(place, "a path is written in quotes", &quoted(&dense));
    }
    if dense.starts_with('/') {
        return Finding::new(place, "a path is written in quotes", "as in `\"/api/*\"`");
    }
    let bare = dense.trim_start_matches('&');
    let is_constant = bare.rsplit("::").next().is_some_and(|last| {
        last.len() > 1
            && last
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    });
    if is_constant {
        return no_values(place, bare);
    }
    if let Some(group) = end.group(Delimiter::Parenthesis)
        && dense.contains("::")
    {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let whole = place.to(group.span().into());
        let problem = "a macro cannot call functions: expected a string";
        return match inner.as_slice() {
            [TokenTree::Literal(literal)] if text_of(literal).is_some() => {
                Finding::write(whole, problem, &literal.to_string())
            }
            _ => Finding::new(whole, problem, FORMS),
        };
    }
    if dense.contains("::") {
        let name = dense.trim_start_matches("crate::");
        let behind_endpoint =
            matches!(cursor.before(), Some(TokenTree::Ident(word)) if word == "endpoint");
        let written = match behind_endpoint {
            true => quoted(name),
            false => format!("endpoint {}", quoted(name)),
        };
        return match texts::name_glob(name) {
            Ok(()) => Finding::write(
                place,
                "the name of a handler is written in quotes",
                &written,
            ),
            Err(_) => Finding::new(place, "a target is written in quotes", FORMS),
        };
    }
    let behind_endpoint =
        matches!(cursor.before(), Some(TokenTree::Ident(word)) if word == "endpoint");
    if let [TokenTree::Ident(_)] = tokens {
        return match behind_endpoint {
            true => Finding::write(
                place,
                "the name of a handler is written in quotes",
                &quoted(&dense),
            ),
            false => no_values(place, &dense),
        };
    }
    // `on = "/a"`, `on: "/a"` and `"/a",, "/b"`.
    let signs = cursor.signs();
    let mut behind = cursor;
    behind.skip(signs.len());
    let is_target =
        |behind: Cursor| behind.text().is_some() || KINDS.iter().any(|kind| behind.is_word(kind));
    if ["=", "==", ":", ":=", "=>", "->", ",", "~"].contains(&signs.as_str()) && is_target(behind) {
        return Finding::new(
            Place::of(behind.since(cursor)),
            format_args!("unexpected `{signs}` before a target"),
            "leave it out",
        )
        .with("");
    }
    Finding::new(
        place,
        format_args!("expected a target, found `{}`", token_text(tokens)),
        FORMS,
    )
}
