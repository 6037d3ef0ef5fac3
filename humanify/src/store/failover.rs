//! `Failover`: a shared store that may fail, and a fallback in memory for limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::Store;
use super::failure::{FailureCause, OnStoreFailure, StoreError};
use super::maybe_ready::MaybeReady;
use super::memory::MemoryStore;
use super::shared_bans::{BanPosition, SharedBan, SharedBans};
use super::spending::{SpendOutcome, SpendRequest};
use super::types::{Admission, Attempt, AttemptState, Bucket, CountMode, CountOutcome, NetworkUse};
use crate::client::CounterKey;
use crate::net::Network;

/// The shared store, with the memory of this process as its fallback for limits.
pub(crate) struct Failover {
    shared: Arc<dyn Store>,
    memory: MemoryStore,
    on_failure: OnStoreFailure,
    failing: AtomicBool,
    /// How many times the store went from working to failing.
    failures: AtomicU64,
}

impl Failover {
    pub(crate) fn new(
        shared: Arc<dyn Store>,
        memory: MemoryStore,
        on_failure: OnStoreFailure,
    ) -> Self {
        Failover {
            shared,
            memory,
            on_failure,
            failing: AtomicBool::new(false),
            failures: AtomicU64::new(0),
        }
    }

    /// Records whether the store works, and logs each change once.
    fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        let fails = matches!(result, Err(StoreError::Unreachable));
        if self.failing.swap(fails, Ordering::Relaxed) != fails {
            if fails {
                self.report();
            } else {
                tracing::warn!("the shared store works again");
            }
        }
        result
    }

    /// Logs why the store fails.
    fn report(&self) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        let limits = self.on_failure;
        match self.shared.failure() {
            Some(FailureCause::Unreachable(error)) => tracing::error!(
                failures,
                ?limits,
                error,
                "the shared store cannot be reached; no challenge can be solved until it is"
            ),
            Some(FailureCause::Refused(error)) => tracing::error!(
                failures,
                ?limits,
                error,
                "the shared store refuses commands; no challenge can be solved until it accepts them"
            ),
            None => tracing::error!(
                failures,
                ?limits,
                "the shared store fails; no challenge can be solved until it works"
            ),
        }
    }

    async fn count_somewhere(
        &self,
        buckets: &[Bucket],
        counting: CountMode,
    ) -> Result<CountOutcome, StoreError> {
        let counted = self.note(self.shared.count(buckets, counting).wait().await);
        // Offences, and failures that limits count afterwards, use `Charge`. They are counted in
        // memory whatever the setting for limits is.
        let falls_back =
            self.on_failure == OnStoreFailure::Fallback || counting == CountMode::Charge;
        match counted {
            Err(StoreError::Unreachable) if falls_back => {
                self.memory.count(buckets, counting).wait().await
            }
            counted => counted,
        }
    }
}

impl Store for Failover {
    fn count<'a>(
        &'a self,
        buckets: &'a [Bucket],
        counting: CountMode,
    ) -> MaybeReady<'a, CountOutcome> {
        MaybeReady::Later(Box::pin(self.count_somewhere(buckets, counting)))
    }

    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> MaybeReady<'a, ()> {
        MaybeReady::Later(Box::pin(async move {
            self.memory.forget(buckets).wait().await?;
            self.note(self.shared.forget(buckets).wait().await)
        }))
    }

    fn admit(&self, attempt: Attempt) -> MaybeReady<'_, Admission> {
        MaybeReady::Later(Box::pin(async move {
            self.note(self.shared.admit(attempt).wait().await)
        }))
    }

    fn spend(&self, spending: SpendRequest) -> MaybeReady<'_, SpendOutcome> {
        MaybeReady::Later(Box::pin(async move {
            self.note(self.shared.spend(spending).wait().await)
        }))
    }

    fn attempt_state(
        &self,
        browser: CounterKey,
        address: CounterKey,
        allowed: u32,
    ) -> MaybeReady<'_, AttemptState> {
        MaybeReady::Later(Box::pin(async move {
            self.note(
                self.shared
                    .attempt_state(browser, address, allowed)
                    .wait()
                    .await,
            )
        }))
    }

    fn run(&self) -> MaybeReady<'_, u64> {
        MaybeReady::Later(Box::pin(async move {
            self.note(self.shared.run().wait().await)
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
            let seen_networks = self.shared.record_network(why, id, network, most, expires);
            self.note(seen_networks.wait().await)
        }))
    }

    fn is_shared(&self) -> bool {
        self.shared.is_shared()
    }

    fn outages(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    fn ban(
        &self,
        network: Network,
        time: Duration,
        room: usize,
        age: Option<Duration>,
    ) -> MaybeReady<'_, Option<SharedBan>> {
        MaybeReady::Later(Box::pin(async move {
            self.note(self.shared.ban(network, time, room, age).wait().await)
        }))
    }

    fn lift(&self, network: Network, room: usize) -> MaybeReady<'_, bool> {
        MaybeReady::Later(Box::pin(async move {
            self.note(self.shared.lift(network, room).wait().await)
        }))
    }

    fn bans(&self, known: BanPosition) -> MaybeReady<'_, SharedBans> {
        self.shared.bans(known)
    }
}
