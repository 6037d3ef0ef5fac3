//! Checks whether a text can be the value of a field, or a part of it.

use std::net::Ipv6Addr;

use crate::finding::{LiteralProblem, quoted};
use crate::named::NamedField;
use crate::quoted as texts;
use humanify_syntax::Field;

/// Checks that a text can equal the field.
pub(super) fn whole(field: Field, text: &str) -> Result<(), LiteralProblem> {
    match field {
        Field::Path if text.contains("://") => Err(LiteralProblem::new(
            format_args!("a path has neither scheme nor host: `{text}`"),
            "compare the host by `host == \"…\"` beside it",
        )),
        Field::Path if text.contains('*') => Err(LiteralProblem::new(
            "`*` is not a wildcard in a comparison",
            "a glob is written after `on`; `~` takes a regular expression",
        )),
        Field::Path if text.contains(['{', '}']) => Err(LiteralProblem::new(
            "`{…}` is not a placeholder in a comparison",
            "a glob with placeholders is written after `on`",
        )),
        Field::Path if text.contains('?') => Err(LiteralProblem::new(
            "the query is not part of the path",
            "compare a parameter beside it, as in `args.page == \"1\"`",
        )),
        Field::Path if text.len() > 1 && text.ends_with('/') => Err(LiteralProblem::write(
            format_args!("a path is compared without the slash at its end: `{text}`"),
            text.trim_end_matches('/'),
        )),
        Field::Path if text.contains('%') => Err(LiteralProblem::new(
            format_args!("a path is compared decoded: `{text}`"),
            "write the character itself instead of `%xx`",
        )),
        Field::Path if !text.starts_with('/') => Err(LiteralProblem::write(
            format_args!("expected `/` at the start of a path, found `{text}`"),
            format!("/{text}"),
        )),
        Field::Scheme => texts::schemes(text),
        Field::Host => host(text),
        Field::ContentType => content_type(text),
        _ => Ok(()),
    }
}

/// Checks that a text can be a part of the field.
pub(super) fn part(field: Field, text: &str) -> Result<(), LiteralProblem> {
    if text.is_empty() {
        return Err(LiteralProblem::new(
            "every value contains the empty string",
            "use `is present` to test whether there is a value",
        ));
    }
    match field {
        Field::Host | Field::ContentType if text.chars().any(|c| c.is_ascii_uppercase()) => {
            Err(LiteralProblem::write(
                "this field is compared in lower case",
                text.to_ascii_lowercase(),
            ))
        }
        Field::Host => match port(text) {
            Some(port) if text.len() == port.len() + 1 => Err(LiteralProblem::new(
                format_args!("a host is compared without its port: `{text}`"),
                "leave the comparison out",
            )),
            Some(port) => Err(LiteralProblem::write(
                format_args!("a host is compared without its port: `{text}`"),
                text.strip_suffix(port)
                    .unwrap_or(text)
                    .trim_end_matches(':'),
            )),
            None => sendable(text),
        },
        _ => Ok(()),
    }
}

/// The help for a host that is not in ASCII.
pub(crate) const PUNYCODE: &str =
    "write the punycode form, which browsers send; it starts with `xn--`";

/// Checks that a host, or a part of one, consists of characters that clients send.
fn sendable(text: &str) -> Result<(), LiteralProblem> {
    if !text.is_ascii() {
        return Err(LiteralProblem::new(
            format_args!("hosts are sent in ASCII: `{text}`"),
            PUNYCODE,
        ));
    }
    let is_outside = |c: &char| "/?#@ !|,;*'\"()\\^$".contains(*c);
    match text.chars().find(is_outside) {
        Some(sign) => Err(LiteralProblem::new(
            format_args!("a host cannot contain `{sign}`"),
            match sign {
                '!' => "a comparison is negated by `!=` or `not in`",
                ' ' | '|' | ',' | ';' => {
                    "several hosts are a list, as in `host in [\"a.example\", \"b.example\"]`"
                }
                '/' | '?' | '#' | '@' => "write the path after `on`, and only the host here",
                _ => {
                    "write the part itself, as in `host ends_with \".example.org\"`, or an \
                     expression after `~`"
                }
            },
        )),
        None => Ok(()),
    }
}

