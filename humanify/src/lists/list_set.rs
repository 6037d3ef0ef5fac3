//! All lists together: what came with the crate, what was fetched, and what the application
//! adds and takes away, from which the sets for look-ups are made.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use sha2::{Digest, Sha256};

use super::cache::CachedList;
use super::sources::{SOURCES, Source};
use crate::addresses::{AddressInfo, AddressSets, Group, GroupSet, VpnProvider};
use crate::crypto::{hash_fields, short_digest};
use crate::net::RangeSet;
use crate::verify::CrawlerNetworks;

/// The lists. A copy shares what is large.
#[derive(Debug, Clone)]
pub(crate) struct ListSet {
    embedded: Arc<AddressSets>,
    kept: BTreeMap<&'static str, CachedList>,
    additions: Vec<(Group, IpNet)>,
    removals: Vec<(Group, IpNet)>,
}

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

impl ListSet {
    pub(crate) fn new(
        embedded: Arc<AddressSets>,
        additions: Vec<(Group, IpNet)>,
        removals: Vec<(Group, IpNet)>,
    ) -> ListSet {
        ListSet {
            embedded,
            kept: BTreeMap::new(),
            additions,
            removals,
        }
    }

    /// What is known of the data that came with the crate.
    pub(crate) fn embedded(&self) -> &AddressInfo {
        self.embedded.info()
    }

    /// What was fetched from a source.
    pub(crate) fn kept(&self, source: &Source) -> Option<&CachedList> {
        self.kept.get(source.name)
    }

    /// Whether nothing was fetched.
    pub(crate) fn is_bare(&self) -> bool {
        self.kept.is_empty()
    }

    /// Takes what was fetched from a source in place of what was before.
    pub(crate) fn keep(&mut self, source: &'static Source, kept: CachedList) {
        self.kept.insert(source.name, kept);
    }

    /// Which lists these are: another number if any is another.
    pub(crate) fn identity(&self) -> u64 {
        identity(self.fetched().map(|(source, kept)| (source, kept.content)))
    }

    /// The sets of all lists, without what the application adds and takes away. With a million
    /// networks it takes about half a second.
    pub(crate) fn published(&self) -> Arc<AddressSets> {
        if self.kept.is_empty() {
            return Arc::clone(&self.embedded);
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
        Arc::new(self.embedded.renewed(self.replaced(), fetched, hidden))
    }

    /// The networks of crawlers, by the names of their sets.
    pub(crate) fn crawlers(&self) -> CrawlerNetworks {
        let crawlers = self
            .fetched()
            .filter(|(source, _)| source.group().is_none());
        let networks = crawlers.map(|(source, kept)| (source.name, Arc::clone(&kept.networks)));
        networks.collect()
    }

    /// The sets for look-ups: those of all lists, with what the application adds and takes
    /// away.
    pub(crate) fn completed(&self, published: Arc<AddressSets>) -> Arc<AddressSets> {
        match (self.additions.as_slice(), self.removals.as_slice()) {
            ([], []) => published,
            (additions, removals) => Arc::new(published.with(additions, removals)),
        }
    }

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

    fn fetched(&self) -> impl Iterator<Item = (&'static Source, &CachedList)> {
        SOURCES
            .iter()
            .filter_map(|source| Some((source, self.kept(source)?)))
    }

    /// The groups of which a list that was fetched names everything. What came with the crate
    /// is the last good list of those that were never fetched before, so it stays where the
    /// new one is less than half of it.
    fn replaced(&self) -> GroupSet {
        let complete = self.fetched().filter_map(|(source, kept)| {
            let group = source.group().filter(|_| source.complete)?;
            let embedded = self.embedded.info().networks(group);
            (kept.networks.count() >= embedded.div_ceil(2) as usize).then_some(group)
        });
        complete.collect()
    }

    fn private_relay(&self) -> RangeSet {
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

/// Which lists these are, in the order of [`SOURCES`], over those that came with the crate, for
/// this version of humanify. Who publishes one of the lists cannot make it another's number.
pub(crate) fn identity(lists: impl IntoIterator<Item = (&'static Source, u64)>) -> u64 {
    // What came with the crate ends with a checksum of itself.
    let embedded = humanify_assets::ADDRESSES.last_chunk::<4>();
    let crate_fields = [
        env!("CARGO_PKG_VERSION").to_owned(),
        format!("{embedded:?}"),
    ];
    let list_fields = lists.into_iter().filter_map(|(source, content)| {
        let (name, complete) = (source.name, source.complete);
        // Those of crawlers are not compiled.
        let group = source.group()?;
        Some(format!("{name} {group} {complete} {content:016x}"))
    });
    let fields: Vec<String> = crate_fields.into_iter().chain(list_fields).collect();
    let fields = fields.iter().map(|field| field.as_bytes());
    u64::from_le_bytes(short_digest(hash_fields(Sha256::new(), fields)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::addresses::DataDate;
    use crate::lists::fetch::Validators;

    fn list(texts: &[&str]) -> CachedList {
        let networks = texts.iter().map(|text| text.parse::<IpNet>().unwrap());
        let networks = networks.collect::<RangeSet>();
        CachedList::new(networks, 0, Validators::default())
    }

    fn library(embedded: &[&str]) -> ListSet {
        let embedded = embedded.iter();
        let embedded = embedded.map(|text| (Group::TorExitNodes, text.parse().unwrap()));
        let embedded = AddressSets::compile(embedded, DataDate::from_days(0));
        ListSet::new(Arc::new(embedded), Vec::new(), Vec::new())
    }

    fn source(name: &str) -> &'static Source {
        Source::named(name).unwrap()
    }

    #[test]
    fn the_first_list_frees_nobody_who_came_with_the_crate_if_it_is_far_shorter() {
        for (fetched, is_forgotten) in [
            (&["5.5.5.5/32"][..], false),
            (&["5.5.5.5/32", "6.6.6.6/32"], true),
        ] {
            let mut library = library(&["8.8.8.8/32", "9.9.9.9/32", "7.7.7.7/32"]);
            library.keep(source("tor-exits"), list(fetched));
            let is_tor = |text: &str| {
                let address = text.parse().unwrap();
                let is_in = library
                    .published()
                    .lookup(address)
                    .contains(Group::TorExitNodes);
                assert_eq!(is_in, !library.explain(address).is_empty(), "{text}");
                is_in
            };
            assert!(is_tor("5.5.5.5"));
            assert_eq!(is_tor("8.8.8.8"), !is_forgotten);
        }
    }

    #[test]
    fn lists_are_told_apart_by_all_that_is_in_them() {
        let with = |name, networks: &[&str]| {
            let mut library = library(&[]);
            library.keep(source(name), list(networks));
            library
        };
        let libraries = [
            with("tor-exits", &["8.8.8.8/32"]),
            with("tor-exits", &["8.8.8.9/32"]),
            with("tor-exits", &["8.8.8.8/32", "2600::/64"]),
            with("mullvad", &["8.8.8.8/32"]),
            library(&[]),
        ];
        let identities: HashSet<u64> = libraries.iter().map(ListSet::identity).collect();
        assert_eq!(identities.len(), libraries.len());
        let again = with("tor-exits", &["8.8.8.8/32"]);
        assert!(identities.contains(&again.identity()));
    }
}
