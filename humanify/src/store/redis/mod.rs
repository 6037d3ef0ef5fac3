//! The store of several processes: Redis 6.2 or later, or Valkey.
//!
//! Each step is one script and one round trip. All keys carry the same hash tag, so that the
//! buckets of a request can be counted in one step on a cluster, too; there they live in one
//! slot. The time is that of the server, the one clock that all processes share. Every key
//! expires by itself, but for the one that tells the server's runs from each other.

mod connection;
mod names;
mod scripts;

#[cfg(feature = "redis")]
pub(crate) use connection::Server;
#[cfg(feature = "redis")]
pub(crate) use names::Names;

use std::time::Duration;

use redis::{FromRedisValue, ScriptInvocation};

use super::failure::StoreError;
use super::gcra::Gcra;
use super::maybe_ready::MaybeReady;
use super::memory::{SHARES, room};
use super::types::{
    Admission, Attempt, Bucket, Count, CountList, CountMode, Counted, Failures, SharedBans,
    Standing,
};
#[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
use super::types::{SpendKind, SpendOutcome};
use super::{ROAMING, Store, WINDOW_MS};
use crate::client::CounterKey;
use crate::clock::SharedClock;
use crate::net::Network;
use connection::{Connection, Repeat};
use names::Kind;
use scripts::Scripts;

/// How much longer than its challenge a spent id is kept, in milliseconds: as much as clocks
/// may differ, and more.
const MARGIN: u64 = 60_000;

