//! Stores of limits, attempts, spent challenges and bans: the trait, memory, RedisStore, failover.

#[cfg(feature = "redis")]
mod failover;
mod failure;
mod gcra;
mod maybe_ready;
mod memory;
mod network_class;
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
pub(crate) use network_class::{NetworkClass, spendable_id};
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

/// The most wrong answers of one browser or address that are counted: nothing changes beyond.
const MOST_FAILURES: usize = 4_096;

/// The time that a spent id is kept beyond its challenge, in milliseconds: twice the leeway of
/// clocks, since one process may be ahead and another behind.
const MARGIN: u64 = 2 * LEEWAY;

/// The state that processes may share.
pub(crate) trait Store: Send + Sync {
    /// Counts one request in all the buckets or in none, in one step.
    fn count<'a>(&'a self, buckets: &'a [Bucket], counting: CountMode) -> MaybeReady<'a, Counted>;

    /// Removes buckets.
    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> MaybeReady<'a, ()>;

    /// Takes the first answer to a challenge and counts it if it is wrong, in one step: of
    /// concurrent answers one is the first, and the others get its outcome.
    fn admit(&self, attempt: Attempt) -> MaybeReady<'_, Admission>;

    /// Spends an id.
    fn spend(&self, spending: Spending) -> MaybeReady<'_, SpendOutcome>;

    /// The state of a browser and of its address. The challenge is closed to a browser with
    /// `allowed` wrong answers.
    fn standing(
        &self,
        browser: CounterKey,
        address: CounterKey,
        allowed: u32,
    ) -> MaybeReady<'_, Standing>;

    /// Notes a network in which a clearance was shown outside of its own network, or from which an
    /// answer was sent. Returns whether it is one of at most `most` networks.
    fn roam(
        &self,
        id: [u8; 16],
        network: Network,
        most: usize,
        expires: u64,
    ) -> MaybeReady<'_, bool>;

    /// The number of times that the store began to fail.
    fn failures(&self) -> u64 {
        0
    }

    /// Whether every result is ready at once, since the store is in this process.
    fn answers_at_once(&self) -> bool {
        false
    }

    /// Whether other processes use the same store.
    fn is_shared(&self) -> bool {
        false
    }

    /// Writes a ban into the shared list, which has a bounded number of entries, and returns the
    /// version of that list; nothing, if the ban was written `again` and has been lifted.
    fn ban(
        &self,
        _network: Network,
        _time: Duration,
        _room: usize,
        _again: bool,
    ) -> MaybeReady<'_, Option<u64>> {
        MaybeReady::Ready(Ok(Some(0)))
    }

    /// Removes a ban from the shared list, and returns whether it was there. A bounded number of
    /// lifted bans is remembered.
    fn lift(&self, _network: Network, _room: usize) -> MaybeReady<'_, bool> {
        MaybeReady::Ready(Ok(false))
    }

    /// The shared list, unless its version is the known one.
    fn bans(&self, _known: Option<u64>) -> MaybeReady<'_, SharedBans> {
        MaybeReady::Ready(Ok(SharedBans::NotShared))
    }
}
