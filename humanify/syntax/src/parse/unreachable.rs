//! Statements that can never act: what is said twice, limits that another always meets first, and
//! what the analysis of the whole block finds.

use std::collections::{HashMap, HashSet};

use super::finding::Finding;
use super::gathered::{Gathered, Placed};
use super::quoted::makes_useless;
use crate::{Action, Limit, Statement, Target, analysis};

/// Every statement that can never act, with the part of the block that it stands in.
pub(super) fn check(rules: &Gathered) -> Vec<(usize, Finding)> {
    let mut known = Known::default();
    let mut found = Vec::new();
    let statements = &rules.statements;
    let mut asked = Vec::new();
    for (position, placed) in statements.iter().enumerate() {
        if placed.doubtful {
            continue;
        }
        let statement = &placed.statement;
        let wrong = known
            .repeated(statement)
            .or_else(|| known.useless_limit(statement, statements));
        if let Some((problem, help)) = wrong {
            found.push((placed.part, Finding::new(placed.place, problem, help)));
        } else {
            asked.push((position, statement));
        }
        known.add(position, statement);
    }
    for defect in analysis::check(asked, !rules.no_default_exemptions) {
        if let Some(placed) = statements.get(defect.statement) {
            let finding = Finding::new(placed.place, defect.problem, defect.help);
            found.push((placed.part, finding.shown_by(defect.example)));
        }
    }
    found
}

/// A problem and its help.
type Wrong = (String, String);

fn wrong(problem: impl Into<String>, help: impl Into<String>) -> Option<Wrong> {
    Some((problem.into(), help.into()))
}

/// The statements before the one that is looked at.
#[derive(Default)]
struct Known {
    sources: HashSet<&'static str>,
    /// Limits, by their targets.
    limits: HashMap<Vec<Target>, Vec<usize>>,
}

impl Known {
    fn add(&mut self, position: usize, statement: &Statement) {
        self.sources.insert(statement.source);
        if matches!(statement.action, Action::Limit(_)) && !statement.observe {
            let same = self.limits.entry(sorted(statement.on)).or_default();
            same.push(position);
        }
    }

    /// The same statement, word for word.
    fn repeated(&self, statement: &Statement) -> Option<Wrong> {
        if !self.sources.contains(statement.source) {
            return None;
        }
        wrong(
            format!("the statement `{}` is said twice", statement.source),
            "leave one of them out",
        )
    }

    /// Two limits on the same targets, of which one is always met first.
    fn useless_limit(&self, statement: &Statement, statements: &[Placed]) -> Option<Wrong> {
        let Action::Limit(second) = &statement.action else {
            return None;
        };
        let same = self.limits.get(&sorted(statement.on))?;
        same.iter().find_map(|position| {
            let earlier = &statements.get(*position)?.statement;
            match &earlier.action {
                Action::Limit(first) if counts_like(first, second) => {
                    useless(earlier, first, statement, second)
                }
                _ => None,
            }
        })
    }
}

fn is_unconditional(statement: &Statement) -> bool {
    statement.when.is_none() && statement.except.is_empty()
}

fn sorted(targets: &[Target]) -> Vec<Target> {
    let mut sorted = targets.to_vec();
    sorted.sort_by_key(|target| format!("{}{}", text(target), kind_number(target)));
    sorted
}

fn kind_number(target: &Target) -> u8 {
    match target {
        Target::Path(_) => 0,
        Target::PathRegex(_) => 1,
        Target::Endpoint(_) => 2,
        Target::EndpointRegex(_) => 3,
        Target::Route(_) => 4,
        Target::Under(_) => 5,
    }
}

const fn text(target: &Target) -> &'static str {
    match target {
        Target::Path(text)
        | Target::PathRegex(text)
        | Target::Endpoint(text)
        | Target::EndpointRegex(text)
        | Target::Route(text)
        | Target::Under(text) => text,
    }
}

/// Whether requests count in the same buckets, but for the rates.
fn counts_like(one: &Limit, other: &Limit) -> bool {
    Limit {
        rates: other.rates,
        ..*one
    } == *other
}

fn useless(
    earlier: &Statement,
    first: &Limit,
    statement: &Statement,
    second: &Limit,
) -> Option<Wrong> {
    let covered = |strict: &[_], loose: &[_]| {
        loose
            .iter()
            .all(|loose| strict.iter().any(|strict| makes_useless(*strict, *loose)))
    };
    if is_unconditional(earlier) && covered(first.rates, second.rates) {
        return wrong(
            format!(
                "this limit can never act: `{}` is always met first",
                earlier.source
            ),
            "leave it out, or lower its rate",
        );
    }
    if is_unconditional(statement) && !statement.observe && covered(second.rates, first.rates) {
        return wrong(
            format!(
                "the limit `{}` can never act: this one is always met first",
                earlier.source
            ),
            "leave the earlier one out, or lower its rate",
        );
    }
    None
}
