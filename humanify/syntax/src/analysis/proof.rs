//! Proves assertions for every request, or finds a counterexample.

use super::block::{BlockEntry, MatchScope, RuleBlock};
use super::expression::Undecided;
use super::formula::{Fact, Formula};
use super::request::ExampleRequest;
use super::search::{Budget, Domain, Search, Searcher};
use super::solve::Solver;
use super::texts::{TextMatches, TextSet};
use super::witness::{ExampleOutcome, Witness};
use crate::{Action, Condition, Demand, Statement, Target};

/// The step budget for the proof of one assertion.
const BUDGET: usize = 200_000;

/// The outcome that an assertion demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssertedOutcome {
    /// The requests are refused.
    Deny,
    /// The requests are challenged or refused, unless the client has a clearance.
    Challenge,
    /// The requests pass: a statement exempts them, or no statement acts.
    Pass,
    /// A statement exempts the requests.
    Exempt,
}

/// `assert …`: an outcome that must hold for every request in its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Assertion {
    /// Whether the outcome must never happen, rather than always.
    pub never: bool,
    /// The outcome.
    pub outcome: AssertedOutcome,
    /// The targets of the requests; every path if empty.
    pub on: &'static [Target],
    /// Targets that are left out.
    pub except: &'static [Target],
    /// The condition that the requests fulfil.
    pub when: Option<Condition>,
}

/// Why an assertion was not proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refuted {
    /// The assertion does not hold for this request.
    By(Box<Witness>),
    /// No request is in the assertion's scope.
    Nothing,
    /// The budget was used up.
    Undecided,
}

/// The result of the first statement that acts on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Refused,
    Challenged,
    Exempt,
    Untouched,
}

impl Assertion {
    fn allows(&self, end: Effect) -> bool {
        let is_meant = match self.outcome {
            AssertedOutcome::Deny => end == Effect::Refused,
            AssertedOutcome::Challenge if self.never => end == Effect::Challenged,
            AssertedOutcome::Challenge => matches!(end, Effect::Refused | Effect::Challenged),
            AssertedOutcome::Pass => matches!(end, Effect::Exempt | Effect::Untouched),
            AssertedOutcome::Exempt => end == Effect::Exempt,
        };
        is_meant != self.never
    }
}

/// Proves an assertion for every request.
pub(super) fn prove(block: &mut RuleBlock, assertion: &Assertion) -> Result<(), Refuted> {
    match refute(block, assertion) {
        Ok(None) => Ok(()),
        Ok(Some(refuted)) => Err(refuted),
        Err(Undecided) => Err(Refuted::Undecided),
    }
}

fn refute(block: &mut RuleBlock, assertion: &Assertion) -> Result<Option<Refuted>, Undecided> {
    let mut scope = Statement::new(Action::AlwaysDeny, assertion.on, "").except(assertion.except);
    if let Some(when) = assertion.when {
        scope = scope.when(when);
    }
    let scope = block.read(None, scope);
    let mut budget = Budget(BUDGET);
    let all = || std::iter::once(&scope).chain(&block.entries);
    let targets = || all().flat_map(|entry| entry.on.iter().chain(&entry.except));
    let mut sets: Vec<TextSet> = targets()
        .filter(|target_texts| target_texts.scope() != MatchScope::Endpoint)
        .map(|target_texts| target_texts.set.clone())
        .collect();
    sets.extend(all().flat_map(|entry| entry.paths.clone()));
    let musts: Vec<TextSet> = match scope.on.as_slice() {
        [] => vec![TextSet::everything()],
        on => on
            .iter()
            .map(|target_texts| match target_texts.scope() {
                MatchScope::Endpoint => TextSet::everything(),
                _ => target_texts.set.clone(),
            })
            .collect(),
    };
    let mut is_about_any = false;
    for must in musts {
        let texts = &mut block.facts.texts;
        let mut searcher = Searcher::new(texts, vec![must], &sets, Domain::Paths)?;
        loop {
            match searcher.next(&mut block.facts.texts, &mut budget) {
                Search::Undecided => return Err(Undecided),
                Search::Nothing => break,
                Search::Found(text, matched) => {
                    let found = counterexample_at(
                        block,
                        assertion,
                        &scope,
                        &matched,
                        &mut budget,
                        &mut is_about_any,
                    )?;
                    if let Some(mut witness) = found {
                        let path = String::from_utf8_lossy(&text);
                        witness.request.path.insert_str(0, &path);
                        return Ok(Some(Refuted::By(Box::new(witness))));
                    }
                }
            }
        }
    }
    Ok((!is_about_any).then_some(Refuted::Nothing))
}

