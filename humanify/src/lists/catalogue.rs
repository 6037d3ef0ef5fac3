//! The lists in a cache directory, without a server: fetch them, show their state, look addresses
//! up in them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use humanify_syntax::Sign;
use ipnet::IpNet;

use super::cache::{Cache, CacheError};
use super::list_set::ListSet;
use super::refresh::{Change, Outcome, Refusal};
use super::settings::{ListSettings, ListsError, known};
use super::sources::{SOURCES, Source};
use crate::addresses::{AddressSets, Group};
use crate::clock::{SharedClock, SystemClock};
use crate::detect::Signals;
use crate::embedded::DamagedList;
use crate::net::is_routable;

/// A list that is older than this is [`Old`](ListState::Old).
const OLD: Duration = Duration::from_secs(31 * 86_400);

/// How much longer than its pace a list may be kept before it is [`Due`](ListState::Due).
const TOLERANCE: f64 = 1.2;

/// The published lists in a cache directory, apart from any server: the program `humanify` is
/// made of it, and so can be a job that fetches lists before servers start. Feature `lists`.
///
/// # Examples
///
/// ```no_run
/// use humanify::lists::{AddressLists, UpdateOptions};
///
/// # async fn update() -> Result<(), Box<dyn std::error::Error>> {
/// let lists = AddressLists::in_directory("/var/cache/shop");
/// for list in lists.update(&UpdateOptions::default()).await? {
///     if let Err(error) = list.outcome {
///         eprintln!("{}: {error}", list.name);
///     }
/// }
/// let report = lists.lookup()?.report("185.220.101.7".parse()?);
/// println!("counts as a bot: {}", report.is_bot());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct AddressLists {
    cache: Cache,
}

/// A list and what the cache holds of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ListStatus {
    /// The name of the list, as [`ListSettings::without`](crate::ListSettings::without) takes it.
    pub name: &'static str,
    /// The group of addresses that it feeds; `None` for the networks of crawlers.
    pub group: Option<Group>,
    /// What its maintainers allow.
    pub terms: &'static str,
    /// What the cache holds.
    pub state: ListState,
}

/// What the cache holds of a list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ListState {
    /// It was never fetched.
    NeverFetched,
    /// It was fetched, and is not due yet.
    Fresh(StoredList),
    /// It is due to be fetched again.
    Due(StoredList),
    /// It is older than a month.
    Old(StoredList),
    /// Its file cannot be read.
    Unreadable,
    /// Its file is damaged, or of another version of humanify.
    Damaged,
}

impl ListState {
    /// The stored list, if there is one that can be used.
    #[must_use]
    pub fn stored(&self) -> Option<&StoredList> {
        match self {
            ListState::Fresh(stored) | ListState::Due(stored) | ListState::Old(stored) => {
                Some(stored)
            }
            ListState::NeverFetched | ListState::Unreadable | ListState::Damaged => None,
        }
    }
}

/// Size and date of a list in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredList {
    /// How many networks it has.
    pub networks: usize,
    /// When its server last confirmed it.
    pub fetched: SystemTime,
}

/// Which lists [`AddressLists::update`] fetches, and how.
#[derive(Debug, Clone, Default)]
pub struct UpdateOptions {
    only: Vec<&'static Source>,
    mirror: Option<String>,
    accept_shrunken: bool,
}

impl UpdateOptions {
    /// Fetches this list, and none but those that are named so. Without a call all are fetched.
    ///
    /// # Errors
    /// No list has this name.
    pub fn only(mut self, name: &str) -> Result<UpdateOptions, ListsError> {
        self.only.push(known(name)?);
        Ok(self)
    }

    /// Fetches from a server that has copies of the lists, as
    /// [`ListSettings::mirror`](crate::ListSettings::mirror) does.
    #[must_use]
    pub fn mirror(mut self, address: impl Into<String>) -> UpdateOptions {
        self.mirror = Some(address.into());
        self
    }

    /// Accepts a list that has, or covers, less than half of what it did before.
    #[must_use]
    pub fn accept_shrunken(mut self, accept: bool) -> UpdateOptions {
        self.accept_shrunken = accept;
        self
    }
}

