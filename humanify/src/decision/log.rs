//! `DecisionLog`: which decisions are logged, and at which level.

use std::net::IpAddr;

use http::{Method, StatusCode};
use tracing::Level;

use super::action::DecisionAction;
use super::escape::escaped;
use super::reference::Reference;
use super::report::DecisionReport;
use crate::crypto::Sealer;
use crate::net::network;
use crate::sampler::PER_SECOND;

/// Which decisions are logged, and how; for [`decision_log`](crate::HumanifyBuilder::decision_log).
///
/// Each decision other than simply letting a request pass is one event of [`tracing`] with the
/// target `humanify::decision`. Fields without a value are left out:
///
/// | field | value |
/// |---|---|
/// | `action` | the outcome of the request: `challenge`, `deny`, `trap`, `limit`, `ban`, `lock_out`, `checking`, `unavailable`, `bad_request`, `error`; `pass` for an exemption that is only observed |
/// | `observed` | `true` if the request passed nevertheless |
/// | `by` | the kind of the cause: `statement`, `attribute`, `ban`, `own_page`, `answers`, `store`, `capacity`, `request`, `setup` |
/// | `statement` | the cause: the statement as it was written, or `#[block_bots] on shop` |
/// | `signs` | the signs that hold, separated by commas |
/// | `crawler`, `proof` | the crawler's name, and whether the client is proved to be it |
/// | `address`, `source` | the client's address, as [`addresses`](Self::addresses) says, and how it was found |
/// | `method`, `route` | the method, and the router's template |
/// | `path` | the path without the query, only where no route matched |
/// | `handler` | the guarded handler's name |
/// | `status` | the status of the response |
/// | `reference` | the reference on the page |
/// | `agent` | the user agent, cut to 200 bytes and escaped |
/// | `left_out` | the number of events of this action that were left out before this one |
///
/// No event has a cookie, a token, a query, a body or a secret.
///
/// ```
/// # use humanify::prelude::*;
/// use humanify::{DecisionLog, LoggedAddress};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let log = DecisionLog::default()
///     .challenges(None)
///     .addresses(LoggedAddress::Network)
///     .per_second(20);
/// let humanify = Humanify::builder().decision_log(log).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "settings do nothing before they are given to a builder"]
pub struct DecisionLog {
    refusals: Option<Level>,
    challenges: Option<Level>,
    observed: Option<Level>,
    addresses: LoggedAddress,
    pub(super) per_second: u32,
    pub(super) spans: bool,
}

/// How addresses are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LoggedAddress {
    /// Whole.
    #[default]
    Whole,
    /// Cut to the network: a /24, or a /48 of IPv6.
    Network,
    /// As a digest under the [secret](crate::Secrets), which hides the address from anybody without
    /// the secret. An address has the same digest in every process with the same secret.
    Hashed,
}

impl Default for DecisionLog {
    fn default() -> Self {
        DecisionLog {
            refusals: Some(Level::INFO),
            challenges: Some(Level::DEBUG),
            observed: Some(Level::INFO),
            addresses: LoggedAddress::Whole,
            per_second: PER_SECOND,
            spans: false,
        }
    }
}

impl DecisionLog {
    /// The level of refusals; `None` for no events. Default: info.
    pub fn refusals(mut self, level: impl Into<Option<Level>>) -> Self {
        self.refusals = level.into();
        self
    }

    /// The level of challenges; `None` for no events. Default: debug.
    pub fn challenges(mut self, level: impl Into<Option<Level>>) -> Self {
        self.challenges = level.into();
        self
    }

    /// The level of decisions that are only observed; `None` for no events. Default: info.
    pub fn observed(mut self, level: impl Into<Option<Level>>) -> Self {
        self.observed = level.into();
        self
    }

    /// How addresses are logged. Default: [`LoggedAddress::Whole`].
    pub fn addresses(mut self, addresses: LoggedAddress) -> Self {
        self.addresses = addresses;
        self
    }

    /// The number of events of one action within a second that are all logged. Beyond it, one event
    /// of a hundred is logged, with the number of those left out; with 0, one of a hundred at any
    /// rate. The same holds for bans and for panics. Default: 100.
    pub fn per_second(mut self, events: u32) -> Self {
        self.per_second = events;
        self
    }

