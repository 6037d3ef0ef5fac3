//! Lists of addresses that stay fresh.
//!
//! What came with the crate is used at once, and what the cache on disk holds over it. Then a
//! thread asks for published lists (`sources`), each at its own pace and only for what changed
//! (`fetch`), reads them with mistrust (`parse`), keeps them on disk (`cache`), and puts new
//! sets in place while requests go on with the old (`refresh`). A list that cannot be
//! believed, or is less than half of the one before, leaves the last good one where it is.

#[cfg(feature = "lists")]
mod background;
#[cfg(feature = "lists")]
mod cache;
#[cfg(feature = "lists")]
mod catalogue;
#[cfg(feature = "lists")]
mod error;
#[cfg(feature = "lists")]
mod fetch;
#[cfg(feature = "lists")]
mod json;
#[cfg(feature = "lists")]
mod list_set;
#[cfg(feature = "lists")]
mod parse;
#[cfg(feature = "lists")]
mod refresh;
mod report;
#[cfg(feature = "lists")]
mod schedule;
mod settings;
#[cfg(feature = "lists")]
mod sources;

#[cfg(feature = "lists")]
pub use catalogue::{
    AddressLists, AddressLookup, AddressReport, ListMatch, ListState, ListStatus, ListUpdate,
    StoredList, UpdateError, UpdateOptions, UpdateOutcome,
};
pub(crate) use settings::ListHandle;
pub use settings::{ListSettings, ListsError};

/// How many networks a list holds, by the name of its source.
#[cfg(all(feature = "lists", feature = "testing"))]
pub(crate) fn read(name: &str, body: &[u8]) -> Result<usize, String> {
    let source = sources::Source::named(name).ok_or("there is no such list")?;
    let networks = parse::parse(body, source.format, source.most);
    let networks = networks.map_err(|error| error.to_string())?;
    Ok(networks.count())
}

/// Where the sets of addresses come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lists {
    /// From the servers of those who publish them, fetched and refreshed in the background, with
    /// a cache on disk; until they are there, from the crate. The default, unless the feature
    /// `testing` is on. Feature `lists`, which is on by default.
    ///
    /// The servers and their terms are listed in the [documentation][lists]: StopForumSpam, for
    /// one, does not allow its data to be sold.
    /// [`ListSettings::without`] leaves one out.
    ///
    /// [lists]: crate::guide::lists
    #[cfg(feature = "lists")]
    #[cfg_attr(not(any(test, feature = "testing")), default)]
    Fresh,
    /// From the crate alone, as they were when it was made: nothing is fetched and nothing is
    /// kept on disk. The sets that nobody may pass on are empty.
    #[cfg_attr(any(not(feature = "lists"), test, feature = "testing"), default)]
    Embedded,
    /// As [`Fresh`](Lists::Fresh), but only when
    /// [`testing::refresh_lists`](crate::testing::refresh_lists) says so. Feature `testing`.
    #[cfg(all(feature = "lists", feature = "testing"))]
    ByHand,
}
