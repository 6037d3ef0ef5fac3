//! What can be read from the structure of a regular expression: where it is anchored, and which of
//! its alternatives need capital letters.

use regex_automata::util::syntax;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Whether an expression matches only at the start of a text and, if `whole`, only up to its end,
/// in every alternative. Of a whole text, the start may also be that of a label of a host:
/// `(^|\.)example\.org$`.
#[must_use]
pub fn is_anchored(expression: &str, whole: bool) -> bool {
    parsed(expression).is_some_and(|parsed| {
        starts(&parsed, whole)
            && (!whole || parsed.properties().look_set_suffix().contains(Look::End))
    })
}

/// A text of an expression that an alternative requires, and that no text in lower case contains.
#[must_use]
pub(super) fn required_capitals(expression: &str) -> Option<String> {
    capitals_in_alternatives(&parsed(expression)?)
}

/// Whether an expression matches only one text, as `^/login$` does.
#[must_use]
pub(super) fn is_one_text(expression: &str) -> bool {
    let Some(parsed) = parsed(expression) else {
        return false;
    };
    let HirKind::Concat(parts) = parsed.kind() else {
        return false;
    };
    let is = |part: &Hir, look| *part.kind() == HirKind::Look(look);
    match parts.as_slice() {
        [start, text, end] => {
            is(start, Look::Start)
                && matches!(text.kind(), HirKind::Literal(_))
                && is(end, Look::End)
        }
        _ => false,
    }
}

/// The structure of an expression, with the settings of [`compile_pattern`](crate::compile_pattern).
fn parsed(expression: &str) -> Option<Hir> {
    let config = syntax::Config::new().unicode(false).utf8(false);
    syntax::parse_with(expression, &config).ok()
}

/// Whether every match begins at the start of the text or, if `labels`, at the start of a label.
fn starts(hir: &Hir, labels: bool) -> bool {
    match hir.kind() {
        // `(?m)^` is the start of a line.
        HirKind::Look(look) => *look == Look::Start,
        HirKind::Capture(capture) => starts(&capture.sub, labels),
        HirKind::Repetition(repetition) => repetition.min > 0 && starts(&repetition.sub, labels),
        // `^.*/public/` is anchored in form only.
        HirKind::Concat(parts) if !labels && begins_anywhere(parts) => false,
        HirKind::Concat(parts) => parts.first().is_some_and(|first| starts(first, labels)),
        HirKind::Alternation(parts) => parts
            .iter()
            .all(|part| starts(part, labels) || (labels && is_dot(part))),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) => false,
    }
}

/// Whether parts are any text from the start of the text, and then more, at whatever place.
fn begins_anywhere(parts: &[Hir]) -> bool {
    match parts {
        [first, run, behind @ ..] => {
            *first.kind() == HirKind::Look(Look::Start)
                && is_any_text(run)
                && behind
                    .last()
                    .is_some_and(|last| *last.kind() != HirKind::Look(Look::End))
        }
        _ => false,
    }
}

/// Whether an expression matches any text, as `.*` does.
fn is_any_text(hir: &Hir) -> bool {
    let HirKind::Repetition(repetition) = hir.kind() else {
        return false;
    };
    let has = |byte: u8| match repetition.sub.kind() {
        HirKind::Class(Class::Bytes(class)) => class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&byte)),
        HirKind::Class(Class::Unicode(class)) => class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&char::from(byte))),
        _ => false,
    };
    repetition.max.is_none() && has(b'/') && has(b'x') && has(b'0') && has(b'-')
}

/// What an expression leaves open that begins or ends with a fixed text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum OpenExpression {
    /// It matches every path that starts with this text, as `^/public` does.
    Prefix(String),
    /// It matches every path that ends with this text, as `^.*\.css$` does.
    Suffix(String),
}

/// What an expression leaves open; `None` if it is not such a simple one.
pub(super) fn open_expression(expression: &str) -> Option<OpenExpression> {
    let parsed = parsed(expression)?;
    let HirKind::Concat(parts) = parsed.kind() else {
        return None;
    };
    let (parts, is_closed) = match parts.as_slice() {
        [parts @ .., last] if *last.kind() == HirKind::Look(Look::End) => (parts, true),
        parts => (parts, false),
    };
    let [first, parts @ ..] = parts else {
        return None;
    };
    if *first.kind() != HirKind::Look(Look::Start) {
        return None;
    }
    match (parts, is_closed) {
        ([start], false) => literal(start).map(OpenExpression::Prefix),
        ([start, run], _) if is_any_text(run) => literal(start).map(OpenExpression::Prefix),
        ([run, end], true) if is_any_text(run) => literal(end).map(OpenExpression::Suffix),
        ([slash, run, end], true) if literal(slash)? == "/" && is_any_text(run) => {
            literal(end).map(OpenExpression::Suffix)
        }
        _ => None,
    }
}

fn literal(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok(),
        _ => None,
    }
}

/// A text with capitals that every match of an expression contains, if its letters are written out.
#[must_use]
pub(super) fn literal_capitals(expression: &str) -> Option<String> {
    fn of(hir: &Hir) -> Option<String> {
        match hir.kind() {
            HirKind::Literal(_) => {
                literal(hir).filter(|text| text.bytes().any(|byte| byte.is_ascii_uppercase()))
            }
            HirKind::Concat(parts) => parts.iter().find_map(of),
            HirKind::Capture(capture) => of(&capture.sub),
            _ => None,
        }
    }
    of(&parsed(expression)?)
}

/// Whether an expression is the dot between two labels.
fn is_dot(hir: &Hir) -> bool {
    matches!(hir.kind(), HirKind::Literal(literal) if *literal.0 == *b".")
}

