//! Checks templates of the router.

use super::guess::guess;
use super::meaning::GuessedMeaning;
use crate::finding::{LiteralProblem, quoted};

/// Checks a template of the router. It is compared literally.
pub(crate) fn route(text: &str) -> Result<(), LiteralProblem> {
    if let Some(meant) = guess(text) {
        return match meant {
            GuessedMeaning::Space(trimmed) => Err(LiteralProblem::write(
                "a route cannot start or end with white space",
                trimmed,
            )),
            GuessedMeaning::Method(method, path) => Err(LiteralProblem::new(
                format_args!("`{text}` is not a route: a route does not contain the method"),
                format_args!(
                    "test it after `when`, as in `on route {} when method == {method}`",
                    quoted(&path)
                ),
            )),
            GuessedMeaning::Url(..) => Err(LiteralProblem::new(
                format_args!("`{text}` is not a route: a route has neither scheme nor host"),
                "name the router's template, such as `\"/items/{id}\"`, and test the host after \
                 `when`",
            )),
            _ => Err(LiteralProblem::new(
                format_args!("`{text}` is not a route"),
                "name the router's template, such as `\"/items/{id}\"`; globs and expressions \
                 are matched without `route`",
            )),
        };
    }
    if !text.starts_with('/') {
        return Err(LiteralProblem::new(
            format_args!("expected `/` at the start of a route, found `{text}`"),
            "write it like the router, such as `\"/items/{id}\"`",
        ));
    }
    if text.split('/').any(|segment| segment == "*") {
        return Err(LiteralProblem::new(
            "`*` is not a wildcard in a route, which is compared as the router writes it",
            "drop `route` to match paths by a glob, or name the router's own wildcard, such as \
             `{*rest}`",
        ));
    }
    if text
        .split('/')
        .any(|segment| segment == "{}" || segment == "{*}")
    {
        return Err(LiteralProblem::new(
            "a parameter of a route has a name",
            "write it like the router, such as `\"/items/{id}\"`",
        ));
    }
    let written: Vec<String> = text.split('/').map(segment).collect();
    let written = written.join("/");
    if written != text {
        return Err(LiteralProblem::write(
            format_args!("`{text}` is not written like a route of axum, so it would never match"),
            written,
        ));
    }
    Ok(())
}

/// A segment in axum's spelling: `{id}` for `:id`, `<id>`, `<int:id>` and `{id:int}`.
fn segment(segment: &str) -> String {
    let name = |name: &str| {
        let plain = !name.is_empty()
            && name
                .chars()
                .all(|character| character.is_alphanumeric() || character == '_');
        plain.then(|| format!("{{{name}}}"))
    };
    let converted = if let Some(rest) = segment.strip_prefix(':') {
        name(rest.trim_end_matches('?'))
    } else if let Some(inner) = segment.strip_prefix('<').and_then(|s| s.strip_suffix('>')) {
        let (kind, last) = inner.split_once(':').unwrap_or(("", inner));
        match kind {
            "path" => name(last).map(|_| format!("{{*{last}}}")),
            _ => name(last),
        }
    } else if let Some(inner) = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
        match inner.split_once(':') {
            Some((first, _)) => name(first),
            None => None,
        }
    } else if let Some(rest) = segment.strip_prefix('*') {
        name(rest).map(|_| format!("{{*{rest}}}"))
    } else {
        None
    };
    converted.unwrap_or_else(|| segment.to_owned())
}
