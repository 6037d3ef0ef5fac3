//! Reads lists from the cache, and keeps compiled sets there.

use std::sync::Arc;

use crate::addresses::AddressSets;
use crate::lists::cache::{Cache, CachedList};
use crate::lists::list_problems::ListProblems;
use crate::lists::list_set::ListSet;
use crate::lists::sources::Source;

/// Reads the lists of these sources from the cache.
pub(super) fn read(cache: Option<&Cache>, sources: &[&'static Source]) -> Vec<Option<CachedList>> {
    let Some(cache) = cache else {
        return sources.iter().map(|_| None).collect();
    };
    let unreadable = ListProblems::default();
    let lists = sources
        .iter()
        .map(|source| load(cache, source, &unreadable));
    let lists = lists.collect();
    report_unreadable(cache, &unreadable);
    lists
}

/// Compiles the sets of all lists, and writes them to the cache.
pub(super) fn compile(list_set: &ListSet, cache: Option<&Cache>) -> Arc<AddressSets> {
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

pub(super) fn load(
    cache: &Cache,
    source: &Source,
    unreadable: &ListProblems,
) -> Option<CachedList> {
    cache.load(source).unwrap_or_else(|error| {
        unreadable.note(source.name, error);
        None
    })
}

/// Logs one line about all files that cannot be read.
pub(super) fn report_unreadable(cache: &Cache, unreadable: &ListProblems) {
    if !unreadable.is_empty() {
        tracing::warn!(
            directory = %cache.directory().display(),
            lists = %unreadable,
            "lists of addresses on disk cannot be used; they are fetched again"
        );
    }
}
