//! The store in the memory of this process.

mod attempts;
mod bucket_set;
mod bucket_table;
mod decision;
#[cfg(feature = "web-bot-auth")]
mod nonces;
mod replay_guard;
#[cfg(test)]
mod tests;

#[cfg(feature = "redis")]
pub(crate) use replay_guard::{SHARES, room};

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::failure::StoreError;
use super::maybe_ready::MaybeReady;
use super::types::{Admission, Attempt, Bucket, CountMode, Counted, Failures, Standing};
#[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
use super::types::{SpendKind, SpendOutcome};
use super::{ROAMING, Store};
use crate::client::CounterKey;
use crate::clock::SharedClock;
use crate::net::Network;
use attempts::Attempts;
use bucket_table::BucketTable;
#[cfg(feature = "web-bot-auth")]
use nonces::Nonces;
use replay_guard::Spent;

/// Everything in this process's memory, bounded. It starts with an empty memory of what was
/// spent, so it refuses challenges that were made before it.
pub(crate) struct MemoryStore {
    clock: SharedClock,
    since: u64,
    buckets: BucketTable,
    challenges: Mutex<Challenges>,
    #[cfg(feature = "web-bot-auth")]
    nonces: Mutex<Nonces>,
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

impl MemoryStore {
    /// A store with room for `capacity` clients: that many buckets, failed attempts and
    /// spent challenges each.
    pub(crate) fn new(clock: SharedClock, capacity: usize) -> Self {
        MemoryStore {
            since: clock.milliseconds(),
            buckets: BucketTable::new(capacity),
            challenges: Mutex::new(Challenges {
                spent: Spent::new(capacity),
                attempts: Attempts::new(capacity),
                roaming: HashMap::new(),
            }),
            #[cfg(feature = "web-bot-auth")]
            nonces: Mutex::new(Nonces::new(capacity)),
            clock,
            capacity,
        }
    }

    fn challenges(&self) -> MutexGuard<'_, Challenges> {
        self.challenges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn count<'a>(&'a self, buckets: &'a [Bucket], mode: CountMode) -> MaybeReady<'a, Counted> {
        let now = self.clock.microseconds();
        MaybeReady::Ready(Ok(self.buckets.count(buckets, mode, now)))
    }

    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> MaybeReady<'a, ()> {
        for bucket in buckets {
            self.buckets.forget(bucket);
        }
        MaybeReady::Ready(Ok(()))
    }

    fn admit(&self, attempt: Attempt) -> MaybeReady<'_, Admission> {
        if attempt.made < self.since {
            return MaybeReady::Ready(Ok(Admission::Forgotten));
        }
        MaybeReady::Ready(self.challenges().admit(attempt, self.clock.milliseconds()))
    }

    #[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
    fn spend(
        &self,
        what: SpendKind,
        id: [u8; 16],
        made: u64,
        expires: u64,
    ) -> MaybeReady<'_, SpendOutcome> {
        if made < self.since {
            return MaybeReady::Ready(Ok(SpendOutcome::Forgotten));
        }
        let now = self.clock.milliseconds();
        let first = match what {
            #[cfg(feature = "captcha")]
            SpendKind::Token => self.challenges().spent.spend(id, None, expires, now),
            #[cfg(feature = "web-bot-auth")]
            SpendKind::Nonce => {
                let nonces = self.nonces.lock();
                let mut nonces = nonces.unwrap_or_else(PoisonError::into_inner);
                nonces.spend(id, expires, now)
            }
        };
        MaybeReady::Ready(first.map(|first| match first {
            true => SpendOutcome::First,
            false => SpendOutcome::Again,
        }))
    }

    fn forgive(&self, attempt: Attempt) -> MaybeReady<'_, ()> {
        let mut challenges = self.challenges();
        for (key, _) in [Some(attempt.client), attempt.address]
            .into_iter()
            .flatten()
        {
            challenges.attempts.remove(key);
        }
        MaybeReady::Ready(Ok(()))
    }

    fn standing(
        &self,
        client: (CounterKey, u32),
        address: Option<(CounterKey, u32)>,
    ) -> MaybeReady<'_, Standing> {
        let now = self.clock.milliseconds();
        MaybeReady::Ready(Ok(self.challenges().standing(client, address, now)))
    }

    fn roam(&self, clearance: [u8; 16], network: Network, expires: u64) -> MaybeReady<'_, bool> {
        let now = self.clock.milliseconds();
        let roaming = &mut self.challenges().roaming;
        if roaming.len() >= self.capacity {
            roaming.retain(|_, roamer| now < roamer.expires);
        }
        if !roaming.contains_key(&clearance) && roaming.len() >= self.capacity {
            return MaybeReady::Ready(Err(StoreError::Full));
        }
        let roamer = roaming.entry(clearance).or_insert(Roamer {
            networks: Vec::new(),
            expires,
        });
        let known = roamer.networks.contains(&network);
        if !known && roamer.networks.len() < ROAMING {
            roamer.networks.push(network);
            return MaybeReady::Ready(Ok(true));
        }
        MaybeReady::Ready(Ok(known))
    }
}

impl Challenges {
    fn standing(
        &self,
        client: (CounterKey, u32),
        address: Option<(CounterKey, u32)>,
        now: u64,
    ) -> Standing {
        let of = |(key, allowed)| self.attempts.standing(key, allowed, now);
        match (of(client), address.map(of)) {
            (Ok(client), None) => Standing::Failures(Failures { client, address: 0 }),
            (Ok(client), Some(Ok(address))) => Standing::Failures(Failures { client, address }),
            (Err(wait), None | Some(Ok(_))) | (Ok(_), Some(Err(wait))) => {
                Standing::Blocked { wait }
            }
            (Err(one), Some(Err(other))) => Standing::Blocked {
                wait: one.max(other),
            },
        }
    }

    fn admit(&mut self, attempt: Attempt, now: u64) -> Result<Admission, StoreError> {
        let failures = match self.standing(attempt.client, attempt.address, now) {
            Standing::Failures(failures) => failures,
            Standing::Blocked { wait } => return Ok(Admission::Blocked { wait }),
        };
        let first = self
            .spent
            .spend(attempt.challenge, attempt.network, attempt.expires, now)?;
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
                failures: failures.and_one(),
            }
        })
    }
}
