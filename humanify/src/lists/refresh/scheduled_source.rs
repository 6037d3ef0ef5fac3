//! `ScheduledSource`: a source, and when it is due.

use std::time::Duration;

use crate::lists::schedule;
use crate::lists::sources::Source;

/// A source, and when it is due.
pub(super) struct ScheduledSource {
    pub(super) source: &'static Source,
    /// When its list was fetched, as time since 1970.
    pub(super) fetched: Option<Duration>,
    /// When it is due, as time since 1970; `None` if it never is.
    pub(super) due: Option<Duration>,
    pub(super) failures: u32,
}

impl ScheduledSource {
    /// Notes when the list was fetched, and sets when it is due: at once, if it was never fetched.
    /// A list from the future, written when a clock was wrong, counts as fetched now.
    pub(super) fn is_fetched(&mut self, at: Option<u64>, roll: u32, now: Duration) {
        self.fetched = at.map(Duration::from_secs);
        self.failures = 0;
        let due = self.fetched.map_or(Duration::ZERO, |fetched| {
            fetched.min(now).saturating_add(self.pace(roll))
        });
        self.due = Some(due);
    }

    /// The time until it is due. If that is longer than any wait, the clock was set back since,
    /// and the source is due at once.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        let Some(due) = self.due else {
            return Duration::MAX;
        };
        let wait = due.saturating_sub(now);
        match wait > schedule::longest_wait(self.source.interval) {
            true => Duration::ZERO,
            false => wait,
        }
    }

    pub(super) fn is_due(&self, now: Duration) -> bool {
        self.wait(now).is_zero()
    }

    pub(super) fn pace(&self, roll: u32) -> Duration {
        schedule::wait(self.source.interval, 0, roll)
    }

    pub(super) fn fail(&mut self, now: Duration, roll: u32) {
        self.failures = self.failures.saturating_add(1);
        let wait = schedule::wait(self.source.interval, self.failures, roll);
        self.due = Some(now.saturating_add(wait));
    }
}
