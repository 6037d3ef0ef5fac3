//! Time, which comes in from outside so that tests are exact.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A source of the time. [`SystemClock`] is the real one, [`ManualClock`] stands still until it
/// is advanced. Applications may implement it.
pub trait Clock: Send + Sync + 'static {
    /// The time since 1970-01-01 00:00 UTC. It must never run backwards within a process.
    fn now(&self) -> Duration;
}

/// The computer's clock, read once at the start and then advanced monotonically, so that a
/// clock that is set back opens nothing that had expired.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
    epoch: Duration,
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock {
            started: Instant::now(),
            epoch: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.epoch + self.started.elapsed()
    }
}

/// A clock that stands still until it is told to go on. Clones share one time.
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

impl SharedClock {
    pub(crate) fn new(clock: impl Clock) -> Self {
        SharedClock(Arc::new(clock))
    }

    pub(crate) fn now(&self) -> Duration {
        self.0.now()
    }

    /// Microseconds since 1970.
    pub(crate) fn microseconds(&self) -> u64 {
        u64::try_from(self.now().as_micros()).unwrap_or(u64::MAX)
    }

    /// Milliseconds since 1970.
    pub(crate) fn milliseconds(&self) -> u64 {
        u64::try_from(self.now().as_millis()).unwrap_or(u64::MAX)
    }
}

impl fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedClock")
    }
}