/// What became of a list that was to be fetched.
#[derive(Debug)]
#[non_exhaustive]
pub struct ListUpdate {
    /// The name of the list.
    pub name: &'static str,
    /// How many networks the cache holds now, `None` if it has no such list.
    pub networks: Option<usize>,
    /// What the server gave, or why the list before stays.
    pub outcome: Result<UpdateOutcome, UpdateError>,
}

/// What the server of a list gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateOutcome {
    /// The list has not changed.
    Unchanged,
    /// The list is new.
    Fetched,
    /// Another process fetched it a moment ago.
    Shared,
}

/// Why a list was not replaced.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct UpdateError(Refusal);

/// All lists of a cache, ready to look addresses up. It reads what a server with the same cache
/// directory reads.
#[derive(Debug)]
pub struct AddressLookup {
    library: ListSet,
    unusable: Vec<(PathBuf, String)>,
}

/// What the lists say of an address.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AddressReport {
    /// Whether a client on the Internet can have this address.
    pub is_routable: bool,
    /// The networks that hold the address.
    pub matches: Vec<ListMatch>,
    /// The signs of a bot that the default [`Signals`] counts, as conditions name them:
    /// `client.is_tor`.
    pub signs: Vec<String>,
}

impl AddressReport {
    /// Whether the address alone makes its client a bot, by the default [`Signals`].
    #[must_use]
    pub fn is_bot(&self) -> bool {
        !self.signs.is_empty()
    }
}

/// A network of a list that holds an address.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListMatch {
    /// The group that the list feeds.
    pub group: Group,
    /// The network.
    pub network: IpNet,
    /// The name of the list and when it was fetched; `None` for data that came with humanify.
    pub list: Option<(&'static str, SystemTime)>,
}

impl AddressLists {
    /// The lists in this directory.
    #[must_use]
    pub fn in_directory(directory: impl Into<PathBuf>) -> AddressLists {
        AddressLists {
            cache: Cache::new(directory),
        }
    }

    /// The lists in the user's cache: `$XDG_CACHE_HOME/humanify` or `~/.cache/humanify`. `None`
    /// if the environment names neither.
    #[must_use]
    pub fn of_user() -> Option<AddressLists> {
        Cache::of_user().map(|cache| AddressLists { cache })
    }

    /// The cache directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.cache.directory()
    }

    /// The state of every list. It reads all of them from disk.
    #[must_use]
    pub fn status(&self) -> Vec<ListStatus> {
        let now = clock().now();
        let status = |source: &'static Source| ListStatus {
            name: source.name,
            group: source.group(),
            terms: source.licence,
            state: self.state(source, now),
        };
        SOURCES.iter().map(status).collect()
    }

    /// Fetches lists and compiles them for servers that share the directory. Servers are asked
    /// only for what changed.
    ///
    /// # Errors
    /// Nothing can be fetched at all. Why a single list was not replaced stands in its
    /// [`ListUpdate`].
    pub async fn update(&self, options: &UpdateOptions) -> Result<Vec<ListUpdate>, ListsError> {
        let library = ListSet::new(AddressSets::embedded()?, Vec::new(), Vec::new());
        let settings = ListSettings {
            cache: Some(self.cache.directory().to_path_buf()),
            mirror: options.mirror.clone(),
            ..ListSettings::default()
        };
        let mut refresher = settings.refresher(library, clock())?;
        refresher.hurry(&options.only);
        if options.accept_shrunken {
            refresher.accept_shrunken();
        }
        let mut outcomes = refresher.pass().await;
        let place = |source: &Source| SOURCES.iter().position(|other| other.name == source.name);
        outcomes.sort_by_key(|outcome| place(outcome.source));
        let update = |Outcome { source, result }| ListUpdate {
            name: source.name,
            networks: refresher
                .library()
                .kept(source)
                .map(|kept| kept.networks.count()),
            outcome: result.map(UpdateOutcome::from).map_err(UpdateError),
        };
        Ok(outcomes.into_iter().map(update).collect())
    }

    /// Reads all lists.
    ///
    /// # Errors
    /// The data that came with humanify cannot be read. Files of the cache that cannot be used
    /// are in [`AddressLookup::unusable`].
    pub fn lookup(&self) -> Result<AddressLookup, DamagedList> {
        let mut library = ListSet::new(AddressSets::embedded()?, Vec::new(), Vec::new());
        let mut unusable = Vec::new();
        for source in SOURCES {
            match self.cache.load(source) {
                Ok(Some(kept)) => library.keep(source, kept),
                Ok(None) => {}
                Err(error) => unusable.push((self.cache.path(source), error.to_string())),
            }
        }
        Ok(AddressLookup { library, unusable })
    }

    fn state(&self, source: &Source, now: Duration) -> ListState {
        let kept = match self.cache.load(source) {
            Ok(Some(kept)) => kept,
            Ok(None) => return ListState::NeverFetched,
            Err(CacheError::Io(_)) => return ListState::Unreadable,
            Err(_) => return ListState::Damaged,
        };
        let stored = StoredList {
            networks: kept.networks.count(),
            fetched: time(Duration::from_secs(kept.fetched)),
        };
        match kept.age(now) {
            age if age > OLD => ListState::Old(stored),
            age if age > source.every.mul_f64(TOLERANCE) => ListState::Due(stored),
            _ => ListState::Fresh(stored),
        }
    }
}

