//! `Refresher`: fetches lists that are due, checks them, and swaps in new sets.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::cache::{Cache, CacheError, CachedList, Head};
use super::error::ParseError;
use super::fetch::{FetchError, Fetched, Fetcher};
use super::list_set::{ListSet, identity};
use super::parse::parse;
use super::published::PublishedSets;
use super::sources::Source;
use super::troubles::Troubles;
use crate::addresses::{AddressSets, Group};
use crate::clock::SharedClock;
use crate::http::ClientError;
use crate::lists::schedule;
use crate::net::RangeSet;
use crate::verify::CrawlerNetworks;

/// How many lists are fetched at the same time.
const AT_ONCE: usize = 4;

/// How long fetched lists wait for slower ones before they are put in place.
const PATIENCE: Duration = Duration::from_secs(5);

/// The shortest sleep of the background task, whatever the clock says.
const SHORTEST_SLEEP: Duration = Duration::from_secs(1);

/// Fetches lists that are due, and keeps the sets for look-ups up to date.
pub(crate) struct Refresher {
    tracked: Vec<Tracked>,
    list_set: ListSet,
    /// Whether only the compiled sets were read from the cache so far, and not the lists.
    is_unread: bool,
    /// The identity of the lists of which the current sets were compiled.
    is_of: u64,
    published: Arc<PublishedSets>,
    crawlers: Arc<ArcSwap<CrawlerNetworks>>,
    cache: Option<Cache>,
    fetcher: Fetcher,
    clock: SharedClock,
    /// A source of random numbers, for the jitter of each wait.
    roll: fn() -> u32,
    /// Whether lists are accepted that are less than half of the ones before.
    accepts_shrunken: bool,
}

/// What is going to be fetched, for the log.
#[derive(Debug)]
pub(crate) struct FetchPlan {
    pub(crate) lists: usize,
    pub(crate) servers: usize,
    pub(crate) cache: Option<PathBuf>,
}

/// A source, and when it is due.
struct Tracked {
    source: &'static Source,
    /// When its list was fetched, as time since 1970.
    fetched: Option<Duration>,
    /// When it is due, as time since 1970.
    due: Duration,
    failures: u32,
}

/// The result for a source that was due.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) source: &'static Source,
    pub(crate) result: Result<Change, Refusal>,
}

/// How a source's list has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// The list has not changed.
    Unchanged,
    /// There is a new list.
    Fetched,
    /// Another process fetched the list a moment ago.
    Shared,
}

/// Why the previous list stays.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("the list is refused: {0}")]
    Parse(#[from] ParseError),
    #[error("the list is refused: it has {now} networks, less than half of the {before} before")]
    Shrunken { before: usize, now: usize },
    #[error("the list is refused: it covers less than half of the addresses that it did before")]
    Shallow,
    #[error("the program ends, or has a bug")]
    Stopped,
}

impl Refusal {
    /// Whether the server answered, with a list that was refused or with a client error. Such a
    /// list is not retried early: the answer would be the same, and some publishers count requests.
    fn is_answer(&self) -> bool {
        match self {
            Refusal::Parse(_) | Refusal::Shrunken { .. } | Refusal::Shallow => true,
            Refusal::Fetch(
                FetchError::Address
                | FetchError::TooLong(_)
                | FetchError::Client(ClientError::TooLong(_) | ClientError::Redirected),
            ) => true,
            Refusal::Fetch(FetchError::Status(status)) => (400..500).contains(status),
            Refusal::Fetch(_) | Refusal::Stopped => false,
        }
    }
}

