//! `Reporter`: hands each decision to the log, the metrics and the application.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::{Method, StatusCode};

use super::action::DecisionAction;
use super::log::{self, DecisionLog};
use super::observed::{ObservedCounts, ObservedSummary};
use super::reference::Reference;
#[cfg(feature = "metrics")]
use super::report::CrawlerProof;
use super::report::{Decided, DecisionReport, RequestFacts};
use crate::clock::SharedClock;
use crate::crypto::Sealer;
#[cfg(feature = "metrics")]
use crate::detect::Detection;
use crate::net::Network;
use crate::sampler::Sampler;

const ACTIONS: usize = DecisionAction::ALL.len();

/// The index of the sampler for client errors of the application.
const CLIENT_ERRORS: usize = 2 * ACTIONS;

/// The target of events about bans.
const BAN_TARGET: &str = "humanify::ban";

/// The function of the application that receives decisions.
#[derive(Clone)]
pub(crate) struct DecisionHook(Arc<dyn Fn(&DecisionReport) + Send + Sync>);

impl DecisionHook {
    pub(crate) fn new(function: impl Fn(&DecisionReport) + Send + Sync + 'static) -> DecisionHook {
        DecisionHook(Arc::new(function))
    }
}

impl fmt::Debug for DecisionHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}

/// Reports each decision to the log, the metrics and the application. Requests that pass are not
/// reported.
pub(crate) struct Reporter {
    log: DecisionLog,
    hook: Option<DecisionHook>,
    /// A sampler for each action, and for each action that was only observed, so that a flood of one
    /// hides no other; the last one is for client errors of the application.
    samplers: [Sampler; CLIENT_ERRORS + 1],
    bans: Sampler,
    panics: Sampler,
    observed: ObservedCounts,
    sealer: Arc<Sealer>,
    clock: SharedClock,
    #[cfg(feature = "metrics")]
    unanswered: crate::metrics::UnansweredChallenges,
}

impl Reporter {
    pub(crate) fn new(
        log: DecisionLog,
        hook: Option<DecisionHook>,
        sealer: Arc<Sealer>,
        clock: SharedClock,
    ) -> Reporter {
        Reporter {
            log,
            hook,
            samplers: std::array::from_fn(|_| Sampler::default()),
            bans: Sampler::default(),
            panics: Sampler::default(),
            observed: ObservedCounts::default(),
            sealer,
            clock,
            #[cfg(feature = "metrics")]
            unanswered: crate::metrics::UnansweredChallenges::default(),
        }
    }

    /// Whether each request has a span.
    pub(crate) fn has_spans(&self) -> bool {
        self.log.spans
    }

    /// The summary of observed decisions.
    pub(crate) fn observed(&self) -> ObservedSummary {
        self.observed.summary()
    }

    /// Reports a decision. The report is built only if something receives it.
    pub(crate) fn report(&self, decided: &Decided, request: &RequestFacts<'_>) {
        let observed = decided.status.is_none();
        #[cfg(feature = "metrics")]
        crate::metrics::decision(decided.action.name(), decided.decided_by.label(), observed);
        if self.log.spans {
            let span = tracing::Span::current();
            span.record("action", decided.action.name());
            if let Some(reference) = decided.reference {
                span.record("reference", reference.as_str());
            }
        }
        let level = self.log.level(decided.action, observed);
        let level = level.filter(|level| log::is_enabled(*level));
        let admitted = level.and_then(|level| {
            let left_out = self.admit(sampler_of(decided.action, observed)?)?;
            Some((level, left_out))
        });
        if admitted.is_none() && self.hook.is_none() && !observed {
            return;
        }
        let report = DecisionReport::new(decided, request);
        if observed {
            self.observed.count(&report);
        }
        if let Some((level, left_out)) = admitted {
            let address = report.client.address;
            let address = address.map(|address| self.logged_address(address));
            log::write(&report, level, address.as_deref(), left_out);
        }
        if let Some(DecisionHook(hook)) = &self.hook {
            hook(&report);
        }
    }

    /// An address in the form in which it is logged.
    pub(crate) fn logged_address(&self, address: IpAddr) -> String {
        self.log.address(address, &self.sealer)
    }

