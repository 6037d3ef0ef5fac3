//! `StoreRun`: the time in which a store in memory forgets no spent id before it expires.

use crate::clock::is_set_back;
use crate::crypto::random_bytes;
use crate::store::IdOrigin;

/// A run of the store. Ids that were made before it are refused, since they may have been spent.
///
/// After the clock was ahead and is set back, another run begins: ids that expired by the clock that
/// was ahead are forgotten, and times no longer tell what was made before. So runs have numbers. Ids
/// of other processes with the same secret have other numbers, and are compared by their times.
#[derive(Debug, Clone, Copy)]
pub(super) struct StoreRun {
    /// The number of the first run, which is random, and how many runs have ended.
    first: u64,
    ended: u64,
    /// When the run began, in milliseconds since 1970.
    since: u64,
    /// The latest time of an operation.
    latest: u64,
}

impl StoreRun {
    pub(super) fn new(now: u64) -> Self {
        StoreRun {
            // Without randomness no ids are made, either.
            first: random_bytes().map_or(0, u64::from_le_bytes),
            ended: 0,
            since: now,
            latest: now,
        }
    }

    /// Begins another run if the clock was set back.
    pub(super) fn follow_clock(&mut self, now: u64) {
        if is_set_back(self.latest, now) {
            tracing::warn!(
                seconds = (self.latest - now) / 1_000,
                "the clock was set back, so the challenges and kept forms that are open are refused"
            );
            *self = StoreRun {
                first: self.first,
                ended: self.ended.wrapping_add(1),
                since: now,
                latest: now,
            };
        }
        self.latest = self.latest.max(now);
    }

    pub(super) fn number(self) -> u64 {
        self.first.wrapping_add(self.ended)
    }

    /// Whether an id was certainly made in this run.
    pub(super) fn includes(self, origin: IdOrigin) -> bool {
        match origin {
            IdOrigin::Own { created_at, run } => {
                let before = run.wrapping_sub(self.first);
                before == self.ended || (before > self.ended && created_at >= self.since)
            }
            #[cfg(feature = "web-bot-auth")]
            IdOrigin::Foreign { created_at } => created_at >= self.since,
            #[cfg(feature = "captcha-verify")]
            IdOrigin::Vouched => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_clock_was_set_back_only_ids_of_before_are_refused() {
        const HOUR: u64 = 3_600_000;
        let mut run = StoreRun::new(HOUR);
        let own = |run: StoreRun, created_at| IdOrigin::Own {
            created_at,
            run: run.number(),
        };
        let other = |created_at| own(StoreRun::new(0), created_at);
        let before = own(run, HOUR);
        run.follow_clock(9 * HOUR);
        let ahead = own(run, 9 * HOUR);
        run.follow_clock(9 * HOUR - 60_000);
        assert!(run.includes(before) && run.includes(ahead));
        run.follow_clock(HOUR);
        // The clock reads the same time as when one of them was made.
        assert!(!run.includes(before) && !run.includes(ahead));
        assert!(run.includes(own(run, HOUR)));
        assert!(run.includes(other(HOUR)) && !run.includes(other(HOUR - 1)));
    }
}
