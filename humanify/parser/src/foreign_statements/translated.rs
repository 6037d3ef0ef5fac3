//! Translates a statement of another language, if it can only mean one statement.

use proc_macro2::{Delimiter, TokenTree};

use super::languages::{PathStyle, RuleLanguage};
use crate::finding::quoted;
use crate::foreign_names;
use crate::quoted as texts;
use crate::source_text::source_text;
use crate::tokens::{Cursor, token_text};

/// Words for requests that pass, or for only some requests. A statement with one of them is not
/// translated as a denial.
const OPEN_ENDED: &[&str] = &[
    "not",
    "if",
    "unless",
    "when",
    "and",
    "or",
    "except",
    "only",
    "all",
    "any",
    "~",
    "~*",
    "^~",
    "!",
    "!~",
    "allow",
    "granted",
    "permitAll",
    "hasRole",
    "authenticated",
    "satisfy",
];

const DENIED: &[&str] = &[
    "deny", "denied", "denyAll", "reject", "abort", "403", "444", "drop", "DROP", "block", "F",
];

/// The translated statement. It is offered only if it has no mistake.
pub(super) fn statement(language: &RuleLanguage, tokens: &[TokenTree]) -> Option<String> {
    let text = source_text(tokens);
    if let Some(rate) = rate(tokens) {
        // The rate of a path, or of something else than the client, is not one of the whole site.
        let is_confined = [
            "\"/", "'/", " if ", "unless", "params", "path", "key", "skip", "post?",
        ]
        .iter()
        .any(|part| text.contains(part));
        return (!is_confined).then(|| format!("limit {}", quoted(&rate)));
    }
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "{}()[],;\"'".contains(c))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
        .collect();
    if let [_, "not", "ip", network] | ["Deny", "from", network] = words.as_slice() {
        return refused(network, true);
    }
    if let ["Require", "ip", network] = words.as_slice() {
        return refused(network, false);
    }
    if let ["http-request" | "tcp-request", behind @ ..] = words.as_slice() {
        return haproxy(behind);
    }
    let paths: Vec<&&str> = words.iter().filter(|word| word.starts_with('/')).collect();
    let denies = words.iter().any(|word| DENIED.contains(word));
    let rest = words.iter().filter(|word| **word != "all");
    let is_plain = !rest
        .clone()
        .any(|word| OPEN_ENDED.contains(word) || texts::network(word).is_ok());
    let ([path], true, true) = (paths.as_slice(), denies, is_plain) else {
        return None;
    };
    let is_exact = words.contains(&"=");
    let target = match language.paths {
        PathStyle::Prefix if !is_exact => quoted(&format!("{path}*")),
        PathStyle::Prefix | PathStyle::Whole => quoted(path),
        PathStyle::Below => match path.strip_suffix("/**") {
            Some("") => quoted("/*"),
            Some(start) => format!("under {}", quoted(start)),
            None => quoted(path),
        },
        PathStyle::Conditions => return None,
    };
    Some(format!("always_deny on {target}"))
}

/// Translates an expression into a condition.
pub(super) fn expression(tokens: &[TokenTree]) -> Option<String> {
    // A condition on verified crawlers mostly lets them in, so it is not offered for denying.
    condition(Cursor::new(tokens)).filter(|written| !written.contains("is_verified_crawler"))
}

/// A statement that refuses everyone in a network, or everyone outside of it.
fn refused(network: &str, inside: bool) -> Option<String> {
    texts::network(network).ok()?;
    let not = if inside { "" } else { "not " };
    Some(format!(
        "always_deny when client.ip {not}in [{}]",
        quoted(network)
    ))
}

/// `deny if { path_beg /admin }`.
fn haproxy(words: &[&str]) -> Option<String> {
    let words = words.strip_prefix(&["connection"]).unwrap_or(words);
    match words {
        ["deny" | "reject" | "silent-drop", "if", "src", network] => refused(network, true),
        ["deny", "if", "path_beg", path] => Some(format!(
            "always_deny when path starts_with {}",
            quoted(path)
        )),
        ["deny", "if", "path", path] => Some(format!("always_deny on {}", quoted(path))),
        _ => None,
    }
}

