//! All lists together: what came with the crate, what was fetched, and what the application
//! adds and takes away, from which the sets for look-ups are made.

use std::collections::BTreeMap;
#[cfg(any(test, feature = "cli"))]
use std::net::IpAddr;

use ipnet::IpNet;

use super::cache::Kept;
use super::networks::Networks;
use super::sources::{SOURCES, Source};
use crate::detect::{AddressSets, Group, GroupSet, VpnProvider};
use crate::verify::CrawlerNetworks;

/// The lists. A copy shares what is large.
#[derive(Debug, Clone)]
pub(crate) struct Library {
    embedded: AddressSets,
    kept: BTreeMap<&'static str, Kept>,
    additions: Vec<(Group, IpNet)>,
    removals: Vec<(Group, IpNet)>,
}

#[cfg(any(test, feature = "cli"))]
/// Why an address is in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) group: Group,
    /// The source's name, or `None` for what came with the crate.
    pub(crate) list: Option<&'static str>,
    pub(crate) network: IpNet,
    /// When the list was fetched, in seconds since 1970.
    pub(crate) fetched: Option<u64>,
}

/// The groups of published lists that know nothing of Private Relay, whose exits are in the
/// networks of three content delivery networks.
const COVER_PRIVATE_RELAY: [Group; 2] = [Group::Datacenter, Group::Vpn(VpnProvider::Other)];

impl Library {
    pub(crate) fn new(
        embedded: AddressSets,
        additions: Vec<(Group, IpNet)>,
        removals: Vec<(Group, IpNet)>,
    ) -> Library {
        Library {
            embedded,
            kept: BTreeMap::new(),
            additions,
            removals,
        }
    }

    /// What was fetched from a source.
    pub(crate) fn kept(&self, source: &Source) -> Option<&Kept> {
        self.kept.get(source.name)
    }

    /// Whether nothing was fetched.
    pub(crate) fn is_bare(&self) -> bool {
        self.kept.is_empty()
    }

    /// Takes what was fetched from a source in place of what was before.
    pub(crate) fn keep(&mut self, source: &'static Source, kept: Kept) {
        self.kept.insert(source.name, kept);
    }

    /// Which lists these are: another number, as far as 32 bits can tell, if any is another.
    pub(crate) fn identity(&self) -> u64 {
        identity(self.fetched().map(|(source, kept)| (source, kept.content)))
    }

    /// The sets of all lists, without what the application adds and takes away. With a million
    /// networks it takes about half a second.
    pub(crate) fn published(&self) -> AddressSets {
        if self.kept.is_empty() {
            return self.embedded.clone();
        }
        let fetched = self.fetched().filter_map(|(source, kept)| {
            let group = source.group()?;
            Some(kept.networks.iter().map(move |network| (group, network)))
        });
        let fetched = fetched.flatten();
        let relay = self.private_relay();
        let hidden = relay
            .iter()
            .flat_map(|network| COVER_PRIVATE_RELAY.map(|group| (group, network)));
        self.embedded.renewed(self.replaced(), fetched, hidden)
    }

    /// The networks of crawlers, by the names of their sets.
    pub(crate) fn crawlers(&self) -> CrawlerNetworks {
        let crawlers = self
            .fetched()
            .filter(|(source, _)| source.group().is_none());
        let networks = crawlers.map(|(source, kept)| (source.name, kept.networks.iter().collect()));
        networks.collect()
    }

    /// The sets for look-ups: those of all lists, with what the application adds and takes
    /// away.
    pub(crate) fn completed(&self, published: AddressSets) -> AddressSets {
        match (self.additions.as_slice(), self.removals.as_slice()) {
            ([], []) => published,
            (additions, removals) => published.with(additions, removals),
        }
    }

    #[cfg(any(test, feature = "cli"))]
    /// Why an address is in the groups that it is in by the lists.
    pub(crate) fn explain(&self, address: IpAddr) -> Vec<Match> {
        let replaced = self.replaced();
        let embedded = Group::ALL.into_iter().filter_map(|group| {
            let networks =
                (!replaced.contains(group)).then(|| self.embedded.covering(group, address));
            Some(Match {
                group,
                list: None,
                network: networks??,
                fetched: None,
            })
        });
        let fetched = self.fetched().filter_map(|(source, kept)| {
            Some(Match {
                group: source.group()?,
                list: Some(source.name),
                network: kept.networks.covering(address)?,
                fetched: Some(kept.fetched),
            })
        });
        let mut found: Vec<Match> = embedded.chain(fetched).collect();
        if !self.kept.is_empty() && found.iter().any(|found| found.group == Group::PrivateRelay) {
            found.retain(|found| !COVER_PRIVATE_RELAY.contains(&found.group));
        }
        found
    }

    fn fetched(&self) -> impl Iterator<Item = (&'static Source, &Kept)> {
        SOURCES
            .iter()
            .filter_map(|source| Some((source, self.kept(source)?)))
    }

    /// The groups of which a list that was fetched names everything.
    fn replaced(&self) -> GroupSet {
        let complete = self.fetched().filter(|(source, _)| source.complete);
        complete.filter_map(|(source, _)| source.group()).collect()
    }

    fn private_relay(&self) -> Networks {
        let group = Group::PrivateRelay;
        let embedded = match self.replaced().contains(group) {
            true => None,
            false => Some(self.embedded.networks(group)),
        };
        let fetched = self
            .fetched()
            .filter(|(source, _)| source.group() == Some(group));
        let fetched = fetched.flat_map(|(_, kept)| kept.networks.iter());
        fetched.chain(embedded.into_iter().flatten()).collect()
    }
}

/// Which lists these are, in the order of [`SOURCES`], over those that came with the crate.
pub(crate) fn identity(lists: impl IntoIterator<Item = (&'static Source, u32)>) -> u64 {
    let mut hasher = crc32fast::Hasher::new();
    for (source, content) in lists {
        hasher.update(source.name.as_bytes());
        hasher.update(&[0]);
        hasher.update(&content.to_le_bytes());
    }
    let embedded = crc32fast::hash(humanify_assets::ADDRESSES);
    u64::from(embedded) << 32 | u64::from(hasher.finalize())
}