/// The capitals that one of the alternatives requires, at whatever depth.
fn capitals_in_alternatives(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Alternation(parts) => parts
            .iter()
            .find_map(capitals)
            .or_else(|| parts.iter().find_map(capitals_in_alternatives)),
        HirKind::Concat(parts) => parts.iter().find_map(capitals_in_alternatives),
        HirKind::Capture(capture) => capitals_in_alternatives(&capture.sub),
        HirKind::Repetition(repetition) => capitals_in_alternatives(&repetition.sub),
        _ => None,
    }
}

/// A text with capitals that every match of an expression contains.
fn capitals(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => literal
            .0
            .iter()
            .any(u8::is_ascii_uppercase)
            .then(|| String::from_utf8_lossy(&literal.0).into_owned()),
        HirKind::Class(class) => only_capital(class).map(String::from),
        HirKind::Concat(parts) => parts.iter().find_map(capitals),
        HirKind::Capture(capture) => capitals(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => capitals(&repetition.sub),
        HirKind::Alternation(parts) => {
            let mut required = parts.iter().map(capitals);
            let first = required.next()??;
            required.all(|other| other.is_some()).then_some(first)
        }
        _ => None,
    }
}

/// The first character of a class that contains nothing but capital letters.
fn only_capital(class: &Class) -> Option<char> {
    let is_capital =
        |start: char, end: char| start.is_ascii_uppercase() && end.is_ascii_uppercase();
    let (first, are_capitals) = match class {
        Class::Bytes(class) => {
            let ranges = class.ranges();
            let mut ends = ranges.iter().map(|range| (range.start(), range.end()));
            let are_capitals = ends.all(|(start, end)| is_capital(start.into(), end.into()));
            (char::from(ranges.first()?.start()), are_capitals)
        }
        Class::Unicode(class) => {
            let ranges = class.ranges();
            let mut ends = ranges.iter().map(|range| (range.start(), range.end()));
            let are_capitals = ends.all(|(start, end)| is_capital(start, end));
            (ranges.first()?.start(), are_capitals)
        }
    };
    are_capitals.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_anchored_if_each_alternative_is() {
        for (expression, start, whole) in [
            ("^/a", true, false),
            ("^/a$", true, true),
            ("(?i)^/a", true, false),
            ("(?i)^/a$", true, true),
            (r"\A/a\z", true, true),
            ("^(a|b)$", true, true),
            ("(^/a|^/b)", true, false),
            ("^/a|^/b", true, false),
            ("^/a|/b$", false, false),
            ("/a", false, false),
            ("[^/]a", false, false),
            ("a\\|^b", false, false),
            ("^?/a", false, false),
            ("(?m)^/a$", false, false),
            ("^.*/public/", false, false),
            ("^.+/public/.*", false, false),
            ("^.*", true, false),
            (r"^.*\.css$", true, true),
            ("^[^/]*/public", true, false),
            ("(^|/)public/", false, false),
            ("(^|::)public$", false, false),
            (r"(^|-)example\.org$", false, false),
            (r"(^|\.)example\.org$", false, true),
            (r"(?:^|\.)example\.org$", false, true),
            (r"(?i)(^|\.)example\.org$", false, true),
            (r"(^|\.)a\.org$|^b\.org$", false, true),
            (r"(^|\.)a\.org$|b\.org$", false, false),
            (r"(^|[.])example[.]org$", false, true),
            (r"(\.|^)example\.org$", false, true),
            (r"(^|\.|-)example\.org$", false, false),
            (r"((^|\.)a|^b)\.org$", false, true),
            (r"(^|\.)?example\.org$", false, false),
            (r"\.example\.org$", false, false),
            (r"(^|\.)example\.org", false, false),
            (r"x(^|\.)example\.org$", false, false),
            (r"[(^|\.)]example\.org$", false, false),
        ] {
            assert_eq!(is_anchored(expression, false), start, "{expression}");
            assert_eq!(is_anchored(expression, true), whole, "{expression}");
        }
    }

    #[test]
    fn what_an_expression_leaves_open_is_found() {
        let prefix = |text: &str| Some(OpenExpression::Prefix(text.to_owned()));
        let suffix = |text: &str| Some(OpenExpression::Suffix(text.to_owned()));
        for (expression, open) in [
            ("^/public", prefix("/public")),
            ("^/public.*", prefix("/public")),
            ("^/public.*$", prefix("/public")),
            (r"^/feed\.xml", prefix("/feed.xml")),
            ("^/public/", prefix("/public/")),
            (r"^/.*\.css$", suffix(".css")),
            (r"^.+\.css$", suffix(".css")),
            ("^/public$", None),
            ("^/public(/|$)", None),
            (r"^/assets/.*\.css$", None),
            (r"^/[^/]*\.css$", None),
            ("/public", None),
        ] {
            assert_eq!(open_expression(expression), open, "{expression}");
        }
    }

    #[test]
    fn an_alternative_that_requires_capitals_is_found() {
        for (expression, required) in [
            (r"^(Admin|www)\.", Some("Admin")),
            (r"^(www|static|Cdn[0-9]+)\.", Some("Cdn")),
            (r"^(www|[A-Z]{2})\.", Some("A")),
            (r"^(a|(b|c(D|E)f))\.", Some("D")),
            (r"^(?:www|(API)+)$", Some("API")),
            (r"^((a|Bc)x|d)\.", Some("Bc")),
            (r"(?i)^(Admin|www)\.", None),
            (r"^([A-Za-z]+|www)\.", None),
            (r"^(www|(Cdn)?static)\.", None),
            (r"^(admin|www)\.", None),
            (r"^[^A-Z]|www", None),
            (r"^Admin\.", None),
            ("(", None),
        ] {
            let found = required_capitals(expression);
            assert_eq!(found.as_deref(), required, "{expression}");
        }
    }
}
