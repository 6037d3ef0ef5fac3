//! Analysis of a block of rules: which requests each statement matches, and which of them other
//! statements leave for it.
//!
//! Paths are analysed in the normalised form in which they are judged. A question that exceeds its
//! budget of steps stays undecided and gives no finding; [`undecided`] lists these statements.

mod address;
mod block;
mod client;
mod conditions;
mod defect;
mod evaluate;
mod exempted;
mod expression;
mod expression_shape;
mod form;
mod formula;
mod lints;
mod nearest_route;
mod order;
mod path;
mod pattern_item;
mod patterns;
mod print;
mod proof;
mod reach;
mod replaced;
mod request;
mod router;
mod search;
mod search_state;
mod sent;
mod solve;
mod texts;
mod trie;
mod unreachable;
mod values;
mod warnings;
mod witness;

pub use defect::{Defect, DefectSubject};
pub use exempted::exempting;
pub use expression_shape::is_anchored;
pub use print::named;
pub use proof::{AssertedOutcome, Assertion, Refuted};
pub use request::ExampleRequest;
pub use router::{RouterFacts, check_router};
pub use warnings::Warning;
pub use witness::{ExampleOutcome, Witness};

use crate::{Ban, RuleSet, Statement};
use block::RuleBlock;

/// Finds defects in the meaning of statements and bans. The statements stand in their order, each
/// with the number that its defects report. A statement with an error gets no warnings.
pub fn check<'s>(
    statements: impl IntoIterator<Item = (usize, &'s Statement)>,
    bans: &[Ban],
    default_exemptions: bool,
) -> Vec<Defect> {
    let statements: Vec<(usize, &Statement)> = statements.into_iter().collect();
    let mut block = RuleBlock::new(statements.iter().copied(), default_exemptions);
    let mut found = Vec::new();
    for position in 0..block.entries.len() {
        let error = conditions::check(&mut block, position)
            .or_else(|| unreachable::check(&mut block, position))
            .or_else(|| unreachable::check_except(&mut block, position));
        match error {
            Some(error) => found.push(error),
            None => found.extend(lints::check(&mut block, position)),
        }
    }
    let all: Vec<&Statement> = statements.iter().map(|(_, statement)| *statement).collect();
    found.extend(lints::check_bans(bans, &all));
    found
}

/// The first statement that can never act because of a statement in another block, with its defect.
/// The parser has already checked each block alone.
#[must_use]
pub fn check_together(blocks: &[RuleSet]) -> Option<(&'static str, Defect)> {
    if blocks.len() < 2 {
        return None;
    }
    // One block that says `no_default_exemptions` is enough.
    let default_exemptions = blocks.iter().all(RuleSet::default_exemptions);
    let statements = blocks.iter().flat_map(|block| block.statements());
    let mut block = RuleBlock::new(statements.enumerate(), default_exemptions);
    (0..block.entries.len()).find_map(|position| {
        let defect = unreachable::check(&mut block, position)?;
        let entry = block.entries.get(position)?;
        Some((entry.statement.source, defect))
    })
}

/// The statements of all blocks for which the budget does not suffice to find out whether they ever
/// act.
#[must_use]
pub fn undecided(blocks: &[RuleSet]) -> Vec<Statement> {
    let default_exemptions = blocks.iter().all(RuleSet::default_exemptions);
    let statements = blocks.iter().flat_map(|block| block.statements());
    let mut block = RuleBlock::new(statements.enumerate(), default_exemptions);
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

/// The assertions that the statements do not fulfil, each by its index, with the reason.
#[must_use]
pub fn prove<'s>(
    statements: impl IntoIterator<Item = &'s Statement>,
    assertions: &[Assertion],
    default_exemptions: bool,
) -> Vec<(usize, Refuted)> {
    let mut block = RuleBlock::new(statements.into_iter().enumerate(), default_exemptions);
    let mut refuted = Vec::new();
    for (number, assertion) in assertions.iter().enumerate() {
        if let Err(why) = proof::prove(&mut block, assertion) {
            refuted.push((number, why));
        }
    }
    refuted
}
