//! Lists of addresses: fetching, parsing, caching on disk, and refreshing in the background.
//!
//! The data that comes with the crate and the cache on disk are used at once. A background thread
//! fetches published lists (`sources`), each at its own interval and only if it has changed
//! (`fetch`). It parses them without trusting them (`parse`), writes them to disk (`cache`), and
//! swaps in new sets, while running requests finish with the old ones (`refresh`). If a list is
//! refused, or is less than half of the one before, the last good list stays.

#[cfg(feature = "lists")]
mod address_lists;
#[cfg(feature = "lists")]
mod background;
#[cfg(feature = "lists")]
mod cache;
#[cfg(feature = "lists")]
mod entry;
#[cfg(feature = "lists")]
mod error;
#[cfg(feature = "lists")]
mod fetch;
#[cfg(feature = "lists")]
mod json;
#[cfg(feature = "lists")]
mod list_problems;
#[cfg(feature = "lists")]
mod list_set;
mod own_networks;
#[cfg(feature = "lists")]
mod parse;
#[cfg(feature = "lists")]
mod published_sets;
#[cfg(feature = "lists")]
mod refresh;
mod report;
#[cfg(feature = "lists")]
mod schedule;
mod settings;
#[cfg(feature = "lists")]
mod shared_lists;
#[cfg(feature = "lists")]
mod sources;

#[cfg(feature = "lists")]
pub use address_lists::{
    AddressLists, AddressLookup, AddressReport, ListMatch, ListState, ListStatus, ListUpdate,
    StoredList, UpdateError, UpdateOptions, UpdateOutcome,
};
pub(crate) use own_networks::OwnNetworks;
pub(crate) use settings::ListHandle;
pub use settings::{ListSettings, ListsError};

/// Parses a list of the source with this name, and returns the number of its networks.
#[cfg(all(feature = "lists", feature = "testing"))]
pub(crate) fn read(name: &str, body: &[u8]) -> Result<usize, String> {
    let source = sources::Source::named(name).ok_or("there is no such list")?;
    let networks = parse::parse(body, source.format, source.most);
    let networks = networks.map_err(|error| error.to_string())?;
    Ok(networks.count())
}

/// Where the sets of addresses come from; for [`lists`](crate::HumanifyBuilder::lists).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lists {
    /// From their publishers' servers, fetched and refreshed in the background, with a cache on
    /// disk. Until a list has been fetched, the data that comes with the crate is used. The
    /// default, unless the feature `testing` is on. Feature `lists`, which is on by default.
    ///
    /// The [guide][lists] has the servers and the terms of their data: StopForumSpam, for example,
    /// does not allow its data to be sold. [`ListSettings::without`] leaves a list out.
    ///
    /// [lists]: crate::guide::lists
    #[cfg(feature = "lists")]
    #[cfg_attr(not(any(test, feature = "testing")), default)]
    Fresh,
    /// Only the data that comes with the crate. Nothing is fetched, and nothing is written to disk.
    /// Sets whose terms forbid passing them on are empty.
    #[cfg_attr(any(not(feature = "lists"), test, feature = "testing"), default)]
    Embedded,
    /// As [`Fresh`](Lists::Fresh), but lists are fetched only when
    /// [`testing::refresh_lists`](crate::testing::refresh_lists) is called. Feature `testing`.
    #[cfg(all(feature = "lists", feature = "testing"))]
    ByHand,
}
