//! `AddressSets`: the groups of addresses (VPN, datacenter, Tor, …), compiled for look-ups.
//!
//! The networks of all groups may overlap. They are compiled into *steps*: a step is an address
//! and the set of groups that addresses have from there up to the next step. A look-up finds the
//! last step at or before an address, and its cost hardly depends on the number of networks.
//! Mapped, NAT64 and 6to4 addresses are looked up as the IPv4 addresses that they stand for.

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
/// Immutable: methods that change a set return a new one.
#[derive(Clone, Debug)]
pub(crate) struct AddressSets {
    v4: IndexV4,
    v6: IndexV6,
    info: AddressInfo,
}

/// The number of networks in each group, and the date of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AddressInfo {
    date: DataDate,
    networks: [u32; Group::ALL.len()],
}

/// The steps of both families, in ascending order. Networks, files and look-ups are converted
/// through this form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Steps {
    v4: Vec<(u32, GroupSet)>,
    v6: Vec<(u128, GroupSet)>,
}

impl AddressSets {
    /// Compiles networks, which may overlap. `date` is the day of the data.
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

    /// Reads the bytes that [`to_bytes`](AddressSets::to_bytes) wrote for the same `of`.
    ///
    /// # Errors
    /// If the data is damaged, truncated, of another version, or of other lists.
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    pub(crate) fn from_bytes(bytes: &[u8], of: u64) -> Result<AddressSets, FormatError> {
        compiled::decode(bytes, of)
    }

    /// These sets in their compiled form, with a checksum. `of` identifies the lists from which
    /// they were compiled; reading them for other lists fails.
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    #[must_use]
    pub(crate) fn to_bytes(&self, of: u64) -> Vec<u8> {
        compiled::encode(self, of)
    }

    /// Reads packed data, as [`pack`] writes it.
    ///
    /// # Errors
    /// If the data is damaged, truncated or of another version.
    pub(crate) fn unpack(bytes: &[u8]) -> Result<AddressSets, FormatError> {
        let (steps, info) = format::decode(bytes)?;
        Ok(AddressSets::new(&steps, info))
    }

    /// The sets that came with the crate. All instances of a process share them.
    ///
    /// # Errors
    /// If the embedded data is damaged. A test rules that out.
    pub(crate) fn embedded() -> Result<Arc<AddressSets>, DamagedList> {
        static EMBEDDED: OnceCell<Arc<AddressSets>> = OnceCell::new();
        EMBEDDED
            .get_or_try_init(|| AddressSets::unpack(humanify_assets::ADDRESSES).map(Arc::new))
            .cloned()
            .map_err(|error| DamagedList::new("addresses", &error))
    }

    /// These sets with networks added to groups and removed from groups. Removals win over
    /// additions.
    #[must_use]
    pub(crate) fn with(
        &self,
        additions: &[(Group, IpNet)],
        removals: &[(Group, IpNet)],
    ) -> AddressSets {
        let (additions, removals) = (additions.iter().copied(), removals.iter().copied());
        self.renewed(GroupSet::EMPTY, additions, removals)
    }

    /// Like [`with`](AddressSets::with), but empties the groups of `cleared` first.
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

    /// The fewest networks that cover a group exactly. Takes time linear in the number of steps.
    #[cfg(feature = "lists")]
    pub(crate) fn networks(&self, group: Group) -> impl Iterator<Item = IpNet> {
        sweep::networks(&self.steps(), group)
    }

    /// The network of a group that contains an address. Takes time linear in the number of steps.
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

    /// The number of networks in each group, and the date of the data.
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

    /// The number of networks that cover the group exactly. A single address counts as one network.
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
