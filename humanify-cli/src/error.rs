//! Why the program ends without an answer.

use std::io;

/// Why the program cannot do what its arguments say.
#[derive(Debug, thiserror::Error)]
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

impl Failure {
    pub(crate) fn usage(error: impl ToString) -> Failure {
        Failure::Usage(error.to_string())
    }

    pub(crate) fn impossible(error: impl ToString) -> Failure {
        Failure::Impossible(error.to_string())
    }
}
