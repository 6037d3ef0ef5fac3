//! A store that may fail, and what holds for limits while it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::{
    Admission, Attempt, Bucket, Counted, Counting, Key, Memory, Network, OnStoreFailure, Reply,
    SharedBans, Standing, Store, StoreError,
};
#[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
use super::{Spendable, Spending};

/// The shared store, with this process's memory behind it for limits.
pub(crate) struct Failover {
    shared: Arc<dyn Store>,
    memory: Memory,
    on_failure: OnStoreFailure,
    failing: AtomicBool,
    /// How often it began to fail.
    failures: AtomicU64,
}

impl Failover {
    pub(crate) fn new(shared: Arc<dyn Store>, memory: Memory, on_failure: OnStoreFailure) -> Self {
        Failover {
            shared,
            memory,
            on_failure,
            failing: AtomicBool::new(false),
            failures: AtomicU64::new(0),
        }
    }

    /// Notes whether the store works, and logs each change once.
    fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        let fails = matches!(result, Err(StoreError::Unreachable));
        if self.failing.swap(fails, Ordering::Relaxed) != fails {
            if fails {
                let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
                tracing::error!(
                    failures,
                    limits = ?self.on_failure,
                    "the shared store cannot be reached; no challenge can be solved until it is"
                );
            } else {
                tracing::warn!("the shared store is reached again");
            }
        }
        result
    }

    async fn count_somewhere(
        &self,
        buckets: &[Bucket],
        counting: Counting,
    ) -> Result<Counted, StoreError> {
        let counted = self.note(self.shared.count(buckets, counting).wait().await);
        // What is charged asks nothing, so that whatever becomes of limits, offences are counted.
        let falls_back =
            self.on_failure == OnStoreFailure::Fallback || counting == Counting::Charge;
        match counted {
            Err(StoreError::Unreachable) if falls_back => {
                self.memory.count(buckets, counting).wait().await
            }
            counted => counted,
        }
    }
}

impl Store for Failover {
    fn count<'a>(&'a self, buckets: &'a [Bucket], counting: Counting) -> Reply<'a, Counted> {
        Reply::Later(Box::pin(self.count_somewhere(buckets, counting)))
    }

    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> Reply<'a, ()> {
        Reply::Later(Box::pin(async move {
            self.memory.forget(buckets).wait().await?;
            self.note(self.shared.forget(buckets).wait().await)
        }))
    }

    fn admit(&self, attempt: Attempt) -> Reply<'_, Admission> {
        Reply::Later(Box::pin(async move {
            self.note(self.shared.admit(attempt).wait().await)
        }))
    }

    #[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
    fn spend(&self, what: Spendable, id: [u8; 16], made: u64, expires: u64) -> Reply<'_, Spending> {
        Reply::Later(Box::pin(async move {
            self.note(self.shared.spend(what, id, made, expires).wait().await)
        }))
    }

    fn forgive(&self, attempt: Attempt) -> Reply<'_, ()> {
        Reply::Later(Box::pin(async move {
            self.note(self.shared.forgive(attempt).wait().await)
        }))
    }

    fn standing(&self, client: (Key, u32), address: Option<(Key, u32)>) -> Reply<'_, Standing> {
        Reply::Later(Box::pin(async move {
            self.note(self.shared.standing(client, address).wait().await)
        }))
    }

    fn roam(&self, clearance: [u8; 16], network: Network, expires: u64) -> Reply<'_, bool> {
        Reply::Later(Box::pin(async move {
            self.note(self.shared.roam(clearance, network, expires).wait().await)
        }))
    }

    fn is_shared(&self) -> bool {
        self.shared.is_shared()
    }

    fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    fn ban(
        &self,
        network: Network,
        time: Duration,
        room: usize,
        again: bool,
    ) -> Reply<'_, Option<u64>> {
        Reply::Later(Box::pin(async move {
            self.note(self.shared.ban(network, time, room, again).wait().await)
        }))
    }

    fn lift(&self, network: Network, room: usize) -> Reply<'_, bool> {
        Reply::Later(Box::pin(async move {
            self.note(self.shared.lift(network, room).wait().await)
        }))
    }

    fn bans(&self, known: Option<u64>) -> Reply<'_, SharedBans> {
        Reply::Later(Box::pin(async move {
            self.note(self.shared.bans(known).wait().await)
        }))
    }
}
