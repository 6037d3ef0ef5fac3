//! `ListSet`: all lists, from which the sets for look-ups are compiled: the data of the crate and
//! the fetched lists.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::cache::CachedList;
use super::sources::{SOURCES, Source};
use crate::addresses::{AddressInfo, AddressSets, Group, GroupSet, VpnProvider};
use crate::crypto::Sha256;
use crate::net::RangeSet;
use crate::verify::CrawlerNetworks;

/// All lists. Clones share the large parts.
#[derive(Debug, Clone)]
pub(crate) struct ListSet {
    embedded: Arc<AddressSets>,
    cached: BTreeMap<&'static str, CachedList>,
}

/// A network of a list that contains an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) group: Group,
    /// The name of the source; `None` for the data that came with the crate.
    pub(crate) list: Option<&'static str>,
    pub(crate) network: IpNet,
    /// When the list was fetched, in seconds since 1970.
    pub(crate) fetched: Option<u64>,
}

/// The groups from which Private Relay's networks are removed. Its exits are in the networks of
/// three content delivery networks, which lists of these groups contain.
const COVER_PRIVATE_RELAY: [Group; 2] = [Group::Datacenter, Group::Vpn(VpnProvider::Other)];

impl ListSet {
    pub(crate) fn new(embedded: Arc<AddressSets>) -> ListSet {
        ListSet {
            embedded,
            cached: BTreeMap::new(),
        }
    }

    /// The date and the sizes of the data that came with the crate.
    pub(crate) fn embedded(&self) -> &AddressInfo {
        self.embedded.info()
    }

    /// The fetched list of a source.
    pub(crate) fn cached(&self, source: &Source) -> Option<&CachedList> {
        self.cached.get(source.name)
    }

    /// Whether there is no fetched list.
    pub(crate) fn is_bare(&self) -> bool {
        self.cached.is_empty()
    }

    /// Replaces the fetched list of a source.
    pub(crate) fn insert(&mut self, source: &'static Source, cached: CachedList) {
        self.cached.insert(source.name, cached);
    }

    /// The identity of these lists: a number that changes if any list changes.
    pub(crate) fn identity(&self) -> u64 {
        identity(
            self.fetched()
                .map(|(source, cached)| (source, cached.content)),
        )
    }

    /// Compiles the sets of all lists, without the application's additions and removals. Takes
    /// about half a second for a million networks.
    pub(crate) fn published(&self) -> Arc<AddressSets> {
        if self.cached.is_empty() {
            return Arc::clone(&self.embedded);
        }
        let fetched = self.fetched().filter_map(|(source, cached)| {
            let group = source.group()?;
            Some(cached.networks.iter().map(move |network| (group, network)))
        });
        let fetched = fetched.flatten();
        let relay = self.private_relay();
        let hidden = relay
            .iter()
            .flat_map(|network| COVER_PRIVATE_RELAY.map(|group| (group, network)));
        Arc::new(self.embedded.renewed(self.replaced(), fetched, hidden))
    }

    /// The fetched networks of crawlers, by the names of their sets.
    pub(crate) fn crawlers(&self) -> CrawlerNetworks {
        let crawlers = self
            .fetched()
            .filter(|(source, _)| source.group().is_none());
        let networks = crawlers.map(|(source, cached)| (source.name, Arc::clone(&cached.networks)));
        networks.collect()
    }

