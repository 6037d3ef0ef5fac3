//! `Trace`: receives the steps of a judgement.

use crate::decision::{DecidedBy, ExplanationStep, StepOutcome};
use crate::rules::Rule;

/// Hears of each step of a judgement. For requests that are judged and not explained it is
/// [`Untraced`], of which nothing is left in the program.
pub(super) trait Trace: Send {
    /// Whether the request is only explained, so that nothing is counted or reported.
    const EXPLAINS: bool;

    fn step(&mut self, looked_at: DecidedBy, outcome: StepOutcome);

    fn rule(&mut self, rule: &Rule, outcome: StepOutcome) {
        if Self::EXPLAINS {
            self.step(statement(rule), outcome);
        }
    }
}

/// Nobody wants to know.
pub(super) struct Untraced;

impl Trace for Untraced {
    const EXPLAINS: bool = false;

    fn step(&mut self, _: DecidedBy, _: StepOutcome) {}
}

impl Trace for Vec<ExplanationStep> {
    const EXPLAINS: bool = true;

    fn step(&mut self, looked_at: DecidedBy, outcome: StepOutcome) {
        self.push(ExplanationStep { looked_at, outcome });
    }
}

/// A statement, as what decides.
pub(super) fn statement(rule: &Rule) -> DecidedBy {
    DecidedBy::Statement {
        number: rule.number,
        name: rule.name,
        text: rule.source,
    }
}
