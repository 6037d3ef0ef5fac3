//! `Verdict`: what becomes of a request.

use std::time::Duration;

use crate::challenge::Task;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    /// The client solves this first.
    Challenge(Task),
    Deny,
    /// Denied, where nobody has any business.
    Trapped,
    /// There is room again after this long.
    Limited(Duration),
    /// It could not be found out whether the request may pass.
    Unavailable,
    /// Who the client claims to be is being checked.
    Checking,
    /// The path can be read in several ways, of which one would be decided otherwise.
    Ambiguous,
}
