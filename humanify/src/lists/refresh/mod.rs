//! `Refresher`: fetches lists that are due, checks them, and swaps in new sets.

mod disk;
mod fetch_attempt;
mod outcome;
mod report;
mod scheduled_source;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::cache::{Cache, CacheError, CachedList, FileHead};
use super::fetch::ListFetcher;
use super::list_problems::ListProblems;
use super::list_set::{ListSet, identity};
use super::published_sets::PublishedSets;
use super::sources::Source;
use crate::addresses::{AddressSets, Group};
use crate::clock::SharedClock;
use crate::verify::CrawlerNetworks;
use disk::{compile, read, report_unreadable};
use fetch_attempt::FetchAttempt;
pub(crate) use outcome::{ListChange, ListOutcome, ListRefusal};
use report::{report, report_unwritable};
use scheduled_source::ScheduledSource;

/// How many lists are fetched at the same time.
const MAX_CONCURRENT_FETCHES: usize = 4;

/// How long fetched lists wait for slower ones before they are put in place.
const SLOW_LIST_WAIT: Duration = Duration::from_secs(5);

/// The shortest sleep of the background task, whatever the clock says.
const MIN_SLEEP: Duration = Duration::from_secs(1);

/// Fetches lists that are due, and keeps the sets for look-ups up to date.
pub(crate) struct Refresher {
    tracked: Vec<ScheduledSource>,
    list_set: ListSet,
    /// Whether only the compiled sets were read from the cache so far, and not the lists.
    is_unread: bool,
    /// The identity of the lists from which the current sets were compiled.
    compiled_from: u64,
    published: Arc<PublishedSets>,
    crawlers: Arc<ArcSwap<CrawlerNetworks>>,
    cache: Option<Cache>,
    fetcher: ListFetcher,
    clock: SharedClock,
    /// A source of random numbers, for the jitter of each wait.
    roll: fn() -> u32,
    /// Whether to accept lists with less than half of their previous networks or addresses.
    accepts_shrunken: bool,
}

/// A summary of the lists to fetch, for the log.
#[derive(Debug)]
pub(crate) struct FetchPlan {
    pub(crate) lists: usize,
    pub(crate) servers: usize,
    pub(crate) cache: Option<PathBuf>,
}

impl Refresher {
    /// Starts with the content of the cache. Fetches nothing. If the cache has compiled sets, the
    /// lists themselves are read only when one is due.
    pub(crate) fn new(
        sources: impl IntoIterator<Item = &'static Source>,
        list_set: ListSet,
        cache: Option<Cache>,
        fetcher: ListFetcher,
        clock: SharedClock,
        roll: fn() -> u32,
    ) -> Refresher {
        let untracked = |source| ScheduledSource {
            source,
            fetched: None,
            due: Some(Duration::ZERO),
            failures: 0,
        };
        let mut refresher = Refresher {
            tracked: sources.into_iter().map(untracked).collect(),
            published: Arc::new(PublishedSets::new(list_set.published())),
            crawlers: Arc::default(),
            list_set,
            is_unread: false,
            compiled_from: 0,
            cache,
            fetcher,
            clock,
            roll,
            accepts_shrunken: false,
        };
        let published = match refresher.compiled() {
            Some(published) => {
                refresher.is_unread = true;
                refresher.take_crawlers();
                Arc::new(published)
            }
            None => {
                let read = read(refresher.cache.as_ref(), &refresher.sources());
                refresher.take(read);
                compile(&refresher.list_set, refresher.cache.as_ref())
            }
        };
        refresher.published.replace(&published);
        refresher
            .crawlers
            .store(Arc::new(refresher.list_set.crawlers()));
        refresher
    }

    /// Reads the compiled sets, if the cache has them for its lists.
    fn compiled(&mut self) -> Option<AddressSets> {
        let cache = self.cache.as_ref()?;
        let heads: Result<Vec<Option<FileHead>>, CacheError> = self
            .tracked
            .iter()
            .map(|tracked| cache.head(tracked.source))
            .collect();
        let heads = heads.ok()?;
        let lists = self.tracked.iter().zip(&heads);
        let of = identity(lists.filter_map(|(t, head)| Some((t.source, (*head)?.content))));
        let compiled = cache.load_compiled(of).unwrap_or_else(|error| {
            tracing::warn!(
                path = %cache.compiled().display(),
                "the compiled sets of addresses {error}; they are compiled again"
            );
            None
        })?;
        let (roll, now) = (self.roll, self.clock.now());
        for (tracked, head) in self.tracked.iter_mut().zip(heads) {
            tracked.is_fetched(head.map(|head| head.fetched), roll(), now);
        }
        self.compiled_from = of;
        Some(compiled)
    }

