//! `Trace`: receives the steps of a judgement.

use crate::decision::{DecidedBy, ExplanationStep, StepOutcome};
use crate::rules::Rule;

/// Receives each step of a judgement. Requests that are judged and not explained use [`Untraced`],
/// which compiles to nothing.
pub(super) trait Trace: Send {
    /// Whether the request is only explained, so that nothing is counted or reported.
    const EXPLAINS: bool;

    fn step(&mut self, subject: DecidedBy, outcome: StepOutcome);

    fn rule(&mut self, rule: &Rule, outcome: StepOutcome) {
        if Self::EXPLAINS {
            self.step(statement(rule), outcome);
        }
    }
}

/// Ignores all steps.
pub(super) struct Untraced;

impl Trace for Untraced {
    const EXPLAINS: bool = false;

    fn step(&mut self, _: DecidedBy, _: StepOutcome) {}
}

impl Trace for Vec<ExplanationStep> {
    const EXPLAINS: bool = true;

    fn step(&mut self, subject: DecidedBy, outcome: StepOutcome) {
        self.push(ExplanationStep { subject, outcome });
    }
}

/// The cause of a decision that a statement makes.
pub(super) fn statement(rule: &Rule) -> DecidedBy {
    DecidedBy::Statement {
        number: rule.number,
        name: rule.name,
        text: rule.source,
    }
}
