//! `ListSettings`, and `ListHandle` with the resulting sets of addresses.

#[cfg(feature = "lists")]
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::Lists;
#[cfg(all(feature = "lists", feature = "testing"))]
use super::background::Background;
#[cfg(feature = "lists")]
use super::cache::Cache;
#[cfg(feature = "lists")]
use super::fetch::{ListFetcher, Mirror};
#[cfg(feature = "lists")]
use super::list_set::ListSet;
use super::own_networks::OwnNetworks;
#[cfg(feature = "lists")]
use super::refresh::Refresher;
use super::report::Remedy;
#[cfg(feature = "lists")]
use super::shared_lists::{ListsKey, SharedLists};
#[cfg(feature = "lists")]
use super::sources::{SOURCES, Source};
use crate::addresses::AddressSets;
use crate::clock::SharedClock;
use crate::embedded::DamagedList;
#[cfg(feature = "lists")]
use crate::http::TlsError;
use crate::lists::report;
use crate::verify::CrawlerNetworks;

/// Where the sets of addresses come from, and how lists are fetched and cached; for
/// [`lists`](crate::HumanifyBuilder::lists).
///
/// ```
/// # use humanify::prelude::*;
/// use humanify::{ListSettings, Lists};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let lists = ListSettings::new(Lists::Embedded);
/// # #[cfg(feature = "lists")]
/// let lists = ListSettings::new(Lists::Fresh)
///     .cache("/var/cache/shop")
///     .without("stopforumspam");
/// # let lists = ListSettings::new(Lists::Embedded);
/// let humanify = Humanify::builder().lists(lists).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "settings do nothing before they are given to a builder"]
pub struct ListSettings {
    pub(crate) lists: Lists,
    /// The cache directory; `None` for the user's own.
    #[cfg(feature = "lists")]
    pub(crate) cache: Option<PathBuf>,
    #[cfg(feature = "lists")]
    pub(crate) mirror: Option<String>,
    #[cfg(feature = "lists")]
    pub(crate) without: Vec<String>,
}

impl From<Lists> for ListSettings {
    fn from(lists: Lists) -> Self {
        ListSettings::new(lists)
    }
}

/// Why the sets of addresses cannot be set up as configured.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ListsError {
    /// The data that comes with the crate is damaged.
    #[error(transparent)]
    Damaged(#[from] DamagedList),
    /// There is no list with this name.
    #[cfg(feature = "lists")]
    #[error(
        "there is no list `{name}`{}; there are {}",
        .nearest.map(|nearest| format!(", did you mean `{nearest}`?")).unwrap_or_default(),
        SOURCES.iter().map(|source| source.name).collect::<Vec<_>>().join(", ")
    )]
    Unknown {
        /// The name.
        name: String,
        /// The most similar name, if one is similar enough.
        nearest: Option<&'static str>,
    },
    /// The address of the mirror is malformed, or uses plain HTTP to another machine.
    #[cfg(feature = "lists")]
    #[error(
        "`{0}` is not an address of a mirror of the lists: use one that starts with `https://`, or with `http://` and is on this machine, without `?` and `@`"
    )]
    Mirror(String),
    /// TLS cannot be set up to fetch lists.
    #[cfg(feature = "lists")]
    #[error("lists cannot be fetched; `lists(Lists::Embedded)` does without")]
    Tls(#[from] TlsError),
}

crate::error_chain::debug_as_message!(ListsError);

/// The sets for look-ups, and the background thread that refreshes them.
pub(crate) struct ListHandle {
    addresses: Arc<ArcSwap<AddressSets>>,
    crawlers: Arc<ArcSwap<CrawlerNetworks>>,
    #[cfg(feature = "lists")]
    shared: Option<Arc<SharedLists>>,
    #[cfg(feature = "lists")]
    lists: Lists,
}