    /// All networks of lists that contain an address.
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
        let fetched = self.fetched().filter_map(|(source, cached)| {
            Some(Match {
                group: source.group()?,
                list: Some(source.name),
                network: cached.networks.covering(address)?,
                fetched: Some(cached.fetched),
            })
        });
        let mut found: Vec<Match> = embedded.chain(fetched).collect();
        if !self.cached.is_empty() && found.iter().any(|found| found.group == Group::PrivateRelay) {
            found.retain(|found| !COVER_PRIVATE_RELAY.contains(&found.group));
        }
        found
    }

    fn fetched(&self) -> impl Iterator<Item = (&'static Source, &CachedList)> {
        SOURCES
            .iter()
            .filter_map(|source| Some((source, self.cached(source)?)))
    }

    /// The groups whose embedded data a complete fetched list replaces. A fetched list with less
    /// than half of the embedded data does not replace it.
    fn replaced(&self) -> GroupSet {
        let complete = self.fetched().filter_map(|(source, cached)| {
            let group = source.group().filter(|_| source.complete)?;
            let embedded = self.embedded.info().networks(group);
            (cached.networks.count() >= embedded.div_ceil(2) as usize).then_some(group)
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
        let fetched = fetched.flat_map(|(_, cached)| cached.networks.iter());
        fetched.chain(embedded.into_iter().flatten()).collect()
    }
}

/// The identity of lists: a digest of their contents in the order of [`SOURCES`], of the crate's
/// data and of the version of humanify. A publisher cannot construct a list with the identity of
/// another.
pub(crate) fn identity(lists: impl IntoIterator<Item = (&'static Source, u64)>) -> u64 {
    // The crate's data ends with its own checksum.
    let embedded = humanify_assets::ADDRESSES.last_chunk::<4>();
    let crate_fields = [
        env!("CARGO_PKG_VERSION").to_owned(),
        format!("{embedded:?}"),
    ];
    let list_fields = lists.into_iter().filter_map(|(source, content)| {
        let (name, complete) = (source.name, source.complete);
        // Networks of crawlers are not in the compiled sets.
        let group = source.group()?;
        Some(format!("{name} {group} {complete} {content:016x}"))
    });
    let fields: Vec<String> = crate_fields.into_iter().chain(list_fields).collect();
    let fields = fields.iter().map(|field| field.as_bytes());
    u64::from_le_bytes(Sha256::new().with_fields(fields).finish_short())
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

    fn list_set(embedded: &[&str]) -> ListSet {
        let embedded = embedded.iter();
        let embedded = embedded.map(|text| (Group::TorExitNodes, text.parse().unwrap()));
        let embedded = AddressSets::compile(embedded, DataDate::from_days(0));
        ListSet::new(Arc::new(embedded))
    }

    fn source(name: &str) -> &'static Source {
        Source::named(name).unwrap()
    }

    #[test]
    fn a_first_list_less_than_half_of_the_crates_data_does_not_replace_it() {
        for (fetched, is_forgotten) in [
            (&["5.5.5.5/32"][..], false),
            (&["5.5.5.5/32", "6.6.6.6/32"], true),
        ] {
            let mut list_set = list_set(&["8.8.8.8/32", "9.9.9.9/32", "7.7.7.7/32"]);
            list_set.insert(source("tor-exits"), list(fetched));
            let is_tor = |text: &str| {
                let address = text.parse().unwrap();
                let is_in = list_set
                    .published()
                    .lookup(address)
                    .contains(Group::TorExitNodes);
                assert_eq!(is_in, !list_set.explain(address).is_empty(), "{text}");
                is_in
            };
            assert!(is_tor("5.5.5.5"));
            assert_eq!(is_tor("8.8.8.8"), !is_forgotten);
        }
    }

    #[test]
    fn the_identity_of_lists_depends_on_all_their_contents() {
        let with = |name, networks: &[&str]| {
            let mut list_set = list_set(&[]);
            list_set.insert(source(name), list(networks));
            list_set
        };
        let libraries = [
            with("tor-exits", &["8.8.8.8/32"]),
            with("tor-exits", &["8.8.8.9/32"]),
            with("tor-exits", &["8.8.8.8/32", "2600::/64"]),
            with("mullvad", &["8.8.8.8/32"]),
            list_set(&[]),
        ];
        let identities: HashSet<u64> = libraries.iter().map(ListSet::identity).collect();
        assert_eq!(identities.len(), libraries.len());
        let again = with("tor-exits", &["8.8.8.8/32"]);
        assert!(identities.contains(&again.identity()));
    }
}
