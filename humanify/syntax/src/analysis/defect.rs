//! What is found wrong with a statement, in words.

use super::request::Request;
use crate::{Action, Statement};

/// Something that is wrong with the meaning of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The statement, by the number that it was given.
    pub statement: usize,
    /// What is wrong.
    pub problem: String,
    /// A request that shows it.
    pub example: Option<String>,
    /// What to do.
    pub help: String,
}

impl Defect {
    pub(super) fn new(
        statement: usize,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) -> Defect {
        Defect {
            statement,
            problem: problem.into(),
            example: None,
            help: help.into(),
        }
    }

    pub(super) fn shown_by(self, example: String) -> Defect {
        Defect {
            example: Some(example),
            ..self
        }
    }
}

/// What a statement does to a request on which it acts.
pub(super) fn done_to(request: &Request, statement: &Statement) -> String {
    let done = match statement.action {
        Action::Exempt => "is exempt",
        Action::Challenge(_) | Action::AlwaysChallenge(_) => "is challenged",
        Action::DenyAccess | Action::AlwaysDeny => "is refused",
        Action::Trap => "is trapped",
        Action::Limit(_) => "is counted",
    };
    format!("{request} {done} by `{}`", statement.source)
}
