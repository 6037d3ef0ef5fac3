//! `FetchAttempt`: fetches one list, and checks it.

use std::sync::Arc;

use super::disk::load;
use super::outcome::{ListChange, ListRefusal};
use crate::clock::SharedClock;
use crate::lists::cache::{Cache, CachedList};
use crate::lists::fetch::{Fetched, ListFetchError, ListFetcher};
use crate::lists::list_problems::ListProblems;
use crate::lists::parse::parse;
use crate::lists::sources::Source;
use crate::net::RangeSet;

/// One attempt to fetch one source.
pub(super) struct FetchAttempt {
    pub(super) source: &'static Source,
    pub(super) known: Option<CachedList>,
    pub(super) cache: Option<Cache>,
    pub(super) fetcher: ListFetcher,
    pub(super) clock: SharedClock,
    pub(super) accepts_shrunken: bool,
    /// The lists whose files cannot be read, and those whose files cannot be written.
    pub(super) unreadable: ListProblems,
    pub(super) unwritable: ListProblems,
}

impl FetchAttempt {
    pub(super) async fn run(self) -> Result<(ListChange, CachedList), ListRefusal> {
        if let Some(cached) = self.shared().await {
            return Ok((ListChange::Shared, cached));
        }
        let known = self.known.as_ref();
        let validators = known
            .map(|cached| cached.validators.clone())
            .unwrap_or_default();
        let answer = self.fetcher.fetch(self.source, &validators).await?;
        let fetched = self.clock.now().as_secs();
        let (change, cached) = match (answer, known) {
            (Fetched::Unchanged, None) => return Err(ListFetchError::Status(304).into()),
            (Fetched::Unchanged, Some(known)) => {
                let cached = CachedList {
                    fetched,
                    ..known.clone()
                };
                (ListChange::Unchanged, cached)
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
                    Ok::<_, ListRefusal>(CachedList::new(networks, fetched, validators))
                });
                let cached = parsed.await.map_err(|_| ListRefusal::Stopped)??;
                let is_same = known.is_some_and(|known| known.networks == cached.networks);
                let change = match is_same {
                    true => ListChange::Unchanged,
                    false => ListChange::Fetched,
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
        let is_recent = cached.age(self.clock.now()) < source.interval.mul_f64(0.8);
        (is_newer && is_recent).then_some(cached)
    }

    async fn save(&self, cached: &CachedList) {
        let Some(cache) = self.cache.clone() else {
            return;
        };
        let (source, cached) = (self.source, cached.clone());
        let save = tokio::task::spawn_blocking(move || cache.save(source, &cached));
        if let Ok(Err(error)) = save.await {
            self.unwritable.note(source.name, error);
        }
    }
}

/// Refuses a list that has less than half of its previous networks or addresses.
fn check_size(before: &RangeSet, now: &RangeSet) -> Result<(), ListRefusal> {
    let counts = (before.count(), now.count());
    if counts.1 < counts.0.div_ceil(2) {
        let (before, now) = counts;
        return Err(ListRefusal::Shrunken { before, now });
    }
    match now.extent().is_less_than_half_of(before.extent()) {
        true => Err(ListRefusal::Shallow),
        false => Ok(()),
    }
}
