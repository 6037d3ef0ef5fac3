//! `AddressLists`: fetches, shows and searches the lists of a cache directory, without a server.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use humanify_syntax::Sign;
use ipnet::IpNet;

use super::cache::{Cache, CacheError};
use super::list_set::ListSet;
use super::refresh::{ListChange, ListOutcome, ListRefusal};
use super::settings::{ListSettings, ListsError, source_named};
use super::sources::{SOURCES, Source};
use crate::addresses::{AddressSets, Group};
use crate::clock::SharedClock;
use crate::detect::Signals;
use crate::embedded::DamagedList;
use crate::net::is_routable;

/// The age from which a list is [`Old`](ListState::Old).
const OLD_AGE: Duration = Duration::from_secs(31 * 86_400);

/// A list is [`Due`](ListState::Due) once it is older than its interval by this factor.
const TOLERANCE: f64 = 1.2;

/// The published lists in a cache directory, without a server. The program `humanify` uses it, and
/// so can a job that fetches lists before servers start. Feature `lists`.
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

/// A list and its state in the cache.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ListStatus {
    /// The name of the list, as [`ListSettings::without`](crate::ListSettings::without) takes it.
    pub name: &'static str,
    /// The group to which its networks belong; `None` for networks of crawlers.
    pub group: Option<Group>,
    /// The terms of use of its maintainers.
    pub terms: &'static str,
    /// Its state in the cache.
    pub state: ListState,
}

/// The state of a list in the cache.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ListState {
    /// It was never fetched.
    NeverFetched,
    /// It was fetched and is not due yet.
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
    /// The number of its networks.
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
    /// Fetches this list. May be called several times; without a call, all lists are fetched.
    ///
    /// # Errors
    /// If no list has this name.
    pub fn only(mut self, name: &str) -> Result<UpdateOptions, ListsError> {
        self.only.push(source_named(name)?);
        Ok(self)
    }

    /// Fetches from a server that has copies of the lists, as
    /// [`ListSettings::mirror`](crate::ListSettings::mirror) does.
    #[must_use]
    pub fn mirror(mut self, address: impl Into<String>) -> UpdateOptions {
        self.mirror = Some(address.into());
        self
    }

    /// Whether to accept a list that has less than half of its networks before, or covers less than
    /// half of its addresses before. Default: `false`.
    #[must_use]
    pub fn accept_shrunken(mut self, accept: bool) -> UpdateOptions {
        self.accept_shrunken = accept;
        self
    }
}

/// The result of updating a list.
#[derive(Debug)]
#[non_exhaustive]
pub struct ListUpdate {
    /// The name of the list.
    pub name: &'static str,
    /// The number of networks that the cache has now; `None` if it does not have the list.
    pub networks: Option<usize>,
    /// The result, or why the previous list stays.
    pub outcome: Result<UpdateOutcome, UpdateError>,
}

/// The result of fetching a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateOutcome {
    /// The list has not changed.
    Unchanged,
    /// There is a new list.
    Fetched,
    /// Another process fetched the list a moment ago.
    Shared,
}

/// Why a list was not replaced.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct UpdateError(ListRefusal);

crate::error_chain::debug_as_message!(UpdateError);

/// All lists of a cache, ready for look-ups. A server with the same cache directory uses the same
/// lists.
#[derive(Debug)]
pub struct AddressLookup {
    list_set: ListSet,
    unusable: Vec<(PathBuf, String)>,
}

/// The entries of all lists for an address; made by [`AddressLookup::report`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AddressReport {
    /// Whether a client on the Internet can have this address.
    pub is_routable: bool,
    /// The networks of lists that contain the address.
    pub matches: Vec<ListMatch>,
    /// The signs of the address that the default [`Signals`] counts, as conditions name them:
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

