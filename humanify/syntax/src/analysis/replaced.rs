//! Default limits that other limits replace on every path.

use super::block::{BlockEntry, MatchScope, RuleBlock};
use super::defect::Defect;
use super::search::{Budget, Domain, Search, Searcher};
use super::texts::TextSet;
use crate::{Action, Limit, listed};

/// The maximum number of search steps for one default limit.
const BUDGET: usize = 5_000;

/// The defect of a limit without `on` that never counts, since others replace it on every path.
pub(super) fn check(block: &mut RuleBlock, position: usize, number: usize) -> Option<Defect> {
    let default = limit(block.entries.get(position)?)?;
    if !block.entries.get(position)?.statement.on.is_empty() {
        return None;
    }
    let replacing: Vec<&BlockEntry> = block
        .entries
        .iter()
        .filter(|entry| always_replaces(entry, &default))
        .collect();
    if replacing.is_empty() {
        return None;
    }
    // In every form in which a client may send a path, one of them has to match.
    let mut budget = Budget(BUDGET);
    for domain in [Domain::Paths, Domain::Sent] {
        let sets: Vec<&TextSet> = replacing
            .iter()
            .flat_map(|entry| entry.sets(MatchScope::Path))
            .collect();
        let texts = &mut block.facts.texts;
        let mut searcher = Searcher::new(texts, Vec::new(), sets, domain).ok()?;
        loop {
            match searcher.next(texts, &mut budget) {
                Search::Found(_, matched)
                    if replacing
                        .iter()
                        .any(|entry| entry.targets_match(MatchScope::Path, &matched)) => {}
                Search::Nothing => break,
                Search::Found(..) | Search::Undecided => return None,
            }
        }
    }
    let sources: Vec<&str> = replacing
        .iter()
        .map(|entry| entry.statement.source)
        .collect();
    let (who, replace) = match sources.as_slice() {
        [one] => (format!("`{one}`"), "replaces"),
        _ => (format!("{} together", listed(sources)), "replace"),
    };
    Some(Defect::new(
        number,
        format!("this limit can never act: {who} {replace} it on every path"),
        "a limit without `on` holds where no other limit applies: add `on \"/*\"` to this one, so \
         that both count, or leave it out",
    ))
}

fn limit(entry: &BlockEntry) -> Option<Limit> {
    match entry.statement.action {
        Action::Limit(limit) => Some(limit),
        _ => None,
    }
}

/// Whether a limit replaces the default limit for every request that its paths match.
fn always_replaces(entry: &BlockEntry, default: &Limit) -> bool {
    let statement = &entry.statement;
    let is_known = |set: &TextSet| !set.unknown;
    limit(entry).is_some_and(|limit| {
        let counts_all = limit.methods.is_empty() || !default.methods.is_empty();
        counts_all && limit.replaces(default)
    }) && !statement.on.is_empty()
        && statement.when.is_none()
        && !statement.observe
        && !entry.may_be_excepted(MatchScope::Path)
        && entry.sets(MatchScope::Path).all(is_known)
}
