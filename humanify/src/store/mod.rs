//! Stores of limits, attempts, spent challenges and bans: the trait, memory, Redis, failover.

#[cfg(feature = "redis")]
mod failover;
mod failure;
mod gcra;
mod limit_label;
mod maybe_ready;
mod memory;
mod network_class;
#[cfg(feature = "redis")]
mod redis;
mod shared_bans;
mod spending;
mod types;

#[cfg(feature = "redis")]
pub use self::redis::RedisAddressError;
#[cfg(feature = "redis")]
pub(crate) use self::redis::{RedisAddress, RedisStore};
#[cfg(feature = "redis")]
pub(crate) use failover::Failover;
pub use failure::{OnStoreFailure, StoreError};
pub(crate) use limit_label::{BucketOwner, LimitLabel};
pub(crate) use maybe_ready::MaybeReady;
pub(crate) use memory::MemoryStore;
#[cfg(feature = "web-bot-auth")]
pub(crate) use network_class::nonce_id;
pub(crate) use network_class::{NetworkClass, spendable_id};
#[cfg(test)]
pub(crate) use shared_bans::BanChange;
pub(crate) use shared_bans::{BanPage, BanPosition, PageStart, SharedBan, SharedBans};
pub(crate) use spending::{IdOrigin, SpendKind, SpendOutcome, SpendRequest};
pub(crate) use types::{
    Admission, Attempt, AttemptState, Bucket, BucketList, Count, CountList, CountMode,
    CountOutcome, FirstAnswer, Fits, NetworkUse, WrongAnswers,
};

use std::time::Duration;

use crate::client::{ClientKey, CounterKey};
use crate::clock::LEEWAY_MILLISECONDS;
use crate::net::Network;

/// How long a wrong answer counts, in milliseconds.
const WINDOW_MS: u64 = 3_600_000;

/// The largest count of wrong answers of one browser or address. Higher counts have no further
/// effect.
const MAX_FAILURES: usize = 4_096;

/// How long a spent id is kept after its challenge expires, in milliseconds: twice the leeway of
/// clocks, since one process's clock may be ahead and another's behind.
const MARGIN: u64 = 2 * LEEWAY_MILLISECONDS;

/// The state that processes may share.
pub(crate) trait Store: Send + Sync {
    /// Counts one request in all buckets or in none, atomically.
    fn count<'a>(
        &'a self,
        buckets: &'a [Bucket],
        counting: CountMode,
    ) -> MaybeReady<'a, CountOutcome>;

    /// Counts one request like [`count`](Store::count), and appends the counts to `counts`. If a
    /// client is given, the buckets are those of this client. `None` if the store cannot answer at
    /// once, or failed: the request is then counted by `count`. A store that is
    /// [`is_sync`](Store::is_sync) implements this.
    fn count_at_once(
        &self,
        _buckets: (&[Bucket], Option<ClientKey>),
        _counts: &mut CountList,
    ) -> Option<Fits> {
        None
    }

    /// Removes buckets.
    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> MaybeReady<'a, ()>;

    /// Records the first answer to a challenge, and counts it if it is wrong, atomically: one of
    /// several concurrent answers is the first, and the others get its outcome.
    fn admit(&self, attempt: Attempt) -> MaybeReady<'_, Admission>;

    /// Spends an id, unless it is spent already.
    fn spend(&self, spending: SpendRequest) -> MaybeReady<'_, SpendOutcome>;

    /// The wrong answers of a browser and of its address. Challenges are closed to a browser with
    /// `allowed` wrong answers.
    fn attempt_state(
        &self,
        browser: CounterKey,
        address: CounterKey,
        allowed: u32,
    ) -> MaybeReady<'_, AttemptState>;

    /// The number of the store's present run. A store begins a run when it may have lost spent ids,
    /// and refuses the application's own ids of earlier runs. The number is asked for before an id is
    /// made, and sealed beside it: the clocks of processes may differ, so times do not tell.
    fn run(&self) -> MaybeReady<'_, u64>;

    /// Records a network for an id, and returns whether it is among the first `most` ones. If `most`
    /// is zero, nothing is recorded. A store that has forgotten the networks of an id returns
    /// `false`. The class of the id is the network that takes the room.
    fn record_network(
        &self,
        why: NetworkUse,
        id: [u8; 16],
        network: Network,
        most: usize,
        expires: u64,
    ) -> MaybeReady<'_, bool>;

    /// How many times the store went from working to failing.
    fn outages(&self) -> u64 {
        0
    }

    /// Why the last operation failed, as far as the store knows.
    #[cfg(feature = "redis")]
    fn failure(&self) -> Option<failure::FailureCause> {
        None
    }

    /// Whether every result is ready at once, since the store is in this process.
    fn is_sync(&self) -> bool {
        false
    }

    /// Whether other processes use the same store.
    fn is_shared(&self) -> bool {
        false
    }

    /// Writes a ban into the shared, bounded list. A ban that is written again has an age. Returns
    /// `None` if it has been lifted since it was imposed.
    fn ban(
        &self,
        _network: Network,
        _time: Duration,
        _room: usize,
        _age: Option<Duration>,
    ) -> MaybeReady<'_, Option<SharedBan>> {
        MaybeReady::Ready(Ok(Some(SharedBan::default())))
    }

    /// Removes a ban from the shared list, and returns whether the list had it. A bounded number of
    /// lifted bans is remembered.
    fn lift(&self, _network: Network, _room: usize) -> MaybeReady<'_, bool> {
        MaybeReady::Ready(Ok(false))
    }

    /// The first page of the changes of the shared list after a position. If the list cannot be read, the
    /// store counts as working all the same.
    fn bans(&self, _known: BanPosition) -> MaybeReady<'_, SharedBans> {
        MaybeReady::Ready(Ok(SharedBans::NotShared))
    }
}
