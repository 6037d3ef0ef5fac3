//! `Explanation`: how a request would be decided, step by step.

use std::fmt;

use serde::Serialize;

use super::action::DecisionAction;
use super::decided_by::DecidedBy;
use super::report::ClientReport;

/// The decision about a request and its steps; made by
/// [`Humanify::explain`](crate::Humanify::explain).
///
/// It has `Display` for text, and `Serialize`.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The router's template, if a route of the application matches.
    pub route: Option<String>,
    /// The guarded handler's name, if the route has one.
    pub handler: Option<&'static str>,
    /// The facts about the client.
    pub client: ClientReport,
    /// The steps in order, up to the deciding one.
    pub steps: Vec<ExplanationStep>,
    /// The outcome that the request would have.
    pub action: DecisionAction,
    /// The cause; `None` for a request that passes because nothing stops it.
    pub decided_by: Option<DecidedBy>,
    /// Whether the request passes nevertheless, since everything is only observed.
    pub observed: bool,
}

/// A step of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExplanationStep {
    /// The subject of the step.
    pub subject: DecidedBy,
    /// The result of the step.
    pub outcome: StepOutcome,
}

/// The result of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepOutcome {
    /// It decides.
    Decides,
    /// It would decide, but only observes.
    Observes,
    /// It concerns other paths, handlers, routes or methods.
    OtherRequests,
    /// Its condition does not hold.
    ConditionFails,
    /// Its condition depends on a running check.
    Pending,
    /// It applies to detected bots, and the client is not one.
    NotABot,
    /// The client has a clearance for the challenge.
    Cleared,
    /// The request is a CORS preflight, which has no cookies.
    Preflight,
    /// An attribute of the handler replaces it.
    Replaced,
    /// A more specific limit replaces this default one.
    GivesWay,
    /// The client is within the limit.
    WithinLimit {
        /// The number of units left, of the rate with the fewest.
        remaining: u32,
    },
    /// The client exceeds the limit.
    OverLimit {
        /// The seconds until there is room again.
        wait: u64,
    },
    /// It does not apply to the client.
    DoesNotHold,
}

impl fmt::Display for StepOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StepOutcome::Decides => "decides",
            StepOutcome::Observes => "would decide, and only observes",
            StepOutcome::OtherRequests => "applies to other requests",
            StepOutcome::ConditionFails => "its condition does not hold",
            StepOutcome::Pending => "what it asks is still being checked",
            StepOutcome::NotABot => "means bots, and the client is none",
            StepOutcome::Cleared => "the client has solved the challenge",
            StepOutcome::Preflight => "a preflight passes challenges",
            StepOutcome::Replaced => "an attribute of the handler replaces it",
            StepOutcome::GivesWay => "a more specific limit replaces it",
            StepOutcome::WithinLimit { remaining } => {
                return write!(f, "{remaining} left");
            }
            StepOutcome::OverLimit { wait } => return write!(f, "over it for {wait} s"),
            StepOutcome::DoesNotHold => "does not hold",
        })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if let Some(route) = &self.route {
            write!(f, ", route {route}")?;
        }
        if let Some(handler) = self.handler {
            write!(f, ", handler {handler}")?;
        }
        let client = &self.client;
        match client.address {
            Some(address) => write!(f, "\nclient {address}, by {}", client.address_source)?,
            None => f.write_str("\nclient without an address")?,
        }
        if client.signs.is_empty() {
            f.write_str(", no signs")?;
        } else {
            write!(f, ", signs: {}", client.signs.join(", "))?;
        }
        if let Some(crawler) = client.crawler {
            write!(f, ", crawler {crawler} ({})", client.crawler_proof.name())?;
        }
        writeln!(f)?;
        for (index, step) in self.steps.iter().enumerate() {
            let number = index + 1;
            writeln!(f, "{number:>3}. {}: {}", step.subject, step.outcome)?;
        }
        write!(f, "=> {}", self.action)?;
        if let Some(decided_by) = &self.decided_by {
            write!(f, ", by {decided_by}")?;
        }
        if self.observed {
            f.write_str("; it is only observed, and the request passes")?;
        }
        writeln!(f)
    }
}
