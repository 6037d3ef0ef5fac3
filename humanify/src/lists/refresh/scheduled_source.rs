//! `ScheduledSource`: a source, and when it is due.

use std::time::Duration;

use crate::lists::schedule;
use crate::lists::sources::Source;

/// A source, and when it is due.
pub(super) struct ScheduledSource {
    pub(super) source: &'static Source,
    /// When its list was fetched, as time since 1970.
    pub(super) fetched: Option<Duration>,
    /// When it is due, as time since 1970.
    pub(super) due: Duration,
    pub(super) failures: u32,
}

impl ScheduledSource {
    /// Notes when the list was fetched, and sets when it is due: at once, if it was never fetched.
    /// A list from the future, written when a clock was wrong, counts as fetched now.
    pub(super) fn is_fetched(&mut self, at: Option<u64>, roll: u32, now: Duration) {
        self.fetched = at.map(Duration::from_secs);
        self.failures = 0;
        self.due = self.fetched.map_or(Duration::ZERO, |fetched| {
            fetched.min(now).saturating_add(self.pace(roll))
        });
    }

    pub(super) fn pace(&self, roll: u32) -> Duration {
        schedule::wait(self.source.interval, 0, roll)
    }

    pub(super) fn fail(&mut self, now: Duration, roll: u32) {
        self.failures = self.failures.saturating_add(1);
        let wait = schedule::wait(self.source.interval, self.failures, roll);
        self.due = now.saturating_add(wait);
    }
}
