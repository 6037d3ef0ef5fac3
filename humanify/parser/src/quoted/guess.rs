//! Guesses the meaning of a text that is not a glob.

use super::foreign::{is_name, is_pattern, location, with_kind};
use super::meaning::GuessedMeaning;
use crate::finding::LiteralProblem;
use humanify_syntax::{Glob, METHODS};

/// Guesses the meaning of a text in the place of a path or a route.
pub(crate) fn guess(text: &str) -> Option<GuessedMeaning> {
    if let Some(rest) = text.strip_prefix('!') {
        return Some(GuessedMeaning::Not(rest.trim().to_owned()));
    }
    if let Some(rest) = text.strip_prefix("not ") {
        return Some(GuessedMeaning::Not(rest.trim().to_owned()));
    }
    if let Some(meant) = location(text).or_else(|| with_kind(text)) {
        return Some(meant);
    }
    if text.trim() != text && !text.trim().is_empty() {
        return guess(text.trim()).or_else(|| Some(GuessedMeaning::Space(text.trim().to_owned())));
    }
    if let Some((method, path)) = text.split_once(|c: char| c.is_whitespace() || c == ':') {
        let known = METHODS
            .iter()
            .find(|known| known.eq_ignore_ascii_case(method));
        if let Some(method) = known {
            return Some(GuessedMeaning::Method(method, path.trim().to_owned()));
        }
    }
    if let Some((path, method)) = text.rsplit_once(char::is_whitespace) {
        let known = METHODS
            .iter()
            .find(|known| known.eq_ignore_ascii_case(method));
        if let Some(method) = known {
            return Some(GuessedMeaning::Method(method, path.trim().to_owned()));
        }
    }
    if let Some((scheme, rest)) = text.split_once("://")
        && scheme.chars().all(|c| c.is_ascii_alphabetic() || c == '*')
    {
        return Some(url(rest));
    }
    if let Some(rest) = text.strip_prefix("//")
        && is_host(rest.split('/').next().unwrap_or_default())
    {
        return Some(url(rest));
    }
    if is_name(text) {
        return Some(GuessedMeaning::Name(text.to_owned()));
    }
    let first = text.split('/').next().unwrap_or_default();
    if !text.starts_with('/') && is_host(first) && !is_file(text) {
        return Some(url(text));
    }
    several(text)
        .or_else(|| query(text))
        .or_else(|| regex(text))
}

fn url(rest: &str) -> GuessedMeaning {
    let (host, path) = match rest.split_once('/') {
        Some((host, path)) => (host, format!("/{path}")),
        None => (rest, String::new()),
    };
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    GuessedMeaning::Url(host.to_lowercase(), path)
}

fn is_host(text: &str) -> bool {
    let text = text.split(':').next().unwrap_or_default();
    let text = text.trim_start_matches("*.").trim_start_matches('*');
    let labels: Vec<&str> = text.split('.').collect();
    (labels.len() > 1 || text == "localhost")
        && labels.iter().all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
        && labels
            .last()
            .is_some_and(|last| last.len() > 1 && last.chars().all(char::is_alphabetic))
}

/// Whether a text is a path without its slash: `favicon.ico`.
fn is_file(text: &str) -> bool {
    const ENDINGS: [&str; 24] = [
        "ico", "txt", "html", "htm", "xml", "php", "js", "mjs", "css", "png", "jpg", "jpeg", "gif",
        "svg", "webp", "json", "pdf", "asp", "aspx", "jsp", "cgi", "woff", "woff2", "map",
    ];
    let ending = text.rsplit('.').next().unwrap_or_default();
    !text.contains('/') && ENDINGS.contains(&ending)
}

