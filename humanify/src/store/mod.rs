//! Stores of limits, attempts, spent challenges and bans: the trait, memory, RedisStore, failover.

#[cfg(feature = "redis")]
mod failover;
mod failure;
mod gcra;
mod maybe_ready;
mod memory;
#[cfg(feature = "redis")]
mod redis;
mod types;

#[cfg(feature = "redis")]
pub use self::redis::RedisAddressError;
#[cfg(feature = "redis")]
pub(crate) use self::redis::{Names, RedisStore, Server};
#[cfg(feature = "redis")]
pub(crate) use failover::Failover;
pub use failure::{OnStoreFailure, StoreError};
pub(crate) use maybe_ready::MaybeReady;
pub(crate) use memory::MemoryStore;
pub(crate) use types::{
    Admission, Answered, Attempt, Bucket, BucketList, Count, CountList, CountMode, Counted,
    Failures, Label, Part, SharedBans, SpendKind, SpendOutcome, Spending, Standing,
};

use std::time::Duration;

use crate::client::CounterKey;
use crate::clock::LEEWAY;
use crate::net::Network;

/// How long a wrong answer counts, in milliseconds.
const WINDOW_MS: u64 = 3_600_000;

/// More wrong answers of one browser or address are not counted: nothing changes beyond.
const MOST_FAILURES: usize = 4_096;

/// How much longer than its challenge a spent id is kept, in milliseconds: twice as much as
/// the clocks of two processes may differ, since one may be ahead and the other behind.
const MARGIN: u64 = 2 * LEEWAY;

/// What must be shared between processes.
pub(crate) trait Store: Send + Sync {
    /// CountList one request in all the buckets, or in none of them, in one step.
    fn count<'a>(&'a self, buckets: &'a [Bucket], counting: CountMode) -> MaybeReady<'a, Counted>;

    /// Forgets buckets.
    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> MaybeReady<'a, ()>;

    /// Takes the first answer to a challenge and counts it if it is wrong, in one step: of any
    /// number at the same time one is the first, and the others learn what that came to.
    fn admit(&self, attempt: Attempt) -> MaybeReady<'_, Admission>;

    /// Spends an id.
    fn spend(&self, spending: Spending) -> MaybeReady<'_, SpendOutcome>;

    /// How a browser and its address stand. The challenge is closed to a browser with as many
    /// wrong answers as are `allowed`.
    fn standing(
        &self,
        browser: CounterKey,
        address: CounterKey,
        allowed: u32,
    ) -> MaybeReady<'_, Standing>;

    /// Notes a network in which a clearance was shown away from home, or from which an answer was
    /// sent, and says whether it is one of at most so many.
    fn roam(
        &self,
        id: [u8; 16],
        network: Network,
        most: usize,
        expires: u64,
    ) -> MaybeReady<'_, bool>;

    /// How often the store began to fail.
    fn failures(&self) -> u64 {
        0
    }

    /// Whether every answer is there at once, since the store is in this process.
    fn answers_at_once(&self) -> bool {
        false
    }

    /// Whether other processes use the same store.
    fn is_shared(&self) -> bool {
        false
    }

    /// Writes a ban into the list that processes share, which has room for so many, and says
    /// which list that is; nothing, if it was written `again` and has been lifted.
    fn ban(
        &self,
        _network: Network,
        _time: Duration,
        _room: usize,
        _again: bool,
    ) -> MaybeReady<'_, Option<u64>> {
        MaybeReady::Ready(Ok(Some(0)))
    }

    /// Takes a ban out of the list that processes share, and says whether it was in there. So
    /// many that were lifted are remembered.
    fn lift(&self, _network: Network, _room: usize) -> MaybeReady<'_, bool> {
        MaybeReady::Ready(Ok(false))
    }

    /// The list that processes share, unless it is still the one of this version.
    fn bans(&self, _known: Option<u64>) -> MaybeReady<'_, SharedBans> {
        MaybeReady::Ready(Ok(SharedBans::NotShared))
    }
}
