//! Counts and measurements for the `metrics` facade. Feature `metrics`.
//!
//! Every label has values from a bounded set: names from the program or from humanify's lists,
//! never texts that a client sends.

mod unanswered;

pub(crate) use unanswered::UnansweredChallenges;

use std::borrow::Cow;
use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

const DECISIONS: &str = "humanify.decisions";
const JUDGING: &str = "humanify.judging.duration";
const CRAWLERS: &str = "humanify.crawler.requests";
const CHALLENGES: &str = "humanify.challenges";
const SOLVING: &str = "humanify.challenge.duration";
const CLEARANCES: &str = "humanify.clearances";
const BANS: &str = "humanify.bans";
const LISTS: &str = "humanify.list.fetched";
const LIST_FAILURES: &str = "humanify.list.failures";
const CONNECTIONS_CLOSED: &str = "humanify.connections.closed";
const RENDERING: &str = "humanify.render.duration";
const RENDER_ACTIVE: &str = "humanify.render.active";
const RENDER_REJECTED: &str = "humanify.render.rejected";
/// OpenTelemetry's name, with its attributes.
#[cfg(feature = "redis")]
const STORE: &str = "db.client.operation.duration";

/// Describes every metric to the recorder that is installed.
pub(crate) fn describe() {
    describe_counter!(DECISIONS, Unit::Count, "Decisions about requests");
    describe_histogram!(JUDGING, Unit::Seconds, "Time that judging a request takes");
    describe_counter!(
        CRAWLERS,
        Unit::Count,
        "Requests of crawlers, as far as something asked what the client is"
    );
    describe_counter!(
        CHALLENGES,
        Unit::Count,
        "Challenges that were shown, solved, failed or given up"
    );
    describe_histogram!(
        SOLVING,
        Unit::Seconds,
        "Time from the making of a challenge to its right answer"
    );
    describe_counter!(CLEARANCES, Unit::Count, "Clearances that were given");
    describe_counter!(BANS, Unit::Count, "Bans that were imposed by rules");
    describe_gauge!(
        LISTS,
        Unit::Seconds,
        "When a list of addresses was last fetched, in seconds since 1970; 0 for never"
    );
    describe_counter!(
        LIST_FAILURES,
        Unit::Count,
        "Attempts to fetch a list that failed, or whose list was refused"
    );
    describe_counter!(
        CONNECTIONS_CLOSED,
        Unit::Count,
        "Connections that were closed for lack of places or of memory"
    );
    describe_histogram!(
        RENDERING,
        Unit::Seconds,
        "Time that a challenge waits to be drawn and is drawn"
    );
    describe_gauge!(
        RENDER_ACTIVE,
        Unit::Count,
        "Challenges that wait to be drawn or are being drawn"
    );
    describe_counter!(
        RENDER_REJECTED,
        Unit::Count,
        "Challenges that were not drawn, since too many were"
    );
    // A rate can be computed only from a counter that exists from the start.
    counter!(RENDER_REJECTED).increment(0);
    for reason in ["rejected", "displaced", "unsent"] {
        counter!(CONNECTIONS_CLOSED, "reason" => reason).increment(0);
    }
    #[cfg(feature = "redis")]
    describe_histogram!(STORE, Unit::Seconds, "Duration of round trips to the store");
}

/// Counts a decision.
pub(crate) fn decision(action: &'static str, statement: Cow<'static, str>, observed: bool) {
    let observed = if observed { "true" } else { "false" };
    let statement = statement.into_owned();
    counter!(DECISIONS, "action" => action, "statement" => statement, "observed" => observed)
        .increment(1);
}

/// Counts a request that passed. Its labels are constants, so nothing is allocated.
pub(crate) fn passed() {
    counter!(DECISIONS, "action" => "pass", "statement" => "none", "observed" => "false")
        .increment(1);
}

/// Records how long judging a request took.
pub(crate) fn judged(time: Duration) {
    histogram!(JUDGING).record(time.as_secs_f64());
}

/// Counts a request of a crawler.
pub(crate) fn crawler(kind: &'static str, proof: &'static str) {
    counter!(CRAWLERS, "kind" => kind, "proof" => proof).increment(1);
}

/// Counts challenges of a type with an outcome.
pub(crate) fn challenges(kind: &'static str, outcome: &'static str, count: u64) {
    counter!(CHALLENGES, "type" => kind, "outcome" => outcome).increment(count);
}

/// Records how long solving a challenge took.
pub(crate) fn solved(kind: &'static str, time: Duration) {
    histogram!(SOLVING, "type" => kind).record(time.as_secs_f64());
}

/// Counts a clearance for a challenge of a type, or for the application's own check.
pub(crate) fn cleared(kind: &'static str) {
    counter!(CLEARANCES, "type" => kind).increment(1);
}

/// Counts a ban for an offence.
pub(crate) fn banned(offence: &'static str) {
    counter!(BANS, "offence" => offence).increment(1);
}

/// Records when a list was fetched, as time since 1970; zero for never.
#[cfg(feature = "lists")]
pub(crate) fn list_fetched(list: &'static str, at: Duration) {
    gauge!(LISTS, "list" => list).set(at.as_secs_f64());
}

/// Counts attempts to fetch a list that failed.
#[cfg(feature = "lists")]
pub(crate) fn list_failures(list: &'static str, count: u64) {
    counter!(LIST_FAILURES, "list" => list).increment(count);
}

/// Counts a connection that was closed for lack of places or of memory.
pub(crate) fn connection_closed(reason: &'static str) {
    counter!(CONNECTIONS_CLOSED, "reason" => reason).increment(1);
}

/// Counts a challenge that was not drawn because too many were waiting.
pub(crate) fn render_rejected() {
    counter!(RENDER_REJECTED).increment(1);
}

/// Guard of a challenge that waits to be drawn or is being drawn. Dropping it records the duration.
pub(crate) struct Rendering(std::time::Instant);

impl Rendering {
    pub(crate) fn begin() -> Rendering {
        gauge!(RENDER_ACTIVE).increment(1);
        Rendering(std::time::Instant::now())
    }
}

impl Drop for Rendering {
    fn drop(&mut self) {
        gauge!(RENDER_ACTIVE).decrement(1);
        histogram!(RENDERING).record(self.0.elapsed().as_secs_f64());
    }
}

/// Records the duration of a round trip to the store, and the type of its error if it failed.
#[cfg(feature = "redis")]
pub(crate) fn store_round_trip(
    operation: &'static str,
    time: Duration,
    error: Option<&'static str>,
) {
    let system = ("db.system.name", "redis");
    let mut labels = vec![system, ("db.operation.name", operation)];
    labels.extend(error.map(|error| ("error.type", error)));
    histogram!(STORE, &labels).record(time.as_secs_f64());
}
