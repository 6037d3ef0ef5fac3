//! `Failure`: the reasons for which the program ends without an answer.

use std::{fmt, io};

/// Why the program cannot do what its arguments say.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The arguments make no command.
    #[error("{0}\n`humanify --help` names the commands and options")]
    Usage(String),
    /// The command cannot be carried out here.
    #[error("{0}")]
    Impossible(String),
    /// The answer cannot be written.
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Failure {
    pub(crate) fn usage(error: impl ToString) -> Failure {
        Failure::Usage(error.to_string())
    }

    pub(crate) fn impossible(error: impl ToString) -> Failure {
        Failure::Impossible(error.to_string())
    }
}
