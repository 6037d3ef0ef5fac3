//! `Clock`: the source of the time, which tests replace by their own.

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far the clocks of two processes may differ, in milliseconds, so that each accepts tokens
/// that the other has just sealed.
pub(crate) const LEEWAY_MILLISECONDS: u64 = 60_000;

/// If the clock is set back by at most this many nanoseconds, the time stands still until the clock
/// has caught up, instead of running backwards.
const MIN_STEP_NANOSECONDS: u64 = LEEWAY_MILLISECONDS * 1_000_000;

/// A source of the time. [`SystemClock`] is the real one, [`ManualClock`] stands still until it
/// is advanced. Applications may implement it.
pub trait Clock: Send + Sync + 'static {
    /// The time since 1970-01-01 00:00 UTC.
    fn now(&self) -> Duration;
}

/// The computer's clock, read again each time. If it is set back by less than a minute, the
/// time stands still until it has caught up; if by more, the time follows it.
#[derive(Debug, Clone, Default)]
pub struct SystemClock(Arc<AtomicU64>);

/// The latest time is stored at most once in this many nanoseconds, and not at each reading.
const RESOLUTION: u64 = 1_000_000;

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        let read = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let latest = self.0.load(Ordering::Relaxed);
        let nanoseconds = nanoseconds(read);
        let now = follow(latest, nanoseconds);
        if now.abs_diff(latest) > RESOLUTION {
            self.0.store(now, Ordering::Relaxed);
        }
        match now == nanoseconds {
            true => read,
            false => Duration::from_nanos(now),
        }
    }
}

/// The nanoseconds of a time. The number is large enough until the year 2554.
fn nanoseconds(time: Duration) -> u64 {
    let seconds = time.as_secs().saturating_mul(1_000_000_000);
    seconds.saturating_add(time.subsec_nanos().into())
}

/// The time in nanoseconds, after it was `latest` before and the computer's clock reads `read`.
fn follow(latest: u64, read: u64) -> u64 {
    match latest.checked_sub(read) {
        Some(step) if step < MIN_STEP_NANOSECONDS => latest,
        _ => read,
    }
}

/// A clock that stands still until it is advanced. Clones share one time.
///
/// ```
/// use std::time::Duration;
/// use humanify::{Clock, ManualClock};
///
/// let clock = ManualClock::default();
/// let before = clock.now();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now() - before, Duration::from_secs(60));
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicU64>);

impl Default for ManualClock {
    fn default() -> Self {
        // 2026-01-01 00:00 UTC, in nanoseconds.
        ManualClock(Arc::new(AtomicU64::new(1_767_225_600_000_000_000)))
    }
}

impl ManualClock {
    /// Lets `time` pass.
    pub fn advance(&self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_add(nanoseconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::SeqCst))
    }
}

/// The clock that the parts of one `Humanify` share.
#[derive(Clone)]
pub(crate) struct SharedClock(Arc<dyn Clock>);

/// The clock of all instances that were given none.
static SYSTEM: LazyLock<SharedClock> = LazyLock::new(|| SharedClock::new(SystemClock::default()));

impl SharedClock {
    /// The computer's clock.
    pub(crate) fn system() -> SharedClock {
        SYSTEM.clone()
    }

    /// Whether both are one clock.
    #[cfg(feature = "lists")]
    pub(crate) fn is_same(&self, other: &SharedClock) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn new(clock: impl Clock) -> Self {
        SharedClock(Arc::new(clock))
    }

    pub(crate) fn now(&self) -> Duration {
        self.0.now()
    }

    /// Microseconds since 1970.
    pub(crate) fn microseconds(&self) -> u64 {
        let now = self.now();
        let seconds = now.as_secs().saturating_mul(1_000_000);
        seconds.saturating_add(now.subsec_micros().into())
    }

    /// Milliseconds since 1970.
    pub(crate) fn milliseconds(&self) -> u64 {
        let now = self.now();
        let seconds = now.as_secs().saturating_mul(1_000);
        seconds.saturating_add(now.subsec_millis().into())
    }
}

/// A time, in seconds since 1970, as `2026-10-05T12:34:56Z` ([RFC 3339]); `None` after the year 9999.
///
/// [RFC 3339]: https://www.rfc-editor.org/rfc/rfc3339
pub(crate) fn rfc_3339(seconds: u64) -> Option<String> {
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    let mut text = String::new();
    write!(text, "{}", humantime::format_rfc3339_seconds(time)).ok()?;
    Some(text)
}

/// Whether something made at `made` with the lifetime `life` is valid at `now`, all in
/// milliseconds. The clock of the process that made it may be ahead.
pub(crate) fn is_current(made: u64, life: u64, now: u64) -> bool {
    made <= now.saturating_add(LEEWAY_MILLISECONDS) && now < made.saturating_add(life)
}

/// Whether the clock was set back since it showed `latest`, both in milliseconds. A smaller step does not
/// matter.
pub(crate) fn is_set_back(latest: u64, now: u64) -> bool {
    latest > now.saturating_add(LEEWAY_MILLISECONDS)
}

impl fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedClock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_step_back_of_the_clock_is_ignored_and_a_large_one_followed() {
        let seconds = |seconds: u64| seconds * 1_000_000_000;
        for (latest, read, time) in [
            (0, 1_000, 1_000),
            (1_000, 1_001, 1_001),
            (1_000, 999, 1_000),
            (1_000, 941, 1_000),
            (1_000, 940, 940),
            (9_000, 1_000, 1_000),
        ] {
            assert_eq!(
                follow(seconds(latest), seconds(read)),
                seconds(time),
                "{read}"
            );
        }
        let (before, clock) = (SystemTime::now(), SystemClock::default());
        assert!(clock.now() >= before.duration_since(UNIX_EPOCH).unwrap());
    }

    #[test]
    fn a_clock_less_than_a_minute_behind_accepts_new_tokens() {
        for (now, holds) in [
            (40_000, true),
            (39_999, false),
            (100_999, true),
            (101_000, false),
        ] {
            assert_eq!(is_current(100_000, 1_000, now), holds, "{now}");
        }
    }
}
