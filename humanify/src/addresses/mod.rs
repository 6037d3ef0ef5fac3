//! Which groups an address is in: compiled sets and their look-up.
//!
//! Networks of all groups, which may overlap as they please, become *steps*: from this
//! address on, these groups hold, until the next step. A look-up finds the last step at
//! or before the address, which costs the same however many networks there are. IPv4
//! addresses in IPv6 dress are undressed first, and one of a 6to4 tunnel is also in the
//! groups of the router that it is behind: who has that router has the tunnel.

#[cfg(any(test, feature = "lists", feature = "testing"))]
mod compiled;
mod date;
mod format;
mod group_set;
mod groups;
mod nested;
mod sweep;
#[cfg(test)]
mod tests;
mod trie;
mod v4;
mod v6;

pub(crate) use date::DataDate;
pub(crate) use format::FormatError;
pub(crate) use group_set::GroupSet;
pub use groups::{Group, VpnProvider};

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use once_cell::sync::OnceCell;

use crate::embedded::DamagedList;
use crate::net::canonical;
use sweep::Layers;
use v4::IndexV4;
use v6::IndexV6;

/// The addresses of every group, ready for look-ups.
///
/// Immutable: what changes a set makes another one.
#[derive(Clone, Debug)]
pub(crate) struct AddressSets {
    v4: IndexV4,
    v6: IndexV6,
    info: AddressInfo,
}

/// How much is known, and from when it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AddressInfo {
    date: DataDate,
    networks: [u32; Group::ALL.len()],
}

/// The steps of both families in order, the form between networks, files and look-ups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Steps {
    v4: Vec<(u32, GroupSet)>,
    v6: Vec<(u128, GroupSet)>,
}

impl AddressSets {
    /// Compiles networks, which may overlap.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub(crate) fn compile(
        networks: impl IntoIterator<Item = (Group, IpNet)>,
        date: DataDate,
    ) -> AddressSets {
        let mut layers = Layers::default();
        layers.add(networks);
        AddressSets::from_steps(&layers.into_steps(), date)
    }

    /// Reads what [`to_bytes`](AddressSets::to_bytes) wrote of the same lists.
    ///
    /// # Errors
    /// Says what is wrong with data that is damaged, cut short, of another version, or of
    /// other lists.
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    pub(crate) fn from_bytes(bytes: &[u8], of: u64) -> Result<AddressSets, FormatError> {
        compiled::decode(bytes, of)
    }

    /// These sets as they are in memory, with a checksum. `of` says of which lists they were
    /// compiled, so that they are not taken for those of others.
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    #[must_use]
    pub(crate) fn to_bytes(&self, of: u64) -> Vec<u8> {
        compiled::encode(self, of)
    }

    /// Reads packed data, as [`pack`] writes it.
    ///
    /// # Errors
    /// Says what is wrong with data that is damaged, cut short, or of another version.
    pub(crate) fn unpack(bytes: &[u8]) -> Result<AddressSets, FormatError> {
        let (steps, info) = format::decode(bytes)?;
        Ok(AddressSets::new(&steps, info))
    }

    /// The sets that came with the crate. All instances of a process share them.
    ///
    /// # Errors
    /// Says what is wrong with them, which a test rules out.
    pub(crate) fn embedded() -> Result<Arc<AddressSets>, DamagedList> {
        static EMBEDDED: OnceCell<Arc<AddressSets>> = OnceCell::new();
        EMBEDDED
            .get_or_try_init(|| AddressSets::unpack(humanify_assets::ADDRESSES).map(Arc::new))
            .cloned()
            .map_err(|error| DamagedList::new("addresses", &error))
    }

    /// These sets with networks put into groups and others taken out of groups. A
    /// network that is both stays out.
    #[must_use]
    pub(crate) fn with(
        &self,
        additions: &[(Group, IpNet)],
        removals: &[(Group, IpNet)],
    ) -> AddressSets {
        let (additions, removals) = (additions.iter().copied(), removals.iter().copied());
        self.renewed(GroupSet::EMPTY, additions, removals)
    }

    /// As [`with`](AddressSets::with), with some groups emptied before.
    #[must_use]
    pub(crate) fn renewed(
        &self,
        emptied: GroupSet,
        additions: impl IntoIterator<Item = (Group, IpNet)>,
        removals: impl IntoIterator<Item = (Group, IpNet)>,
    ) -> AddressSets {
        let mut layers = Layers::default();
        layers.base(&self.steps(), emptied);
        layers.add(additions);
        layers.remove(removals);
        AddressSets::from_steps(&layers.into_steps(), self.info.date)
    }

    /// The fewest networks that cover a group exactly. It goes through all of them.
    #[cfg(feature = "lists")]
    pub(crate) fn networks(&self, group: Group) -> impl Iterator<Item = IpNet> {
        sweep::networks(&self.steps(), group)
    }

    /// Which network of a group holds an address. It goes through all of them.
    #[cfg(feature = "lists")]
    pub(crate) fn covering(&self, group: Group, address: IpAddr) -> Option<IpNet> {
        let address = canonical(address);
        self.networks(group)
            .find(|network| network.contains(&address))
    }

    /// The groups that an address is in.
    #[must_use]
    #[inline]
    pub(crate) fn lookup(&self, address: IpAddr) -> GroupSet {
        match canonical(address) {
            IpAddr::V4(v4) => self.v4.find(v4.to_bits()),
            IpAddr::V6(v6) => self.v6.find(v6.to_bits()),
        }
    }

    /// How much is known, and from when it is.
    #[must_use]
    pub(crate) fn info(&self) -> &AddressInfo {
        &self.info
    }

    /// The groups without any address.
    #[must_use]
    pub(crate) fn empty_groups(&self) -> Vec<Group> {
        let empty = |group: &Group| self.info.networks(*group) == 0;
        Group::ALL.into_iter().filter(empty).collect()
    }

    fn new(steps: &Steps, info: AddressInfo) -> AddressSets {
        AddressSets {
            v4: IndexV4::new(&steps.v4),
            v6: IndexV6::new(&steps.v6),
            info,
        }
    }

    fn from_steps(steps: &Steps, date: DataDate) -> AddressSets {
        let networks = sweep::count_networks(steps);
        AddressSets::new(steps, AddressInfo { date, networks })
    }

    fn steps(&self) -> Steps {
        Steps {
            v4: self.v4.steps(),
            v6: self.v6.steps(),
        }
    }
}

impl AddressInfo {
    /// The date of the data.
    #[must_use]
    pub(crate) fn date(&self) -> DataDate {
        self.date
    }

    /// How many networks cover the group exactly; single addresses count as one each.
    #[must_use]
    pub(crate) fn networks(&self, group: Group) -> u32 {
        self.networks
            .get(usize::from(group.number()))
            .copied()
            .unwrap_or_default()
    }
}

/// Packs networks into the bytes that [`AddressSets::unpack`] reads.
#[cfg(test)]
pub(crate) fn pack(networks: impl IntoIterator<Item = (Group, IpNet)>, date: DataDate) -> Vec<u8> {
    let sets = AddressSets::compile(networks, date);
    format::encode(&sets.steps(), &sets.info)
}