impl ListSettings {
    /// Settings with the default cache, no mirror and every list.
    #[cfg_attr(
        not(feature = "lists"),
        expect(clippy::needless_update, reason = "without lists there is one field")
    )]
    pub fn new(lists: Lists) -> ListSettings {
        ListSettings {
            lists,
            ..ListSettings::default()
        }
    }

    /// The cache directory for fetched lists. Several processes may share it; they then fetch each
    /// list once between them. Default: `humanify` in `$XDG_CACHE_HOME` or in `~/.cache`. Feature
    /// `lists`.
    #[cfg(feature = "lists")]
    pub fn cache(mut self, directory: impl Into<PathBuf>) -> ListSettings {
        self.cache = Some(directory.into());
        self
    }

    /// A server of your own from which lists are fetched, for machines that cannot reach the
    /// publishers. With `mirror("https://lists.example")`,
    /// `https://check.torproject.org/torbulkexitlist` is fetched from
    /// `https://lists.example/check.torproject.org/torbulkexitlist`. Feature `lists`.
    #[cfg(feature = "lists")]
    pub fn mirror(mut self, address: impl Into<String>) -> ListSettings {
        self.mirror = Some(address.into());
        self
    }

    /// Leaves out one of [the published lists][lists], such as `stopforumspam`. May be called
    /// several times. Feature `lists`.
    ///
    /// [lists]: crate::guide::lists
    #[cfg(feature = "lists")]
    pub fn without(mut self, name: impl Into<String>) -> ListSettings {
        self.without.push(name.into());
        self
    }

    /// Builds the sets from the data on this machine, and logs which sets are empty or old.
    pub(crate) fn open(
        &self,
        own: OwnNetworks,
        clock: &SharedClock,
    ) -> Result<ListHandle, ListsError> {
        let embedded = AddressSets::embedded()?;
        #[cfg(feature = "lists")]
        if self.lists != Lists::Embedded {
            let shared = SharedLists::of(self.key(clock), || {
                let refresher = self.refresher(ListSet::new(embedded), clock.clone())?;
                let sets = refresher.published().with(own.clone());
                let kept = |group| refresher.fetched_at(group);
                report::at_start(&sets.load(), kept, clock.now(), Remedy::Wait);
                Ok::<_, ListsError>(refresher)
            })?;
            return Ok(ListHandle {
                addresses: shared.published.with(own),
                crawlers: Arc::clone(&shared.crawlers),
                shared: Some(shared),
                lists: self.lists,
            });
        }
        let addresses = own.applied_to(embedded);
        report::at_start(&addresses, |_| None, clock.now(), Remedy::Fetch);
        Ok(ListHandle {
            addresses: Arc::new(ArcSwap::new(addresses)),
            crawlers: Arc::default(),
            #[cfg(feature = "lists")]
            shared: None,
            #[cfg(feature = "lists")]
            lists: self.lists,
        })
    }

    /// The key under which instances share their lists.
    #[cfg(feature = "lists")]
    fn key(&self, clock: &SharedClock) -> ListsKey {
        let mut without = self.without.clone();
        without.sort();
        without.dedup();
        ListsKey {
            lists: self.lists,
            cache: self.kept_in().map(|cache| cache.directory().to_owned()),
            mirror: self.mirror.clone(),
            without,
            clock: clock.clone(),
        }
    }

    /// The cache; `None` if neither the settings nor the environment name a directory.
    #[cfg(feature = "lists")]
    fn kept_in(&self) -> Option<Cache> {
        self.cache.clone().map(Cache::new).or_else(Cache::of_user)
    }

    #[cfg(feature = "lists")]
    pub(crate) fn refresher(
        &self,
        list_set: ListSet,
        clock: SharedClock,
    ) -> Result<Refresher, ListsError> {
        for name in &self.without {
            source_named(name)?;
        }
        let mirror = match &self.mirror {
            None => None,
            Some(address) => {
                let mirror = Mirror::new(address);
                Some(mirror.ok_or_else(|| ListsError::Mirror(address.clone()))?)
            }
        };
        let cache = self.kept_in();
        if cache.is_none() {
            tracing::warn!(
                "there is no directory to keep lists of addresses in, so that each start fetches \
                 them again: `ListSettings::cache`, XDG_CACHE_HOME and HOME are all unset"
            );
        }
        let fetcher = ListFetcher::new(mirror)?;
        let is_wanted = |source: &&Source| self.without.iter().all(|name| name != source.name);
        let sources = SOURCES.iter().filter(is_wanted);
        Ok(Refresher::new(
            sources, list_set, cache, fetcher, clock, roll,
        ))
    }
}

impl ListHandle {
    pub(crate) fn addresses(&self) -> Arc<ArcSwap<AddressSets>> {
        Arc::clone(&self.addresses)
    }

    /// The fetched networks of crawlers.
    pub(crate) fn crawlers(&self) -> Arc<ArcSwap<CrawlerNetworks>> {
        Arc::clone(&self.crawlers)
    }

    /// Starts refreshing, if the settings say so and it has not started yet.
    pub(crate) fn start(&self) {
        #[cfg(feature = "lists")]
        if let Some(shared) = self.shared.as_ref().filter(|_| self.lists == Lists::Fresh) {
            shared.background.start();
        }
    }

    #[cfg(all(feature = "lists", feature = "testing"))]
    pub(crate) fn background(&self) -> Option<&Background> {
        self.shared.as_ref().map(|shared| &shared.background)
    }
}

/// The source with this name. The error has the most similar name.
#[cfg(feature = "lists")]
pub(crate) fn source_named(name: &str) -> Result<&'static Source, ListsError> {
    Source::named(name).ok_or_else(|| {
        let names = SOURCES.iter().map(|source| source.name);
        let nearest = names
            .map(|known| (strsim::jaro_winkler(name, known), known))
            .max_by(|one, other| one.0.total_cmp(&other.0));
        ListsError::Unknown {
            name: name.to_owned(),
            nearest: nearest
                .filter(|nearest| nearest.0 > 0.8)
                .map(|nearest| nearest.1),
        }
    })
}

/// A random number for the jitter. If the operating system has no randomness, the middle of the
/// range: no jitter.
#[cfg(feature = "lists")]
fn roll() -> u32 {
    crate::crypto::random_bytes().map_or(u32::MAX / 2, u32::from_le_bytes)
}
