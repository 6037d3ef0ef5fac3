//! Findings on texts in the place of a path that do not start with `/`.

use super::network::network;
use crate::finding::LiteralProblem;
use humanify_syntax::{Glob, METHODS};

/// The message on a text that does not start with `/`. A slash is suggested only if the rest can be
/// a path.
pub(super) fn no_slash(text: &str) -> LiteralProblem {
    let problem = format!("expected `/` at the start of a path, found `{text}`");
    if network(text).is_ok() {
        let help = format!("a condition tests the address, as in `client.ip in [\"{text}\"]`");
        return LiteralProblem::new(problem, help);
    }
    if METHODS.contains(&text) {
        let help = format!("a condition tests the method, as in `method == {text}`");
        return LiteralProblem::new(problem, help);
    }
    if let Some(inner) = unquoted(text) {
        return LiteralProblem::write("the text contains quotes of its own", inner);
    }
    let slashes = ['\u{ff0f}', '\u{2215}', '\u{2044}', '\u{29f8}'];
    let path = match text.starts_with(slashes) {
        true => text.replace(slashes, "/"),
        false => format!("/{}", text.trim_start_matches("./")),
    };
    match is_path(&path) {
        true => LiteralProblem::write(problem, path),
        false => LiteralProblem::new(problem, "a glob is written as in `\"/api/*\"`"),
    }
}

/// Whether a text is a glob of usual characters, and no word that means every path.
fn is_path(path: &str) -> bool {
    let is_word = ["/all", "/any", "/everything", "/everywhere", "/none"].contains(&path);
    let is_usual = |c: char| c.is_alphanumeric() || "/._-*?{}<>".contains(c);
    !is_word && path.chars().all(is_usual) && Glob::path(path).is_ok()
}

/// The path in quotes inside a text.
fn unquoted(text: &str) -> Option<&str> {
    let quotes = [
        ('\'', '\''),
        ('"', '"'),
        ('`', '`'),
        ('\u{201c}', '\u{201d}'),
        ('\u{2018}', '\u{2019}'),
    ];
    let inner = quotes
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))?;
    (inner.starts_with('/') && is_path(inner)).then_some(inner)
}
