//! The generic cell rate algorithm (GCRA, [ITU-T I.371]) in whole microseconds.
//!
//! A bucket is stored as one instant, its arrival (the theoretical arrival time): the time at which
//! all taken units have flowed back. Both stores compute with these numbers. Redis decides in a
//! script, memory with the crate `governor` (`memory/decision.rs`).
//!
//! [ITU-T I.371]: https://www.itu.int/rec/T-REC-I.371

use std::num::NonZeroU32;

use humanify_syntax::Rate;

/// The longest time that a bucket takes to fill: 36,000 years. A larger burst is cut to the units
/// that flow back in this time, so that sums of a few spans do not overflow.
const MAX_SPAN: u64 = u64::MAX / 16;

/// The size of a bucket, and how fast it fills, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BucketSize {
    emission_interval: u64,
    span: u64,
    burst: NonZeroU32,
}

/// The weight of a request on a bucket, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gcra {
    /// The time in which one unit flows back.
    pub(crate) emission_interval: u64,
    /// The time in which an empty bucket fills.
    pub(crate) span: u64,
    /// The time in which the units of the request flow back.
    pub(crate) step: u64,
    /// The number of units in a full bucket.
    pub(crate) burst: NonZeroU32,
    /// The number of units that the request takes.
    pub(crate) cost: NonZeroU32,
}

impl BucketSize {
    pub(crate) fn of(rate: Rate) -> BucketSize {
        let each = rate.each_microseconds().max(1);
        let of = |units: u32| each.saturating_mul(u64::from(units));
        let mut burst = rate.burst();
        if of(burst) > MAX_SPAN {
            burst = u32::try_from(MAX_SPAN / each).unwrap_or(u32::MAX);
        }
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        BucketSize {
            emission_interval: each,
            span: of(burst.get()),
            burst,
        }
    }
}

impl Gcra {
    #[cfg(test)]
    pub(crate) fn new(rate: Rate, cost: u32) -> Gcra {
        Gcra::of(BucketSize::of(rate), cost)
    }

    /// The weight of a request that takes `cost` units.
    #[inline]
    pub(crate) fn of(size: BucketSize, cost: u32) -> Gcra {
        let cost = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN);
        Gcra {
            emission_interval: size.emission_interval,
            span: size.span,
            step: size.emission_interval.saturating_mul(cost.get().into()),
            burst: size.burst,
            cost,
        }
    }

    /// A stored arrival, capped. If the clock was set back since, the stored arrival may be later
    /// than any request can have made it.
    pub(crate) fn capped_arrival(self, arrival: u64, now: u64) -> u64 {
        arrival.min(self.farthest(now))
    }

    /// The latest possible arrival: that of an exhausted bucket with another full bucket charged in
    /// advance.
    fn farthest(self, now: u64) -> u64 {
        now.saturating_add(self.span.saturating_mul(2))
    }

    /// The arrival after a charge, which counts even if it does not fit.
    pub(crate) fn charged(self, arrival: u64, now: u64) -> u64 {
        let next = arrival.max(now).saturating_add(self.step);
        next.min(self.farthest(now))
    }

    /// The arrival after the refund of a request whose arrival was `taken`. Units that have flowed
    /// back since are not refunded again.
    pub(crate) fn refunded(self, arrival: u64, taken: u64, now: u64) -> u64 {
        arrival.saturating_sub(self.step.min(taken.saturating_sub(now)))
    }

    /// The number of units that are left.
    #[inline]
    pub(crate) fn remaining(self, arrival: u64, now: u64) -> u32 {
        let free = self.span.saturating_sub(arrival.saturating_sub(now));
        u32::try_from(free / self.emission_interval.max(1)).unwrap_or(u32::MAX)
    }

    /// The time until one more unit is left, in microseconds; zero if the bucket is full.
    #[inline]
    pub(crate) fn next_in(self, arrival: u64, now: u64) -> u64 {
        let used = arrival.saturating_sub(now);
        let over = used.saturating_sub(self.span);
        match used % self.emission_interval.max(1) {
            _ if over > 0 => over.saturating_add(self.emission_interval),
            0 if used > 0 => self.emission_interval,
            part => part,
        }
    }
}
