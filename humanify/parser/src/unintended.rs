//! Findings on statements that are valid but cannot be meant: exemptions with an unanchored
//! expression, and conditions that never or always hold.

use std::collections::HashSet;

use super::finding::{Finding, Place};
use humanify_syntax::analysis;
use humanify_syntax::{Action, Comparison, Condition, Field, Sign, Statement, Target, Test};

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
                (text, format!("{text}.evil.example"), help.to_owned())
            }
            _ => return None,
        };
        let problem = format!("`{text}` also matches other hosts, such as `{other}`");
        Some((problem, help))
    })
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
        let Some((field, first)) = texts_of(one, false) else {
            continue;
        };
        let others = parts.iter().enumerate().filter(|(at, _)| *at != index);
        for (_, other) in others {
            let apart = match texts_of(other, false) {
                Some((same, second)) => same == field && first.is_disjoint(&second),
                None => texts_of(other, true)
                    .is_some_and(|(same, out)| same == field && first.is_subset(&out)),
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
        let Some((field, first)) = texts_of(one, true) else {
            continue;
        };
        let others = parts.iter().enumerate().filter(|(at, _)| *at != index);
        for (_, other) in others {
            let all = match texts_of(other, true) {
                Some((same, second)) => same == field && first.is_disjoint(&second),
                None => texts_of(other, false)
                    .is_some_and(|(same, inside)| same == field && first.is_subset(&inside)),
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

/// The texts with which a comparison tests a field of one value for equality (`negated`: for
/// inequality).
fn texts_of(condition: &Condition, negated: bool) -> Option<(Field, HashSet<&'static str>)> {
    match condition {
        Condition::Compare(
            field @ (Field::Method | Field::Host | Field::Scheme | Field::CrawlerKind),
            Comparison {
                negated: is_negated,
                test: Test::OneOf(texts),
                ..
            },
        ) if *is_negated == negated && !texts.is_empty() => {
            Some((*field, texts.iter().copied().collect()))
        }
        Condition::Not(part) => texts_of(part, !negated),
        _ => None,
    }
}

const fn name(field: Field) -> &'static str {
    match field {
        Field::Method => "method",
        Field::Host => "host",
        Field::Scheme => "scheme",
        _ => "client.crawler_kind",
    }
}
