//! `Memory` and `Redis`: the stores of limits, attempts, spent challenges and bans.

#[cfg(feature = "redis")]
use std::fmt;
use std::sync::Arc;
#[cfg(feature = "redis")]
use std::time::Duration;

use crate::clock::SharedClock;
use crate::crypto::Sealer;
use crate::error::ConfigError;
#[cfg(feature = "redis")]
use crate::store::{Failover, RedisAddress, RedisStore};
use crate::store::{MemoryStore, OnStoreFailure, Store};

/// How many clients the memory has room for by default.
const MAX_CLIENTS: usize = 1_000_000;

/// The largest number of clients. Their counts take 1.6 GB.
const MOST_CLIENTS: usize = 100_000_000;

/// How long a request waits for Redis by default.
#[cfg(feature = "redis")]
const TIME_OUT: Duration = Duration::from_millis(250);

/// A store in the memory of this process, for [`store`](super::HumanifyBuilder::store). The
/// default.
///
/// ```
/// # use humanify::prelude::*;
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let memory = humanify::Memory::default().max_clients(50_000);
/// let humanify = Humanify::builder().store(memory).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a store does nothing before it is given to a builder"]
pub struct Memory {
    max_clients: usize,
}

/// A store that several processes share: Redis (6.2 or later), or Valkey, which speaks the same
/// protocol but is not tested. For [`store`](super::HumanifyBuilder::store); feature `redis`.
///
/// ```no_run
/// # use humanify::prelude::*;
/// use std::time::Duration;
/// use humanify::{OnStoreFailure, Redis};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let redis = Redis::new("redis://:password@localhost:6379/0")
///     .timeout(Duration::from_millis(100))
///     .on_failure(OnStoreFailure::Deny);
/// let humanify = Humanify::builder().store(redis).build()?;
/// # Ok(())
/// # }
/// ```
///
/// All processes need the same limits, and a [secret](super::HumanifyBuilder::secrets) in common. A
/// [change of the secret](crate::guide::production#change-the-secret) in its steps resets nothing.
/// The server should not evict keys (`maxmemory-policy noeviction`): if the key of a spent
/// challenge is evicted, the challenge can be answered again. All keys begin with `{humanify}:` and
/// expire by themselves, except one that identifies the server's run. Several applications on one
/// server need a [prefix](Redis::prefix) each. Names of keys contain no addresses; the list of bans
/// does.
///
/// A client takes a key of about 170 bytes for each rate of each route that it requests, until the
/// time of the rate is over, and one for each challenge that it answers. A server that is full
/// refuses challenges, so give it room for all clients within the longest period of your limits:
/// 200 MB for a million.
///
/// `Debug` does not show the addresses, since they may hold a password.
#[cfg(feature = "redis")]
#[derive(Clone)]
#[must_use = "a store does nothing before it is given to a builder"]
pub struct Redis {
    server: RedisAddress,
    time_out: Duration,
    prefix: String,
    on_failure: OnStoreFailure,
    max_clients: usize,
}

/// A store as [`store`](super::HumanifyBuilder::store) takes it: [`Memory`], or `Redis` with the
/// feature `redis`.
#[derive(Debug, Clone)]
pub struct StoreSettings(StoreChoice);

#[derive(Debug, Clone)]
enum StoreChoice {
    Memory(Memory),
    #[cfg(feature = "redis")]
    Redis(Redis),
}

impl Default for Memory {
    fn default() -> Self {
        Memory {
            max_clients: MAX_CLIENTS,
        }
    }
}

impl Memory {
    /// How many entries each table has room for, at 16 to 250 bytes an entry: 1 to 100,000,000. Default:
    /// 1,000,000.
    ///
    /// One table holds the counts of limits and of bans; a client takes one entry for each rate of
    /// each route that it requests. Bans, failed attempts, spent challenges and nonces of agents
    /// have a table each. Tables grow as they are used, up to this size; the
    /// first takes all its memory, 16 bytes an entry, with the first few hundred clients.
    pub fn max_clients(mut self, clients: usize) -> Memory {
        self.max_clients = clients;
        self
    }
}

#[cfg(feature = "redis")]
impl Redis {
    /// One server: `redis://user:password@host:6379/0`, `rediss://…` for TLS with the feature
    /// `redis-tls`, or `unix:///path`.
    pub fn new(address: impl Into<String>) -> Redis {
        Redis::at(RedisAddress::One(address.into()))
    }

