//! Findings on words that are not kinds of targets.

use proc_macro2::{Ident, TokenTree};

use super::list::{FORMS, KINDS, List, is_clause};
use super::unquoted::not_quoted;
use crate::finding::{Finding, Place, quoted};
use crate::negated::negated_whole;
use crate::quoted as texts;
use crate::text::no_values;
use crate::tokens::{Cursor, plain, token_text};
use humanify_syntax::nearest;

impl<'a> List<'a, '_> {
    /// The finding on a word that is not a kind of target.
    pub(super) fn no_target(&self, cursor: Cursor<'a>, word: &Ident) -> Finding {
        let name = plain(word);
        let clause = self.clause;
        if word == "when" && clause == "except" && self.targets.is_empty() {
            let mut behind = cursor;
            behind.next();
            let mut from = self.head;
            while from.peek_word().is_some_and(|word| word != clause) || from.peek_word().is_none()
            {
                if from.next().is_none() {
                    break;
                }
            }
            return negated_whole(
                from,
                self.head,
                self.action,
                behind,
                format_args!("`except` takes targets and no condition"),
            );
        }
        if is_clause(word) {
            return Finding::new(
                word.span(),
                format_args!("missing target before `{name}`"),
                format_args!("write a target, as in `{clause} \"/api/*\"`"),
            );
        }
        if cursor.is_sign_at(1, "!") {
            let mut end = cursor;
            end.skip(3);
            let tokens = end.since(cursor);
            return no_values(Place::of(tokens), &token_text(tokens));
        }
        let text_behind = cursor.text_at(1);
        match name.as_str() {
            "path" | "url" | "glob" | "uri" | "exact" | "paths" | "exactly"
                if text_behind.is_some() =>
            {
                return Finding::new(
                    word.span(),
                    format_args!("a path is written without `{name}` before it"),
                    format_args!("leave `{name}` out; {FORMS}"),
                )
                .with("");
            }
            "prefix" | "starts_with" | "below" | "beneath" | "dir" | "directory"
            | "starting_with" => {
                if let Some(text) = &text_behind {
                    let base = text.value.trim_end_matches('*').trim_end_matches('/');
                    let fine = texts::under(base).is_ok() && texts::guess(base).is_none();
                    let glob = format!("{}*", text.value.trim_end_matches('*'));
                    if fine && texts::path_glob(&glob).is_ok() {
                        let (under, glob) = (format!("under {}", quoted(base)), quoted(&glob));
                        return Finding::new(
                            word.span(),
                            format_args!("unknown kind of target `{name}`"),
                            format_args!(
                                "write `{under}` for the path and all below it, or the glob \
                                 `{glob}`"
                            ),
                        )
                        .with_at(Place::from(word.span()).to(text.span.into()), under)
                        .with_at(Place::from(word.span()).to(text.span.into()), glob);
                    }
                }
            }
            "suffix" | "ends_with" | "extension" | "ext" => {
                return Finding::new(
                    word.span(),
                    format_args!("unknown kind of target `{name}`"),
                    "a glob does that, as in `\"*.php\"`",
                );
            }
            "re" | "rx" | "regexp" | "pcre" | "expression" | "matches" if text_behind.is_some() => {
                return Finding::new(
                    word.span(),
                    format_args!("unknown kind of target `{name}`"),
                    format_args!("write `regex`; {FORMS}"),
                )
                .with("regex");
            }
            "handler" | "function" | "fn" | "handlers" | "controller" | "action" | "view" => {
                return Finding::new(
                    word.span(),
                    format_args!("unknown kind of target `{name}`"),
                    format_args!("write `endpoint`; {FORMS}"),
                )
                .with("endpoint");
            }
            "template" | "pattern" | "routes" => {
                return Finding::new(
                    word.span(),
                    format_args!("unknown kind of target `{name}`"),
                    format_args!(
                        "write `route` for a template of the router, `regex` for an \
                         expression; {FORMS}"
                    ),
                );
            }
            "host" | "domain" | "hostname" | "method" | "methods" | "header" | "scheme" | "ip"
            | "query" | "cookie" | "arg" | "client" | "args" | "headers" | "cookies" => {
                return self.condition_as_target(cursor, word, &name);
            }
            "all" | "any" | "everything" | "everywhere" | "every" | "anything" => {
                return Finding::new(
                    word.span(),
                    format_args!("unknown kind of target `{name}`"),
                    format_args!("leave `{clause}` out: a statement without it matches every path"),
                )
                .with_at(Place::from(clause.span()).to(word.span().into()), "");
            }
            "not" => {
                return Finding::new(
                    word.span(),
                    "targets are not negated",
                    "exceptions follow `except`",
                );
            }
            _ => {}
        }
        let near = nearest(&name, KINDS);
        if let (Some(near), Some(_)) = (near, &text_behind) {
            return Finding::new(
                word.span(),
                format_args!("unknown kind of target `{name}`"),
                format_args!("did you mean `{near}`? {FORMS}"),
            )
            .with(near);
        }
        if text_behind.is_none() {
            return not_quoted(cursor);
        }
        Finding::new(
            word.span(),
            format_args!("unknown kind of target `{name}`"),
            FORMS,
        )
    }

    /// The finding on a condition after `on`: `on host "example.org"`, `on method POST`.
    pub(super) fn condition_as_target(&self, cursor: Cursor, word: &Ident, name: &str) -> Finding {
        let problem = format!("`{name}` belongs in a condition; it is not a kind of target");
        let mut end = cursor;
        end.skip(2);
        let value = match cursor.peek_at(1) {
            Some(token @ (TokenTree::Ident(_) | TokenTree::Literal(_))) => token.to_string(),
            _ => String::new(),
        };
        let field = match name {
            "domain" | "hostname" => "host",
            "methods" => "method",
            name => name,
        };
        let value = match field {
            "method" => value.trim_matches('"').to_ascii_uppercase(),
            _ => value,
        };
        let whole = format!("when {field} == {value}");
        let alone = self.clause == "on" && self.targets.is_empty() && end.is_empty();
        let statement = format!("challenge {whole}");
        let finding = Finding::new(
            word.span(),
            problem,
            "test it after `when`, as in `when method == POST` or `when host == \"example.org\"`",
        );
        if alone && ["host", "method", "scheme"].contains(&field) {
            let place = Place::from(self.clause.span()).to(Place::of(end.since(cursor)));
            return finding.offer(place, statement, whole);
        }
        finding
    }
}
