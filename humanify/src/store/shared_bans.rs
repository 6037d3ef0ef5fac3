//! The list of bans that processes share, as it is read: changes in pages.

use crate::net::Network;

/// A place in the changes of the shared list, up to which a process knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct BanPosition {
    /// The identity of the list, which changes if the server lost the list. Zero: no list.
    pub(crate) list: u64,
    /// The version of the last change that is known.
    pub(crate) version: u64,
    /// The version of the latest lifting that the list no longer remembers.
    pub(crate) forgotten: u64,
}

/// Where a page of changes begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "redis"),
    allow(dead_code, reason = "memory shares nothing")
)]
pub(crate) enum PageStart {
    /// After the position that the process knows.
    Next,
    /// At the start, since the process knows another list, or changes that the server lost.
    OtherList,
    /// At the start, since liftings that the process does not know are no longer remembered.
    Behind,
}

/// The last change of one network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BanChange {
    pub(crate) network: Network,
    pub(crate) version: u64,
    /// The end of the ban in milliseconds since 1970; `None` if the ban was lifted.
    pub(crate) until: Option<u64>,
}

/// A page of changes, the oldest first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BanPage {
    pub(crate) start: PageStart,
    pub(crate) changes: Vec<BanChange>,
    /// The position after this page.
    pub(crate) position: BanPosition,
    /// Whether another page follows.
    pub(crate) more: bool,
}

/// A ban as the shared list has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SharedBan {
    pub(crate) list: u64,
    pub(crate) version: u64,
}

/// The result of reading the shared list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SharedBans {
    /// The store shares no bans.
    NotShared,
    #[cfg_attr(
        not(feature = "redis"),
        allow(dead_code, reason = "memory shares nothing")
    )]
    Page(BanPage),
}