/// An address of Redis that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the address of Redis cannot be used; write it as in `redis://:password@localhost:6379/0`")]
pub struct RedisAddressError(#[source] redis::RedisError);

/// What processes share, in Redis.
pub(crate) struct RedisStore {
    connection: Connection,
    scripts: Scripts,
    names: Names,
    clock: SharedClock,
    capacity: usize,
}

impl RedisStore {
    /// A store that connects when it is first needed. A network may have its share of
    /// `capacity` spent challenges.
    pub(crate) fn new(
        server: Server,
        time_out: Duration,
        names: Names,
        clock: SharedClock,
        capacity: usize,
    ) -> Result<Self, RedisAddressError> {
        Ok(RedisStore {
            connection: Connection::new(server, time_out).map_err(RedisAddressError)?,
            scripts: Scripts::new(),
            names,
            clock,
            capacity,
        })
    }

    /// Runs a script that does no harm if it runs twice.
    async fn run<T: FromRedisValue>(&self, script: ScriptInvocation<'_>) -> Result<T, StoreError> {
        self.connection.run(&script, Repeat::Again).await
    }

    /// Runs a script that is to run once.
    async fn run_once<T: FromRedisValue>(
        &self,
        script: ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.connection.run(&script, Repeat::Never).await
    }

    async fn count_in_one_step(
        &self,
        buckets: &[Bucket],
        counting: CountMode,
    ) -> Result<Counted, StoreError> {
        if buckets.is_empty() {
            return Ok(Counted::Within(CountList::new()));
        }
        let mut script = self.scripts.count.prepare_invoke();
        script.arg(match counting {
            CountMode::Acquire => "take",
            CountMode::Peek => "look",
            CountMode::Charge => "charge",
            CountMode::Refund => "return",
        });
        let paces: Vec<Gcra> = buckets
            .iter()
            .map(|bucket| Gcra::new(bucket.rate, bucket.cost))
            .collect();
        for (bucket, pace) in buckets.iter().zip(&paces) {
            script.key(self.names.counter(Kind::Limit, bucket.key));
            script.arg(pace.span).arg(pace.step);
            script.arg(u8::from(bucket.look)).arg(bucket.taken);
        }
        // Nobody is hurt by a request that counts twice, but by one that is given back twice.
        let answer: Vec<i64> = match counting {
            CountMode::Refund => self.run_once(script).await?,
            _ => self.run(script).await?,
        };
        let [wait, now, arrivals @ ..] = answer.as_slice() else {
            return Err(StoreError::Unreachable);
        };
        if arrivals.len() != buckets.len() {
            return Err(StoreError::Unreachable);
        }
        let wait = u64::try_from(*wait).ok();
        let now = u64::try_from(*now).unwrap_or_default();
        let counts = buckets
            .iter()
            .zip(&paces)
            .zip(arrivals)
            .map(|((bucket, pace), arrival)| {
                let arrival = u64::try_from(*arrival).unwrap_or_default();
                let over = wait.is_some() && pace.charged(arrival, now) > now + pace.span;
                Count::new(bucket, arrival, now, over)
            })
            .collect();
        Ok(Counted::new(counts, wait))
    }

    async fn admit_in_one_step(&self, attempt: Attempt) -> Result<Admission, StoreError> {
        let now = self.clock.milliseconds();
        let kept = attempt.expires.saturating_sub(now).saturating_add(MARGIN);
        let counted: Vec<(CounterKey, u32)> = [Some(attempt.client), attempt.address]
            .into_iter()
            .flatten()
            .collect();
        let mut script = self.scripts.admit.prepare_invoke();
        script
            .key(self.names.one(RUN))
            .key(self.names.id('s', attempt.challenge));
        script.arg(now).arg(attempt.made).arg(kept).arg(WINDOW_MS);
        script.arg(counted.len());
        for (key, allowed) in counted {
            script
                .key(self.names.counter(Kind::Failures, key))
                .arg(allowed);
        }
        for (index, (v4, v6, part)) in SHARES.into_iter().enumerate() {
            if let Some(network) = attempt.network {
                let network = network.wider(v4, v6);
                script.key(self.names.network(Kind::Share(index), network));
                script.arg(room(self.capacity, part));
            }
        }
        let (outcome, wait, client, address): (String, u64, u32, u32) =
            self.run_once(script).await?;
        let failures = Failures { client, address };
        match outcome.as_str() {
            "granted" => Ok(Admission::Granted { failures }),
            "spent" => Ok(Admission::Spent {
                failures: failures.and_one(),
            }),
            "forgotten" => Ok(Admission::Forgotten),
            "blocked" => Ok(Admission::Blocked {
                wait: Duration::from_millis(wait),
            }),
            "full" => Err(StoreError::Full),
            _ => Err(StoreError::Unreachable),
        }
    }

    async fn standing_of(
        &self,
        client: (CounterKey, u32),
        address: Option<(CounterKey, u32)>,
    ) -> Result<Standing, StoreError> {
        let mut script = self.scripts.standing.prepare_invoke();
        script
            .key(self.names.one(RUN))
            .arg(self.clock.milliseconds());
        script.key(self.names.counter(Kind::Failures, client.0));
        if let Some((key, _)) = address {
            script.key(self.names.counter(Kind::Failures, key));
        }
        let answer: Vec<u64> = self.run(script).await?;
        let mut failures = [0; 2];
        let mut blocked = None;
        let allowed = [Some(client.1), address.map(|(_, allowed)| allowed)];
        let pairs = answer.chunks_exact(2).zip(allowed.into_iter().flatten());
        for ((pair, allowed), failures) in pairs.zip(&mut failures) {
            let [count, wait] = pair else {
                return Err(StoreError::Unreachable);
            };
            *failures = u32::try_from(*count).unwrap_or(u32::MAX);
            if *failures >= allowed && *wait > 0 {
                blocked = blocked.max(Some(Duration::from_millis(*wait)));
            }
        }
        let [client, address] = failures;
        Ok(match blocked {
            Some(wait) => Standing::Blocked { wait },
            None => Standing::Failures(Failures { client, address }),
        })
    }
}

impl Store for RedisStore {
    fn count<'a>(&'a self, buckets: &'a [Bucket], counting: CountMode) -> MaybeReady<'a, Counted> {
        MaybeReady::Later(Box::pin(self.count_in_one_step(buckets, counting)))
    }

    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> MaybeReady<'a, ()> {
        let names: Vec<String> = buckets
            .iter()
            .map(|bucket| self.names.counter(Kind::Limit, bucket.key))
            .collect();
        MaybeReady::Later(Box::pin(async move {
            if names.is_empty() {
                return Ok(());
            }
            let mut command = redis::cmd("DEL");
            command.arg(names);
            self.connection.command(&command).await
        }))
    }

    fn admit(&self, attempt: Attempt) -> MaybeReady<'_, Admission> {
        MaybeReady::Later(Box::pin(self.admit_in_one_step(attempt)))
    }

    #[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
    fn spend(
        &self,
        _what: SpendKind,
        id: [u8; 16],
        made: u64,
        expires: u64,
    ) -> MaybeReady<'_, SpendOutcome> {
        MaybeReady::Later(Box::pin(async move {
            let now = self.clock.milliseconds();
            let kept = expires.saturating_sub(now).saturating_add(MARGIN);
            let mut script = self.scripts.spend.prepare_invoke();
            script.key(self.names.one(RUN)).key(self.names.id('s', id));
            script.arg(now).arg(made).arg(kept);
            let outcome: String = self.run_once(script).await?;
            match outcome.as_str() {
                "first" => Ok(SpendOutcome::First),
                "again" => Ok(SpendOutcome::Again),
                "forgotten" => Ok(SpendOutcome::Forgotten),
                _ => Err(StoreError::Unreachable),
            }
        }))
    }

    fn forgive(&self, attempt: Attempt) -> MaybeReady<'_, ()> {
        MaybeReady::Later(Box::pin(async move {
            let mut script = self.scripts.forgive.prepare_invoke();
            script.key(self.names.counter(Kind::Failures, attempt.client.0));
            if let Some((key, _)) = attempt.address {
                script.key(self.names.counter(Kind::Failures, key));
            }
            self.run_once(script).await
        }))
    }

    fn standing(
        &self,
        client: (CounterKey, u32),
        address: Option<(CounterKey, u32)>,
    ) -> MaybeReady<'_, Standing> {
        MaybeReady::Later(Box::pin(self.standing_of(client, address)))
    }

    fn roam(&self, clearance: [u8; 16], network: Network, expires: u64) -> MaybeReady<'_, bool> {
        MaybeReady::Later(Box::pin(async move {
            let time = expires
                .saturating_sub(self.clock.milliseconds())
                .saturating_add(MARGIN);
            let mut script = self.scripts.roam.prepare_invoke();
            script.key(self.names.id('r', clearance));
            script
                .arg(self.names.member(Kind::Network, network))
                .arg(ROAMING)
                .arg(time);
            self.run(script).await
        }))
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn ban(
        &self,
        network: Network,
        time: Duration,
        room: usize,
        again: bool,
    ) -> MaybeReady<'_, Option<u64>> {
        MaybeReady::Later(Box::pin(async move {
            let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            let mut script = self.scripts.ban.prepare_invoke();
            for name in [BANS, CHANGED, BEGUN, LIFTED] {
                script.key(self.names.one(name));
            }
            script.arg(network.to_string()).arg(time).arg(room);
            script.arg(if again { "again" } else { "new" });
            self.run(script).await
        }))
    }

    fn lift(&self, network: Network, room: usize) -> MaybeReady<'_, bool> {
        MaybeReady::Later(Box::pin(async move {
            let mut script = self.scripts.lift.prepare_invoke();
            for name in [BANS, CHANGED, BEGUN, LIFTED] {
                script.key(self.names.one(name));
            }
            script.arg(network.to_string()).arg(room);
            self.run(script).await
        }))
    }

    fn bans(&self, known: Option<u64>) -> MaybeReady<'_, SharedBans> {
        MaybeReady::Later(Box::pin(async move {
            let mut script = self.scripts.bans.prepare_invoke();
            for name in [BANS, CHANGED, BEGUN] {
                script.key(self.names.one(name));
            }
            script.arg(known.map_or_else(String::new, |version| version.to_string()));
            let answer: Option<BanAnswer> = self.run(script).await?;
            let Some((version, since, list)) = answer else {
                return Ok(SharedBans::Unchanged);
            };
            let now = self.clock.milliseconds();
            let bans = list.into_iter().filter_map(|(text, wait)| {
                let network = Network::of(text.parse().ok()?);
                Some((network, now.saturating_add(wait)))
            });
            Ok(SharedBans::List {
                version,
                since,
                bans: bans.collect(),
            })
        }))
    }
}

/// Which run of the server it is, and since when.
const RUN: &str = "run";

/// What the script says of the bans: when they were changed, when the list was begun, and each
/// network with the milliseconds that are left.
type BanAnswer = (u64, u64, Vec<(String, u64)>);

/// The bans.
const BANS: &str = "bans";

/// When the bans were last changed, in microseconds by the server's clock.
const CHANGED: &str = "bans:changed";

/// When the list of bans was begun, by the same clock.
const BEGUN: &str = "bans:begun";

/// The bans that were lifted, for a day.
const LIFTED: &str = "bans:lifted";