/// A counterexample whose path matches these patterns and expressions.
fn counterexample_at(
    block: &mut RuleBlock,
    assertion: &Assertion,
    scope: &BlockEntry,
    matched: &TextMatches,
    budget: &mut Budget,
    is_about_any: &mut bool,
) -> Result<Option<Witness>, Undecided> {
    let mut asked = vec![targets_formula(scope, matched), scope.acts.clone()];
    if assertion.outcome == AssertedOutcome::Challenge && !assertion.never {
        asked.extend(demands(block).map(|demand| Formula::Is(Fact::Cleared(demand), false)));
    }
    *is_about_any |= solve(block, &asked, matched, budget)?.is_some();
    let is_refusing =
        |entry: &&BlockEntry| matches!(entry.statement.action, Action::AlwaysDeny | Action::Trap);
    let in_force = |entry: &&BlockEntry| {
        !entry.statement.observe && !matches!(entry.statement.action, Action::Limit(_))
    };
    let steps: Vec<(Effect, Formula, (ExampleOutcome, &'static str))> = {
        let entries = block.entries.iter().filter(in_force);
        let (first, then): (Vec<&BlockEntry>, Vec<&BlockEntry>) = entries.partition(is_refusing);
        first
            .into_iter()
            .chain(then)
            .map(|entry| {
                let (end, fate) = match entry.statement.action {
                    Action::Exempt => (Effect::Exempt, ExampleOutcome::Exempt),
                    Action::Challenge(_) | Action::AlwaysChallenge(_) => {
                        (Effect::Challenged, ExampleOutcome::Challenged)
                    }
                    _ => (Effect::Refused, ExampleOutcome::Refused),
                };
                let acts = targets_formula(entry, matched).and(entry.acts.clone());
                (end, acts, (fate, entry.statement.source))
            })
            .filter(|(_, acts, _)| *acts != Formula::Any(Vec::new()))
            .collect()
    };
    for (end, acts, (fate, by)) in steps {
        if !assertion.allows(end) {
            asked.push(acts.clone());
            if let Some(request) = solve(block, &asked, matched, budget)? {
                return Ok(Some(Witness {
                    request,
                    outcome: fate,
                    by,
                }));
            }
            asked.pop();
        }
        asked.push(acts.not());
    }
    if assertion.allows(Effect::Untouched) {
        return Ok(None);
    }
    let request = solve(block, &asked, matched, budget)?;
    Ok(request.map(|request| Witness {
        request,
        outcome: ExampleOutcome::Untouched,
        by: "",
    }))
}

/// The formula under which an entry's targets match a request with this path. Its handler is
/// unknown; its route is known only to match the path.
fn targets_formula(entry: &BlockEntry, matched: &TextMatches) -> Formula {
    let hits = |targets: &[super::block::TargetTexts]| {
        let parts = targets.iter().filter_map(|target_texts| {
            let fits = target_texts.set.holds(matched);
            match target_texts.scope() {
                MatchScope::Path => fits.then_some(Formula::TRUE),
                MatchScope::Slash => fits.then_some(Formula::Is(Fact::Slash, true)),
                MatchScope::Route(_) => {
                    fits.then_some(Formula::Is(Fact::Hits(target_texts.target), true))
                }
                MatchScope::Endpoint => Some(Formula::Is(Fact::Hits(target_texts.target), true)),
            }
        });
        let parts: Vec<Formula> = parts.collect();
        match parts.contains(&Formula::TRUE) {
            true => Formula::TRUE,
            false => Formula::Any(parts),
        }
    };
    let on = match entry.on.is_empty() {
        true => Formula::TRUE,
        false => hits(&entry.on),
    };
    match (on, hits(&entry.except).not()) {
        (Formula::Any(parts), _) | (_, Formula::Any(parts)) if parts.is_empty() => {
            Formula::Any(Vec::new())
        }
        (on, out) => on.and(out),
    }
}

fn demands(block: &RuleBlock) -> impl Iterator<Item = Demand> {
    block
        .entries
        .iter()
        .filter_map(|entry| match entry.statement.action {
            Action::Challenge(demand) | Action::AlwaysChallenge(demand) => Some(demand),
            _ => None,
        })
}

fn solve(
    block: &mut RuleBlock,
    formulas: &[Formula],
    matched: &TextMatches,
    budget: &mut Budget,
) -> Result<Option<ExampleRequest>, Undecided> {
    let formulas: Vec<&Formula> = formulas.iter().collect();
    let mut solver = Solver {
        facts: &mut block.facts,
        values: &mut block.values,
        budget,
    };
    solver.request(&formulas, matched)
}
