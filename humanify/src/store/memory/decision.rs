//! Lets `governor` decide whether a request fits into a bucket of the table.
//!
//! Each decision makes a limiter whose state is the bucket and whose clock stands still at the time
//! of the request. One nanosecond of governor is one microsecond here: a bucket that takes
//! centuries to fill then fits into governor's numbers, and memory decides to the microsecond as
//! Redis does.

use std::cell::Cell;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{NotKeyed, StateStore};
use governor::{Quota, RateLimiter};

use crate::store::gcra::Gcra;

/// The decision about a request at a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GcraDecision {
    /// The request fits in, and leads to this arrival.
    Within(u64),
    /// The request fits in after this many microseconds.
    Over(u64),
}

/// Decides whether a request fits into a bucket at `now`.
pub(super) fn decide(gcra: &Gcra, arrival: u64, now: u64) -> GcraDecision {
    let used = arrival.saturating_sub(now);
    // A request for more than a full bucket never fits in. governor returns no wait for it.
    let too_much = GcraDecision::Over(used.saturating_add(gcra.step.saturating_sub(gcra.span)));
    if gcra.step > gcra.span {
        return too_much;
    }
    let Some(quota) = Quota::with_period(Duration::from_nanos(gcra.emission_interval)) else {
        return too_much;
    };
    let bucket = BucketState {
        used: Nanos::from(used),
        next: Cell::default(),
    };
    let limiter: RateLimiter<_, _, _, NoOpMiddleware<Nanos>> =
        RateLimiter::new(quota.allow_burst(gcra.burst), &bucket, RequestTime);
    match limiter.check_n(gcra.cost) {
        Ok(Ok(())) => GcraDecision::Within(now.saturating_add(bucket.next.get().as_u64())),
        Ok(Err(not_until)) => GcraDecision::Over(not_until.earliest_possible().as_u64()),
        Err(_) => too_much,
    }
}

/// A bucket in the form that governor uses.
struct BucketState {
    /// The time in which the units taken earlier flow back.
    used: Nanos,
    /// The value of `used` after the request, if it fits.
    next: Cell<Nanos>,
}

impl StateStore for &BucketState {
    type Key = NotKeyed;

    fn measure_and_replace<T, F, E>(&self, _key: &NotKeyed, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let (outcome, next) = decide(Some(self.used))?;
        self.next.set(next);
        Ok(outcome)
    }
}

/// The clock of one decision: the time of the request is zero.
struct RequestTime;

impl Clock for RequestTime {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::default()
    }
}

#[cfg(test)]
mod tests {
    use humanify_syntax::Rate;
    use proptest::prelude::*;

    use super::*;

    const NOW: u64 = 1_767_225_600_000_000;

    /// Decides as the script for Redis does.
    fn expected(gcra: &Gcra, arrival: u64, now: u64) -> GcraDecision {
        let next = u128::from(arrival.max(now)) + u128::from(gcra.step);
        let latest = u128::from(now) + u128::from(gcra.span);
        match next.checked_sub(latest) {
            None | Some(0) => GcraDecision::Within(next as u64),
            Some(wait) => GcraDecision::Over(u64::try_from(wait).unwrap_or(u64::MAX)),
        }
    }

    proptest! {
        #[test]
        fn memory_decides_to_the_microsecond_as_redis_does(
            count in 1..2_000_u32,
            seconds in 1..100_000_u32,
            burst in 1..50_u32,
            cost in 1..60_u32,
            used in 0..5_000_000_000_u64,
        ) {
            let gcra = Gcra::new(Rate::new(count, seconds).with_burst(burst), cost);
            for arrival in [0, NOW - used, NOW, NOW + used, NOW + 2 * gcra.span] {
                prop_assert_eq!(decide(&gcra, arrival, NOW), expected(&gcra, arrival, NOW));
            }
        }

        /// A request that waits as long as stated passes; a microsecond earlier it does not.
        #[test]
        fn the_wait_is_exact(
            count in 1..2_000_u32,
            seconds in 1..100_000_u32,
            burst in 1..50_u32,
            cost in 1..50_u32,
            used in 0..5_000_000_000_u64,
        ) {
            let rate = Rate::new(count, seconds).with_burst(burst.max(cost));
            let gcra = Gcra::new(rate, cost);
            let arrival = NOW + used;
            if let GcraDecision::Over(wait) = decide(&gcra, arrival, NOW) {
                let at = |passed| decide(&gcra, arrival, NOW + passed);
                prop_assert!(matches!(at(wait), GcraDecision::Within(_)));
                prop_assert_eq!(at(wait - 1), GcraDecision::Over(1));
            }
            let left = gcra.remaining(arrival, NOW);
            let next = gcra.next_in(arrival, NOW);
            if next > 0 {
                prop_assert_eq!(gcra.remaining(arrival, NOW + next), left + 1);
                prop_assert_eq!(gcra.remaining(arrival, NOW + next - 1), left);
            } else {
                prop_assert_eq!(left, rate.burst());
            }
        }
    }

    #[test]
    fn the_largest_rates_and_costs_are_decided_without_overflow() {
        for rate in [
            Rate::new(1, u32::MAX).with_burst(u32::MAX),
            Rate::new(u32::MAX, u32::MAX),
            Rate::new(1, 1).with_burst(u32::MAX),
            Rate::new(u32::MAX, 1).with_burst(1),
        ] {
            for cost in [0, 1, 2, u32::MAX] {
                let gcra = Gcra::new(rate, cost);
                for now in [0, NOW, u64::MAX / 2] {
                    let farthest = gcra.capped_arrival(u64::MAX, now);
                    for arrival in [0, now, now + gcra.span, farthest] {
                        assert_eq!(
                            decide(&gcra, arrival, now),
                            expected(&gcra, arrival, now),
                            "{rate} {cost} {arrival} {now}"
                        );
                    }
                }
            }
        }
    }
}
