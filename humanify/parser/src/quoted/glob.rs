//! Checks globs on paths and on names.

use super::explain::caret;
use super::guess::{colons, extended, is_plain};
use super::normal::normal;
use super::slash::no_slash;
use crate::finding::{LiteralProblem, quoted};
use crate::pattern::check_pattern;
use humanify_syntax::{Glob, GlobError};

/// The glob that matches the same paths as a regular expression, if it is simple.
fn glob_of(expression: &str) -> Option<String> {
    let rest = expression.strip_prefix('^')?;
    let (rest, open) = match rest.strip_suffix(".*$").or_else(|| rest.strip_suffix(".*")) {
        Some(rest) => (rest, true),
        None => match rest.strip_suffix('$') {
            Some(rest) => (rest, false),
            None => (rest, true),
        },
    };
    let rest = rest.replace("\\/", "/");
    let (rest, optional) = match rest.strip_suffix("/?") {
        Some(rest) => (rest.to_owned(), true),
        None => (rest, false),
    };
    let slash = rest.starts_with('/') && is_plain(&rest) && !rest.contains("//");
    // A glob ignores a trailing slash.
    let glob = match (open, optional) {
        (true, false) => format!("{rest}*"),
        (false, _) => rest,
        (true, true) => return None,
    };
    (slash && Glob::path(&glob).is_ok()).then_some(glob)
}

/// The message on a regular expression in the place of a glob.
pub(crate) fn regex_or_glob(text: &str, expression: &str) -> LiteralProblem {
    if let Some(braced) = braced(text) {
        return LiteralProblem::write("a placeholder is written in braces", braced);
    }
    let problem = format!("`{text}` is a regular expression, not a glob");
    let regex = format!("regex {}", quoted(expression));
    match glob_of(expression) {
        Some(glob) => LiteralProblem::new(
            problem,
            format_args!("write `{regex}`, or the glob `{}`", quoted(&glob)),
        )
        .with(regex)
        .with(quoted(&glob)),
        None => LiteralProblem::new(problem, format_args!("write `{regex}`")).with(regex),
    }
}

/// The message on a text that is a glob or a regular expression. It suggests the narrower reading:
/// the other one exempts or refuses the more. Unless it `exempts`, it also suggests everything below
/// a path.
pub(crate) fn regex_or_narrow_glob(text: &str, exempts: bool) -> LiteralProblem {
    let problem = format!("`{text}` is a glob or a regular expression");
    let literal = text.strip_suffix('*');
    let expression = match escaped(literal.unwrap_or(text)) {
        Some(start) if literal.is_some() => Some(format!("^{start}")),
        Some(whole) => Some(format!("^{whole}$")),
        None => None,
    };
    let begins = text.starts_with('/');
    let base = text.strip_suffix("/.*").filter(|base| is_plain(base));
    let below = base.filter(|base| !exempts && !base.is_empty());
    let below = below.map(|base| quoted(&format!("{base}/*")));
    match expression.filter(|expression| begins && check_pattern(expression).is_ok()) {
        Some(expression) => {
            let regex = format!("regex {}", quoted(&expression));
            let help = format!("write `{regex}` for what the glob matches");
            match below {
                Some(below) => LiteralProblem::new(
                    problem,
                    format_args!("{help}, or `{below}` for everything below the path"),
                )
                .with(regex)
                .with(below),
                None => LiteralProblem::new(
                    problem,
                    format_args!(
                        "{help}; for everything below a path name the path, as in `\"/assets/*\"`"
                    ),
                )
                .with(regex),
            }
        }
        None => LiteralProblem::new(problem, "name the paths, as in `\"/assets/*\"`"),
    }
}

/// `/posts/[id]` and `/docs/[...path]` with placeholders as they are written here.
fn braced(text: &str) -> Option<String> {
    let segments = text.split('/').map(|segment| {
        let Some(inner) = segment
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        else {
            return is_plain(segment).then(|| segment.to_owned());
        };
        if inner.starts_with("...") {
            return Some("*".to_owned());
        }
        let is_name = inner.len() > 1 && inner.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_name.then(|| format!("{{{inner}}}"))
    });
    let braced = segments.collect::<Option<Vec<_>>>()?.join("/");
    (braced != text && Glob::path(&braced).is_ok()).then_some(braced)
}

