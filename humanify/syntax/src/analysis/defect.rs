//! `Defect`: the description of what is wrong with a statement.

use super::warnings::Warning;
use super::witness::Witness;

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
    pub witness: Option<Witness>,
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
            witness: None,
            help: help.into(),
        }
    }

    pub(super) fn shown_by(self, witness: Witness) -> Defect {
        Defect {
            witness: Some(witness),
            ..self
        }
    }
}
