//! Checks regular expressions.

use super::guess::is_plain;
use crate::finding::LiteralProblem;
use crate::pattern::check_pattern;
use humanify_syntax::{listed, nearest};

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
pub(crate) fn pattern(text: &str) -> Result<(), LiteralProblem> {
    if let Some(inner) = delimited(text) {
        return Err(LiteralProblem::write(
            "a regular expression is written in quotes alone, without slashes around it",
            inner,
        ));
    }
    if let Some(look) = ["(?!", "(?<!", "(?=", "(?<="]
        .into_iter()
        .find(|look| text.contains(look))
    {
        return Err(LiteralProblem::new(
            format_args!("`{look}` is not supported"),
            "a search takes linear time, so there is no look-around: exclude texts by `except`, or \
             by `!~` beside `~`",
        ));
    }
    if let Some(wrong) = unknown_class(text)
        .or_else(|| bare_class(text))
        .or_else(|| late_flags(text))
        .or_else(|| of_other_engines(text))
    {
        return Err(wrong);
    }
    check_pattern(text).map_err(|error| {
        let error = error.to_string();
        let unicode = format!("(?u){text}");
        if error.contains("Unicode not allowed") && check_pattern(&unicode).is_ok() {
            return LiteralProblem::write(
                "classes contain only ASCII unless the expression has `(?u)`",
                unicode,
            );
        }
        if error.contains("more than") {
            return LiteralProblem::new(
                format_args!("bad regular expression: {error}"),
                "repeat less often: `{1,20}` makes twenty copies of the part before it",
            );
        }
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
        LiteralProblem::new(
            message,
            "the syntax is that of the `regex` crate, which has no look-around and no \
             back-references; `\\` before a character takes its meaning away",
        )
    })
}

/// The mistake in `[[:alhpa:]]`, which the `regex` crate takes for a class of these letters.
fn unknown_class(text: &str) -> Option<LiteralProblem> {
    const CLASSES: [&str; 14] = [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
        "space", "upper", "word", "xdigit",
    ];
    let (before, behind) = text.split_once("[:")?;
    let (name, rest) = behind.split_once(":]")?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_name || CLASSES.contains(&name) {
        return None;
    }
    let problem = format!("unknown character class `[:{name}:]`");
    Some(match nearest(name, CLASSES) {
        Some(near) => LiteralProblem::write(problem, format!("{before}[:{near}:]{rest}")),
        None => LiteralProblem::new(problem, format_args!("the classes are {}", listed(CLASSES))),
    })
}

/// The mistake in `^/[:alpha:]+`, which is a class of these letters and of the colon.
fn bare_class(text: &str) -> Option<LiteralProblem> {
    let (before, behind) = text.split_once("[:")?;
    let (name, rest) = behind.split_once(":]")?;
    let is_bare = !before.ends_with('[') && !before.contains('[') && !rest.starts_with(']');
    let written = format!("{before}[[:{name}:]]{rest}");
    (is_bare && check_pattern(&written).is_ok()).then(|| {
        LiteralProblem::write(
            format_args!("`[:{name}:]` is written in square brackets of its own"),
            written,
        )
    })
}

/// The mistake in `^/api(?i)`: flags are about what stands behind them.
fn late_flags(text: &str) -> Option<LiteralProblem> {
    let (before, flags) = text.strip_suffix(')')?.rsplit_once("(?")?;
    let are_flags = !flags.is_empty() && flags.chars().all(|flag| "imsxuU-".contains(flag));
    let written = format!("(?{flags}){before}");
    let is_late = are_flags && !before.is_empty() && check_pattern(&written).is_ok();
    is_late.then(|| {
        LiteralProblem::write(
            format_args!("`(?{flags})` has no effect at the end of an expression"),
            written,
        )
    })
}

/// What other engines know and the `regex` crate does not.
fn of_other_engines(text: &str) -> Option<LiteralProblem> {
    check_pattern(text).err()?;
    let plain = text.replace("(?>", "(?:");
    if plain != text && check_pattern(&plain).is_ok() {
        return Some(LiteralProblem::write(
            "atomic groups are not supported, and not needed: a search never backtracks",
            plain,
        ));
    }
    let (sign, what) = [
        ("(?P=", "back-references"),
        ("\\k<", "back-references"),
        ("(?R)", "recursion"),
        ("(?#", "comments in an expression"),
        ("(?(", "conditions in an expression"),
    ]
    .into_iter()
    .find(|(sign, _)| text.contains(sign))?;
    Some(LiteralProblem::new(
        format_args!("{what} are not supported: `{sign}`"),
        "a search takes linear time, so there is no look-around: write the possible texts out",
    ))
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
    (is_glob && humanify_syntax::Glob::path(text).is_ok()).then(|| (text.to_owned(), false))
}

/// Checks a regular expression that is searched in paths.
pub(crate) fn path_pattern(text: &str) -> Result<(), LiteralProblem> {
    if let Some(inner) = delimited(text) {
        return Err(LiteralProblem::write(
            "a regular expression is written in quotes alone, without slashes around it",
            inner,
        ));
    }
    pattern(text)?;
    let is_domain = |head: &str| {
        head.contains('.')
            && head.starts_with(|first: char| first.is_ascii_alphanumeric())
            && head
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "\\.-".contains(c))
    };
    let is_host = text.contains("://")
        || text.contains(r":\/\/")
        || text
            .strip_prefix('^')
            .and_then(|rest| rest.split_once('/'))
            .is_some_and(|(head, _)| is_domain(head));
    if is_host {
        return Err(LiteralProblem::new(
            format_args!("`{text}` names a host, and it is searched in the path alone"),
            "begin with the path, as in `\"^/admin\"`, and test the host after `when`, as in `when \
             host == \"example.org\"`",
        ));
    }
    if let Some(rest) = text.strip_prefix('^')
        && rest.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !rest.contains('|')
    {
        return Err(LiteralProblem::write(
            format_args!("`{text}` matches no path: every path starts with `/`"),
            format!("^/{rest}"),
        ));
    }
    if text.contains("\\?") && text.contains('=') {
        return Err(LiteralProblem::new(
            "the query is not part of the path",
            "test a parameter after `when`, as in `when args.page == \"1\"`",
        ));
    }
    if text.is_empty() {
        return Err(LiteralProblem::new(
            "an empty expression is found in every path",
            "leave the target out to match every path",
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
