//! Decisions with their reasons: reports on each request that does not simply pass.

mod action;
mod decided_by;
mod escape;
mod explanation;
mod log;
mod observed;
mod reference;
mod report;
mod reporter;

pub use action::DecisionAction;
pub use decided_by::DecidedBy;
pub(crate) use escape::escaped;
pub use explanation::{Explanation, ExplanationStep, StepOutcome};
pub use log::{DecisionLog, LoggedAddress};
pub use observed::{ObservedClients, ObservedStatement, ObservedSummary};
pub use reference::{Reference, ReferenceError};
pub use report::{ClientReport, CrawlerProof, DecisionReport};
pub(crate) use report::{Decided, RequestFacts};
pub(crate) use reporter::{DecisionHook, Reporter};
