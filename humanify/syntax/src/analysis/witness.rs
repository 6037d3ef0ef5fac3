//! `Witness`: a request that demonstrates a finding, and the decision about it.

use std::fmt;

use super::request::ExampleRequest;
use crate::{Action, Statement};

/// The decision about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleOutcome {
    /// The statement exempts the request.
    Exempt,
    /// The default exemptions exempt the request.
    ExemptByDefault,
    /// The statement challenges the request.
    Challenged,
    /// The statement refuses the request.
    Refused,
    /// The statement is a trap and traps the request.
    Trapped,
    /// The statement, a limit, counts the request.
    Counted,
    /// No statement acts.
    Untouched,
    /// The statement does not act, although it may look as if it did.
    Unaffected,
}

/// A request that demonstrates a finding, and the decision about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The request.
    pub request: ExampleRequest,
    /// The decision.
    pub outcome: ExampleOutcome,
    /// The source text of the statement that decides.
    pub by: &'static str,
}

impl Witness {
    /// A request on which a statement acts.
    pub(super) fn of(request: ExampleRequest, statement: &Statement) -> Witness {
        let fate = match statement.action {
            Action::Exempt => ExampleOutcome::Exempt,
            Action::Challenge(_) | Action::AlwaysChallenge(_) => ExampleOutcome::Challenged,
            Action::DenyAccess | Action::AlwaysDeny => ExampleOutcome::Refused,
            Action::Trap => ExampleOutcome::Trapped,
            Action::Limit(_) => ExampleOutcome::Counted,
        };
        Witness {
            request,
            outcome: fate,
            by: statement.source,
        }
    }

    /// A request on which a statement does not act.
    pub(super) fn unaffected(request: ExampleRequest, statement: &Statement) -> Witness {
        Witness {
            request,
            outcome: ExampleOutcome::Unaffected,
            by: statement.source,
        }
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (request, by) = (&self.request, self.by);
        match self.outcome {
            ExampleOutcome::Exempt => write!(f, "{request} is exempt by `{by}`"),
            ExampleOutcome::ExemptByDefault => write!(f, "{request} is exempt by default"),
            ExampleOutcome::Challenged => write!(f, "{request} is challenged by `{by}`"),
            ExampleOutcome::Refused => write!(f, "{request} is refused by `{by}`"),
            ExampleOutcome::Trapped => write!(f, "{request} is trapped by `{by}`"),
            ExampleOutcome::Counted => write!(f, "{request} is counted by `{by}`"),
            ExampleOutcome::Untouched => write!(f, "{request} gets in, since no statement acts"),
            ExampleOutcome::Unaffected => write!(f, "{request} is not affected by `{by}`"),
        }
    }
}