    /// Logs an error of the application whose page shows a reference: server errors at the level of
    /// refusals, client errors, such as a path that does not exist, at the level of challenges.
    pub(crate) fn error_shown(
        &self,
        reference: Reference,
        status: StatusCode,
        (method, route, path): (&Method, Option<&str>, Option<String>),
    ) {
        let (action, sampler) = match status.is_server_error() {
            true => (
                DecisionAction::Error,
                sampler_of(DecisionAction::Error, false),
            ),
            false => (DecisionAction::Challenge, Some(CLIENT_ERRORS)),
        };
        let level = self.log.level(action, false);
        let Some(level) = level.filter(|level| log::is_enabled(*level)) else {
            return;
        };
        if let Some(left_out) = sampler.and_then(|sampler| self.admit(sampler)) {
            let asked = (method, route, path.as_deref());
            log::write_error(reference, status, asked, (level, left_out));
        }
    }

    /// Reports a new ban of a network.
    pub(crate) fn banned(&self, network: Network, offence: &'static str, seconds: u32) {
        #[cfg(feature = "metrics")]
        crate::metrics::banned(offence);
        if !tracing::enabled!(target: BAN_TARGET, tracing::Level::INFO) {
            return;
        }
        if let Some(left_out) = self.sample(&self.bans) {
            let address = self.logged_address(network.to_net().addr());
            let left_out = (left_out > 0).then_some(left_out);
            tracing::info!(target: BAN_TARGET, address, offence, seconds, left_out, "banned");
        }
    }

    /// Logs a panic of a handler, unless it is left out. The function gets the number of panics that
    /// were left out before it, if there are any.
    pub(crate) fn panicked(&self, write: impl FnOnce(Option<u64>)) {
        if let Some(left_out) = self.sample(&self.panics) {
            write((left_out > 0).then_some(left_out));
        }
    }

    /// Counts a challenge that is shown.
    #[cfg(feature = "metrics")]
    pub(crate) fn challenge_shown(&self, kind: &'static str) {
        crate::metrics::challenges(kind, "shown", 1);
        let given_up = self.unanswered.shown(kind, self.clock.milliseconds());
        count_given_up(given_up);
    }

    /// Counts an answer to a challenge with this time of creation.
    #[cfg(feature = "metrics")]
    pub(crate) fn challenge_answered(&self, kind: &'static str, made: u64, solved: bool) {
        let outcome = if solved { "solved" } else { "failed" };
        crate::metrics::challenges(kind, outcome, 1);
        let now = self.clock.milliseconds();
        if solved {
            let time = std::time::Duration::from_millis(now.saturating_sub(made));
            crate::metrics::solved(kind, time);
        }
        count_given_up(self.unanswered.answered(kind, made, now));
    }

    /// Counts a request whose judging began at `begun`, and whether it passes.
    #[cfg(feature = "metrics")]
    pub(crate) fn judged(&self, begun: std::time::Duration, passes: bool, detection: &Detection) {
        crate::metrics::judged(self.clock.now().saturating_sub(begun));
        if passes {
            crate::metrics::passed();
        }
        // Metrics must not cause look-ups.
        if detection.has_any_result()
            && let Some(kind) = detection.crawler_kind()
        {
            crate::metrics::crawler(kind.name(), CrawlerProof::of(detection).name());
        }
    }

    /// Whether an event of this sampler is logged, and how many were left out before it.
    fn admit(&self, index: usize) -> Option<u64> {
        self.sample(self.samplers.get(index)?)
    }

    fn sample(&self, sampler: &Sampler) -> Option<u64> {
        let second = self.clock.milliseconds() / 1_000;
        sampler.admit(second, self.log.per_second)
    }
}

/// The index of the sampler for an action.
fn sampler_of(action: DecisionAction, observed: bool) -> Option<usize> {
    let index = DecisionAction::ALL.iter().position(|it| *it == action)?;
    Some(if observed { index + ACTIONS } else { index })
}

#[cfg(feature = "metrics")]
fn count_given_up(given_up: Vec<(&'static str, u64)>) {
    for (kind, count) in given_up {
        crate::metrics::challenges(kind, "given_up", count);
    }
}
