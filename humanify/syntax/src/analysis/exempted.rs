//! What a statement exempts by comparisons of the path or the host, where nothing else says how
//! the text begins.

use super::expression_shape::is_anchored;
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
