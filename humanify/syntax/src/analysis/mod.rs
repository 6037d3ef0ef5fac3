//! What a block of rules means: which requests each statement is about, and which of them are
//! left for it.
//!
//! Paths are read as they are judged, in their one normalised form. A question that takes too
//! many steps stays undecided, and nothing is said.

mod address;
mod block;
mod client;
mod conditions;
mod defect;
mod expression;
mod formula;
mod order;
mod path;
mod patterns;
mod reach;
mod request;
mod search;
mod solve;
mod texts;
mod unreachable;
mod values;
mod written;

pub use defect::Defect;
pub use request::Request;

use crate::Statement;
use block::Block;

/// What is wrong with the meaning of statements, each given with the number that it is
/// reported by, in order.
pub fn check<'s>(
    statements: impl IntoIterator<Item = (usize, &'s Statement)>,
    default_exemptions: bool,
) -> Vec<Defect> {
    let mut block = Block::new(statements, default_exemptions);
    (0..block.entries.len())
        .filter_map(|position| {
            conditions::check(&mut block, position)
                .or_else(|| unreachable::check(&mut block, position))
                .or_else(|| unreachable::excepts_nothing(&mut block, position))
        })
        .collect()
}