/// Recognises several paths: `/a,/b`, `/a /b`, `/a|/b`, `/{a,b}/c` and `/users/{id?}`.
fn several(text: &str) -> Option<GuessedMeaning> {
    if let Some((base, name)) = text
        .strip_suffix('?')
        .and_then(|text| text.rsplit_once("/:"))
        && is_plain(name)
        && !name.contains('/')
    {
        let base = colons(base).unwrap_or_else(|| base.to_owned());
        let whole = format!("{base}/{{{name}}}");
        let base = if base.is_empty() {
            "/".to_owned()
        } else {
            base
        };
        let fine = Glob::path(&base).is_ok() && Glob::path(&whole).is_ok();
        return fine.then(|| GuessedMeaning::Several(vec![base, whole]));
    }
    for separator in [',', '|', ' ', ';', '\n'] {
        let parts: Vec<String> = text
            .split(separator)
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect();
        if parts.len() > 1 && parts.iter().all(|part| is_listed(part)) {
            return Some(GuessedMeaning::Several(parts));
        }
    }
    let (before, rest) = text.split_once('{')?;
    let (inner, behind) = rest.split_once('}')?;
    if inner.contains(',') {
        let parts: Vec<String> = inner
            .split(',')
            .map(|part| format!("{before}{}{behind}", part.trim()))
            .collect();
        let fine = parts.iter().all(|part| Glob::path(part).is_ok());
        return fine.then_some(GuessedMeaning::Several(parts));
    }
    let name = inner.strip_suffix('?').filter(|_| behind.is_empty())?;
    let base = before.trim_end_matches('/');
    let parts = vec![
        if base.is_empty() {
            "/".to_owned()
        } else {
            base.to_owned()
        },
        format!("{before}{{{name}}}"),
    ];
    let fine = parts.iter().all(|part| Glob::path(part).is_ok());
    fine.then_some(GuessedMeaning::Several(parts))
}

/// Whether a part of a text is a path of its own. `*` behind a comma is not: in `/map/@*,*` it is the
/// rest of one path.
fn is_listed(part: &str) -> bool {
    let begins = ["/", "*/", "*."]
        .iter()
        .any(|start| part.starts_with(start));
    begins && Glob::path(part).is_ok()
}

/// Recognises a query: `/search?q=*`. In a glob, `?` is one character.
fn query(text: &str) -> Option<GuessedMeaning> {
    let (path, query) = text.split_once('?')?;
    let (name, value) = query.split_once('=')?;
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || "_-".contains(c))
    };
    let one = plain(name) && !value.contains(['&', '=']) && path.starts_with('/');
    one.then(|| {
        let asked = (!value.is_empty() && value != "*").then(|| value.to_owned());
        GuessedMeaning::Query(path.to_owned(), name.to_owned(), asked)
    })
}

/// Recognises a regular expression by characters that no glob has.
fn regex(text: &str) -> Option<GuessedMeaning> {
    let only_regex = text.starts_with(['^', '('])
        || text.starts_with("\\A")
        || text.ends_with('$')
        || text.ends_with("/?")
        || [
            ".*", ".+", "\\d", "\\w", "\\.", "\\/", "]+", "]*", "(?", "+)", "[^", "]{", ")?", ")$",
        ]
        .iter()
        .any(|sign| text.contains(sign))
        || (text.contains('(') && text.contains('|'))
        || (text.contains('[') && text.contains(']'));
    if !only_regex || extended(text).is_some() {
        return None;
    }
    if is_pattern(text) {
        return Some(GuessedMeaning::Pattern);
    }
    let slash_at_its_start = text.starts_with('/');
    let expression = match slash_at_its_start {
        // The text was meant for the whole path.
        true if text.ends_with('$') => format!("^{text}"),
        true => format!("^{}$", starred(text)),
        false => text.to_owned(),
    };
    Some(GuessedMeaning::Regex(expression))
}

/// How a text with `.*` is read, of which a glob matches less than an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DotStar {
    /// As a glob: `.*` follows a name, as in `/logo.*`.
    Glob,
    /// It is either a glob or an expression: `.*` begins a segment, as in `/api/.*`.
    Either,
}

/// How a text can be read as a glob whose only sign of an expression is `.*`. `None` if it is not
/// one.
pub(crate) fn dot_star(text: &str) -> Option<DotStar> {
    let is_glob = text.contains(".*") && Glob::path(text).is_ok();
    if !is_glob || guess(&text.replace(".*", "*")).is_some() {
        return None;
    }
    let mut starts = text.match_indices(".*").map(|(at, _)| text.get(..at));
    let follow_names = starts.all(|before| {
        before.is_some_and(|before| {
            before.ends_with(|c: char| c.is_alphanumeric() || "_-".contains(c))
        })
    });
    Some(match follow_names {
        true => DotStar::Glob,
        false => DotStar::Either,
    })
}

/// Replaces each `*` after a `/`, which is a glob's, by `.*`.
fn starred(text: &str) -> String {
    let mut expression = String::new();
    let mut before = '/';
    for character in text.chars() {
        match character {
            '*' if before == '/' => expression.push_str(".*"),
            character => expression.push(character),
        }
        before = character;
    }
    expression
}

