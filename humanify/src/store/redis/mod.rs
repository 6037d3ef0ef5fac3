//! `RedisStore`: the store that several processes share, in Redis 6.2 or later, or Valkey.
//!
//! Each operation is one script and one round trip. All keys carry the same hash tag, so that a
//! cluster keeps them in one slot and counts the buckets of a request atomically, too. Scripts use
//! the server's clock, which all processes share. Every key expires by itself, except the key that
//! identifies the server's run. Before the first request, and once a minute beside one, a process
//! reads the key from which names are derived (`shared_key`).

mod bans;
mod connection;
mod names;
mod scripts;
mod shared_key;
mod spending;
mod spent_by_network;

#[cfg(feature = "redis")]
pub(crate) use connection::RedisAddress;

use std::sync::Arc;
use std::time::Duration;

use super::failure::{FailureCause, StoreError};
use super::gcra::Gcra;
use super::maybe_ready::MaybeReady;
use super::shared_bans::{BanPosition, SharedBan, SharedBans};
use super::spending::{SpendOutcome, SpendRequest};
use super::types::{
    Admission, Attempt, AttemptState, Bucket, Count, CountList, CountMode, CountOutcome,
    FirstAnswer, NetworkUse, WrongAnswers,
};
use super::{MARGIN, MAX_FAILURES, Store, WINDOW_MS};
use crate::client::CounterKey;
use crate::clock::SharedClock;
use crate::crypto::Sealer;
use crate::net::Network;
use connection::RedisConnection;
use names::{KeyKind, QuotaKind};
use scripts::RedisScripts;
use shared_key::SharedKey;
use spending::{UnsureSpends, run_number};

