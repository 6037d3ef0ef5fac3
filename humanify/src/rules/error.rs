//! `RuleError`: why a rule cannot be compiled.

use humanify_syntax::{GlobError, NetworkError, PatternError};

/// A literal of a rule cannot be compiled. [`protect!`](crate::protect) refuses such literals, so
/// only a rule set that was written by hand can contain one.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct RuleError(LiteralError);

crate::error_chain::debug_as_message!(RuleError);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
enum LiteralError {
    Glob(#[from] GlobError),
    Pattern(#[from] PatternError),
    Network(#[from] NetworkError),
}

impl From<GlobError> for RuleError {
    fn from(error: GlobError) -> Self {
        RuleError(error.into())
    }
}

impl From<PatternError> for RuleError {
    fn from(error: PatternError) -> Self {
        RuleError(error.into())
    }
}

impl From<NetworkError> for RuleError {
    fn from(error: NetworkError) -> Self {
        RuleError(error.into())
    }
}
