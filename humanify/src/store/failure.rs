//! The error of a store, and the policy for limits while a store fails.

/// What happens to limits while the shared store is unreachable. Challenges never fall back:
/// without a record that a challenge is spent, no clearance is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnStoreFailure {
    /// Each process counts in its own memory.
    #[default]
    Fallback,
    /// Limited requests get 503.
    Deny,
    /// Nothing is limited.
    Allow,
}

/// The store could not carry out an operation.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// More challenges were answered in ten minutes, in all or from one network, than there
    /// is room to remember.
    #[error("the memory for spent challenges is full")]
    Full,
    /// The store does not respond in time, or refuses commands. The log says why.
    #[error("the store cannot be reached or refuses commands; the log says why")]
    Unreachable,
}

crate::error_chain::debug_as_message!(StoreError);

/// Why a shared store failed last, for the log.
#[cfg(feature = "redis")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FailureCause {
    /// The server does not respond.
    Unreachable(String),
    /// The server responds, but not as it should.
    Refused(String),
}