/// A network of a list that contains an address.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListMatch {
    /// The group to which the list's networks belong.
    pub group: Group,
    /// The network.
    pub network: IpNet,
    /// The name of the list and when it was fetched; `None` for data that comes with humanify.
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

    /// The lists in the user's cache: `$XDG_CACHE_HOME/humanify` or `~/.cache/humanify`. `None` if
    /// neither environment variable is set.
    #[must_use]
    pub fn of_user() -> Option<AddressLists> {
        Cache::of_user().map(|cache| AddressLists { cache })
    }

    /// The cache directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.cache.directory()
    }

    /// The state of every list. Reads all of them from disk.
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

    /// Fetches the lists that have changed, and compiles all lists for servers that share the
    /// directory.
    ///
    /// # Errors
    /// If nothing can be fetched at all. The result for each list is in its [`ListUpdate`].
    pub async fn update(&self, options: &UpdateOptions) -> Result<Vec<ListUpdate>, ListsError> {
        let list_set = ListSet::new(AddressSets::embedded()?);
        let settings = ListSettings {
            cache: Some(self.cache.directory().to_path_buf()),
            mirror: options.mirror.clone(),
            ..ListSettings::default()
        };
        let mut refresher = settings.refresher(list_set, clock())?;
        refresher.make_due(&options.only);
        if options.accept_shrunken {
            refresher.accept_shrunken();
        }
        let mut outcomes = refresher.pass().await;
        let place = |source: &Source| SOURCES.iter().position(|other| other.name == source.name);
        outcomes.sort_by_key(|outcome| place(outcome.source));
        let update = |ListOutcome { source, result }| ListUpdate {
            name: source.name,
            networks: refresher
                .list_set()
                .cached(source)
                .map(|cached| cached.networks.count()),
            outcome: result.map(UpdateOutcome::from).map_err(UpdateError),
        };
        Ok(outcomes.into_iter().map(update).collect())
    }

    /// Reads all lists.
    ///
    /// # Errors
    /// If the data that comes with humanify is damaged. Unusable files of the cache are not errors:
    /// [`AddressLookup::unusable`] returns them.
    pub fn lookup(&self) -> Result<AddressLookup, DamagedList> {
        let mut list_set = ListSet::new(AddressSets::embedded()?);
        let mut unusable = Vec::new();
        for source in SOURCES {
            match self.cache.load(source) {
                Ok(Some(cached)) => list_set.insert(source, cached),
                Ok(None) => {}
                Err(error) => unusable.push((self.cache.path(source), error.to_string())),
            }
        }
        Ok(AddressLookup { list_set, unusable })
    }

    fn state(&self, source: &Source, now: Duration) -> ListState {
        let cached = match self.cache.load(source) {
            Ok(Some(cached)) => cached,
            Ok(None) => return ListState::NeverFetched,
            Err(CacheError::Io(_)) => return ListState::Unreadable,
            Err(_) => return ListState::Damaged,
        };
        let stored = StoredList {
            networks: cached.networks.count(),
            fetched: time(Duration::from_secs(cached.fetched)),
        };
        match cached.age(now) {
            age if age > OLD_AGE => ListState::Old(stored),
            age if age > source.interval.mul_f64(TOLERANCE) => ListState::Due(stored),
            _ => ListState::Fresh(stored),
        }
    }
}

impl AddressLookup {
    /// Searches every list for an address. A server uses compiled sets instead, which are faster
    /// but do not name the list.
    #[must_use]
    pub fn report(&self, address: IpAddr) -> AddressReport {
        let is_routable = is_routable(address);
        let found = self.list_set.explain(address);
        let mut signs: Vec<Sign> = found.iter().filter_map(|found| sign(found.group)).collect();
        if !is_routable {
            signs.push(Sign::InvalidIp);
        }
        let default = Signals::default();
        let counted = |sign: Sign| signs.contains(&sign) && default.counts(sign);
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
            signs: Sign::NAMES
                .iter()
                .filter(|(_, sign)| counted(*sign))
                .map(|(name, _)| format!("client.{name}"))
                .collect(),
        }
    }

    /// The files of the cache that cannot be used, each with the reason.
    #[must_use]
    pub fn unusable(&self) -> &[(PathBuf, String)] {
        &self.unusable
    }

    /// The day of the data that comes with humanify.
    #[must_use]
    pub fn embedded_date(&self) -> SystemTime {
        time(self.list_set.embedded().date().since_1970())
    }

    /// The number of networks of a group in the data that comes with humanify.
    #[must_use]
    pub fn embedded_networks(&self, group: Group) -> u32 {
        self.list_set.embedded().networks(group)
    }
}

impl From<ListChange> for UpdateOutcome {
    fn from(change: ListChange) -> UpdateOutcome {
        match change {
            ListChange::Unchanged => UpdateOutcome::Unchanged,
            ListChange::Fetched => UpdateOutcome::Fetched,
            ListChange::Shared => UpdateOutcome::Shared,
        }
    }
}

/// The sign that an address in this group has.
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

/// A time as a `SystemTime`. A time that is out of range, as from a damaged file, becomes 1970.
fn time(since_1970: Duration) -> SystemTime {
    let epoch = SystemTime::UNIX_EPOCH;
    epoch.checked_add(since_1970).unwrap_or(epoch)
}

fn clock() -> SharedClock {
    SharedClock::system()
}
