//! `Verdict`: what happens to a request.

use std::time::Duration;

use crate::challenge::Task;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    /// The client has to solve this challenge first.
    Challenge(Task),
    Deny,
    /// The request hit a trap and is denied.
    Trapped,
    /// The request exceeds a limit. The limit has room again after this time.
    Limited(Duration),
    /// The store failed, so that nothing can be decided.
    Unavailable,
    /// The client claims to be a crawler, and the check is still running.
    Checking,
    /// The path can be read in several ways, and they lead to different decisions.
    Ambiguous,
}
