//! Checks of what stands between quotes. Where a place inside the text is known, the message
//! shows the text with a caret under it, since an error cannot point into a string literal.

use humanify_syntax::{
    ChallengeType, CrawlerKind, Glob, GlobError, Hardness, METHODS, Rate, compile_pattern,
    parse_network,
};
use syn::Lit;

use crate::errors::with_help;
use crate::suggest::{nearest, unknown};

/// A glob on the path.
pub(crate) fn path_glob(text: &str) -> Result<Glob, String> {
    Glob::path(text).map_err(|error| glob_message(text, &error))
}

/// A glob on the names of handlers.
pub(crate) fn name_glob(text: &str) -> Result<Glob, String> {
    if let Some(path) = text.strip_prefix("crate::") {
        return Err(with_help(
            format_args!("no handler's name starts with `crate::`, as `{text}` does"),
            format_args!("a name is the module path without the crate: write `\"{path}\"`"),
        ));
    }
    if let Some(position) = text.chars().position(char::is_whitespace) {
        return Err(with_help(
            format_args!(
                "no handler's name holds white space{}",
                caret(text, position)
            ),
            "write several targets as several strings: `endpoint \"a::*\", endpoint \"b\"`",
        ));
    }
    Glob::name(text).map_err(|error| glob_message(text, &error))
}

/// A regular expression.
pub(crate) fn pattern(text: &str) -> Result<(), String> {
    compile_pattern(text).map(drop).map_err(|error| {
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
        with_help(
            message,
            "the syntax is that of the `regex` crate, which has no look-around and no \
             back-references; `\\` before a character takes its meaning away",
        )
    })
}

/// A template of the router.
pub(crate) fn route(text: &str) -> Result<(), String> {
    if !text.starts_with('/') {
        return Err(with_help(
            format_args!("a route starts with `/`, and `{text}` does not"),
            format_args!("write it as the router has it: `\"/{text}\"`"),
        ));
    }
    if text.split('/').any(|segment| segment == "*") {
        return Err(with_help(
            "`*` is no wildcard in a route, which is compared as the router has it",
            format_args!(
                "drop `route` to match paths: `\"{text}\"`; or write the router's own \
                 wildcard, `{{*rest}}`"
            ),
        ));
    }
    Ok(())
}

/// One rate or several, none of which another makes useless.
pub(crate) fn rates(text: &str) -> Result<Vec<Rate>, String> {
    Rate::parse_all(text).map_err(|error| {
        let error = error.to_string();
        match error.split_once("; ") {
            Some((problem, help)) => with_help(problem, help),
            None => with_help(
                error,
                "write a rate as `\"5/minute\"` or `\"3/30 seconds\"`",
            ),
        }
    })
}

/// Whether what `strict` lets through is always let through by `loose`, so that `loose` does
/// nothing beside it: as many at once or more, and as often or more.
pub(crate) fn makes_useless(strict: Rate, loose: Rate) -> bool {
    let interval = |rate: Rate, other: Rate| u64::from(rate.seconds()) * u64::from(other.count());
    strict.burst() <= loose.burst() && interval(strict, loose) >= interval(loose, strict)
}

/// What is wrong with two rates that hold side by side.
pub(crate) fn useless_rate(first: Rate, second: Rate) -> Option<String> {
    let (strict, loose) = if first == second {
        return Some(with_help(
            format_args!("the rate `{second}` is said twice"),
            "leave one of them out",
        ));
    } else if makes_useless(first, second) {
        (first, second)
    } else if makes_useless(second, first) {
        (second, first)
    } else {
        return None;
    };
    Some(with_help(
        format_args!(
            "the rate `{loose}` does nothing beside `{strict}`, which is always met first"
        ),
        format_args!("leave out `{loose}`"),
    ))
}

/// The level of a challenge.
pub(crate) fn hardness(literal: &Lit) -> Result<Hardness, String> {
    let level = match literal {
        Lit::Int(number) if number.suffix().is_empty() => number.base10_parse::<u8>().ok(),
        _ => None,
    };
    level.and_then(Hardness::new).ok_or_else(|| {
        with_help(
            "`hardness` is a number from 1 to 5",
            "write `hardness = 1` for the easiest and `hardness = 5` for the hardest",
        )
    })
}

/// A type of challenge.
pub(crate) fn challenge_type(name: &str) -> Result<ChallengeType, String> {
    let names: Vec<&str> = ChallengeType::NAMES.iter().map(|(name, _)| *name).collect();
    ChallengeType::NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, kind)| *kind)
        .ok_or_else(|| unknown("challenge type", name, "the types are", &names))
}

