//! `Verdict`: the outcome of judging a request.

use std::time::Duration;

use crate::challenge::Task;
use crate::decision::{DecidedBy, DecisionAction};
use crate::rules::MatchContext;

/// The outcome of judging a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    /// The client has to solve this challenge first.
    Challenge(Task),
    Deny,
    /// The request hit a trap and is denied.
    Trapped,
    /// The request exceeds a limit. The limit has room again after this time.
    Limited(Duration),
    /// The store failed, so that nothing can be decided.
    Unavailable,
    /// The client claims to be a crawler, and the check is still running.
    Checking,
    /// The path can be read in several ways, and they lead to different decisions.
    Ambiguous,
}

impl Verdict {
    /// The action, as reports call it.
    pub(crate) fn action(self) -> DecisionAction {
        match self {
            Verdict::Pass => DecisionAction::Pass,
            Verdict::Challenge(_) => DecisionAction::Challenge,
            Verdict::Deny => DecisionAction::Deny,
            Verdict::Trapped => DecisionAction::Trap,
            Verdict::Limited(_) => DecisionAction::Limit,
            Verdict::Unavailable => DecisionAction::Unavailable,
            Verdict::Checking => DecisionAction::Checking,
            Verdict::Ambiguous => DecisionAction::BadRequest,
        }
    }
}

/// The decision of the rules or of a policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuleDecision {
    pub(crate) verdict: Verdict,
    pub(super) private: bool,
    pub(super) permission_only: bool,
    /// The cause, unless the request simply passes.
    pub(crate) decided_by: Option<DecidedBy>,
}

impl RuleDecision {
    pub(super) fn new(verdict: Verdict) -> RuleDecision {
        RuleDecision {
            verdict,
            private: false,
            permission_only: false,
            decided_by: None,
        }
    }

    pub(super) fn by(verdict: Verdict, decided_by: DecidedBy) -> RuleDecision {
        RuleDecision::new(verdict).decided(verdict, decided_by)
    }

    /// Sets the verdict and its cause.
    pub(super) fn decided(self, verdict: Verdict, decided_by: DecidedBy) -> RuleDecision {
        RuleDecision {
            verdict,
            decided_by: Some(decided_by),
            ..self
        }
    }
}

/// Demands a challenge or, if no clearance can be given, refuses the request. Clients with an
/// unknown address get no clearance, since it would hold for all of them. A crawler that is being
/// checked is asked to return later, since it cannot solve anything.
pub(super) fn demand_of(context: &MatchContext<'_>, task: Task) -> Verdict {
    if context.client.is_unknown() {
        Verdict::Deny
    } else if context.detection.is_being_checked() {
        Verdict::Checking
    } else {
        Verdict::Challenge(task)
    }
}
