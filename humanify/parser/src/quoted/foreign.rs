//! Recognises targets of other languages: locations of nginx, names of handlers, patterns.

use super::meaning::GuessedMeaning;

/// Reads a location of nginx: `~* \.php$`, `= /admin`.
pub(super) fn location(text: &str) -> Option<GuessedMeaning> {
    let (sign, rest) = ["~*", "^~", "~", "="]
        .iter()
        .find_map(|sign| Some((*sign, text.strip_prefix(sign)?)))?;
    let is_apart = rest.starts_with(char::is_whitespace);
    let rest = rest.trim();
    let begins = match sign {
        "~*" | "~" => rest.starts_with('^'),
        _ => rest.starts_with('/'),
    };
    (is_apart || begins).then(|| match sign {
        "~*" => GuessedMeaning::Regex(format!("(?i){rest}")),
        "~" => GuessedMeaning::Regex(rest.to_owned()),
        "^~" => GuessedMeaning::Space(format!("{}*", rest.trim_end_matches('*'))),
        _ => GuessedMeaning::Space(rest.to_owned()),
    })
}

/// Reads a target with its kind inside the text: `under:/admin`.
pub(super) fn with_kind(text: &str) -> Option<GuessedMeaning> {
    const KINDS: [&str; 5] = ["under", "regex", "route", "endpoint", "path"];
    let (kind, rest) = KINDS
        .iter()
        .find_map(|kind| Some((*kind, text.strip_prefix(kind)?)))?;
    let rest = rest.strip_prefix([':', '=', ' '])?.trim();
    Some(match kind {
        "path" if !rest.starts_with('/') => return None,
        "path" => GuessedMeaning::Space(rest.to_owned()),
        kind => GuessedMeaning::Kind(kind, rest.to_owned()),
    })
}

/// Whether a text is the path of a handler's module, such as `billing::pay`.
pub(super) fn is_name(text: &str) -> bool {
    text.contains("::")
        && text.parse::<std::net::Ipv6Addr>().is_err()
        && text.split("::").all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_alphanumeric() || "_*".contains(c))
        })
}

/// Whether a text can be a glob on the names of handlers, such as `billing.*`.
pub(crate) fn names_handlers(text: &str) -> bool {
    text.strip_suffix(".*").is_some_and(|start| {
        start.starts_with(char::is_alphabetic)
            && start
                .chars()
                .all(|c| c.is_alphanumeric() || "_.".contains(c))
    })
}

/// Whether a host ends as most domains do.
pub(crate) fn is_usual_domain(host: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        "com",
        "org",
        "net",
        "info",
        "app",
        "dev",
        "cloud",
        "local",
        "localhost",
        "internal",
        "example",
        "test",
        "invalid",
        "onion",
        "lan",
        "home",
    ];
    let ending = host.rsplit('.').next().unwrap_or_default();
    ending.chars().count() == 2 || ENDINGS.contains(&ending)
}

/// Whether a text that has signs of an expression is none: `/[!a]*` of a shell, `/:id(\d+)` of
/// express, `/[[...rest]]` of Next, `/${id}` of a template, and `/a (b|c)`.
pub(super) fn is_pattern(text: &str) -> bool {
    if text.starts_with(['^', '(']) {
        return false;
    }
    let signs = [
        "[!", "/@(", "/+(", "/!(", "${", "%{", "#{", "<re(", "<regex(", "[[...", "}?", "}+",
    ];
    let named = text.match_indices("/:").any(|(at, sign)| {
        let name = text.get(at + sign.len()..).unwrap_or_default();
        let behind = name.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        behind.len() < name.len() && behind.starts_with('(')
    });
    named || text.contains(char::is_whitespace) || signs.iter().any(|sign| text.contains(sign))
}