/// The mistake in `/!(public)/*`, an extended glob of shells, of which a glob takes each character as
/// it stands.
pub(super) fn extended(text: &str) -> Option<LiteralProblem> {
    // As part of an expression, these characters have another meaning.
    if text.starts_with('^') || text.ends_with('$') || text.contains('\\') {
        return None;
    }
    let (sign, help) = [
        (
            "!",
            "name what is left out after `except`, as in `deny_access on \"/*\" except \"/public/*\"`",
        ),
        ("@", "name each path, or use a regular expression"),
        ("+", "use a regular expression"),
    ]
    .into_iter()
    .find(|(sign, _)| {
        let begin = format!("/{sign}(");
        text.split_once(&begin).is_some_and(|(_, rest)| rest.contains(')'))
    })?;
    let problem = format!("`{sign}(…)` of shells has no meaning in a glob: `{text}`");
    Some(LiteralProblem::new(problem, help))
}

/// Replaces `:id` by `{id}`: `/users/:id` becomes `/users/{id}`.
pub(super) fn colons(text: &str) -> Option<String> {
    let segments: Vec<String> = text
        .split('/')
        .map(|segment| match segment.strip_prefix(':') {
            Some(name)
                if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_') =>
            {
                format!("{{{name}}}")
            }
            _ => segment.to_owned(),
        })
        .collect();
    let converted = segments.join("/");
    (converted != text && Glob::path(&converted).is_ok()).then_some(converted)
}

/// Whether a text has no special character of a regular expression or a glob.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|character| character.is_alphanumeric() || "/_-~@".contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_with_a_dot_before_its_star_is_no_regex() {
        for (text, read) in [
            ("/logo.*", Some(DotStar::Glob)),
            ("*/x-1.*", Some(DotStar::Glob)),
            ("/api/.*", Some(DotStar::Either)),
            ("/a.*/.*", Some(DotStar::Either)),
            ("*.*", Some(DotStar::Either)),
            ("^/api/.*", None),
            ("/api/.*$", None),
            ("/(a|b)/.*", None),
            ("/a*", None),
            ("https://example.org/a.*", None),
        ] {
            assert_eq!(dot_star(text), read, "{text}");
        }
    }

    #[test]
    fn routes_and_regexes_are_recognised_and_globs_are_not_mistaken_for_them() {
        for (text, meant) in [
            ("^/api/.*$", GuessedMeaning::Regex("^/api/.*$".into())),
            ("~ ^/api/", GuessedMeaning::Regex("^/api/".into())),
            ("/api/.*", GuessedMeaning::Regex("^/api/.*$".into())),
            (
                "/(admin|api)/*",
                GuessedMeaning::Regex("^/(admin|api)/.*$".into()),
            ),
            (
                "/v[0-9]+/users",
                GuessedMeaning::Regex("^/v[0-9]+/users$".into()),
            ),
            ("/admin$", GuessedMeaning::Regex("^/admin$".into())),
            (
                "https://Example.org:8080/admin",
                GuessedMeaning::Url("example.org".into(), "/admin".into()),
            ),
            (
                "example.org/admin",
                GuessedMeaning::Url("example.org".into(), "/admin".into()),
            ),
            ("!/public/*", GuessedMeaning::Not("/public/*".into())),
            (" /api/*", GuessedMeaning::Space("/api/*".into())),
            (
                "POST /login",
                GuessedMeaning::Method("POST", "/login".into()),
            ),
            (
                "/login POST",
                GuessedMeaning::Method("POST", "/login".into()),
            ),
            (
                "/search?q=*",
                GuessedMeaning::Query("/search".into(), "q".into(), None),
            ),
            (
                "/a,/b",
                GuessedMeaning::Several(vec!["/a".into(), "/b".into()]),
            ),
            (
                "/api/{v1,v2}/*",
                GuessedMeaning::Several(vec!["/api/v1/*".into(), "/api/v2/*".into()]),
            ),
            (
                "/users/{id?}",
                GuessedMeaning::Several(vec!["/users".into(), "/users/{id}".into()]),
            ),
        ] {
            assert_eq!(guess(text), Some(meant), "{text}");
        }
        for text in [
            "/api/*",
            "/",
            "*",
            "*.php",
            "/.env",
            "/a.b",
            "/v?/x",
            "/u/{id}/x",
            "/u/<id>",
            "/.well-known/*",
            "/apple-touch-icon*.png",
            "favicon.ico",
            "admin",
            "/a+b",
            "/~me/",
            "/@me",
            "/a b",
            "/café",
            "/x?y",
            "/map/@*,*",
            "*,*",
            "/public;*",
            "/wp-admin/*",
            "/api/**",
        ] {
            assert_eq!(guess(text), None, "{text}");
        }
    }
}