/// Checks a glob on the path. The caller explains other forms.
pub(crate) fn path_glob(text: &str) -> Result<(), LiteralProblem> {
    if let Some(converted) = colons(text) {
        return Err(LiteralProblem::write(
            "a placeholder is written in braces",
            converted,
        ));
    }
    if let Some(wrong) = named_wildcard(text)
        .or_else(|| converter(text))
        .or_else(|| extended(text))
    {
        return Err(wrong);
    }
    Glob::path(text)
        .map(drop)
        .map_err(|error| refused(text, &error))
}

/// The mistake in `/files/*path`, the wildcard of axum before 0.8, of express and of Rails: as a
/// glob it is any path that ends like the name.
fn named_wildcard(text: &str) -> Option<LiteralProblem> {
    const NAMES: [&str; 9] = [
        "path",
        "rest",
        "tail",
        "wildcard",
        "splat",
        "filepath",
        "file_path",
        "catchall",
        "catch_all",
    ];
    let (before, name) = text.rsplit_once("/*")?;
    let glob = format!("{before}/*");
    (NAMES.contains(&name) && Glob::path(&glob).is_ok()).then(|| {
        LiteralProblem::write(
            format_args!("`*{name}` is a router's wildcard: the `*` of a glob has no name"),
            glob,
        )
    })
}

/// The mistake in `/users/<int:id>`, of which a glob would take `<…>` for any segment.
fn converter(text: &str) -> Option<LiteralProblem> {
    let (before, rest) = text.split_once('<')?;
    let (inner, behind) = rest.split_once('>')?;
    let (kind, name) = inner.split_once(':')?;
    let glob = match kind {
        "path" => format!("{before}*{behind}"),
        _ => format!("{before}{{{name}}}{behind}"),
    };
    Glob::path(&glob).ok()?;
    let problem = format!("a placeholder matches any segment, but `<{inner}>` restricts its kind");
    let expression = (kind == "int" && is_plain(before) && is_plain(behind))
        .then(|| format!("regex {}", quoted(&format!("^{before}[0-9]+{behind}$"))));
    Some(match expression {
        Some(expression) => LiteralProblem::new(
            problem,
            format_args!(
                "write `{}` for any segment, or `{expression}`",
                quoted(&glob)
            ),
        )
        .with(quoted(&glob))
        .with(expression),
        None => LiteralProblem::write(problem, glob),
    })
}

/// Checks the path of `under`.
pub(crate) fn under(text: &str) -> Result<(), LiteralProblem> {
    if let Some(base) = text.strip_suffix("/*").filter(|base| !base.is_empty())
        && Glob::path(base).is_ok()
    {
        return Err(LiteralProblem::write(
            "`under` already means everything below",
            base,
        ));
    }
    if text == "/" || text == "/*" || text == "*" {
        return Err(LiteralProblem::new(
            "`under` the root is everything",
            "leave the target out to match every path",
        ));
    }
    path_glob(text)?;
    if text.ends_with('*') {
        return Err(LiteralProblem::new(
            format_args!("`under` takes a path, but `{text}` ends with `*`"),
            format_args!("leave `under` out to match a glob: `{}`", quoted(text)),
        ));
    }
    Ok(())
}

/// Checks a glob on the names of handlers.
pub(crate) fn name_glob(text: &str) -> Result<(), LiteralProblem> {
    if let Some(path) = text.strip_prefix("crate::") {
        return Err(LiteralProblem::write(
            format_args!(
                "the name of a handler does not start with `crate::`: it is the module path \
                 without the crate"
            ),
            path,
        ));
    }
    if let Some(position) = text.chars().position(char::is_whitespace) {
        return Err(LiteralProblem::new(
            format_args!(
                "the name of a handler contains no white space{}",
                caret(text, position)
            ),
            "several targets are written in several strings: `endpoint \"a::*\", endpoint \"b\"`",
        ));
    }
    Glob::name(text)
        .map(drop)
        .map_err(|error| refused(text, &error))
}