/// The port at the end of a host.
fn port(text: &str) -> Option<&str> {
    let (before, port) = text.rsplit_once(':')?;
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    // The colons of IPv6 addresses stand within brackets.
    (is_port && (before.ends_with(']') || !before.contains([':', '[']))).then_some(port)
}

fn host(text: &str) -> Result<(), LiteralProblem> {
    let problem = |what: &str| format!("a host is compared {what}: `{text}` would never be equal");
    let trimmed = text.trim();
    if trimmed.parse::<Ipv6Addr>().is_ok() {
        return Err(LiteralProblem::write(
            "an IPv6 address as a host is written in square brackets",
            format!("[{trimmed}]").to_ascii_lowercase(),
        ));
    }
    if trimmed.starts_with('.') && !trimmed.contains('*') {
        return Err(LiteralProblem::new(
            format_args!("a host never starts with a dot: `{text}`"),
            format_args!(
                "the hosts below a domain are compared by `ends_with`, as in `host ends_with {}`",
                quoted(trimmed)
            ),
        ));
    }
    let bare = trimmed.split_once("://").map_or(trimmed, |(_, rest)| rest);
    let (bare, has_path) = match bare.split_once('/') {
        Some((host, path)) => (host, !path.is_empty()),
        None => (bare, false),
    };
    let bare = match port(bare) {
        Some(port) => bare
            .strip_suffix(port)
            .unwrap_or(bare)
            .trim_end_matches(':'),
        None => bare,
    };
    let bare = bare.trim_end_matches('.').to_ascii_lowercase();
    if text.contains('*') {
        let pattern = bare
            .strip_prefix("*.")
            .filter(|rest| !rest.contains('*') && !rest.is_empty())
            .map(|rest| format!("~ r\"(^|\\.){}$\"", rest.replace('.', "\\.")));
        return Err(LiteralProblem::new(
            "`*` is not a wildcard in a comparison",
            match pattern {
                Some(pattern) => format!("use a regular expression: `host {pattern}`"),
                None => {
                    "an expression is searched by `~`, as in `host ~ \"\\\\.example\\\\.org$\"`"
                        .to_owned()
                }
            },
        ));
    }
    if bare == text {
        return sendable(text);
    }
    if has_path {
        return Err(LiteralProblem::new(
            problem("without scheme, port and path"),
            "write the path after `on`, and only the host here",
        ));
    }
    let what = if bare == text.to_ascii_lowercase() {
        "in lower case"
    } else {
        "without scheme, port, white space and a dot at its end"
    };
    Err(LiteralProblem::write(problem(what), bare))
}

fn content_type(text: &str) -> Result<(), LiteralProblem> {
    let essence = text
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let form = essence
        .split_once('/')
        .is_some_and(|(kind, of)| !kind.is_empty() && !of.is_empty() && !essence.contains('*'));
    if !form {
        return Err(LiteralProblem::new(
            format_args!("`{text}` is not a media type"),
            "a media type is written as in `\"application/json\"`; `starts_with` and `~` compare a \
             part of it",
        ));
    }
    if essence != text {
        return Err(LiteralProblem::write(
            "a media type is compared in lower case, without parameters",
            essence,
        ));
    }
    Ok(())
}

/// Whether a text is compared with the whole value of a field or with a part of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// The whole value.
    Whole,
    /// A part of it: any text.
    Part,
}

/// The texts for which a value stands, and its canonical form, which is the same for values with
/// the same meaning.
pub(super) fn fits(
    text: &str,
    field: &NamedField,
    fit: Fit,
) -> Result<(Vec<String>, String), LiteralProblem> {
    match field.field {
        Field::Method => {
            texts::listed_method(text).map(|method| (vec![method.to_owned()], method.to_owned()))
        }
        Field::Ip => texts::network(text).map(|network| (vec![text.to_owned()], network)),
        Field::CrawlerKind => texts::crawler_kinds(text).map(|kinds| {
            let names = kinds.iter().map(|kind| kind.name().to_owned());
            (names.collect(), text.to_owned())
        }),
        found => {
            if fit == Fit::Whole {
                whole(found, text)?;
            } else {
                part(found, text)?;
            }
            Ok((vec![text.to_owned()], text.to_owned()))
        }
    }
}
