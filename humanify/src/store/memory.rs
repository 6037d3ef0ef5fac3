//! The store of a single process.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::{NoOpMiddleware, StateInformationMiddleware};
use governor::nanos::Nanos;
use governor::{Quota, RateLimiter};
use humanify_syntax::Rate;

use super::attempts::Attempts;
use super::cells::{Cells, Place};
use super::spent::Spent;
use super::{
    Admission, Attempt, Bucket, Count, Counted, Key, Network, Reply, Standing, Store, StoreError,
};
use crate::clock::SharedClock;

/// Networks beside the first that a clearance may be shown in.
const ROAMING: usize = 7;

/// Everything in this process's memory, bounded. It starts with an empty memory of what was
/// spent, so it refuses challenges that were made before it.
pub(crate) struct Memory {
    clock: SharedClock,
    since: u64,
    cells: Cells,
    limiters: RwLock<HashMap<Rate, Arc<Limiter>>>,
    challenges: Mutex<Challenges>,
    capacity: usize,
}

struct Challenges {
    spent: Spent,
    attempts: Attempts,
    roaming: HashMap<[u8; 16], Roamer>,
}

struct Roamer {
    networks: Vec<Network>,
    expires: u64,
}

impl Memory {
    /// A store with room for `capacity` clients: that many buckets, failed attempts and
    /// spent challenges each.
    pub(crate) fn new(clock: SharedClock, capacity: usize) -> Self {
        Memory {
            since: clock.milliseconds(),
            cells: Cells::new(capacity),
            limiters: RwLock::default(),
            challenges: Mutex::new(Challenges {
                spent: Spent::new(capacity),
                attempts: Attempts::new(capacity),
                roaming: HashMap::new(),
            }),
            clock,
            capacity,
        }
    }

    fn limiter(&self, rate: Rate) -> Arc<Limiter> {
        let known = self
            .limiters
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&rate)
            .cloned();
        known.unwrap_or_else(|| {
            self.limiters
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(rate)
                .or_insert_with(|| Arc::new(Limiter::new(rate, self)))
                .clone()
        })
    }

    fn challenges(&self) -> MutexGuard<'_, Challenges> {
        self.challenges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn count<'a>(&'a self, buckets: &'a [Bucket]) -> Reply<'a, Counted> {
        // The shortest period first: what it refuses does not count in the longer ones.
        let mut order: Vec<&Bucket> = buckets.iter().collect();
        order.sort_by_key(|bucket| bucket.rate.seconds());
        let mut counts = Vec::with_capacity(order.len());
        for bucket in order {
            match self.limiter(bucket.rate).count(bucket.key) {
                Ok(count) => counts.push(count),
                Err(wait) => {
                    counts.push(Count {
                        rate: bucket.rate,
                        remaining: 0,
                        full_in: bucket.rate.period(),
                    });
                    return Reply::Now(Ok(Counted::Over {
                        wait,
                        rate: bucket.rate,
                        counts,
                    }));
                }
            }
        }
        Reply::Now(Ok(Counted::Within(counts)))
    }

    fn admit(&self, attempt: Attempt) -> Reply<'_, Admission> {
        Reply::Now(self.challenges().admit(attempt, self.clock.milliseconds()))
    }

    #[cfg(feature = "captcha")]
    fn spend(&self, id: [u8; 16], expires: u64) -> Reply<'_, bool> {
        let now = self.clock.milliseconds();
        Reply::Now(self.challenges().spent.spend(id, expires, now))
    }

    fn forgive(&self, attempt: Attempt) -> Reply<'_, ()> {
        let mut challenges = self.challenges();
        for (key, _) in [Some(attempt.client), attempt.address]
            .into_iter()
            .flatten()
        {
            challenges.attempts.remove(key);
        }
        Reply::Now(Ok(()))
    }

    fn standing(&self, client: (Key, u32), address: Option<(Key, u32)>) -> Reply<'_, Standing> {
        let now = self.clock.milliseconds();
        Reply::Now(Ok(self.challenges().standing(client, address, now)))
    }

    fn roam(&self, clearance: [u8; 16], network: Network, expires: u64) -> Reply<'_, bool> {
        let now = self.clock.milliseconds();
        let roaming = &mut self.challenges().roaming;
        if roaming.len() >= self.capacity {
            roaming.retain(|_, roamer| now < roamer.expires);
        }
        if !roaming.contains_key(&clearance) && roaming.len() >= self.capacity {
            return Reply::Now(Err(StoreError::Full));
        }
        let roamer = roaming.entry(clearance).or_insert(Roamer {
            networks: Vec::new(),
            expires,
        });
        let known = roamer.networks.contains(&network);
        if !known && roamer.networks.len() < ROAMING {
            roamer.networks.push(network);
            return Reply::Now(Ok(true));
        }
        Reply::Now(Ok(known))
    }

    fn knows_since(&self) -> u64 {
        self.since
    }
}

