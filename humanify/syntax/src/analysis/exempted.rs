//! What a statement exempts by comparisons of the path or the host, where nothing else says how
//! the text begins.

use regex_automata::util::syntax;

use crate::{Action, Comparison, Condition, Field, Statement, Target, Test};

/// The positive comparisons of a field by which a statement lets requests pass: those of `exempt`,
/// and of a statement that protects those that its condition leaves out, as `except` does.
///
/// A comparison of the path is left out if `on` or another comparison of the same conjunction says
/// how the path begins.
#[must_use]
pub fn exempting(statement: &Statement, field: Field) -> Vec<Comparison> {
    let mut found = Vec::new();
    let exempts = statement.action == Action::Exempt;
    let is_confined = exempts && field == Field::Path && is_narrow(statement.on);
    if let (Some(when), false) = (&statement.when, is_confined) {
        collect(when, exempts, field, &mut found);
    }
    found
}

/// Whether targets cover less than every path.
fn is_narrow(on: &[Target]) -> bool {
    let is_everything = |target: &Target| match target {
        Target::Path(text) => text.trim_start_matches('/').trim_matches('*').is_empty(),
        Target::Under(text) => text.trim_matches('/').is_empty(),
        _ => false,
    };
    !on.is_empty() && !on.iter().any(is_everything)
}

fn collect(condition: &Condition, affirmed: bool, field: Field, found: &mut Vec<Comparison>) {
    match condition {
        Condition::Not(part) => collect(part, !affirmed, field, found),
        Condition::All(parts) | Condition::Any(parts) => {
            let is_conjunction = matches!(condition, Condition::All(_)) == affirmed;
            for (index, part) in parts.iter().enumerate() {
                let mut others = parts.iter().enumerate().filter(|(at, _)| *at != index);
                let is_confined =
                    is_conjunction && others.any(|(_, other)| confines(other, affirmed, field));
                if !is_confined {
                    collect(part, affirmed, field, found);
                }
            }
        }
        Condition::Compare(of, comparison) if *of == field && comparison.negated != affirmed => {
            found.push(Comparison {
                negated: false,
                ..*comparison
            });
        }
        Condition::Is(_) | Condition::Compare(..) => {}
    }
}

/// Whether a condition says how every text begins for which it holds, or, unless `affirmed`, for
/// which it does not hold.
fn confines(condition: &Condition, affirmed: bool, field: Field) -> bool {
    match condition {
        Condition::Not(part) => confines(part, !affirmed, field),
        Condition::All(parts) | Condition::Any(parts) => {
            let mut parts = parts.iter().map(|part| confines(part, affirmed, field));
            match matches!(condition, Condition::All(_)) == affirmed {
                true => parts.any(|confined| confined),
                false => parts.all(|confined| confined),
            }
        }
        Condition::Compare(of, comparison) => {
            *of == field
                && comparison.negated != affirmed
                && match comparison.test {
                    Test::OneOf(_) => true,
                    Test::StartsWith(texts) => texts.iter().all(|text| text.len() > 1),
                    Test::Matches(expression) => is_anchored(expression, false),
                    _ => false,
                }
        }
        Condition::Is(_) => false,
    }
}

/// Whether an expression matches only at the start of a text and, if `whole`, only up to its end,
/// in every alternative. Of a whole text, the start may also be that of a label of a host:
/// `(^|\.)example\.org$`.
#[must_use]
pub fn is_anchored(expression: &str, whole: bool) -> bool {
    let expression = match whole {
        true => ["(?:^|\\.)", "(^|\\.)"]
            .iter()
            .fold(expression.to_owned(), |text, start| {
                text.replace(start, "^")
            }),
        false => expression.to_owned(),
    };
    let config = syntax::Config::new().unicode(false).utf8(false);
    let Ok(parsed) = syntax::parse_with(&expression, &config) else {
        return false;
    };
    // `^` and `$` are those of the whole text, and not of a line as after `(?m)`.
    let properties = parsed.properties();
    let mut first = properties.look_set_prefix().iter();
    let mut last = properties.look_set_suffix().iter();
    first.any(|look| look.as_char() == 'A') && (!whole || last.any(|look| look.as_char() == 'z'))
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
            ("(^|/)public/", false, false),
            ("(^|::)public$", false, false),
            (r"(^|-)example\.org$", false, false),
            (r"(^|\.)example\.org$", false, true),
            (r"(?:^|\.)example\.org$", false, true),
            (r"(?i)(^|\.)example\.org$", false, true),
            (r"(^|\.)a\.org$|^b\.org$", false, true),
            (r"(^|\.)a\.org$|b\.org$", false, false),
            (r"(^|\.)example\.org", false, false),
            (r"x(^|\.)example\.org$", false, false),
            (r"[(^|\.)]example\.org$", false, false),
        ] {
            assert_eq!(is_anchored(expression, false), start, "{expression}");
            assert_eq!(is_anchored(expression, true), whole, "{expression}");
        }
    }
}
