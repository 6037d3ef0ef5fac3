//! `Directory`: the keys of an agent, fetched from its server in the background and cached.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Agent;
use super::fetch::DirectoryFetcher;
use super::key::AgentKey;
use crate::clock::{LEEWAY_MILLISECONDS, SharedClock};
use crate::crawlers::Crawler;

/// How many seconds keys are fresh. After that they are fetched again, and used meanwhile.
const FRESH: u64 = 3_600;

/// The age in seconds up to which keys are used while they are fetched again. If they are older,
/// clients wait for the server's answer.
const STALE_WHILE_REVALIDATE: u64 = 86_400;

/// The age in seconds up to which keys are used while the server cannot be reached.
const STALE_IF_ERROR: u64 = 7 * 86_400;

/// The least number of seconds between two requests to a server, whatever clients claim.
const PAUSE: u64 = 60;

/// A directory of keys. It is first fetched when a signature names it.
pub(super) struct Directory {
    /// Its origin, as signatures name it: `https://agent.example`.
    origin: String,
    crawler: Crawler,
    fetcher: DirectoryFetcher,
    clock: SharedClock,
    state: Mutex<DirectoryState>,
}

#[derive(Default)]
struct DirectoryState {
    agents: HashMap<String, Arc<Agent>>,
    /// When the keys were fetched, and when the server was last requested, in seconds since 1970.
    fetched: Option<u64>,
    requested: Option<u64>,
    is_fetching: bool,
}

impl DirectoryState {
    /// Forgets times from the future, from before the clock was set back: the keys would count as
    /// fresh until then.
    fn forget_future(&mut self, now: u64) {
        let latest = now.saturating_add(LEEWAY_MILLISECONDS / 1_000);
        for time in [&mut self.fetched, &mut self.requested] {
            *time = time.filter(|time| *time <= latest);
        }
    }
}

/// The result of looking for a key.
pub(super) enum KeyLookup {
    Agent(Arc<Agent>),
    /// The directory is being fetched, and may have it.
    NotYet,
    Nobody,
}

impl Directory {
    pub(super) fn new(
        origin: String,
        crawler: Crawler,
        fetcher: DirectoryFetcher,
        clock: SharedClock,
    ) -> Arc<Directory> {
        Arc::new(Directory {
            origin,
            crawler,
            fetcher,
            clock,
            state: Mutex::default(),
        })
    }

    pub(super) fn is_at(&self, url: &str) -> bool {
        let origin = url.strip_suffix('/').unwrap_or(url);
        origin.eq_ignore_ascii_case(&self.origin)
    }

    /// Looks for a key among the cached ones, and fetches the directory if that is due. Never
    /// waits.
    pub(super) fn find(self: &Arc<Self>, key_id: &str) -> KeyLookup {
        let (found, is_due) = self.cached(key_id);
        if is_due {
            // The state is not locked here: a runtime that is shutting down drops the request at once.
            self.begin();
        }
        found
    }

    /// Looks for a key among the cached ones. Returns whether the directory has to be fetched, which then
    /// counts as begun.
    fn cached(&self, key_id: &str) -> (KeyLookup, bool) {
        let now = self.clock.milliseconds() / 1_000;
        let mut state = self.state();
        state.forget_future(now);
        let age = state.fetched.map(|fetched| now.saturating_sub(fetched));
        let is_used = |agent: &&Arc<Agent>| {
            agent.key.counts_at(now) && age.is_some_and(|age| age < STALE_IF_ERROR)
        };
        let agent = state.agents.get(key_id).filter(is_used).cloned();
        // An unknown key may be a new one.
        let due = agent.is_none() || age.is_none_or(|age| age >= FRESH);
        let paused = state
            .requested
            .is_some_and(|requested| now.saturating_sub(requested) < PAUSE);
        let can_fetch = || tokio::runtime::Handle::try_current().is_ok();
        let begins = due && !paused && !state.is_fetching && can_fetch();
        if begins {
            state.is_fetching = true;
            state.requested = Some(now);
        }
        let is_old = age.is_none_or(|age| age >= STALE_WHILE_REVALIDATE);
        let found = match agent {
            Some(agent) if !(is_old && state.is_fetching) => KeyLookup::Agent(agent),
            _ if state.is_fetching => KeyLookup::NotYet,
            _ => KeyLookup::Nobody,
        };
        (found, begins)
    }

    /// Fetches the directory.
    fn begin(self: &Arc<Self>) {
        let asking = FetchGuard(Arc::clone(self));
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            let directory = &asking.0;
            match directory.fetcher.fetch(&directory.origin).await {
                Ok(keys) => directory.learn(keys),
                Err(error) => tracing::warn!(
                    directory = directory.origin,
                    %error,
                    "the keys of an agent cannot be fetched"
                ),
            }
        });
    }

    /// Replaces the cached keys by those of the server. A key that the server no longer has is no
    /// longer valid.
    fn learn(&self, keys: Vec<AgentKey>) {
        let now = self.clock.milliseconds() / 1_000;
        let mut state = self.state();
        let agents = keys.into_iter().map(|key| {
            let crawler = self.crawler;
            (key.id().to_owned(), Arc::new(Agent { crawler, key }))
        });
        state.agents = agents.collect();
        state.fetched = Some(now);
    }

    fn state(&self) -> MutexGuard<'_, DirectoryState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Guard of a running request. Dropping it marks the request as ended, also after a panic.
struct FetchGuard(Arc<Directory>);

impl Drop for FetchGuard {
    fn drop(&mut self) {
        self.0.state().is_fetching = false;
    }
}
