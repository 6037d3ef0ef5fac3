//! `SharedLists`: the lists and the background thread that all instances with the same settings in
//! a process share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::ArcSwap;

use super::Lists;
use super::background::Background;
use super::published_sets::PublishedSets;
use super::refresh::Refresher;
use crate::clock::SharedClock;
use crate::verify::CrawlerNetworks;

/// The lists that instances with the same settings share.
static SHARED: Mutex<Vec<Weak<SharedLists>>> = Mutex::new(Vec::new());

/// The lists for one set of settings. Dropping the last reference ends the background thread.
#[derive(Debug)]
pub(crate) struct SharedLists {
    key: ListsKey,
    pub(crate) published: Arc<PublishedSets>,
    pub(crate) crawlers: Arc<ArcSwap<CrawlerNetworks>>,
    pub(crate) background: Background,
}

/// The settings by which instances share their lists.
#[derive(Debug, Clone)]
pub(crate) struct ListsKey {
    pub(crate) lists: Lists,
    pub(crate) cache: Option<PathBuf>,
    pub(crate) mirror: Option<String>,
    /// The names of the lists that are left out, in order.
    pub(crate) without: Vec<String>,
    pub(crate) clock: SharedClock,
}

impl PartialEq for ListsKey {
    fn eq(&self, other: &ListsKey) -> bool {
        (self.lists, &self.cache, &self.mirror, &self.without)
            == (other.lists, &other.cache, &other.mirror, &other.without)
            && self.clock.is_same(&other.clock)
    }
}

impl SharedLists {
    /// The lists that this process already has for a key, or new ones from a new refresher.
    ///
    /// # Errors
    /// If a new refresher cannot be made.
    pub(crate) fn of<E>(
        key: ListsKey,
        refresher: impl FnOnce() -> Result<Refresher, E>,
    ) -> Result<Arc<SharedLists>, E> {
        // The lock is held while lists are opened, so that instances built concurrently share them.
        let mut known = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|shared| shared.strong_count() > 0);
        let found = known.iter().filter_map(Weak::upgrade);
        if let Some(shared) = found.into_iter().find(|shared| shared.key == key) {
            return Ok(shared);
        }
        let refresher = refresher()?;
        let shared = Arc::new(SharedLists {
            key,
            published: refresher.published(),
            crawlers: refresher.crawlers(),
            background: Background::new(refresher),
        });
        known.push(Arc::downgrade(&shared));
        Ok(shared)
    }
}