    /// Reads the networks of crawlers from the cache. They are few and not compiled.
    fn take_crawlers(&mut self) {
        let Some(cache) = &self.cache else { return };
        let mut sources = self.sources();
        sources.retain(|source| source.group().is_none());
        for (source, cached) in sources.iter().zip(read(Some(cache), &sources)) {
            if let Some(cached) = cached {
                self.list_set.insert(source, cached);
            }
        }
    }

    fn sources(&self) -> Vec<&'static Source> {
        self.tracked.iter().map(|tracked| tracked.source).collect()
    }

    /// Takes lists that were read from the cache. Returns whether they differ from the lists from
    /// which the current sets were compiled.
    fn take(&mut self, read: Vec<Option<CachedList>>) -> bool {
        let (roll, now) = (self.roll, self.clock.now());
        for (tracked, cached) in self.tracked.iter_mut().zip(read) {
            let fetched = cached.as_ref().map(|cached| cached.fetched);
            if tracked.fetched != fetched.map(Duration::from_secs) || fetched.is_none() {
                tracked.is_fetched(fetched, roll(), now);
            }
            if let Some(cached) = cached {
                self.list_set.insert(tracked.source, cached);
            }
        }
        self.is_unread = false;
        self.list_set.identity() != self.compiled_from
    }

    /// When the oldest fetched list of a group was fetched, as time since 1970.
    pub(crate) fn fetched_at(&self, group: Group) -> Option<Duration> {
        let of_group = self
            .tracked
            .iter()
            .filter(|tracked| tracked.source.group() == Some(group));
        of_group.filter_map(|tracked| tracked.fetched).min()
    }

    /// Accepts lists with less than half of their previous networks or addresses.
    pub(crate) fn accept_shrunken(&mut self) {
        self.accepts_shrunken = true;
    }

    /// The sets for look-ups, which are swapped when lists change.
    pub(crate) fn published(&self) -> Arc<PublishedSets> {
        Arc::clone(&self.published)
    }

    /// The numbers of lists and servers, and the cache directory, for the log.
    pub(crate) fn plan(&self) -> FetchPlan {
        let servers: BTreeSet<&str> = self
            .tracked
            .iter()
            .filter_map(|tracked| tracked.source.address.split('/').nth(2))
            .collect();
        FetchPlan {
            lists: self.tracked.len(),
            servers: servers.len(),
            cache: self
                .cache
                .as_ref()
                .map(|cache| cache.directory().to_owned()),
        }
    }

    /// The networks of crawlers, which are swapped when lists change.
    pub(crate) fn crawlers(&self) -> Arc<ArcSwap<CrawlerNetworks>> {
        Arc::clone(&self.crawlers)
    }

    pub(crate) fn list_set(&self) -> &ListSet {
        &self.list_set
    }

    /// Makes exactly these sources due. Without any, makes all sources due.
    pub(crate) fn make_due(&mut self, only: &[&'static Source]) {
        if self.is_unread {
            let read = read(self.cache.as_ref(), &self.sources());
            self.take(read);
        }
        for tracked in &mut self.tracked {
            let is_named = only.iter().any(|only| only.name == tracked.source.name);
            tracked.due = match only.is_empty() || is_named {
                true => Some(Duration::ZERO),
                false => None,
            };
        }
    }

    /// The time until a source is due.
    pub(crate) fn idle(&self) -> Duration {
        let now = self.clock.now();
        let wait = self.tracked.iter().map(|tracked| tracked.wait(now)).min();
        wait.unwrap_or(Duration::MAX).max(MIN_SLEEP)
    }

    /// Fetches every list that is due, and puts the new sets in place. Lists of fast servers do not
    /// wait for slow ones.
    pub(crate) async fn pass(&mut self) -> Vec<ListOutcome> {
        let now = self.clock.now();
        let mut is_new = false;
        if self.is_unread && self.tracked.iter().any(|tracked| tracked.is_due(now)) {
            let (cache, sources) = (self.cache.clone(), self.sources());
            let read = tokio::task::spawn_blocking(move || read(cache.as_ref(), &sources));
            let read = read.await.unwrap_or_default();
            is_new = self.take(read);
        }
        let (unreadable, unwritable) = (ListProblems::default(), ListProblems::default());
        let permits = Arc::new(Semaphore::new(MAX_CONCURRENT_FETCHES));
        let mut attempts = JoinSet::new();
        for tracked in self.tracked.iter().filter(|tracked| tracked.is_due(now)) {
            let attempt = FetchAttempt {
                source: tracked.source,
                known: self.list_set.cached(tracked.source).cloned(),
                cache: self.cache.clone(),
                fetcher: self.fetcher.clone(),
                clock: self.clock.clone(),
                accepts_shrunken: self.accepts_shrunken,
                unreadable: unreadable.clone(),
                unwritable: unwritable.clone(),
            };
            let permits = Arc::clone(&permits);
            attempts.spawn(async move {
                // The semaphore is never closed.
                let _permit = permits.acquire_owned().await;
                (attempt.source, attempt.run().await)
            });
        }
        let mut outcomes = Vec::new();
        while !attempts.is_empty() {
            match tokio::time::timeout(SLOW_LIST_WAIT, attempts.join_next()).await {
                Ok(Some(Ok((source, result)))) => {
                    let result = self.note(source, result, now);
                    is_new |= matches!(result, Ok(ListChange::Fetched | ListChange::Shared));
                    outcomes.push(ListOutcome { source, result });
                }
                Ok(_) => {}
                Err(_) if is_new => {
                    is_new = false;
                    self.publish().await;
                }
                Err(_) => {}
            }
        }
        if is_new {
            self.publish().await;
        }
        // An attempt that panicked has no result and counts as failed.
        for tracked in self
            .tracked
            .iter_mut()
            .filter(|tracked| tracked.is_due(now))
        {
            let is_noted = |outcome: &ListOutcome| outcome.source.name == tracked.source.name;
            if !outcomes.iter().any(is_noted) {
                tracked.fail(now, (self.roll)());
                outcomes.push(ListOutcome {
                    source: tracked.source,
                    result: Err(ListRefusal::Stopped),
                });
            }
        }
        #[cfg(feature = "metrics")]
        self.measure(&outcomes);
        if let Some(cache) = &self.cache {
            report_unreadable(cache, &unreadable);
            report_unwritable(cache, &unwritable);
        }
        report(&outcomes, self.cache.as_ref().map(Cache::directory));
        outcomes
    }

    /// Reports for each list when it was fetched, and whether it failed now.
    #[cfg(feature = "metrics")]
    pub(crate) fn measure(&self, outcomes: &[ListOutcome]) {
        for tracked in &self.tracked {
            let name = tracked.source.name;
            crate::metrics::list_fetched(name, tracked.fetched.unwrap_or_default());
            let failed =
                |outcome: &&ListOutcome| outcome.source.name == name && outcome.result.is_err();
            let failures = outcomes.iter().filter(failed).count();
            crate::metrics::list_failures(name, u64::try_from(failures).unwrap_or_default());
        }
    }

    fn note(
        &mut self,
        source: &'static Source,
        result: Result<(ListChange, CachedList), ListRefusal>,
        now: Duration,
    ) -> Result<ListChange, ListRefusal> {
        let roll = (self.roll)();
        let tracked = self.tracked.iter_mut();
        let tracked = tracked.filter(|tracked| tracked.source.name == source.name);
        match result {
            Ok((change, cached)) => {
                for tracked in tracked {
                    tracked.is_fetched(Some(cached.fetched), roll, now);
                }
                self.list_set.insert(source, cached);
                Ok(change)
            }
            Err(refusal) => {
                for tracked in tracked {
                    match refusal.is_answer() {
                        true => tracked.due = Some(now.saturating_add(tracked.pace(roll))),
                        false => tracked.fail(now, roll),
                    }
                }
                Err(refusal)
            }
        }
    }

    /// Compiles the sets and swaps them in.
    async fn publish(&self) {
        self.crawlers.store(Arc::new(self.list_set.crawlers()));
        let (list_set, cache) = (self.list_set.clone(), self.cache.clone());
        let published = self.published();
        let compile = move || published.replace(&compile(&list_set, cache.as_ref()));
        // If it panics, the sets stay as they are.
        let _ = tokio::task::spawn_blocking(compile).await;
    }
}

impl fmt::Debug for Refresher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Refresher").finish_non_exhaustive()
    }
}