/// The name that `#[endpoint]` gives.
pub(crate) fn endpoint_name(name: &str) -> Result<(), String> {
    let wrong = if name.is_empty() {
        "the name of an endpoint is empty".to_owned()
    } else if let Some(position) = name
        .chars()
        .position(|character| character.is_whitespace() || character.is_control())
    {
        format!(
            "the name of an endpoint holds neither white space nor control characters{}",
            caret(name, position)
        )
    } else if let Some(position) = name
        .chars()
        .position(|character| "*?{}<>".contains(character))
    {
        format!(
            "the name of an endpoint holds no wildcard, which belongs into `endpoint` of \
             `protect!`{}",
            caret(name, position)
        )
    } else {
        return Ok(());
    };
    Err(with_help(wrong, "write a name such as `\"billing.pay\"`"))
}

/// A method, in the form in which it is compared.
pub(crate) fn method(name: &str) -> Result<&'static str, String> {
    if let Some(known) = METHODS.iter().find(|known| **known == name) {
        return Ok(known);
    }
    match nearest(name, METHODS.iter().copied()) {
        Some(known) if known.eq_ignore_ascii_case(name) => Err(with_help(
            format_args!("methods are written in capitals, and `{name}` is not"),
            format_args!("write `{known}`"),
        )),
        _ => Err(unknown("method", name, "the methods are", METHODS)),
    }
}

/// A kind of crawler, or a group of kinds.
pub(crate) fn crawler_kinds(name: &str) -> Result<Vec<CrawlerKind>, String> {
    if let Some(kind) = CrawlerKind::named(name) {
        return Ok(vec![kind]);
    }
    if let Some(kinds) = CrawlerKind::group(name) {
        return Ok(kinds.to_vec());
    }
    let groups = CrawlerKind::GROUPS.iter().map(|(name, _)| *name);
    let kinds = CrawlerKind::NAMES.iter().map(|(name, _)| *name);
    let names: Vec<&str> = groups.chain(kinds).collect();
    Err(unknown(
        "kind of crawler",
        &name.replace('-', "_"),
        "the kinds are",
        &names,
    ))
}

/// An address or a network, in the one form in which two that are the same are equal.
pub(crate) fn network(text: &str) -> Result<String, String> {
    parse_network(text)
        .map(|network| network.to_string())
        .map_err(|error| {
            with_help(
                error,
                "write an address, `\"203.0.113.7\"`, or a network, `\"203.0.113.0/24\"` or \
                 `\"2001:db8::/32\"`",
            )
        })
}

fn glob_message(text: &str, error: &GlobError) -> String {
    match error {
        GlobError::Empty => with_help("the glob is empty", "`\"*\"` matches everything"),
        GlobError::NoSlash(_) => with_help(
            error,
            format_args!("write `\"/{text}\"`, or `\"*{text}\"` where it may begin anywhere"),
        ),
        GlobError::Placeholder(character, position) => with_help(
            format_args!(
                "`{character}` is no placeholder here{}",
                caret(text, position.saturating_sub(1))
            ),
            "a placeholder is a whole segment, such as `/{id}/`; `*` is any run of characters \
             and `?` is one",
        ),
        GlobError::RouterWildcard => with_help(
            "`{*name}` is the router's wildcard and not a glob's",
            format_args!(
                "write `{:?}`: `*` matches any run of characters, `/` included",
                {
                    let start = text.split("{*").next().unwrap_or_default();
                    let end = text
                        .split_once("{*")
                        .and_then(|(_, rest)| rest.split_once('}'));
                    format!("{start}*{}", end.map(|(_, rest)| rest).unwrap_or_default())
                }
            ),
        ),
        GlobError::NeverMatches(why) => {
            with_help(format_args!("the glob `{text}` matches no path"), why)
        }
    }
}

/// The text on a line of its own, and a caret under one of its characters.
fn caret(text: &str, position: usize) -> String {
    let shown: String = text
        .chars()
        .map(|character| {
            if character.is_control() {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect();
    format!("\n    {shown}\n    {:position$}^", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_useless_rate_is_one_that_another_always_meets_first() {
        for (strict, loose, useless) in [
            ("5/minute", "5/minute", true),
            ("10/minute", "100/minute", true),
            ("5/minute", "300/hour", true),
            ("5/minute", "100/day", false),
            ("100/day", "5/minute", false),
            ("10/second", "500/hour", false),
        ] {
            let (a, b) = (Rate::parse(strict).unwrap(), Rate::parse(loose).unwrap());
            assert_eq!(makes_useless(a, b), useless, "{strict} {loose}");
        }
    }

    #[test]
    fn a_caret_stands_under_the_mistake() {
        assert!(
            path_glob("/a{id}")
                .unwrap_err()
                .contains("\n    /a{id}\n      ^\n")
        );
        assert!(pattern("a(b").unwrap_err().contains("\n    a(b\n     ^\n"));
        assert!(
            endpoint_name("a b")
                .unwrap_err()
                .contains("\n    a b\n     ^\n")
        );
    }
}
