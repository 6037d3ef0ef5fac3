//! `SharedKey`: the key from which names are derived, which outlives a change of secrets.
//!
//! Redis keeps the key sealed, once under each secret. A process reads the entries of its own
//! secrets. If none is there, it takes the key of its last secret; if they differ, the oldest key.
//! Then it writes that key into all its entries. So an entry of a new secret holds the key that
//! processes with the retired one use, and the retired one can be removed. Applications that have
//! no secret in common have no entry in common either.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use redis::{FromRedisValue, ScriptInvocation};

use super::RedisStore;
use super::connection::{RedisConnection, Repeat};
use super::names::KeyNames;
use crate::crypto::{Purpose, Sealer};
use crate::store::failure::StoreError;

/// How long an entry is kept after its last use, in milliseconds: longer than the longest limit.
const LIFE: u64 = 400 * 86_400_000;

/// How often a process reads its entries again, in milliseconds: the server may have lost them, or
/// another process may have found that they differ.
const CHECK_PERIOD: u64 = 60_000;

/// How often entries may change between reading and writing. Each change is another process's
/// writing, after which both agree.
const MAX_ROUNDS: u32 = 8;

/// A key for names, and the time since when it is used. Of two keys, the smaller one holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct DatedKey {
    since: u64,
    key: [u8; 32],
}

impl DatedKey {
    fn to_bytes(self) -> [u8; 40] {
        let mut bytes = [0; 40];
        let fields = self.since.to_le_bytes().into_iter().chain(self.key);
        bytes
            .iter_mut()
            .zip(fields)
            .for_each(|(to, from)| *to = from);
        bytes
    }

    fn of_bytes(bytes: &[u8; 40]) -> Option<DatedKey> {
        let (since, key) = bytes.split_first_chunk::<8>()?;
        Some(DatedKey {
            since: u64::from_le_bytes(*since),
            key: key.try_into().ok()?,
        })
    }
}

/// The names of keys, as the processes of an application agree on them.
pub(super) struct SharedKey {
    sealer: Arc<Sealer>,
    prefix: String,
    /// The names of the entries, one for each secret.
    entries: Vec<String>,
    script: redis::Script,
    known: RwLock<Option<(DatedKey, Arc<KeyNames>)>>,
    /// The time of the last reading, in milliseconds.
    checked_at: AtomicU64,
}

impl SharedKey {
    /// A key that the application has once, and that needs no agreement.
    pub(super) fn one(&self, name: &str) -> String {
        KeyNames::unkeyed(&self.prefix, name)
    }

    pub(super) fn new(prefix: &str, sealer: Arc<Sealer>) -> SharedKey {
        let entry = |id: [u8; 16]| KeyNames::entry(prefix, &URL_SAFE_NO_PAD.encode(id));
        SharedKey {
            entries: sealer.secret_ids().into_iter().map(entry).collect(),
            prefix: prefix.to_owned(),
            script: redis::Script::new(include_str!("shared_key.lua")),
            known: RwLock::new(None),
            checked_at: AtomicU64::new(0),
            sealer,
        }
    }

    fn known(&self) -> Option<(DatedKey, Arc<KeyNames>)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// The names under this key, which hold from now on.
    fn adopt(&self, key: DatedKey) -> Arc<KeyNames> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((same, names)) if *same == key => Arc::clone(names),
            _ => {
                let names = Arc::new(KeyNames::new(&self.prefix, key.key));
                *known = Some((key, Arc::clone(&names)));
                names
            }
        }
    }

    /// Whether this caller is to read the entries again.
    fn is_due(&self, now: u64) -> bool {
        let checked_at = self.checked_at.load(Ordering::Relaxed);
        now.abs_diff(checked_at) >= CHECK_PERIOD
            && self
                .checked_at
                .compare_exchange(checked_at, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// Has the next request read the entries again, since the server may be another one now.
    fn check_soon(&self) {
        self.checked_at.store(0, Ordering::Relaxed);
    }

    /// Reads the entries, and makes them equal.
    async fn agree(
        &self,
        connection: &RedisConnection,
        now: u64,
    ) -> Result<Arc<KeyNames>, StoreError> {
        let used = self.known().map(|(key, _)| key);
        let own = DatedKey {
            since: now,
            key: self.sealer.names_key(),
        };
        let mut kept = self.exchange(connection, &[]).await?;
        for _ in 0..MAX_ROUNDS {
            let opened: Vec<_> = kept.iter().map(|entry| self.open(entry)).collect();
            let oldest = opened.iter().flatten().copied().chain(used).min();
            let oldest = oldest.unwrap_or(own);
            if opened.iter().all(|key| *key == Some(oldest)) {
                return Ok(self.adopt(oldest));
            }
            let context = self.prefix.as_bytes();
            let sealed = self
                .sealer
                .seal_for_each(Purpose::Names, context, &oldest.to_bytes())
                .map_err(|_| StoreError::Unreachable)?;
            let seen = kept.into_iter().map(Option::unwrap_or_default);
            let change: Vec<String> = seen.chain(sealed).collect();
            kept = self.exchange(connection, &change).await?;
        }
        Err(StoreError::Unreachable)
    }

    fn open(&self, entry: &Option<String>) -> Option<DatedKey> {
        let entry = entry.as_ref()?.as_bytes();
        let context = self.prefix.as_bytes();
        DatedKey::of_bytes(&self.sealer.open::<40>(Purpose::Names, context, entry)?)
    }

    /// Runs the script, which may run twice: the second time, it finds what it has written.
    async fn exchange(
        &self,
        connection: &RedisConnection,
        change: &[String],
    ) -> Result<Vec<Option<String>>, StoreError> {
        let mut script = self.script.prepare_invoke();
        script.key(&self.entries).arg(LIFE).arg(change);
        connection.run(&script, Repeat::Again).await
    }
}

impl RedisStore {
    /// The names of keys. They are read from the server before the first request.
    pub(super) async fn names(&self) -> Result<Arc<KeyNames>, StoreError> {
        match self.shared_key.known() {
            Some((_, names)) => Ok(names),
            None => {
                let now = self.clock.milliseconds();
                let names = self.shared_key.agree(&self.connection, now).await?;
                self.shared_key.checked_at.store(now, Ordering::Relaxed);
                Ok(names)
            }
        }
    }

    /// Runs a script that may run twice without harm.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.beside_check(self.connection.run(&script, Repeat::Again))
            .await
    }

    /// Runs a script that must run once only.
    pub(super) async fn run_once<T: FromRedisValue>(
        &self,
        script: ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.beside_check(self.connection.run(&script, Repeat::Never))
            .await
    }

    /// Does the work of a request and, once a minute, agrees on the key at the same time, so that
    /// the request waits for one round trip only.
    async fn beside_check<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let now = self.clock.milliseconds();
        let check = async {
            if self.shared_key.is_due(now) {
                let agreed = self.shared_key.agree(&self.connection, now).await;
                if agreed.is_err() {
                    self.shared_key.check_soon();
                }
            }
        };
        let (done, ()) = tokio::join!(work, check);
        if done.is_err() {
            self.shared_key.check_soon();
        }
        done
    }
}
