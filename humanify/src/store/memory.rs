//! The store of a single process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::attempts::Attempts;
use super::cells::Cells;
#[cfg(feature = "web-bot-auth")]
use super::nonces::Nonces;
use super::spent::Spent;
use super::{
    Admission, Attempt, Bucket, Counted, Counting, Failures, Key, Network, ROAMING, Reply,
    Standing, Store, StoreError,
};
#[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
use super::{Spendable, Spending};
use crate::clock::SharedClock;

/// Everything in this process's memory, bounded. It starts with an empty memory of what was
/// spent, so it refuses challenges that were made before it.
pub(crate) struct Memory {
    clock: SharedClock,
    since: u64,
    cells: Cells,
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

impl Memory {
    /// A store with room for `capacity` clients: that many buckets, failed attempts and
    /// spent challenges each.
    pub(crate) fn new(clock: SharedClock, capacity: usize) -> Self {
        Memory {
            since: clock.milliseconds(),
            cells: Cells::new(capacity),
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

impl Store for Memory {
    fn count<'a>(&'a self, buckets: &'a [Bucket], counting: Counting) -> Reply<'a, Counted> {
        let now = self.clock.microseconds();
        Reply::Now(Ok(self.cells.count(buckets, counting, now)))
    }

    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> Reply<'a, ()> {
        for bucket in buckets {
            self.cells.forget(bucket);
        }
        Reply::Now(Ok(()))
    }

    fn admit(&self, attempt: Attempt) -> Reply<'_, Admission> {
        if attempt.made < self.since {
            return Reply::Now(Ok(Admission::Forgotten));
        }
        Reply::Now(self.challenges().admit(attempt, self.clock.milliseconds()))
    }

    #[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
    fn spend(&self, what: Spendable, id: [u8; 16], made: u64, expires: u64) -> Reply<'_, Spending> {
        if made < self.since {
            return Reply::Now(Ok(Spending::Forgotten));
        }
        let now = self.clock.milliseconds();
        let first = match what {
            #[cfg(feature = "captcha")]
            Spendable::Token => self.challenges().spent.spend(id, None, expires, now),
            #[cfg(feature = "web-bot-auth")]
            Spendable::Nonce => {
                let nonces = self.nonces.lock();
                let mut nonces = nonces.unwrap_or_else(PoisonError::into_inner);
                nonces.spend(id, expires, now)
            }
        };
        Reply::Now(first.map(|first| match first {
            true => Spending::First,
            false => Spending::Again,
        }))
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
}

impl Challenges {
    fn standing(&self, client: (Key, u32), address: Option<(Key, u32)>, now: u64) -> Standing {
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

#[cfg(test)]
mod tests;
