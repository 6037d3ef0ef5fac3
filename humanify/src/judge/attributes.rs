//! Judges by the attributes of a handler.

use humanify_syntax::{BotAction, Policy, Sign};

use super::Judge;
use super::clearances::PresentedClearances;
use super::trace::Trace;
use super::verdict::{RuleDecision, Verdict, demand_of};
use crate::decision::{DecidedBy, StepOutcome};
use crate::rules::MatchContext;
use crate::truth::Truth;

impl Judge {
    #[inline]
    pub(super) fn by_policy<T: Trace>(
        &self,
        context: &MatchContext<'_>,
        policy: &Policy,
        presented: &mut PresentedClearances,
        trace: &mut T,
    ) -> RuleDecision {
        let is_bot = || context.sign_holds(Sign::Bot);
        if policy.bots == Some(BotAction::Deny) {
            let by = || attribute("block_bots", policy);
            let is_bot = is_bot();
            step(trace, by, step_of(is_bot));
            match is_bot {
                Truth::Yes => return RuleDecision::by(Verdict::Deny, by()),
                Truth::Pending => return RuleDecision::by(Verdict::Checking, by()),
                Truth::No => {}
            }
        }
        if let Some(demand) = policy.everyone {
            let task = self.task_for(demand, context);
            let by = || attribute("always_challenge", policy);
            if !presented.satisfies(self, context, task) {
                step(trace, by, StepOutcome::Decides);
                return RuleDecision::by(demand_of(context, task), by());
            }
            step(trace, by, StepOutcome::Cleared);
        }
        if let Some(BotAction::Challenge(demand)) = policy.bots {
            let by = || attribute("require_human", policy);
            let is_bot = is_bot();
            // Almost nobody is a bot, and reading a clearance takes longer than recognising that.
            if is_bot == Truth::No {
                step(trace, by, StepOutcome::NotABot);
                return RuleDecision::new(Verdict::Pass);
            }
            let task = self.task_for(demand, context);
            if !presented.satisfies(self, context, task) {
                step(trace, by, step_of(is_bot));
                return RuleDecision::by(demand_of(context, task), by());
            }
            step(trace, by, StepOutcome::Cleared);
        }
        RuleDecision::new(Verdict::Pass)
    }
}

/// Reports a step. Its cause is made only for who looks: each request would read its handler's name.
fn step<T: Trace>(trace: &mut T, by: impl Fn() -> DecidedBy, outcome: StepOutcome) {
    if T::EXPLAINS {
        trace.step(by(), outcome);
    }
}

/// The cause of a decision that an attribute makes.
pub(super) fn attribute(name: &'static str, policy: &Policy) -> DecidedBy {
    DecidedBy::Attribute {
        name,
        handler: policy.endpoint(),
    }
}

/// The outcome of an attribute that concerns bots.
fn step_of(is_bot: Truth) -> StepOutcome {
    match is_bot {
        Truth::Yes => StepOutcome::Decides,
        Truth::Pending => StepOutcome::Pending,
        Truth::No => StepOutcome::NotABot,
    }
}