impl AddressLookup {
    /// What the lists say of an address. It searches all of them: a server looks up in compiled
    /// sets, which are faster and do not say why.
    #[must_use]
    pub fn report(&self, address: IpAddr) -> AddressReport {
        let is_routable = is_routable(address);
        let found = self.library.explain(address);
        let mut signs: Vec<Sign> = found.iter().filter_map(|found| sign(found.group)).collect();
        if !is_routable {
            signs.push(Sign::InvalidIp);
        }
        let counted = Signals::default().counted();
        let counted = counted.filter(|sign| signs.contains(sign));
        let named = |sign| Sign::NAMES.iter().find(|(_, named)| *named == sign);
        let matches = found.into_iter().map(|found| ListMatch {
            group: found.group,
            network: found.network,
            list: found
                .list
                .zip(found.fetched)
                .map(|(name, fetched)| (name, time(Duration::from_secs(fetched)))),
        });
        AddressReport {
            is_routable,
            matches: matches.collect(),
            signs: counted
                .filter_map(named)
                .map(|(name, _)| format!("client.{name}"))
                .collect(),
        }
    }

    /// Files of the cache that were passed over, and why.
    #[must_use]
    pub fn unusable(&self) -> &[(PathBuf, String)] {
        &self.unusable
    }

    /// The day of the data that came with humanify.
    #[must_use]
    pub fn embedded_date(&self) -> SystemTime {
        time(self.library.embedded().date().since_1970())
    }

    /// How many networks of a group came with humanify.
    #[must_use]
    pub fn embedded_networks(&self, group: Group) -> u32 {
        self.library.embedded().networks(group)
    }
}

impl From<Change> for UpdateOutcome {
    fn from(change: Change) -> UpdateOutcome {
        match change {
            Change::Unchanged => UpdateOutcome::Unchanged,
            Change::Fetched => UpdateOutcome::Fetched,
            Change::Shared => UpdateOutcome::Shared,
        }
    }
}

/// The sign of a bot that an address in this group has.
fn sign(group: Group) -> Option<Sign> {
    match group {
        Group::Vpn(_) => Some(Sign::Vpn),
        Group::FireholProxies | Group::AwesomeProxies => Some(Sign::Proxy),
        Group::Datacenter => Some(Sign::Datacenter),
        Group::StopForumSpam => Some(Sign::ForumSpammer),
        Group::FireholLevel1 => Some(Sign::Firehol),
        Group::TorExitNodes => Some(Sign::Tor),
        Group::PrivateRelay => None,
    }
}

/// A time from how long after 1970 it is. What no clock can say, which a damaged file might, is
/// 1970.
fn time(since_1970: Duration) -> SystemTime {
    let epoch = SystemTime::UNIX_EPOCH;
    epoch.checked_add(since_1970).unwrap_or(epoch)
}

fn clock() -> SharedClock {
    SharedClock::new(SystemClock::default())
}
