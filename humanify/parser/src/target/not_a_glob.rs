//! Findings on texts that are not globs.

use super::list::{FORMS, List};
use crate::finding::{Finding, Place, quoted};
use crate::named;
use crate::quoted::{self as texts, GuessedMeaning};
use crate::text::Text;
use crate::tokens::Cursor;

impl<'a> List<'a, '_> {
    /// The finding on a text that is not a glob, with its guessed meaning.
    pub(super) fn meant(
        &self,
        text: &Text,
        meant: GuessedMeaning,
        start: Cursor<'a>,
        end: Cursor<'a>,
    ) -> Finding {
        let written = &text.value;
        // The narrower reading neither opens a site nor closes it.
        if texts::dot_star(written).is_some() {
            return texts::regex_or_narrow_glob(written, self.exempts()).at(text.span);
        }
        // A condition can only be suggested if this is the statement's only target.
        let alone = self.clause == "on" && start.same_place(self.first) && end.is_empty();
        let with_condition = |problem: String, path: &str, condition: String, otherwise: &str| {
            let fine = texts::path_glob(path).is_ok()
                && texts::guess(path).is_none()
                && !path.contains(char::is_whitespace);
            let whole = format!("{} when {condition}", quoted(path));
            match fine && alone {
                true => Finding::write(text.span, problem, &whole),
                false => Finding::new(text.span, problem, otherwise),
            }
        };
        match meant {
            GuessedMeaning::Regex(_) if texts::names_handlers(written) => {
                let texts = ["endpoint", "regex"].map(|kind| format!("{kind} {}", quoted(written)));
                let [endpoint, regex] = &texts;
                let help = format!("write `{endpoint}` for handlers, or `{regex}` for paths");
                let problem = format!("`{written}` is not a glob on the path");
                let finding = Finding::new(text.span, problem, help);
                texts.into_iter().fold(finding, Finding::with)
            }
            GuessedMeaning::Regex(expression) => match texts::path_pattern(&expression) {
                Ok(()) => texts::regex_or_glob(written, &expression).at(text.span),
                Err(_) => Finding::new(
                    text.span,
                    format_args!("`{written}` is a regular expression, not a glob"),
                    "an expression follows `regex`; in a glob, `*` is any run of characters",
                ),
            },
            GuessedMeaning::Space(path) => match texts::path_glob(&path) {
                Ok(()) => Finding::write(
                    text.span,
                    format_args!("expected `/` at the start of a path, found `{written}`"),
                    &quoted(&path),
                ),
                Err(_) => Finding::new(text.span, format_args!("`{written}` is not a path"), FORMS),
            },
            GuessedMeaning::Several(paths) => {
                let paths: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
                Finding::write(
                    text.span,
                    "several targets are written in several strings",
                    &paths.join(", "),
                )
            }
            GuessedMeaning::Method(method, path) => with_condition(
                format!("`{written}` is not a path: a condition tests the method"),
                &path,
                format!("method == {method}"),
                "name the path alone in a statement of its own, and test the method after `when`, \
                 as in `when method == POST`",
            ),
            GuessedMeaning::Url(host, path) => {
                let path = match path.as_str() {
                    "" => "/*",
                    path => path,
                };
                if *written == host && !texts::is_usual_domain(&host) {
                    return self.name_or_host(text, alone);
                }
                let pattern = host.contains('*');
                with_condition(
                    format!("`{written}` is not a path: a condition tests the host"),
                    if pattern { "" } else { path },
                    format!("host == {}", quoted(&host)),
                    "name the path alone in a statement of its own, and test the host after \
                     `when`, as in `when host == \"example.org\"`",
                )
            }
            GuessedMeaning::Query(path, name, value) => {
                let field = named::named_field_text("args", &name);
                let condition = match &value {
                    Some(value) if value.contains(['*', '?']) => None,
                    Some(value) => Some(format!("{field} == {}", quoted(value))),
                    None => Some(format!("{field} is present")),
                };
                with_condition(
                    format!("`{written}` is not a path: a condition tests the query"),
                    if condition.is_some() { &path } else { "" },
                    condition.unwrap_or_default(),
                    "name the path alone, and test the parameter after `when`, as in `when \
                     args.page == \"1\"`",
                )
            }
            GuessedMeaning::Name(name) => match texts::name_glob(&name) {
                Ok(()) => Finding::write(
                    text.span,
                    format_args!("`{written}` is not a path: `endpoint` names a handler"),
                    &format!("endpoint {}", quoted(&name)),
                ),
                Err(wrong) => wrong.at(text.span),
            },
            GuessedMeaning::Kind(kind, rest) => {
                let checked = match kind {
                    "under" => texts::under(&rest),
                    "regex" => texts::path_pattern(&rest),
                    "route" => texts::route(&rest),
                    _ => texts::name_glob(&rest),
                };
                let problem = format!("`{kind}` stands before the quotes");
                match checked {
                    Ok(()) => {
                        Finding::write(text.span, problem, &format!("{kind} {}", quoted(&rest)))
                    }
                    Err(_) => Finding::new(text.span, problem, FORMS),
                }
            }
            GuessedMeaning::Pattern => Finding::new(
                text.span,
                format_args!("`{written}` is neither a glob nor a regular expression"),
                "in a glob, `/{id}/` is any segment, `*` any run of characters and `?` one; an \
                 expression follows `regex`",
            ),
            GuessedMeaning::Not(path) => self.negated(text, &path, alone),
        }
    }

    /// The finding on `billing.pay`, which is the name of a handler or a host.
    fn name_or_host(&self, text: &Text, alone: bool) -> Finding {
        let name = quoted(&text.value);
        let (endpoint, host) = (
            format!("endpoint {name}"),
            format!("\"/*\" when host == {name}"),
        );
        let problem = format!("`{}` is not a path", text.value);
        match alone {
            true => Finding::new(
                text.span,
                problem,
                format_args!("write `{endpoint}` for the handler, or `{host}` for the host"),
            )
            .with(endpoint)
            .with(host),
            false => Finding::new(
                text.span,
                problem,
                format_args!(
                    "write `{endpoint}` for the handler; a host is tested after `when`, as in \
                     `host == {name}`"
                ),
            )
            .with(endpoint),
        }
    }

    /// The finding on a `regex` that is a glob or uses look-ahead.
    pub(super) fn not_regex(
        &self,
        text: &Text,
        glob: &str,
        excepted: bool,
        start: Cursor<'a>,
        end: Cursor<'a>,
    ) -> Finding {
        let glob = quoted(glob);
        let target = Place::of(end.since(start));
        if !excepted {
            return Finding::new(
                text.span,
                format_args!("{glob} is a glob, not a regular expression"),
                format_args!("write `{glob}`, without `regex`"),
            )
            .with_at(target, glob);
        }
        let alone = self.clause == "on" && start.same_place(self.first) && end.is_empty();
        let whole = format!("except {glob}");
        match alone {
            true => Finding::new(
                text.span,
                "look-around is not supported",
                format_args!("write `{whole}`"),
            )
            .with_at(Place::from(self.clause.span()).to(target), whole),
            false => Finding::new(
                text.span,
                "look-around is not supported",
                format_args!("exceptions follow `except`, as in `on \"/*\" {whole}`"),
            ),
        }
    }

    pub(super) fn negated(&self, text: &Text, path: &str, alone: bool) -> Finding {
        let problem = "a glob is not negated";
        let fine = texts::path_glob(path).is_ok() && texts::guess(path).is_none();
        if alone && fine {
            let whole = format!("except {}", quoted(path));
            return Finding::new(text.span, problem, format_args!("write `{whole}`"))
                .with_at(Place::from(self.clause.span()).to(text.span.into()), whole);
        }
        Finding::new(
            text.span,
            problem,
            "exceptions follow `except`, as in `on \"/*\" except \
             \"/public/*\"`",
        )
    }
}