impl Challenges {
    fn standing(&self, client: (Key, u32), address: Option<(Key, u32)>, now: u64) -> Standing {
        let client = self.attempts.standing(client.0, client.1, now);
        match (
            client,
            address.map(|(key, allowed)| self.attempts.standing(key, allowed, now)),
        ) {
            (Standing::Failures(_), Some(Standing::Blocked { wait })) => Standing::Blocked { wait },
            (client, _) => client,
        }
    }

    fn admit(&mut self, attempt: Attempt, now: u64) -> Result<Admission, StoreError> {
        let failures = match self.standing(attempt.client, attempt.address, now) {
            Standing::Failures(failures) => failures,
            Standing::Blocked { wait } => return Ok(Admission::Blocked { wait }),
        };
        let first = self.spent.spend(attempt.challenge, attempt.expires, now)?;
        for (key, _) in [Some(attempt.client), attempt.address]
            .into_iter()
            .flatten()
        {
            self.attempts.add(key, now);
        }
        Ok(if first {
            Admission::Granted { failures }
        } else {
            Admission::Spent {
                failures: failures.saturating_add(1),
            }
        })
    }
}

/// governor's limiter for one rate, over the table that all rates share.
struct Limiter {
    rate: Rate,
    offset: u64,
    limiter: RateLimiter<Place, Cells, GovernorClock, StateInformationMiddleware>,
}

impl Limiter {
    fn new(rate: Rate, memory: &Memory) -> Self {
        let clock = GovernorClock {
            clock: memory.clock.clone(),
            start: Duration::from_millis(memory.since),
        };
        let count = NonZeroU32::new(rate.count()).unwrap_or(NonZeroU32::MIN);
        let each = rate.period() / rate.count();
        let quota = Quota::with_period(each)
            .unwrap_or(Quota::per_second(count))
            .allow_burst(count);
        let offset = clock.now().as_u64();
        let limiter =
            RateLimiter::<_, _, _, NoOpMiddleware<Nanos>>::new(quota, memory.cells.clone(), clock);
        Limiter {
            rate,
            offset,
            limiter: limiter.with_middleware(),
        }
    }

    /// Counts one request; the error is how long to wait.
    fn count(&self, key: Key) -> Result<Count, Duration> {
        let place = Place {
            key,
            offset: self.offset,
        };
        match self.limiter.check_key(&place) {
            Ok(snapshot) => {
                let remaining = snapshot.remaining_burst_capacity();
                let used = self.rate.count().saturating_sub(remaining);
                let each = self.rate.period() / self.rate.count();
                Ok(Count {
                    rate: self.rate,
                    remaining,
                    full_in: each.saturating_mul(used),
                })
            }
            Err(refused) => Err(refused.wait_time_from(self.limiter.clock().now())),
        }
    }
}

/// The shared clock, in the unit that governor reckons in.
#[derive(Clone)]
struct GovernorClock {
    clock: SharedClock,
    start: Duration,
}

