//! What is found wrong with a statement, in words.

use super::request::Request;
use super::warnings::Warning;
use crate::{Action, Statement};

/// What a defect is about, by the number that it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A statement.
    Statement(usize),
    /// A ban, by its place among all.
    Ban(usize),
}

/// Something that is wrong with the meaning of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// What it is about.
    pub about: About,
    /// Which warning it is; none, if it is an error.
    pub warning: Option<&'static Warning>,
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
            about: About::Statement(statement),
            warning: None,
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
