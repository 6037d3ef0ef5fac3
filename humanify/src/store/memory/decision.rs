//! Decides whether a request fits into a bucket of the table.

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
    let Some(room) = gcra.span.checked_sub(gcra.step) else {
        // A request for more than a full bucket never fits in.
        return GcraDecision::Over(used.saturating_add(gcra.step.saturating_sub(gcra.span)));
    };
    match used.saturating_sub(room) {
        0 => GcraDecision::Within(now.saturating_add(used.saturating_add(gcra.step))),
        wait => GcraDecision::Over(wait),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::num::NonZeroU32;
    use std::time::Duration;

    use governor::clock::Clock;
    use governor::middleware::NoOpMiddleware;
    use governor::nanos::Nanos;
    use governor::state::{NotKeyed, StateStore};
    use governor::{Quota, RateLimiter};
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

    /// A bucket in the form that governor uses. One nanosecond of governor is one microsecond here.
    struct BucketState {
        used: Nanos,
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

    /// The decision of the crate governor; `None` if the request never fits, for which governor
    /// has no wait.
    fn by_governor(rate: Rate, cost: u32, arrival: u64, now: u64) -> Option<GcraDecision> {
        let number = |number| NonZeroU32::new(number).unwrap();
        let each = Duration::from_nanos(Gcra::new(rate, 1).step);
        let quota = Quota::with_period(each)
            .unwrap()
            .allow_burst(number(rate.burst()));
        let bucket = BucketState {
            used: Nanos::from(arrival.saturating_sub(now)),
            next: Cell::default(),
        };
        let limiter: RateLimiter<_, _, _, NoOpMiddleware<Nanos>> =
            RateLimiter::new(quota, &bucket, RequestTime);
        Some(match limiter.check_n(number(cost)).ok()? {
            Ok(()) => GcraDecision::Within(now + bucket.next.get().as_u64()),
            Err(not_until) => GcraDecision::Over(not_until.earliest_possible().as_u64()),
        })
    }

    proptest! {
        #[test]
        fn memory_decides_as_governor_does(
            count in 1..2_000_u32,
            seconds in 1..100_000_u32,
            burst in 1..50_u32,
            cost in 1..60_u32,
            used in 0..5_000_000_000_u64,
        ) {
            let rate = Rate::new(count, seconds).with_burst(burst);
            let gcra = Gcra::new(rate, cost);
            for arrival in [0, NOW - used, NOW, NOW + used, NOW + 2 * gcra.span] {
                match by_governor(rate, cost, arrival, NOW) {
                    Some(decision) => prop_assert_eq!(decide(&gcra, arrival, NOW), decision),
                    None => prop_assert!(gcra.step > gcra.span),
                }
            }
        }

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
            let next = u64::try_from(gcra.next_in(arrival, NOW).as_micros()).unwrap();
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
