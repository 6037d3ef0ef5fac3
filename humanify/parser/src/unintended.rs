//! Findings on statements that are valid but cannot be meant: exemptions with an unanchored
//! expression, and conditions that never or always hold.

use std::collections::HashSet;

use super::finding::{Finding, Place};
use humanify_syntax::analysis;
use humanify_syntax::{Action, Condition, Field, Sign, Statement, Target, Test};

/// The name of the only finding that can be accepted: `intended(unanchored)`.
pub(super) const UNANCHORED: &str = "unanchored";

/// The finding on an exemption with a text or an expression that matches in other places than the
/// one that is meant.
pub(super) fn unanchored(statement: &Statement, place: Place) -> Option<Finding> {
    let (problem, help) = by_host(statement)
        .or_else(|| by_target(statement))
        .or_else(|| by_path(statement))?;
    Some(Finding::new(
        place,
        problem,
        format_args!("{help}, or add `intended({UNANCHORED})` before the statement"),
    ))
}

/// A problem and its help.
type ProblemAndHelp = (String, String);

/// The problem of an expression that exempts and is not anchored: at its start or, if `whole`, at
/// its start and its end.
fn expression(text: &str, whole: bool) -> Option<ProblemAndHelp> {
    let (end, and_end) = match whole {
        true => (" and at the end", " and end it with `$`"),
        false => ("", ""),
    };
    let problem = format!(
        "this exempts every text that contains a match of `{text}`: the expression is not anchored \
         at the start{end}"
    );
    let flags = text.strip_prefix("(?").unwrap_or_default();
    let mut flags = flags.chars().take_while(char::is_ascii_alphabetic);
    let of_lines = match flags.any(|flag| flag == 'm') {
        true => ", without the flag `m`",
        false => "",
    };
    let help = match text.starts_with("^.") && !whole {
        true => "say how the path begins, without `.*` or `.+` behind `^`".to_owned(),
        false => format!("begin every alternative with `^`{and_end}{of_lines}"),
    };
    (!analysis::is_anchored(text, whole)).then_some((problem, help))
}

fn by_target(statement: &Statement) -> Option<ProblemAndHelp> {
    let targets = match statement.action {
        Action::Exempt => statement.on,
        // `except` in a statement that protects is an exemption.
        _ => statement.except,
    };
    targets.iter().find_map(|target| match target {
        Target::PathRegex(text) | Target::EndpointRegex(text) => expression(text, false),
        _ => None,
    })
}

fn by_path(statement: &Statement) -> Option<ProblemAndHelp> {
    let comparisons = analysis::exempting(statement, Field::Path);
    comparisons.iter().find_map(|asked| match asked.test {
        Test::Matches(text) => expression(text, false),
        // In a statement that protects, `!(path contains "a")` is `except "*a*"`.
        Test::Contains(texts) if statement.action == Action::Exempt => {
            let text = texts.first()?;
            let (sign, start) = match text.starts_with('/') {
                true => ("", *text),
                false => ("/", "/public/"),
            };
            let end = if text.ends_with('/') { "x" } else { "" };
            Some((
                format!(
                    "this exempts every path that contains `{text}`, such as \
                     `/admin{sign}{text}{end}`"
                ),
                format!("say how the path begins, as in `path starts_with \"{start}\"`"),
            ))
        }
        _ => None,
    })
}

/// The problem of a part of a host that anybody can use in a domain of their own.
fn by_host(statement: &Statement) -> Option<ProblemAndHelp> {
    // What a statement that protects leaves out by the host is often a site beside others.
    if statement.action != Action::Exempt {
        return None;
    }
    let comparisons = analysis::exempting(statement, Field::Host);
    comparisons.iter().find_map(|asked| {
        let (text, other, help) = match asked.test {
            Test::Matches(text) => return expression(text, true),
            Test::EndsWith(texts) => {
                let text = texts.iter().find(|text| !text.starts_with('.'))?;
                let help = format!(
                    "use `host == \"{text}\"`, or `host ends_with \".{text}\"` for its subdomains"
                );
                (text, format!("evil{text}"), help)
            }
            Test::StartsWith(texts) | Test::Contains(texts) => {
                let text = texts.first()?;
                let help = "name the hosts, as in `host in [\"example.org\", \"www.example.org\"]`";
                (text, host_with(text), help.to_owned())
            }
            _ => return None,
        };
        let problem = format!("`{text}` also matches other hosts, such as `{other}`");
        Some((problem, help))
    })
}

/// A host of anybody's own domain that begins with a text.
fn host_with(text: &str) -> String {
    let start = match text.starts_with(['.', '-']) {
        true => "x",
        false => "",
    };
    let end = match text.chars().last() {
        Some('.') => "",
        Some('-') => "x.",
        _ => ".",
    };
    format!("{start}{text}{end}evil.example")
}

/// Why a condition never or always holds. `None` if it depends on the request.
pub(super) fn constant(condition: &Condition) -> Option<(String, &'static str)> {
    match condition {
        Condition::All(parts) => {
            contradiction(compared(parts)).or_else(|| parts.iter().find_map(constant))
        }
        Condition::Any(parts) => {
            tautology(compared(parts)).or_else(|| parts.iter().find_map(constant))
        }
        Condition::Not(part) => constant(part).map(|(problem, help)| {
            let problem = problem.replacen("this ", "the condition after `!` ", 1);
            (problem, help)
        }),
        Condition::Is(_) | Condition::Compare(..) => None,
    }
}

