//! Finds statements that can never act: repeated statements, useless limits, and the defects that
//! the analysis of the whole block finds.

use std::collections::{HashMap, HashSet};

use super::finding::Finding;
use super::placed_rules::{Intended, PlacedRules, PlacedStatement};
use super::quoted::subsumes;
use crate::interned;
use humanify_syntax::analysis::{self, DefectSubject, Warning};
use humanify_syntax::{Action, Ban, Limit, Statement, Target};

/// The index of a part of the block, with a finding in it.
type InPart = (usize, Finding);

/// Returns the errors and the warnings about the meaning of the rules.
pub(super) fn check(rules: &mut PlacedRules) -> (Vec<InPart>, Vec<InPart>) {
    let mut known = EarlierStatements::default();
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
    let bans: Vec<Ban> = rules.bans.iter().map(|placed| placed.ban).collect();
    let defects = analysis::check(asked, &bans, !rules.no_default_exemptions);
    let mut warnings = Vec::new();
    for defect in defects {
        let about = match defect.about {
            DefectSubject::Statement(number) => rules
                .statements
                .get_mut(number)
                .map(|placed| (placed.part, placed.place, &mut placed.intended)),
            DefectSubject::Ban(number) => rules
                .bans
                .get_mut(number)
                .map(|placed| (placed.part, placed.place, &mut placed.intended)),
        };
        let Some((part, place, intended)) = about else {
            continue;
        };
        match defect.warning {
            None => {
                // Unused names in `intended(…)` are not reported before the error is fixed.
                *intended = None;
                found.push((part, Finding::of(defect, place)));
            }
            Some(warning) if is_meant(intended, warning.name) => {}
            Some(_) => warnings.push((part, Finding::of(defect, place))),
        }
    }
    for placed in &mut rules.statements {
        keep_for_later(placed);
    }
    let of_statements = rules.statements.iter().filter(|placed| !placed.doubtful);
    let intended = of_statements
        .map(|placed| (placed.part, &placed.intended))
        .chain(
            rules
                .bans
                .iter()
                .map(|placed| (placed.part, &placed.intended)),
        );
    for (part, intended) in intended {
        let Some(intended) = intended else { continue };
        if let Some(name) = intended.names.first() {
            found.push((
                part,
                Finding::new(
                    intended.place,
                    format_args!(
                        "`intended({name})` silences nothing: the statement has no such warning"
                    ),
                    "leave it out",
                ),
            ));
        }
    }
    (found, warnings)
}

/// Moves the accepted warnings that only a running program can give into the statement.
fn keep_for_later(placed: &mut PlacedStatement) {
    let Some(intended) = &mut placed.intended else {
        return;
    };
    let is_later = |name: &&str| Warning::is_found_by_build(name);
    let (later, now) = intended.names.iter().copied().partition(is_later);
    placed.statement.intended = interned::list(later);
    intended.names = now;
}

/// Whether a warning is accepted. Removes it from the list of accepted warnings.
fn is_meant(intended: &mut Option<Intended>, name: &str) -> bool {
    let Some(intended) = intended else {
        return false;
    };
    let before = intended.names.len();
    intended.names.retain(|known| *known != name);
    intended.names.len() < before
}

/// A problem and its help.
type StatementProblem = (String, String);

fn wrong(problem: impl Into<String>, help: impl Into<String>) -> Option<StatementProblem> {
    Some((problem.into(), help.into()))
}

/// The statements before the current one.
#[derive(Default)]
struct EarlierStatements {
    statements: HashSet<Statement>,
    /// Limits, by their targets.
    limits: HashMap<Vec<Target>, Vec<usize>>,
}

/// The statement without its name, its source text and its `intended(…)`.
fn anonymous(statement: &Statement) -> Statement {
    Statement {
        name: None,
        intended: &[],
        source: "",
        ..*statement
    }
}

impl EarlierStatements {
    fn add(&mut self, position: usize, statement: &Statement) {
        self.statements.insert(anonymous(statement));
        if matches!(statement.action, Action::Limit(_)) && !statement.observe {
            let same = self.limits.entry(sorted(statement.on)).or_default();
            same.push(position);
        }
    }

    /// Reports a statement that repeats an earlier one, whatever its spacing and name.
    fn repeated(&self, statement: &Statement) -> Option<StatementProblem> {
        if !self.statements.contains(&anonymous(statement)) {
            return None;
        }
        wrong(
            format!("the statement `{}` is written twice", statement.source),
            "leave one of them out",
        )
    }

    /// Reports a limit on the same targets as an earlier one, if one of the two is always exhausted
    /// first.
    fn useless_limit(
        &self,
        statement: &Statement,
        statements: &[PlacedStatement],
    ) -> Option<StatementProblem> {
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

/// Whether two limits count alike, apart from their rates.
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
) -> Option<StatementProblem> {
    let covered = |strict: &[_], loose: &[_]| {
        loose
            .iter()
            .all(|loose| strict.iter().any(|strict| subsumes(*strict, *loose)))
    };
    if is_unconditional(earlier) && covered(first.rates, second.rates) {
        return wrong(
            format!(
                "this limit can never act: `{}` is always reached first",
                earlier.source
            ),
            "leave it out, or lower its rate",
        );
    }
    if is_unconditional(statement) && !statement.observe && covered(second.rates, first.rates) {
        return wrong(
            format!(
                "the limit `{}` can never act: this one is always reached first",
                earlier.source
            ),
            "leave the earlier one out, or lower its rate",
        );
    }
    None
}