    /// A cluster, by the addresses of some of its nodes. All keys are in one slot, since the
    /// buckets of a request are counted atomically.
    pub fn cluster<T: Into<String>>(addresses: impl IntoIterator<Item = T>) -> Redis {
        let addresses = addresses.into_iter().map(Into::into).collect();
        Redis::at(RedisAddress::Cluster(addresses))
    }

    fn at(server: RedisAddress) -> Redis {
        Redis {
            server,
            time_out: TIME_OUT,
            prefix: "humanify".to_owned(),
            on_failure: OnStoreFailure::default(),
            max_clients: MAX_CLIENTS,
        }
    }

    /// How long a request waits for Redis before the store counts as failing. Default: 250 ms. Zero is
    /// an error.
    pub fn timeout(mut self, time_out: Duration) -> Redis {
        self.time_out = time_out;
        self
    }

    /// The prefix of this application's keys, in braces, if several applications share a server:
    /// letters, digits, `-`, `_`, `.` and `:`. All processes of the application need the same.
    /// Default: `humanify`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Redis {
        self.prefix = prefix.into();
        self
    }

    /// What happens to limits while Redis is unreachable. Default:
    /// [`OnStoreFailure::Fallback`]. Challenges never fall back: nobody can solve one then.
    pub fn on_failure(mut self, on_failure: OnStoreFailure) -> Redis {
        self.on_failure = on_failure;
        self
    }

    /// Like [`Memory::max_clients`], for the bans and the fallback in each process, and for the
    /// spent challenges of one network in Redis. Processes share at most 100,000 bans.
    pub fn max_clients(mut self, clients: usize) -> Redis {
        self.max_clients = clients;
        self
    }
}

#[cfg(feature = "redis")]
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("time_out", &self.time_out)
            .field("on_failure", &self.on_failure)
            .field("max_clients", &self.max_clients)
            .finish_non_exhaustive()
    }
}

impl From<Memory> for StoreSettings {
    fn from(memory: Memory) -> Self {
        StoreSettings(StoreChoice::Memory(memory))
    }
}

#[cfg(feature = "redis")]
impl From<Redis> for StoreSettings {
    fn from(redis: Redis) -> Self {
        StoreSettings(StoreChoice::Redis(redis))
    }
}

impl Default for StoreSettings {
    fn default() -> Self {
        Memory::default().into()
    }
}

impl StoreSettings {
    pub(super) fn max_clients(&self) -> usize {
        match &self.0 {
            StoreChoice::Memory(memory) => memory.max_clients,
            #[cfg(feature = "redis")]
            StoreChoice::Redis(redis) => redis.max_clients,
        }
    }

    pub(super) fn on_failure(&self) -> OnStoreFailure {
        match &self.0 {
            StoreChoice::Memory(_) => OnStoreFailure::default(),
            #[cfg(feature = "redis")]
            StoreChoice::Redis(redis) => redis.on_failure,
        }
    }

    pub(super) fn open(
        self,
        clock: &SharedClock,
        #[cfg_attr(
            not(feature = "redis"),
            allow(unused_variables, reason = "it seals the key of names")
        )]
        sealer: &Arc<Sealer>,
    ) -> Result<Arc<dyn Store>, ConfigError> {
        let room = self.max_clients();
        if room == 0 || room > MOST_CLIENTS {
            return Err(ConfigError::MaxClients);
        }
        let memory = MemoryStore::new(clock.clone(), room);
        Ok(match self.0 {
            StoreChoice::Memory(_) => Arc::new(memory),
            #[cfg(feature = "redis")]
            StoreChoice::Redis(redis) => {
                if redis.time_out.is_zero() {
                    return Err(ConfigError::RedisTimeout);
                }
                let names = (key_prefix(&redis.prefix)?, Arc::clone(sealer));
                let shared =
                    RedisStore::new(redis.server, redis.time_out, names, clock.clone(), room)?;
                Arc::new(Failover::new(Arc::new(shared), memory, redis.on_failure))
            }
        })
    }
}

/// Checks a prefix: it has to be a valid hash tag in Redis, and readable.
#[cfg(feature = "redis")]
fn key_prefix(prefix: &str) -> Result<&str, ConfigError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    if !prefix.is_empty() && prefix.bytes().all(is_plain) {
        Ok(prefix)
    } else {
        Err(ConfigError::RedisPrefix(prefix.to_owned()))
    }
}
