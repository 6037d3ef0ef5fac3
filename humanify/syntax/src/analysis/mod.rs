//! What a block of rules means: which requests each statement is about, and which of them are
//! left for it.
//!
//! Paths are read as they are judged, in their one normalised form. A question that takes too
//! many steps stays undecided; nothing is said of it unless that is asked.

mod address;
mod block;
mod client;
mod conditions;
mod defect;
mod expression;
mod formula;
mod judged;
mod near_route;
mod odd;
mod order;
mod path;
mod patterns;
mod proof;
mod reach;
mod request;
mod router;
mod search;
mod solve;
mod texts;
mod trie;
mod unreachable;
mod values;
mod walk;
mod warnings;
mod witness;
mod written;

pub use defect::{About, Defect};
pub use proof::{Assertion, Outcome, Refuted};
pub use request::Request;
pub use router::{RouterFacts, check_router};
pub use warnings::Warning;
pub use witness::{Fate, Witness};

use crate::{Ban, RuleSet, Statement};
use block::Block;

/// What is wrong with the meaning of statements, each given with the number that it is
/// reported by, in order, and of bans. A statement with an error has no warnings.
pub fn check<'s>(
    statements: impl IntoIterator<Item = (usize, &'s Statement)>,
    bans: &[Ban],
    default_exemptions: bool,
) -> Vec<Defect> {
    let statements: Vec<(usize, &Statement)> = statements.into_iter().collect();
    let mut block = Block::new(statements.iter().copied(), default_exemptions);
    let mut found = Vec::new();
    for position in 0..block.entries.len() {
        let error = conditions::check(&mut block, position)
            .or_else(|| unreachable::check(&mut block, position))
            .or_else(|| unreachable::excepts_nothing(&mut block, position));
        match error {
            Some(error) => found.push(error),
            None => found.extend(odd::check(&mut block, position)),
        }
    }
    let all: Vec<&Statement> = statements.iter().map(|(_, statement)| *statement).collect();
    found.extend(odd::check_bans(bans, &all));
    found
}

/// The first statement of several blocks that can never act, with what is wrong with it. Each
/// block alone was checked when it was read.
#[must_use]
pub fn check_together(blocks: &[RuleSet]) -> Option<(&'static str, Defect)> {
    if blocks.len() < 2 {
        return None;
    }
    // One block that says `no_default_exemptions` is enough.
    let default_exemptions = blocks.iter().all(RuleSet::default_exemptions);
    let statements = blocks.iter().flat_map(|block| block.statements());
    let mut block = Block::new(statements.enumerate(), default_exemptions);
    (0..block.entries.len()).find_map(|position| {
        let defect = unreachable::check(&mut block, position)?;
        let entry = block.entries.get(position)?;
        Some((entry.statement.source, defect))
    })
}

/// The statements of blocks, taken together, of which it takes too many steps to find out whether
/// they ever act.
#[must_use]
pub fn undecided(blocks: &[RuleSet]) -> Vec<Statement> {
    let default_exemptions = blocks.iter().all(RuleSet::default_exemptions);
    let statements = blocks.iter().flat_map(|block| block.statements());
    let mut block = Block::new(statements.enumerate(), default_exemptions);
    for position in 0..block.entries.len() {
        if conditions::check(&mut block, position).is_none() {
            let _ = unreachable::check(&mut block, position);
        }
    }
    let mut undecided = std::mem::take(&mut block.undecided);
    undecided.dedup();
    let entries = undecided
        .iter()
        .filter_map(|position| block.entries.get(*position));
    entries.map(|entry| entry.statement).collect()
}

/// What of assertions does not hold for the statements, each by its place among all.
#[must_use]
pub fn prove<'s>(
    statements: impl IntoIterator<Item = &'s Statement>,
    assertions: &[Assertion],
    default_exemptions: bool,
) -> Vec<(usize, Refuted)> {
    let mut block = Block::new(statements.into_iter().enumerate(), default_exemptions);
    let mut refuted = Vec::new();
    for (number, assertion) in assertions.iter().enumerate() {
        if let Err(why) = proof::prove(&mut block, assertion) {
            refuted.push((number, why));
        }
    }
    refuted
}