impl Clock for GovernorClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.clock.now().saturating_sub(self.start).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    fn memory(capacity: usize) -> (ManualClock, Memory) {
        let clock = ManualClock::default();
        (
            clock.clone(),
            Memory::new(SharedClock::new(clock), capacity),
        )
    }

    fn now<T>(reply: Reply<'_, T>) -> T {
        match reply {
            Reply::Now(result) => result.unwrap(),
            Reply::Later(_) => unreachable!("memory answers at once"),
        }
    }

    fn key(number: u32) -> Key {
        Key {
            who: crate::store::Who::Address(Network::V4(number)),
            what: 0,
        }
    }

    fn passes(memory: &Memory, buckets: &[Bucket]) -> bool {
        matches!(now(memory.count(buckets)), Counted::Within(_))
    }

    #[test]
    fn so_many_at_once_then_one_each_part_of_the_period() {
        let (clock, memory) = memory(1_000);
        // Limiters are made when they are first needed, which must not move their time.
        clock.advance(Duration::from_secs(1_000));
        let bucket = [Bucket {
            key: key(1),
            rate: Rate::new(5, 60),
        }];
        for remaining in (0..5).rev() {
            let Counted::Within(counts) = now(memory.count(&bucket)) else {
                panic!("within the limit");
            };
            assert_eq!(counts[0].remaining, remaining);
        }
        let Counted::Over { wait, .. } = now(memory.count(&bucket)) else {
            panic!("the sixth is over");
        };
        assert_eq!(wait, Duration::from_secs(12));
        clock.advance(wait - Duration::from_nanos(1));
        assert!(!passes(&memory, &bucket));
        clock.advance(Duration::from_nanos(1));
        assert!(passes(&memory, &bucket));
        assert!(!passes(&memory, &bucket));
    }

    #[test]
    fn who_keeps_asking_stays_limited_during_a_flood() {
        let (_clock, memory) = memory(2_000);
        let rate = Rate::new(3, 3_600);
        let heavy = [Bucket { key: key(0), rate }];
        for _ in 0..3 {
            assert!(passes(&memory, &heavy));
        }
        for number in 1..100_000 {
            let other = [Bucket {
                key: key(number),
                rate,
            }];
            passes(&memory, &other);
            if number % 1_000 == 0 {
                assert!(!passes(&memory, &heavy), "after {number} others");
            }
        }
    }

    #[test]
    fn what_one_limit_refuses_does_not_use_up_a_longer_one() {
        let (clock, memory) = memory(1_000);
        let buckets = [
            Bucket {
                key: key(2),
                rate: Rate::new(3, 3_600),
            },
            Bucket {
                key: key(1),
                rate: Rate::new(1, 1),
            },
        ];
        assert!(passes(&memory, &buckets));
        for _ in 0..10 {
            assert!(!passes(&memory, &buckets));
        }
        for _ in 0..2 {
            clock.advance(Duration::from_secs(1));
            assert!(passes(&memory, &buckets));
        }
    }

    #[test]
    fn one_of_many_answers_to_a_challenge_is_looked_at() {
        let (_clock, memory) = memory(1_000);
        let attempt = Attempt {
            challenge: [1; 16],
            expires: u64::MAX,
            client: (key(1), 3),
            address: None,
        };
        assert_eq!(
            now(memory.admit(attempt)),
            Admission::Granted { failures: 0 }
        );
        assert_eq!(now(memory.admit(attempt)), Admission::Spent { failures: 2 });
        assert_eq!(now(memory.admit(attempt)), Admission::Spent { failures: 3 });
        assert!(matches!(
            now(memory.admit(attempt)),
            Admission::Blocked { .. }
        ));
    }

    #[test]
    fn a_clearance_is_at_home_in_eight_networks() {
        let (_clock, memory) = memory(1_000);
        for number in 0..7 {
            assert!(now(memory.roam([1; 16], Network::V4(number), u64::MAX)));
        }
        assert!(now(memory.roam([1; 16], Network::V4(3), u64::MAX)));
        assert!(!now(memory.roam([1; 16], Network::V4(7), u64::MAX)));
        assert!(now(memory.roam([2; 16], Network::V4(7), u64::MAX)));
    }
}