/// The rate in `limit: 5, period: 60` and `windowMs: 60000, max: 5`.
fn rate(tokens: &[TokenTree]) -> Option<String> {
    let text = token_text(tokens);
    let number = |names: &[&str]| {
        names.iter().find_map(|name| {
            let (_, behind) = text.split_once(&format!("{name}: "))?;
            let digits = behind.split(|c: char| !c.is_ascii_digit()).next()?;
            // A unit may follow the number. Only seconds are recognised.
            let rest = behind.strip_prefix(digits)?.trim_start();
            let is_bare = rest.starts_with([',', '}', ')']) || rest.starts_with(".seconds");
            digits.parse::<u64>().ok().filter(|_| is_bare)
        })
    };
    let count = number(&["limit", "max"])?;
    let seconds = match number(&["period"]) {
        Some(seconds) => seconds,
        None => number(&["windowMs"]).filter(|time| time % 1_000 == 0)? / 1_000,
    };
    Some(match seconds {
        1 => format!("{count}/second"),
        60 => format!("{count}/minute"),
        3_600 => format!("{count}/hour"),
        seconds => format!("{count}/{seconds} seconds"),
    })
}

/// A condition with the field and operator names of this language.
fn condition(cursor: Cursor) -> Option<String> {
    let mut cursor = cursor;
    let mut written: Vec<String> = Vec::new();
    while let Some(token) = cursor.peek() {
        match token {
            TokenTree::Ident(word) => {
                let word = word.to_string();
                let sign = match word.as_str() {
                    "and" => Some("&&"),
                    "or" => Some("||"),
                    "eq" => Some("=="),
                    "ne" => Some("!="),
                    "matches" => Some("~"),
                    "in" | "contains" => Some(word.as_str()),
                    "not" => Some("!"),
                    _ => None,
                };
                if let Some(sign) = sign {
                    written.push(sign.to_owned());
                    cursor.next();
                    continue;
                }
                let name = field(&mut cursor);
                if foreign_names::is_whole_uri(&name) && !compares_path(cursor) {
                    return None;
                }
                written.push(compared(&name, &mut cursor)?);
            }
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                written.push(match group.delimiter() {
                    Delimiter::Brace => {
                        let text = token_text(&inner);
                        let values = text
                            .split_whitespace()
                            .map(|value| quoted(value.trim_matches('"')));
                        format!("[{}]", values.collect::<Vec<_>>().join(", "))
                    }
                    Delimiter::Parenthesis => format!("({})", condition(Cursor::new(&inner))?),
                    _ => token_text(std::slice::from_ref(token)),
                });
                cursor.next();
            }
            TokenTree::Literal(_) => {
                written.push(token.to_string());
                cursor.next();
            }
            TokenTree::Punct(_) => {
                let signs = cursor.signs();
                written.push(signs.clone());
                cursor.skip(signs.chars().count());
            }
        }
    }
    Some(written.join(" ").replace("! ", "!"))
}

/// The name of a field, with its parts after dots.
fn field(cursor: &mut Cursor) -> String {
    let start = *cursor;
    cursor.next();
    while cursor.is_sign(".") && cursor.word_at(1).is_some() {
        cursor.skip(2);
    }
    if cursor.group(Delimiter::Bracket).is_some() {
        cursor.next();
    }
    token_text(cursor.since(start))
}

/// A field, or `path.startsWith("/admin")` as a comparison.
fn compared(name: &str, cursor: &mut Cursor) -> Option<String> {
    let known = |name: &str| foreign_names::field(name).unwrap_or_else(|| name.to_owned());
    let Some(group) = cursor.group(Delimiter::Parenthesis) else {
        return Some(known(name));
    };
    let (field, method) = name.rsplit_once('.')?;
    let operator = match method {
        "startsWith" | "starts_with" => "starts_with",
        "endsWith" | "ends_with" => "ends_with",
        "contains" | "includes" => "contains",
        "matches" => "~",
        _ => return None,
    };
    cursor.next();
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let value = token_text(&inner);
    if foreign_names::is_whole_uri(field) && !foreign_names::is_about_path(&value) {
        return None;
    }
    Some(format!("{} {operator} {value}", known(field)))
}

/// Whether the texts up to the next operator between comparisons can only be about a path.
fn compares_path(cursor: Cursor) -> bool {
    let is_joined = |token: &&TokenTree| {
        !matches!(token, TokenTree::Ident(word) if word == "and" || word == "or")
            && !matches!(token, TokenTree::Punct(sign) if "&|".contains(sign.as_char()))
    };
    let mut compared = cursor.rest().iter().take_while(is_joined);
    compared.all(|token| match token {
        TokenTree::Literal(literal) => foreign_names::is_about_path(&literal.to_string()),
        TokenTree::Group(group) => group
            .stream()
            .into_iter()
            .all(|token| foreign_names::is_about_path(&token.to_string())),
        TokenTree::Ident(_) | TokenTree::Punct(_) => true,
    })
}
