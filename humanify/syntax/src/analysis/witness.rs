//! `Witness`: a request that demonstrates a finding, and the decision about it.

use std::fmt;

use super::request::ExampleRequest;
use crate::{Action, Statement};

/// The decision about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
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
    pub fate: Fate,
    /// The source text of the statement that decides.
    pub by: &'static str,
}

impl Witness {
    /// A request on which a statement acts.
    pub(super) fn of(request: ExampleRequest, statement: &Statement) -> Witness {
        let fate = match statement.action {
            Action::Exempt => Fate::Exempt,
            Action::Challenge(_) | Action::AlwaysChallenge(_) => Fate::Challenged,
            Action::DenyAccess | Action::AlwaysDeny => Fate::Refused,
            Action::Trap => Fate::Trapped,
            Action::Limit(_) => Fate::Counted,
        };
        Witness {
            request,
            fate,
            by: statement.source,
        }
    }

    /// A request on which a statement does not act.
    pub(super) fn unaffected(request: ExampleRequest, statement: &Statement) -> Witness {
        Witness {
            request,
            fate: Fate::Unaffected,
            by: statement.source,
        }
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (request, by) = (&self.request, self.by);
        match self.fate {
            Fate::Exempt => write!(f, "{request} is exempt by `{by}`"),
            Fate::ExemptByDefault => write!(f, "{request} is exempt by default"),
            Fate::Challenged => write!(f, "{request} is challenged by `{by}`"),
            Fate::Refused => write!(f, "{request} is refused by `{by}`"),
            Fate::Trapped => write!(f, "{request} is trapped by `{by}`"),
            Fate::Counted => write!(f, "{request} is counted by `{by}`"),
            Fate::Untouched => write!(f, "{request} gets in, since no statement acts"),
            Fate::Unaffected => write!(f, "{request} is not affected by `{by}`"),
        }
    }
}
