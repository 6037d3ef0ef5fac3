//! Findings on statements that are valid but cannot be meant: exemptions with an unanchored
//! expression, and conditions that never or always hold.

use std::collections::HashSet;

use super::finding::{Finding, Place};
use humanify_syntax::{Action, Comparison, Condition, Field, Sign, Statement, Target, Test};

/// The name of the only finding that can be accepted: `intended(unanchored)`.
pub(super) const UNANCHORED: &str = "unanchored";

/// The finding on an exemption with an expression that matches anywhere in a text.
pub(super) fn unanchored(statement: &Statement, place: Place) -> Option<Finding> {
    let exempts = statement.action == Action::Exempt;
    let targets = match exempts {
        true => statement.on,
        // `except` in a statement that protects is an exemption.
        false => statement.except,
    };
    let by_target = targets.iter().find_map(|target| match target {
        Target::PathRegex(text) | Target::EndpointRegex(text) => {
            (!is_anchored(text, false)).then_some(*text)
        }
        _ => None,
    });
    if let (Some(when), true) = (&statement.when, exempts)
        && let Some((text, other, help)) = open_host(when)
    {
        return Some(Finding::new(
            place,
            format_args!("`{text}` also matches other hosts, such as `{other}`"),
            format_args!("{help}, or add `intended({UNANCHORED})` before the statement"),
        ));
    }
    let by_host = || match (&statement.when, exempts) {
        (Some(when), true) => unanchored_host(when),
        _ => None,
    };
    let text = by_target.or_else(by_host)?;
    Some(Finding::new(
        place,
        format_args!(
            "this exempts every text that contains a match of `{text}`: the expression is not anchored \
             at the start{}",
            if by_target.is_some() {
                ""
            } else {
                " and at the end"
            }
        ),
        format_args!(
            "begin every alternative with `^`{}, or add `intended({UNANCHORED})` before the \
             statement",
            if by_target.is_some() {
                ""
            } else {
                " and end it with `$`"
            }
        ),
    ))
}

/// A comparison with a part of a host that anybody can use in a domain of their own, with an
/// example of such a host.
fn open_host(condition: &Condition) -> Option<(&'static str, String, String)> {
    let comparison = match condition {
        Condition::All(parts) | Condition::Any(parts) => return parts.iter().find_map(open_host),
        Condition::Compare(Field::Host, comparison) if !comparison.negated => comparison,
        _ => return None,
    };
    match comparison.test {
        Test::EndsWith(texts) => {
            let text = texts.iter().find(|text| !text.starts_with('.'))?;
            let help = format!(
                "use `host == \"{text}\"`, or `host ends_with \".{text}\"` for its subdomains"
            );
            Some((text, format!("evil{text}"), help))
        }
        Test::StartsWith(texts) | Test::Contains(texts) => {
            let text = texts.first()?;
            let help = "name the hosts, as in `host in [\"example.org\", \"www.example.org\"]`";
            Some((text, format!("{text}.evil.example"), help.to_owned()))
        }
        _ => None,
    }
}

fn unanchored_host(condition: &Condition) -> Option<&'static str> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(unanchored_host),
        Condition::Compare(Field::Host, comparison) => match comparison.test {
            Test::Matches(text) if !comparison.negated && !is_anchored(text, true) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Whether every alternative of an expression is anchored at the start of the text and, if
/// `at_its_end`, at its end.
fn is_anchored(expression: &str, at_its_end: bool) -> bool {
    let mut alternatives = vec![String::new()];
    let (mut depth, mut in_class, mut escaped) = (0_u32, false, false);
    for character in expression.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth = depth.saturating_sub(1),
            '|' if !in_class && depth == 0 => {
                alternatives.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = alternatives.last_mut() {
            last.push(character);
        }
    }
    alternatives.iter().all(|alternative| {
        let mut start = alternative.as_str();
        while let Some((flags, rest)) = start.strip_prefix("(?").and_then(|s| s.split_once(')')) {
            if !flags.chars().all(|flag| "imsxuU-".contains(flag)) {
                break;
            }
            start = rest;
        }
        // `(^|\.)example\.org$` is anchored at a label of the host.
        let held = ["^", "\\A", "(^|", "(?:^|"]
            .iter()
            .any(|sign| start.starts_with(sign));
        held && (!at_its_end || start.ends_with('$') || start.ends_with("\\z"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_anchored_if_each_alternative_is() {
        for (expression, start, both) in [
            ("^/a", true, false),
            ("^/a$", true, true),
            ("(?i)^/a", true, false),
            ("^(a|b)$", true, true),
            ("^/a|^/b", true, false),
            ("^/a|/b$", false, false),
            ("/a", false, false),
            ("[^/]a", false, false),
            ("a\\|^b", false, false),
            ("(^|\\.)example\\.org$", true, true),
        ] {
            assert_eq!(is_anchored(expression, false), start, "{expression}");
            assert_eq!(is_anchored(expression, true), both, "{expression}");
        }
    }
}
