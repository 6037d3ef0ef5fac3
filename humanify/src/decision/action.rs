//! `DecisionAction`: the outcome of a request.

use std::fmt;

use serde::Serialize;

/// The outcome of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DecisionAction {
    /// It passes.
    Pass,
    /// The client has to solve a challenge first.
    Challenge,
    /// It is denied: 403.
    Deny,
    /// The request hit a trap: 403.
    Trap,
    /// The request exceeds a limit: 429.
    Limit,
    /// The client is banned: 403.
    Ban,
    /// The client gave too many wrong answers: 429.
    LockOut,
    /// The client's claim to be a crawler is being checked: 503.
    Checking,
    /// The decision depends on a store that fails, or the server is overloaded: 503.
    Unavailable,
    /// The request is malformed, or can be read in several ways: 400 and other 4xx.
    BadRequest,
    /// The application is configured wrongly, or a handler panicked: 500.
    Error,
}

impl DecisionAction {
    /// All actions.
    pub(crate) const ALL: [DecisionAction; 11] = [
        DecisionAction::Pass,
        DecisionAction::Challenge,
        DecisionAction::Deny,
        DecisionAction::Trap,
        DecisionAction::Limit,
        DecisionAction::Ban,
        DecisionAction::LockOut,
        DecisionAction::Checking,
        DecisionAction::Unavailable,
        DecisionAction::BadRequest,
        DecisionAction::Error,
    ];

    /// The name in logs, metrics and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            DecisionAction::Pass => "pass",
            DecisionAction::Challenge => "challenge",
            DecisionAction::Deny => "deny",
            DecisionAction::Trap => "trap",
            DecisionAction::Limit => "limit",
            DecisionAction::Ban => "ban",
            DecisionAction::LockOut => "lock_out",
            DecisionAction::Checking => "checking",
            DecisionAction::Unavailable => "unavailable",
            DecisionAction::BadRequest => "bad_request",
            DecisionAction::Error => "error",
        }
    }

    /// Whether the request is refused: it neither passes nor can be continued by a challenge.
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        !matches!(self, DecisionAction::Pass | DecisionAction::Challenge)
    }
}

impl fmt::Display for DecisionAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_names_of_the_log() {
        for action in DecisionAction::ALL {
            let json = serde_json::to_string(&action).unwrap();
            assert_eq!(json, format!("\"{action}\""));
        }
    }
}
