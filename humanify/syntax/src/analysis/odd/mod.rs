//! Statements that may be meant, and mostly are not.

mod bans;
mod exemptions;
mod limits;
mod redundant;
mod targets;
mod values;

use super::block::Block;
use super::defect::{About, Defect};
use super::warnings::Warning;

pub(super) use bans::check as check_bans;

/// What is odd about an entry.
pub(super) fn check(block: &mut Block, position: usize) -> Vec<Defect> {
    let Some((number, statement)) = block
        .entries
        .get(position)
        .and_then(|entry| Some((entry.number?, entry.statement)))
    else {
        return Vec::new();
    };
    let mut odd = Oddities(Vec::new(), number);
    targets::check(&statement, &mut odd);
    values::check(&statement, &mut odd);
    exemptions::check(&statement, &mut odd);
    limits::check(block, position, &mut odd);
    redundant::check(block, position, &mut odd);
    odd.0
}

/// What was found, each warning once.
struct Oddities(Vec<Defect>, usize);

impl Oddities {
    fn add(
        &mut self,
        warning: &'static Warning,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.0.iter().any(|known| known.warning == Some(warning)) {
            return;
        }
        self.0.push(Defect {
            about: About::Statement(self.1),
            warning: Some(warning),
            problem: problem.into(),
            example: None,
            help: help.into(),
        });
    }
}