/// An address of Redis that cannot be used.
#[derive(thiserror::Error)]
#[error("the address of Redis cannot be used; write it as in `redis://:password@localhost:6379/0`")]
pub struct RedisAddressError(#[source] redis::RedisError);

crate::error_chain::debug_as_message!(RedisAddressError);

/// The store in Redis.
pub(crate) struct RedisStore {
    connection: RedisConnection,
    scripts: RedisScripts,
    shared_key: SharedKey,
    clock: SharedClock,
    capacity: usize,
    unsure_spends: UnsureSpends,
}

impl RedisStore {
    /// Makes a store that connects on demand. Each network has its share of `capacity` spent
    /// challenges.
    pub(crate) fn new(
        server: RedisAddress,
        time_out: Duration,
        (prefix, sealer): (&str, Arc<Sealer>),
        clock: SharedClock,
        capacity: usize,
    ) -> Result<Self, RedisAddressError> {
        Ok(RedisStore {
            connection: RedisConnection::new(server, time_out).map_err(RedisAddressError)?,
            scripts: RedisScripts::new(),
            shared_key: SharedKey::new(prefix, sealer),
            clock,
            capacity,
            unsure_spends: UnsureSpends::default(),
        })
    }

    async fn count_in_one_step(
        &self,
        buckets: &[Bucket],
        counting: CountMode,
    ) -> Result<CountOutcome, StoreError> {
        if buckets.is_empty() {
            return Ok(CountOutcome::Within(CountList::new()));
        }
        let names = self.names().await?;
        let mut script = self.scripts.count.prepare_invoke();
        script.arg(match counting {
            CountMode::Acquire => "acquire",
            CountMode::Peek => "peek",
            CountMode::Charge => "charge",
            CountMode::Refund => "refund",
        });
        let gcras: Vec<Gcra> = buckets.iter().map(Bucket::gcra).collect();
        for (bucket, gcra) in buckets.iter().zip(&gcras) {
            script.key(names.counter(KeyKind::Limit, bucket.key));
            script.arg(gcra.span).arg(gcra.step);
            script.arg(u8::from(bucket.peek)).arg(bucket.taken);
        }
        // Counting a request twice does no harm, but refunding it twice does.
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
            .zip(&gcras)
            .zip(arrivals)
            .map(|((bucket, gcra), arrival)| {
                let arrival = u64::try_from(*arrival).unwrap_or_default();
                let over = wait.is_some() && gcra.charged(arrival, now) > now + gcra.span;
                Count::new(bucket, arrival, now, over)
            })
            .collect();
        Ok(CountOutcome::new(counts, wait))
    }

    async fn admit_in_one_step(&self, attempt: Attempt) -> Result<Admission, StoreError> {
        let now = self.clock.milliseconds();
        let kept = attempt.expires.saturating_sub(now).saturating_add(MARGIN);
        let names = self.names().await?;
        let mut script = self.scripts.admit.prepare_invoke();
        script
            .key(names.one(SERVER_RUN_KEY))
            .key(names.spent(attempt.challenge))
            .key(names.counter(KeyKind::WrongAnswers, attempt.browser))
            .key(names.counter(KeyKind::WrongAnswers, attempt.address));
        script
            .arg(now)
            .arg(attempt.origin.run_text())
            .arg(kept)
            .arg(WINDOW_MS);
        script.arg(
            attempt
                .allowed
                .map_or_else(String::new, |allowed| allowed.to_string()),
        );
        script.arg(u8::from(attempt.right));
        script
            .arg(attempt.error_id)
            .arg(attempt.error_id())
            .arg(MAX_FAILURES);
        self.add_quotas(
            (&mut script, &names),
            Some(QuotaKind::Challenges),
            attempt.challenge,
            attempt.expires,
        );
        // If the script is repeated after a lost connection, it returns the outcome of the first
        // run.
        let (outcome, wait, first): (String, u64, String) = self.run(script).await?;
        match outcome.as_str() {
            "first" => Ok(Admission::First(answered(&first)?)),
            "again" => Ok(Admission::Again(answered(&first)?)),
            "forgotten" => Ok(Admission::Forgotten),
            "closed" => Ok(Admission::LockedOut {
                wait: Duration::from_millis(wait),
            }),
            _ => Err(StoreError::Unreachable),
        }
    }

    async fn attempt_state_in_one_step(
        &self,
        browser: CounterKey,
        address: CounterKey,
        allowed: u32,
    ) -> Result<AttemptState, StoreError> {
        let names = self.names().await?;
        let mut script = self.scripts.attempt_state.prepare_invoke();
        script
            .key(names.one(SERVER_RUN_KEY))
            .key(names.counter(KeyKind::WrongAnswers, browser))
            .key(names.counter(KeyKind::WrongAnswers, address));
        script.arg(WINDOW_MS).arg(allowed);
        let (browser, address, wait, error_id, run): (_, _, _, _, String) =
            self.run(script).await?;
        Ok(AttemptState {
            wrong_answers: WrongAnswers {
                browser,
                address,
                error_id,
            },
            closed: (wait > 0).then(|| Duration::from_millis(wait)),
            run: run_number(&run)?,
        })
    }
}

/// Parses the outcome of the first answer to a challenge.
fn answered(text: &str) -> Result<FirstAnswer, StoreError> {
    let numbers: Option<Vec<u64>> = text.split(' ').map(|word| word.parse().ok()).collect();
    let Some([right, unbroken, browser, address, error_id, at]) = numbers.as_deref() else {
        return Err(StoreError::Unreachable);
    };
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(FirstAnswer {
        right: *right == 1,
        unbroken: *unbroken == 1,
        wrong_answers: WrongAnswers {
            browser: count(*browser),
            address: count(*address),
            error_id: *error_id,
        },
        at: *at,
    })
}

impl Store for RedisStore {
    fn count<'a>(
        &'a self,
        buckets: &'a [Bucket],
        counting: CountMode,
    ) -> MaybeReady<'a, CountOutcome> {
        MaybeReady::Later(Box::pin(self.count_in_one_step(buckets, counting)))
    }

    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> MaybeReady<'a, ()> {
        MaybeReady::Later(Box::pin(async move {
            if buckets.is_empty() {
                return Ok(());
            }
            let names = self.names().await?;
            let mut command = redis::cmd("DEL");
            for bucket in buckets {
                command.arg(names.counter(KeyKind::Limit, bucket.key));
            }
            self.connection.command(&command).await
        }))
    }

    fn admit(&self, attempt: Attempt) -> MaybeReady<'_, Admission> {
        MaybeReady::Later(Box::pin(self.admit_in_one_step(attempt)))
    }

    fn spend(&self, spending: SpendRequest) -> MaybeReady<'_, SpendOutcome> {
        MaybeReady::Later(Box::pin(self.spend_in_one_step(spending)))
    }

    fn attempt_state(
        &self,
        browser: CounterKey,
        address: CounterKey,
        allowed: u32,
    ) -> MaybeReady<'_, AttemptState> {
        MaybeReady::Later(Box::pin(
            self.attempt_state_in_one_step(browser, address, allowed),
        ))
    }

    fn run(&self) -> MaybeReady<'_, u64> {
        MaybeReady::Later(Box::pin(async move {
            let mut script = self.scripts.run.prepare_invoke();
            script.key(self.shared_key.one(SERVER_RUN_KEY));
            let run: String = self.run(script).await?;
            run_number(&run)
        }))
    }

    fn record_network(
        &self,
        why: NetworkUse,
        id: [u8; 16],
        network: Network,
        most: usize,
        expires: u64,
    ) -> MaybeReady<'_, bool> {
        MaybeReady::Later(Box::pin(async move {
            let time = expires
                .saturating_sub(self.clock.milliseconds())
                .saturating_add(MARGIN);
            let names = self.names().await?;
            let mut script = self.scripts.record_network.prepare_invoke();
            let rest = names.id(KeyKind::Network, id);
            let family = match (why, network.is_v4()) {
                (NetworkUse::Answer, true) => "-v4",
                (NetworkUse::Answer, false) => "-v6",
                (NetworkUse::Clearance | NetworkUse::Wait, _) => "",
            };
            let start = names.before_id(KeyKind::Network);
            script.key(format!("{start}{rest}{family}"));
            script
                .arg(names.member(KeyKind::Network, network))
                .arg(most)
                .arg(time);
            self.run(script).await
        }))
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn failure(&self) -> Option<FailureCause> {
        self.connection.failure()
    }

    fn ban(
        &self,
        network: Network,
        time: Duration,
        room: usize,
        age: Option<Duration>,
    ) -> MaybeReady<'_, Option<SharedBan>> {
        MaybeReady::Later(Box::pin(self.write_ban(network, time, room, age)))
    }

    fn lift(&self, network: Network, room: usize) -> MaybeReady<'_, bool> {
        MaybeReady::Later(Box::pin(self.lift_ban(network, room)))
    }

    fn bans(&self, known: BanPosition) -> MaybeReady<'_, SharedBans> {
        MaybeReady::Later(Box::pin(async move {
            self.read_bans(known).await.map(SharedBans::Page)
        }))
    }
}

/// The key of the server's run.
const SERVER_RUN_KEY: &str = "run";