    /// Whether each request has a span `humanify` with its method and route, which contains the
    /// events of the application. Default: `false`.
    pub fn spans(mut self, spans: bool) -> Self {
        self.spans = spans;
        self
    }

    /// The level at which a decision is logged.
    pub(super) fn level(&self, action: DecisionAction, observed: bool) -> Option<Level> {
        match action {
            _ if observed => self.observed,
            DecisionAction::Challenge => self.challenges,
            _ => self.refusals,
        }
    }

    /// An address in the form that the settings choose.
    pub(super) fn address(&self, address: IpAddr, sealer: &Sealer) -> String {
        match self.addresses {
            LoggedAddress::Whole => address.to_string(),
            LoggedAddress::Network => {
                let net = network(address).subnet().to_net();
                let bits = if net.addr().is_ipv4() { 24 } else { 48 };
                format!("{}/{bits}", net.addr())
            }
            LoggedAddress::Hashed => {
                let text = address.to_string();
                let digest = sealer.digest(&[b"logged address", text.as_bytes()]);
                let start = digest.iter().take(8);
                start.map(|byte| format!("{byte:02x}")).collect()
            }
        }
    }
}

/// The target of all events about decisions.
pub(super) const TARGET: &str = "humanify::decision";

/// Calls a macro with the level as a constant, as `tracing` requires.
macro_rules! at_level {
    ($level:expr, $call:ident) => {
        match $level {
            Level::ERROR => $call!(Level::ERROR),
            Level::WARN => $call!(Level::WARN),
            Level::INFO => $call!(Level::INFO),
            Level::DEBUG => $call!(Level::DEBUG),
            Level::TRACE => $call!(Level::TRACE),
        }
    };
}

/// Whether a subscriber receives events about decisions at this level.
pub(super) fn is_enabled(level: Level) -> bool {
    macro_rules! enabled {
        ($level:expr) => {
            tracing::enabled!(target: TARGET, $level)
        };
    }
    at_level!(level, enabled)
}

/// Writes the event for an error of the application whose page shows a reference.
pub(super) fn write_error(
    reference: Reference,
    status: StatusCode,
    (method, route, path): (&Method, Option<&str>, Option<&str>),
    (level, left_out): (Level, u64),
) {
    let method = escaped(method.as_str().as_bytes());
    macro_rules! event {
        ($level:expr) => {
            tracing::event!(
                target: TARGET,
                $level,
                method,
                route,
                path,
                status = status.as_u16(),
                reference = reference.as_str(),
                left_out = (left_out > 0).then_some(left_out),
                "an error page was shown"
            )
        };
    }
    at_level!(level, event);
}

/// Writes the event of one decision.
pub(super) fn write(report: &DecisionReport, level: Level, address: Option<&str>, left_out: u64) {
    let client = &report.client;
    let signs = client.signs.join(",");
    let statement = report.decided_by.to_string();
    let source = client.address_source.to_string();
    let path = report.route.is_none().then_some(report.path.as_str());
    let proof = client.crawler.map(|_| client.crawler_proof.name());
    let message = match report.action {
        _ if report.observed => "would have acted",
        DecisionAction::Challenge => "challenged",
        DecisionAction::Error => "failed",
        _ => "refused",
    };
    macro_rules! event {
        ($level:expr) => {
            tracing::event!(
                target: TARGET,
                $level,
                action = report.action.name(),
                observed = report.observed.then_some(true),
                by = report.decided_by.kind(),
                statement = statement.as_str(),
                signs = (!signs.is_empty()).then_some(signs.as_str()),
                crawler = client.crawler,
                proof,
                address,
                source = address.map(|_| source.as_str()),
                method = report.method.as_str(),
                route = report.route.as_deref(),
                path,
                handler = report.handler,
                status = report.status,
                reference = report.reference.as_ref().map(|reference| reference.as_str()),
                agent = client.agent.as_str(),
                left_out = (left_out > 0).then_some(left_out),
                "{message}"
            )
        };
    }
    at_level!(level, event);
}
