//! `Source`: a published list, with address, format, bounds and target.
//!
//! `humanify::guide::lists` has the terms of each.

mod table;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::parse::Format;
use crate::addresses::Group;
use crate::net::Extent;
pub(crate) use table::SOURCES;

/// A published list.
#[derive(Debug)]
pub(crate) struct Source {
    /// The name in the log, on the command line and in the cache.
    pub(crate) name: &'static str,
    pub(crate) target: ListTarget,
    /// The address, always `https://`.
    pub(crate) address: &'static str,
    pub(crate) format: Format,
    /// Whether the file is compressed with gzip.
    pub(crate) gzip: bool,
    /// The terms of use of its maintainers.
    pub(crate) licence: &'static str,
    /// The longest file that is read, in bytes after unpacking.
    pub(crate) longest: usize,
    /// The largest size that is accepted: several times the known size. It bounds the harm of an
    /// attacker who takes over the server.
    pub(crate) most: Extent,
    /// The interval at which it is fetched.
    pub(crate) interval: Duration,
    /// Whether the list contains the whole group. Once fetched, such a list replaces the group's
    /// embedded data; other lists are added to that data.
    pub(crate) complete: bool,
}

/// What the networks of a list are used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListTarget {
    /// They are added to this group.
    Group(Group),
    /// They verify crawlers: they are the set of networks with the source's name.
    Crawlers,
}

impl Source {
    /// The source with this name.
    pub(crate) fn named(name: &str) -> Option<&'static Source> {
        SOURCES.iter().find(|source| source.name == name)
    }

    /// The group of its networks; `None` for networks of crawlers.
    pub(crate) fn group(&self) -> Option<Group> {
        match self.target {
            ListTarget::Group(group) => Some(group),
            ListTarget::Crawlers => None,
        }
    }
}
