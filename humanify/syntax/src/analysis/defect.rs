//! `Defect`: an error or a warning about a statement or a ban.

use super::warnings::Warning;
use super::witness::Witness;

/// The statement or ban that a defect is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefectSubject {
    /// The number that the statement was given.
    Statement(usize),
    /// The index of the ban among all bans.
    Ban(usize),
}

/// An error or a warning about the meaning of a statement or a ban.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The statement or ban.
    pub about: DefectSubject,
    /// The warning; `None` if the defect is an error.
    pub warning: Option<&'static Warning>,
    /// The problem, as a sentence.
    pub problem: String,
    /// A request that demonstrates the problem.
    pub witness: Option<Witness>,
    /// How to solve the problem.
    pub help: String,
}

impl Defect {
    pub(super) fn new(
        statement: usize,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) -> Defect {
        Defect {
            about: DefectSubject::Statement(statement),
            warning: None,
            problem: problem.into(),
            witness: None,
            help: help.into(),
        }
    }

    pub(super) fn with_witness(self, witness: Witness) -> Defect {
        Defect {
            witness: Some(witness),
            ..self
        }
    }
}
