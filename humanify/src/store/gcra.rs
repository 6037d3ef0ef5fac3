//! The generic cell rate algorithm (GCRA) on microseconds.

use std::time::Duration;

use humanify_syntax::Rate;

/// How a request weighs on a bucket, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gcra {
    /// How long one unit takes to flow back.
    pub(crate) each: u64,
    /// How long it takes until a bucket that is used up is full again.
    pub(crate) span: u64,
    /// How long it takes until what the request takes has flowed back.
    pub(crate) step: u64,
}

/// What a bucket says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    /// The request fits in, and the bucket's arrival then is this.
    Within(u64),
    /// It fits in after so many microseconds.
    Over(u64),
}

impl Gcra {
    pub(crate) fn new(rate: Rate, cost: u32) -> Gcra {
        let each = rate.each_microseconds();
        Gcra {
            each,
            span: each.saturating_mul(u64::from(rate.burst())),
            step: each.saturating_mul(u64::from(cost)),
        }
    }

    /// What is believed of an arrival that was stored: that of a clock which was set back since
    /// is farther away than any request can have made it.
    pub(crate) fn believed(self, arrival: u64, now: u64) -> u64 {
        arrival.min(self.farthest(now))
    }

    /// The farthest arrival: one bucket that is used up, and as much again that is owed.
    fn farthest(self, now: u64) -> u64 {
        now.saturating_add(self.span.saturating_mul(2))
    }

    /// Asks a bucket at `now` whether the request fits in.
    pub(crate) fn ask(self, arrival: u64, now: u64) -> Cell {
        let next = self.charged(arrival, now);
        let latest = now.saturating_add(self.span);
        match next.checked_sub(latest) {
            None | Some(0) => Cell::Within(next),
            Some(wait) => Cell::Over(wait),
        }
    }

    /// The arrival after the request.
    pub(crate) fn charged(self, arrival: u64, now: u64) -> u64 {
        arrival.max(now).saturating_add(self.step)
    }

    /// The arrival after the request, if it did not fit in and is owed.
    pub(crate) fn owed(self, arrival: u64, now: u64) -> u64 {
        self.charged(arrival, now).min(self.farthest(now))
    }

    /// The arrival after the request was taken back, which `taken` was the arrival after: what
    /// has flowed back since is not given back once more.
    pub(crate) fn returned(self, arrival: u64, taken: u64, now: u64) -> u64 {
        arrival.saturating_sub(self.step.min(taken.saturating_sub(now)))
    }

    /// How many units are left.
    pub(crate) fn remaining(self, arrival: u64, now: u64) -> u32 {
        let free = now
            .saturating_add(self.span)
            .saturating_sub(arrival.max(now));
        u32::try_from(free / self.each.max(1)).unwrap_or(u32::MAX)
    }

    /// How long until one more unit is left; nothing, if the bucket is full.
    pub(crate) fn next_in(self, arrival: u64, now: u64) -> Duration {
        let used = arrival.saturating_sub(now);
        let over = used.saturating_sub(self.span);
        let part = match used % self.each.max(1) {
            _ if over > 0 => over.saturating_add(self.each),
            0 if used > 0 => self.each,
            part => part,
        };
        Duration::from_micros(part)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whoever waits as long as is said is let in, and a microsecond earlier is not.
        #[test]
        fn the_wait_is_exact(
            count in 1..2_000_u32,
            seconds in 1..100_000_u32,
            burst in 1..50_u32,
            cost in 1..50_u32,
            used in 0..5_000_000_000_u64,
        ) {
            let now = 1_767_225_600_000_000;
            let rate = Rate::new(count, seconds).with_burst(burst.max(cost));
            let pace = Gcra::new(rate, cost);
            let arrival = now + used;
            if let Cell::Over(wait) = pace.ask(arrival, now) {
                prop_assert!(matches!(pace.ask(arrival, now + wait), Cell::Within(_)));
                prop_assert!(matches!(pace.ask(arrival, now + wait - 1), Cell::Over(1)));
            }
            let left = pace.remaining(arrival, now);
            let next = u64::try_from(pace.next_in(arrival, now).as_micros()).unwrap();
            if next > 0 {
                prop_assert_eq!(pace.remaining(arrival, now + next), left + 1);
                prop_assert_eq!(pace.remaining(arrival, now + next - 1), left);
            } else {
                prop_assert_eq!(left, rate.burst());
            }
        }
    }
}