impl Refresher {
    /// Starts with the content of the cache. Fetches nothing. If the cache has compiled sets, the
    /// lists themselves are read only when one is due.
    pub(crate) fn new(
        sources: impl IntoIterator<Item = &'static Source>,
        list_set: ListSet,
        cache: Option<Cache>,
        fetcher: Fetcher,
        clock: SharedClock,
        roll: fn() -> u32,
    ) -> Refresher {
        let untracked = |source| Tracked {
            source,
            fetched: None,
            due: Duration::ZERO,
            failures: 0,
        };
        let mut refresher = Refresher {
            tracked: sources.into_iter().map(untracked).collect(),
            published: Arc::new(PublishedSets::new(list_set.published())),
            crawlers: Arc::default(),
            list_set,
            is_unread: false,
            is_of: 0,
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
        let heads: Result<Vec<Option<Head>>, CacheError> = self
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
        self.is_of = of;
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

    /// Takes lists that were read from the cache. Returns whether they differ from those of which
    /// the current sets were compiled.
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
        self.list_set.identity() != self.is_of
    }

    /// When the oldest fetched list of a group was fetched, as time since 1970.
    pub(crate) fn fetched_at(&self, group: Group) -> Option<Duration> {
        let of_group = self
            .tracked
            .iter()
            .filter(|tracked| tracked.source.group() == Some(group));
        of_group.filter_map(|tracked| tracked.fetched).min()
    }

    /// Accepts lists that are less than half of the ones before.
    pub(crate) fn accept_shrunken(&mut self) {
        self.accepts_shrunken = true;
    }

    /// The sets for look-ups, which are swapped when lists change.
    pub(crate) fn published(&self) -> Arc<PublishedSets> {
        Arc::clone(&self.published)
    }

    /// From how many servers how many lists are fetched, and where they are kept.
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
    pub(crate) fn hurry(&mut self, only: &[&'static Source]) {
        if self.is_unread {
            let read = read(self.cache.as_ref(), &self.sources());
            self.take(read);
        }
        for tracked in &mut self.tracked {
            let is_named = only.iter().any(|only| only.name == tracked.source.name);
            tracked.due = match only.is_empty() || is_named {
                true => Duration::ZERO,
                false => Duration::MAX,
            };
        }
    }

    /// The time until a source is due.
    pub(crate) fn idle(&self) -> Duration {
        let due = self.tracked.iter().map(|tracked| tracked.due).min();
        due.unwrap_or(Duration::MAX)
            .saturating_sub(self.clock.now())
            .max(SHORTEST_SLEEP)
    }

    /// Fetches every list that is due, and puts the new sets in place. Lists of fast servers do not
    /// wait for slow ones.
    pub(crate) async fn pass(&mut self) -> Vec<Outcome> {
        let now = self.clock.now();
        let mut is_new = false;
        if self.is_unread && self.tracked.iter().any(|tracked| tracked.due <= now) {
            let (cache, sources) = (self.cache.clone(), self.sources());
            let read = tokio::task::spawn_blocking(move || read(cache.as_ref(), &sources));
            let read = read.await.unwrap_or_default();
            is_new = self.take(read);
        }
        let (unreadable, unkept) = (Troubles::default(), Troubles::default());
        let permits = Arc::new(Semaphore::new(AT_ONCE));
        let mut attempts = JoinSet::new();
        for tracked in self.tracked.iter().filter(|tracked| tracked.due <= now) {
            let attempt = Attempt {
                source: tracked.source,
                known: self.list_set.cached(tracked.source).cloned(),
                cache: self.cache.clone(),
                fetcher: self.fetcher.clone(),
                clock: self.clock.clone(),
                accepts_shrunken: self.accepts_shrunken,
                unreadable: unreadable.clone(),
                unkept: unkept.clone(),
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
            match tokio::time::timeout(PATIENCE, attempts.join_next()).await {
                Ok(Some(Ok((source, result)))) => {
                    let result = self.note(source, result, now);
                    is_new |= matches!(result, Ok(Change::Fetched | Change::Shared));
                    outcomes.push(Outcome { source, result });
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
        // An attempt without a result, since it panicked, has failed.
        for tracked in self.tracked.iter_mut().filter(|tracked| tracked.due <= now) {
            let is_noted = |outcome: &Outcome| outcome.source.name == tracked.source.name;
            if !outcomes.iter().any(is_noted) {
                tracked.fail(now, (self.roll)());
                outcomes.push(Outcome {
                    source: tracked.source,
                    result: Err(Refusal::Stopped),
                });
            }
        }
        #[cfg(feature = "metrics")]
        self.measure();
        if let Some(cache) = &self.cache {
            report_unreadable(cache, &unreadable);
            report_unkept(cache, &unkept);
        }
        report(&outcomes, self.cache.as_ref().map(Cache::directory));
        outcomes
    }

    /// Says for each list when it was fetched.
    #[cfg(feature = "metrics")]
    fn measure(&self) {
        for tracked in &self.tracked {
            if let Some(fetched) = tracked.fetched {
                crate::metrics::list_fetched(tracked.source.name, fetched);
            }
        }
    }

    fn note(
        &mut self,
        source: &'static Source,
        result: Result<(Change, CachedList), Refusal>,
        now: Duration,
    ) -> Result<Change, Refusal> {
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
                        true => tracked.due = now.saturating_add(tracked.pace(roll)),
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

impl Tracked {
    /// Notes when the list was fetched, and sets when it is due: at once, if it was never fetched.
    /// A list from the future, written when a clock was wrong, counts as fetched now.
    fn is_fetched(&mut self, at: Option<u64>, roll: u32, now: Duration) {
        self.fetched = at.map(Duration::from_secs);
        self.failures = 0;
        self.due = self.fetched.map_or(Duration::ZERO, |fetched| {
            fetched.min(now).saturating_add(self.pace(roll))
        });
    }

    fn pace(&self, roll: u32) -> Duration {
        schedule::wait(self.source.every, 0, roll)
    }

    fn fail(&mut self, now: Duration, roll: u32) {
        self.failures = self.failures.saturating_add(1);
        let wait = schedule::wait(self.source.every, self.failures, roll);
        self.due = now.saturating_add(wait);
    }
}

/// One attempt to fetch one source.
struct Attempt {
    source: &'static Source,
    known: Option<CachedList>,
    cache: Option<Cache>,
    fetcher: Fetcher,
    clock: SharedClock,
    accepts_shrunken: bool,
    /// The files that cannot be read, and those that cannot be written.
    unreadable: Troubles,
    unkept: Troubles,
}

impl Attempt {
    async fn run(self) -> Result<(Change, CachedList), Refusal> {
        if let Some(cached) = self.shared().await {
            return Ok((Change::Shared, cached));
        }
        let known = self.known.as_ref();
        let validators = known
            .map(|cached| cached.validators.clone())
            .unwrap_or_default();
        let answer = self.fetcher.fetch(self.source, &validators).await?;
        let fetched = self.clock.now().as_secs();
        let (change, cached) = match (answer, known) {
            (Fetched::Unchanged, None) => return Err(FetchError::Status(304).into()),
            (Fetched::Unchanged, Some(known)) => {
                let cached = CachedList {
                    fetched,
                    ..known.clone()
                };
                (Change::Unchanged, cached)
            }
            (Fetched::Changed { body, validators }, known) => {
                let before = known.filter(|_| !self.accepts_shrunken);
                let before = before.map(|known| Arc::clone(&known.networks));
                let (format, most) = (self.source.format, self.source.most);
                let parsed = tokio::task::spawn_blocking(move || {
                    let networks = parse(&body, format, most)?;
                    if let Some(before) = before {
                        check_size(&before, &networks)?;
                    }
                    Ok::<_, Refusal>(CachedList::new(networks, fetched, validators))
                });
                let cached = parsed.await.map_err(|_| Refusal::Stopped)??;
                let is_same = known.is_some_and(|known| known.networks == cached.networks);
                let change = match is_same {
                    true => Change::Unchanged,
                    false => Change::Fetched,
                };
                (change, cached)
            }
        };
        self.save(&cached).await;
        Ok((change, cached))
    }

    /// The list that another process has fetched in the meantime, if it is recent enough.
    async fn shared(&self) -> Option<CachedList> {
        let (cache, source) = (self.cache.clone()?, self.source);
        let unreadable = self.unreadable.clone();
        let load = tokio::task::spawn_blocking(move || load(&cache, source, &unreadable));
        let cached = load.await.ok()??;
        let is_newer = self
            .known
            .as_ref()
            .is_none_or(|known| known.fetched < cached.fetched);
        let is_recent = cached.age(self.clock.now()) < source.every.mul_f64(0.8);
        (is_newer && is_recent).then_some(cached)
    }

    async fn save(&self, cached: &CachedList) {
        let Some(cache) = self.cache.clone() else {
            return;
        };
        let (source, cached) = (self.source, cached.clone());
        let save = tokio::task::spawn_blocking(move || cache.save(source, &cached));
        if let Ok(Err(error)) = save.await {
            self.unkept.note(source.name, error);
        }
    }
}

/// Refuses a list with less than half of the networks or half of the addresses that it had before.
fn check_size(before: &RangeSet, now: &RangeSet) -> Result<(), Refusal> {
    let counts = (before.count(), now.count());
    if counts.1 < counts.0.div_ceil(2) {
        let (before, now) = counts;
        return Err(Refusal::Shrunken { before, now });
    }
    match now.extent().is_less_than_half_of(before.extent()) {
        true => Err(Refusal::Shallow),
        false => Ok(()),
    }
}

/// Reads the lists of these sources from the cache.
fn read(cache: Option<&Cache>, sources: &[&'static Source]) -> Vec<Option<CachedList>> {
    let Some(cache) = cache else {
        return sources.iter().map(|_| None).collect();
    };
    let unreadable = Troubles::default();
    let lists = sources
        .iter()
        .map(|source| load(cache, source, &unreadable));
    let lists = lists.collect();
    report_unreadable(cache, &unreadable);
    lists
}

/// Compiles the sets of all lists, and writes them to the cache.
fn compile(list_set: &ListSet, cache: Option<&Cache>) -> Arc<AddressSets> {
    let published = list_set.published();
    if let Some(cache) = cache.filter(|_| !list_set.is_bare())
        && let Err(error) = cache.save_compiled(&published, list_set.identity())
    {
        tracing::warn!(
            path = %cache.compiled().display(),
            "the compiled sets of addresses cannot be kept on disk, so that the next start \
             compiles them again: {error}"
        );
    }
    published
}

fn load(cache: &Cache, source: &Source, unreadable: &Troubles) -> Option<CachedList> {
    cache.load(source).unwrap_or_else(|error| {
        unreadable.note(source.name, error);
        None
    })
}

/// Logs one line about all files that cannot be read.
fn report_unreadable(cache: &Cache, unreadable: &Troubles) {
    if !unreadable.is_empty() {
        tracing::warn!(
            directory = %cache.directory().display(),
            lists = %unreadable,
            "lists of addresses on disk cannot be used; they are fetched again"
        );
    }
}

/// Logs one line about all files that cannot be written.
fn report_unkept(cache: &Cache, unkept: &Troubles) {
    if !unkept.is_empty() {
        tracing::warn!(
            directory = %cache.directory().display(),
            lists = %unkept,
            "lists of addresses cannot be kept on disk, so that the next start fetches them again; \
             `ListSettings::cache` sets the directory"
        );
    }
}

/// Logs one line about new lists and one about failed ones, whatever their number.
fn report(outcomes: &[Outcome], cache: Option<&Path>) {
    let named = |change: Change| {
        let are = outcomes
            .iter()
            .filter(move |outcome| matches!(outcome.result, Ok(is) if is == change));
        are.map(|outcome| outcome.source.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    if outcomes.iter().any(|outcome| outcome.result.is_ok()) {
        tracing::info!(
            new = named(Change::Fetched),
            unchanged = named(Change::Unchanged),
            shared = named(Change::Shared),
            cache = cache.map(|cache| tracing::field::display(cache.display())),
            "lists of addresses are refreshed"
        );
    }
    // Without a network, all lists fail for one reason, which is logged once.
    let failed = Troubles::default();
    for outcome in outcomes {
        if let Err(refusal) = &outcome.result {
            failed.note(outcome.source.name, refusal);
        }
    }
    if !failed.is_empty() {
        tracing::warn!(
            %failed,
            "lists of addresses could not be refreshed; the last good ones stay, and they are \
             tried again"
        );
    }
}

impl fmt::Debug for Refresher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Refresher").finish_non_exhaustive()
    }
}
