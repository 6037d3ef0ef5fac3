//! Statements that act only on paths as clients send them: with `//`, with parameters, or with a
//! slash at their end.

use super::block::{MatchScope, RuleBlock};
use super::expression::Undecided;
use super::formula::{Fact, Formula};
use super::search::{Domain, Search, Searcher};
use super::solve::Solver;
use super::texts::{TextMatches, TextSet};
use crate::Field;

/// The largest number of paths of a target that are tried with a slash at their end.
const MAX_PATHS: usize = 16;

/// Whether a statement that protects acts on a request whose path is not normalised. Each of its
/// targets and comparisons matches the path as it was sent or the normalised one.
pub(super) fn acts(block: &mut RuleBlock, position: usize) -> Result<bool, Undecided> {
    let Some(entry) = block.entries.get(position) else {
        return Ok(false);
    };
    if entry.paths.is_empty() || !entry.statement.action.protects() {
        return Ok(false);
    }
    let formula = entry.acts.clone();
    let on = entry.on.iter();
    let on = on.filter(|target_texts| target_texts.scope() != MatchScope::Endpoint);
    let mut on: Vec<TextSet> = on.map(|target_texts| target_texts.set.clone()).collect();
    if on.is_empty() {
        on.push(TextSet::everything());
    }
    let rest = without_unnormalised(block, &formula)?;
    for target in on {
        if holds(block, position, &target, &formula, Domain::Sent)?
            || holds_with_slash(block, position, &target, &formula)?
            || (rest != formula && holds(block, position, &target, &rest, Domain::Paths)?)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The formula without the comparisons that only paths fulfil which are not normalised.
fn without_unnormalised(block: &mut RuleBlock, formula: &Formula) -> Result<Formula, Undecided> {
    let of_parts = |block: &mut RuleBlock, parts: &[Formula]| {
        let parts = parts.iter();
        parts
            .map(|part| without_unnormalised(block, part))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match formula {
        Formula::All(parts) => Formula::All(of_parts(block, parts)?),
        Formula::Any(parts) => Formula::Any(of_parts(block, parts)?),
        Formula::Is(Fact::Some(Field::Path, number), affirmed) => {
            let set = block.facts.sets.get(*number).cloned().ok_or(Undecided)?;
            let is_unnormalised = !exists(block, &set, *affirmed, Domain::Paths)?
                && exists(block, &set, *affirmed, Domain::Sent)?;
            match is_unnormalised {
                true => Formula::TRUE,
                false => formula.clone(),
            }
        }
        Formula::Is(..) => formula.clone(),
    })
}

/// Whether a text of a domain is in a set or, unless `inside`, outside of it.
fn exists(
    block: &mut RuleBlock,
    set: &TextSet,
    inside: bool,
    domain: Domain,
) -> Result<bool, Undecided> {
    find(
        block,
        Vec::new(),
        std::slice::from_ref(set),
        domain,
        |_, _, matched| Ok(set.holds(matched) == inside),
    )
}

/// Whether a formula holds for a path that a target matches.
fn holds(
    block: &mut RuleBlock,
    position: usize,
    target: &TextSet,
    formula: &Formula,
    domain: Domain,
) -> Result<bool, Undecided> {
    let sets = sets(block, position);
    let must = vec![target.clone()];
    find(block, must, &sets, domain, |block, _, matched| {
        Ok(!is_excepted(block, position, matched) && solve(block, formula, matched)?)
    })
}

/// Whether a formula holds for a path that a target matches, sent with a slash at its end.
fn holds_with_slash(
    block: &mut RuleBlock,
    position: usize,
    target: &TextSet,
    formula: &Formula,
) -> Result<bool, Undecided> {
    let sets = sets(block, position);
    let must = vec![target.clone()];
    let mut left = MAX_PATHS;
    find(block, must, &sets, Domain::Paths, |block, path, matched| {
        left = left.checked_sub(1).ok_or(Undecided)?;
        if is_excepted(block, position, matched) {
            return Ok(false);
        }
        let sent = block.matched(&[path, b"/"].concat())?;
        solve(block, formula, &sent)
    })
}

/// The sets that decide whether an entry acts on a path.
fn sets(block: &RuleBlock, position: usize) -> Vec<TextSet> {
    let entry = block.entries.get(position);
    let sets = entry.map(|entry| entry.sets(MatchScope::Path).cloned().collect());
    sets.unwrap_or_default()
}

fn is_excepted(block: &RuleBlock, position: usize, matched: &TextMatches) -> bool {
    block.entries.get(position).is_some_and(|entry| {
        let mut except = entry.except.iter();
        except.any(|target_texts| target_texts.set.holds(matched))
    })
}

fn solve(
    block: &mut RuleBlock,
    formula: &Formula,
    matched: &TextMatches,
) -> Result<bool, Undecided> {
    let mut solver = Solver {
        facts: &mut block.facts,
        values: &mut block.values,
        budget: &mut block.budget,
    };
    Ok(solver.request(&[formula], matched)?.is_some())
}

/// Whether a text in all sets of `must` is right, of those that `sets` tell apart.
fn find(
    block: &mut RuleBlock,
    must: Vec<TextSet>,
    sets: &[TextSet],
    domain: Domain,
    mut is_right: impl FnMut(&mut RuleBlock, &[u8], &TextMatches) -> Result<bool, Undecided>,
) -> Result<bool, Undecided> {
    let mut searcher = Searcher::new(&mut block.facts.texts, must, sets, domain)?;
    loop {
        match searcher.next(&mut block.facts.texts, &mut block.budget) {
            Search::Found(text, matched) => {
                if is_right(block, &text, &matched)? {
                    return Ok(true);
                }
            }
            Search::Nothing => return Ok(false),
            Search::Undecided => return Err(Undecided),
        }
    }
}
