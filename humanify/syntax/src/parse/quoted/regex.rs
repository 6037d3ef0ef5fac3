//! Checks regular expressions.

use super::guess::is_plain;
use crate::parse::finding::Wrong;
use crate::pattern::check_pattern;

/// Flags of other languages, such as `i`, as a prefix of the expression: `(?i)`.
pub(crate) fn flags(text: &str) -> Option<String> {
    let known = !text.is_empty() && text.chars().all(|flag| "gimsuxy".contains(flag));
    let kept: String = text.chars().filter(|flag| "imsx".contains(*flag)).collect();
    known.then(|| match kept.as_str() {
        "" => String::new(),
        kept => format!("(?{kept})"),
    })
}

/// Checks a regular expression on a value.
pub(crate) fn pattern(text: &str) -> Result<(), Wrong> {
    if let Some(inner) = delimited(text) {
        return Err(Wrong::write(
            "an expression stands between quotes alone, without slashes around it",
            inner,
        ));
    }
    if let Some(look) = ["(?!", "(?<!", "(?=", "(?<="]
        .into_iter()
        .find(|look| text.contains(look))
    {
        return Err(Wrong::new(
            format_args!("expressions have no look-around, and this one has `{look}`"),
            "an expression is searched in time linear in the text: take out by `except`, or by \
             `!~` beside `~`, what is not meant",
        ));
    }
    check_pattern(text).map_err(|error| {
        let error = error.to_string();
        // The `regex` crate draws the caret itself, between a headline and the reason.
        let drawing = error
            .trim_start_matches("regex parse error:\n")
            .trim_end_matches('\n');
        let message = match drawing.rsplit_once("\nerror: ") {
            Some((drawing, reason)) => {
                format!("bad regular expression: {reason}\n{drawing}")
            }
            None => format!("bad regular expression: {drawing}"),
        };
        Wrong::new(
            message,
            "the syntax is that of the `regex` crate, which has no look-around and no \
             back-references; `\\` before a character takes its meaning away",
        )
    })
}

/// The target that an invalid expression means: a glob, or (`true`) everything except it.
pub(crate) fn meant_target(text: &str) -> Option<(String, bool)> {
    if let Some(rest) = text.strip_prefix("^/(?!")
        && let Some((excepted, rest)) = rest.split_once(')')
        && is_plain(excepted)
        && ["", ".*", ".*$"].contains(&rest)
    {
        return Some(match excepted.strip_suffix('/') {
            Some(base) => (format!("/{base}/*"), true),
            None => (format!("/{excepted}*"), true),
        });
    }
    // `*.php` and `/api/*`: repetition of nothing, or of the slash.
    let is_glob = text.starts_with('*')
        || (text.starts_with('/') && text.ends_with("/*") && is_plain(text.trim_end_matches("/*")));
    (is_glob && crate::Glob::path(text).is_ok()).then(|| (text.to_owned(), false))
}

/// Checks a regular expression that is searched in paths.
pub(crate) fn path_pattern(text: &str) -> Result<(), Wrong> {
    if let Some(inner) = delimited(text) {
        return Err(Wrong::write(
            "an expression stands between quotes alone, without slashes around it",
            inner,
        ));
    }
    pattern(text)?;
    if let Some(rest) = text.strip_prefix('^')
        && rest.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !rest.contains('|')
    {
        return Err(Wrong::write(
            format_args!("`{text}` matches no path: every path starts with `/`"),
            format!("^/{rest}"),
        ));
    }
    if text.contains("\\?") && text.contains('=') {
        return Err(Wrong::new(
            "the query is no part of the path",
            "ask for a parameter after `when`, as in `when args.page == \"1\"`",
        ));
    }
    if text.is_empty() {
        return Err(Wrong::new(
            "an empty expression is found in every path",
            "leave the target out to be about every path",
        ));
    }
    Ok(())
}

/// The expression between the slashes of other languages (`/^a/i`), with its flags as a prefix.
pub(crate) fn delimited(text: &str) -> Option<String> {
    let (inner, behind) = text.strip_prefix('/')?.rsplit_once('/')?;
    let of_regex = inner.starts_with('^') || inner.ends_with('$') || inner.contains("\\/");
    let flags = match behind {
        "" if of_regex => String::new(),
        "" => return None,
        behind if of_regex || behind == "i" => flags(behind)?,
        _ => return None,
    };
    let inner = format!("{flags}{}", inner.replace("\\/", "/"));
    check_pattern(&inner).is_ok().then_some(inner)
}