fn refused(text: &str, error: &GlobError) -> LiteralProblem {
    match error {
        GlobError::Empty => LiteralProblem::new("the glob is empty", "`\"*\"` matches everything"),
        GlobError::NoSlash(_) => no_slash(text),
        GlobError::Placeholder(character, position) => placeholder(text, *character, *position),
        GlobError::RouterWildcard => {
            let start = text.split("{*").next().unwrap_or_default();
            let end = text
                .split_once("{*")
                .and_then(|(_, rest)| rest.split_once('}'))
                .map(|(_, rest)| rest)
                .unwrap_or_default();
            LiteralProblem::write(
                "`{*name}` is the router's wildcard and not a glob's",
                format!("{start}*{end}"),
            )
        }
        GlobError::NeverMatches(why) => {
            let problem = format!("the glob `{text}` matches no path: {why}");
            match normal(text) {
                Some(path) => LiteralProblem::write(problem, path),
                None => LiteralProblem::new(problem, "write the path as a handler sees it"),
            }
        }
    }
}

fn placeholder(text: &str, character: char, position: usize) -> LiteralProblem {
    let problem = format!(
        "`{character}` is not a placeholder here{}",
        caret(text, position.saturating_sub(1))
    );
    // `/items/{}`, as in format strings: one segment, whatever its name.
    let named = text.replace("/{}", "/{id}");
    if named != text && Glob::path(&named).is_ok() {
        return LiteralProblem::write(problem, named);
    }
    let closed = format!("{text}}}");
    if character == '{' && !text.contains('}') && Glob::path(&closed).is_ok() {
        return LiteralProblem::write(problem, closed);
    }
    match expression(text) {
        Some(expression) => {
            let regex = format!("regex {}", quoted(&expression));
            LiteralProblem::new(
                problem,
                format_args!(
                    "a placeholder is a whole segment, such as `/{{id}}/`; for a part of one \
                     write `{regex}`"
                ),
            )
            .with(regex)
        }
        None => LiteralProblem::new(
            problem,
            "a placeholder is a whole segment, such as `/{id}/`; `*` is any run of characters \
             and `?` is one",
        ),
    }
}

/// A glob such as `/files/{name}.png` as a regular expression.
fn expression(text: &str) -> Option<String> {
    let mut expression = String::from("^");
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, behind) = behind.split_once('}')?;
        if name.is_empty() || !is_plain(name) || !text.starts_with('/') {
            return None;
        }
        // A part of another pattern: `${id}` or `{id}?`.
        if before.ends_with(['$', '%', '#', '!']) || behind.starts_with(['?', '+']) {
            return None;
        }
        expression.push_str(&escaped(before)?);
        expression.push_str("[^/]+");
        rest = behind;
    }
    expression.push_str(&escaped(rest)?);
    expression.push('$');
    check_pattern(&expression).is_ok().then_some(expression)
}

fn escaped(text: &str) -> Option<String> {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '.' | '+' | '(' | ')' | '|' | '[' | ']' | '^' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '*' => escaped.push_str(".*"),
            '?' => escaped.push('.'),
            '}' | '<' | '>' | '{' => return None,
            character => escaped.push(character),
        }
    }
    Some(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_for_globs_that_match_nothing_are_safe() {
        for (text, mended) in [
            ("/caf%C3%A9", Some("\"/café\"")),
            ("//a", Some("\"/a\"")),
            ("/a/../b", Some("\"/b\"")),
            ("/a\\b", Some("\"/a/b\"")),
            ("/a;b", Some("\"/a\"")),
            ("./admin", Some("\"/admin\"")),
            ("/users/:id", Some("\"/users/{id}\"")),
            ("/{*rest}", Some("\"/*\"")),
            ("/users/{id", Some("\"/users/{id}\"")),
            ("/files/{name}.png", Some("regex r\"^/files/[^/]+\\.png$\"")),
            ("/app#/admin", None),
        ] {
            let wrong = path_glob(text).unwrap_err();
            assert_eq!(wrong.texts.first().map(String::as_str), mended, "{text}");
        }
    }

    #[test]
    fn a_caret_stands_under_the_mistake() {
        let problem = path_glob("/a{id}").unwrap_err().problem;
        assert!(problem.ends_with("\n    /a{id}\n      ^"), "{problem}");
    }
}