/// The parts that are compared with each other: a bounded number, so that time stays linear.
fn compared(parts: &[Condition]) -> &[Condition] {
    parts.get(..32).unwrap_or(parts)
}

/// Why parts joined by `&&` contradict each other.
fn contradiction(parts: &[Condition]) -> Option<(String, &'static str)> {
    if let Some(sign) = contradictory_sign(parts) {
        return Some((
            format!("this never holds: it requires both `client.{sign}` and its opposite"),
            "leave one of the two out, or join them with `||`",
        ));
    }
    for (index, one) in parts.iter().enumerate() {
        let Some((field, first)) = test_of(one, false) else {
            continue;
        };
        let others = parts.iter().enumerate().filter(|(at, _)| *at != index);
        for (_, other) in others {
            let apart = match test_of(other, false) {
                Some((same, second)) => same == field && are_apart(first, second),
                None => test_of(other, true)
                    .is_some_and(|(same, out)| same == field && is_within(first, out)),
            };
            if apart {
                return Some((
                    format!("this never holds: `{}` has only one value", name(field)),
                    "join the comparisons with `||`, or list the values after `in`",
                ));
            }
        }
    }
    None
}

/// Why parts joined by `||` always hold: one holds wherever the other does not.
fn tautology(parts: &[Condition]) -> Option<(String, &'static str)> {
    if let Some(sign) = contradictory_sign(parts) {
        return Some((
            format!("this always holds: either `client.{sign}` or its opposite is true"),
            "leave the two out, or join them with `&&`",
        ));
    }
    for (index, one) in parts.iter().enumerate() {
        let Some((field, first)) = test_of(one, true) else {
            continue;
        };
        let others = parts.iter().enumerate().filter(|(at, _)| *at != index);
        for (_, other) in others {
            let all = match test_of(other, true) {
                Some((same, second)) => same == field && are_apart(first, second),
                None => test_of(other, false)
                    .is_some_and(|(same, inside)| same == field && is_within(first, inside)),
            };
            if all {
                return Some((
                    format!(
                        "this always holds: whatever `{}` is, it differs from one of them",
                        name(field)
                    ),
                    "join the comparisons with `&&`, or list the values after `not in`",
                ));
            }
        }
    }
    None
}

/// A sign that occurs both plain and negated.
fn contradictory_sign(parts: &[Condition]) -> Option<&'static str> {
    let asked: HashSet<Sign> = parts
        .iter()
        .filter_map(|part| match part {
            Condition::Is(sign) => Some(*sign),
            _ => None,
        })
        .collect();
    let turned = parts.iter().find_map(|part| match part {
        Condition::Not(Condition::Is(sign)) if asked.contains(sign) => Some(*sign),
        _ => None,
    })?;
    let known = Sign::NAMES.iter().find(|(_, sign)| *sign == turned);
    known.map(|(name, _)| *name)
}

/// The test of a field of one value that a comparison makes or, if `negated`, denies.
fn test_of(condition: &Condition, negated: bool) -> Option<(Field, Test)> {
    match condition {
        Condition::Compare(
            field @ (Field::Method
            | Field::Host
            | Field::Scheme
            | Field::ContentType
            | Field::CrawlerKind),
            comparison,
        ) if comparison.negated == negated => Some((*field, comparison.test)),
        Condition::Not(part) => test_of(part, !negated),
        _ => None,
    }
}

/// Whether no text passes both tests, which their texts show.
fn are_apart(one: Test, other: Test) -> bool {
    let all = |one: &[&str], other: &[&str], are_apart: fn(&str, &str) -> bool| {
        let mut pairs = one
            .iter()
            .flat_map(|text| other.iter().map(move |other| (*text, *other)));
        pairs.all(|(text, other)| are_apart(text, other))
    };
    match (one, other) {
        (Test::OneOf(one), Test::OneOf(other)) => all(one, other, |one, other| one != other),
        (Test::OneOf(texts), Test::StartsWith(starts))
        | (Test::StartsWith(starts), Test::OneOf(texts)) => {
            all(texts, starts, |text, start| !text.starts_with(start))
        }
        (Test::OneOf(texts), Test::EndsWith(ends)) | (Test::EndsWith(ends), Test::OneOf(texts)) => {
            all(texts, ends, |text, end| !text.ends_with(end))
        }
        (Test::StartsWith(one), Test::StartsWith(other)) => all(one, other, |one, other| {
            !one.starts_with(other) && !other.starts_with(one)
        }),
        (Test::EndsWith(one), Test::EndsWith(other)) => all(one, other, |one, other| {
            !one.ends_with(other) && !other.ends_with(one)
        }),
        _ => false,
    }
}

/// Whether every text that equals one of the first test's passes the second.
fn is_within(one: Test, other: Test) -> bool {
    match (one, other) {
        (Test::OneOf(one), Test::OneOf(other)) => one.iter().all(|text| other.contains(text)),
        _ => false,
    }
}

const fn name(field: Field) -> &'static str {
    match field {
        Field::Method => "method",
        Field::Host => "host",
        Field::Scheme => "scheme",
        Field::ContentType => "content_type",
        _ => "client.crawler_kind",
    }
}
