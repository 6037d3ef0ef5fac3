//! `GroupSet`: a set of groups, one bit each.

use std::fmt;

use super::groups::{Group, VpnProvider};

/// A set of [`Group`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct GroupSet(u16);

impl GroupSet {
    /// The set without any group.
    pub(crate) const EMPTY: GroupSet = GroupSet(0);

    /// Whether the group is in the set.
    #[must_use]
    pub(crate) const fn contains(self, group: Group) -> bool {
        self.0 & GroupSet::of(group).0 != 0
    }

    /// The set of one group.
    #[must_use]
    pub(crate) const fn of(group: Group) -> GroupSet {
        GroupSet(1 << group.number())
    }

    /// Adds a group.
    pub(crate) const fn insert(&mut self, group: Group) {
        self.0 |= GroupSet::of(group).0;
    }

    /// The groups in either set.
    #[must_use]
    pub(crate) const fn union(self, other: GroupSet) -> GroupSet {
        GroupSet(self.0 | other.0)
    }

    /// Whether a group is in both sets.
    #[must_use]
    pub(crate) const fn intersects(self, other: GroupSet) -> bool {
        self.0 & other.0 != 0
    }

    /// The groups in this set that are not in the other.
    #[must_use]
    pub(crate) const fn without(self, other: GroupSet) -> GroupSet {
        GroupSet(self.0 & !other.0)
    }

    /// Whether no group is in the set.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The VPN provider, if there is one. A named provider comes before [`VpnProvider::Other`].
    #[must_use]
    pub(crate) fn vpn_provider(self) -> Option<VpnProvider> {
        self.iter().find_map(|group| match group {
            Group::Vpn(provider) => Some(provider),
            _ => None,
        })
    }

    /// The groups in the order of [`Group::ALL`].
    pub(crate) fn iter(self) -> impl Iterator<Item = Group> {
        Group::ALL
            .into_iter()
            .filter(move |group| self.contains(*group))
    }

    /// One bit per group, by [`Group::number`].
    pub(super) const fn bits(self) -> u16 {
        self.0
    }

    /// The set with these bits.
    pub(super) const fn from_bits(bits: u16) -> GroupSet {
        GroupSet(bits)
    }
}

// More groups than 16 would need wider sets in files and look-ups.
const _: () = assert!(Group::ALL.len() == u16::BITS as usize);

impl FromIterator<Group> for GroupSet {
    fn from_iter<I: IntoIterator<Item = Group>>(groups: I) -> GroupSet {
        let mut set = GroupSet::EMPTY;
        for group in groups {
            set.insert(group);
        }
        set
    }
}

impl fmt::Debug for GroupSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_exactly_the_groups_that_were_added() {
        for group in Group::ALL {
            let set = GroupSet::of(group);
            assert_eq!(set.iter().collect::<Vec<_>>(), [group]);
            assert!(!set.is_empty());
            assert_eq!(GroupSet::from_bits(set.bits()), set);
        }
        assert!(GroupSet::EMPTY.is_empty());
    }

    #[test]
    fn a_named_vpn_provider_comes_before_an_unnamed_one() {
        let other = Group::Vpn(VpnProvider::Other);
        let mullvad = Group::Vpn(VpnProvider::Mullvad);
        let both: GroupSet = [other, mullvad].into_iter().collect();
        assert_eq!(both.vpn_provider(), Some(VpnProvider::Mullvad));
        assert_eq!(GroupSet::of(other).vpn_provider(), Some(VpnProvider::Other));
        assert_eq!(GroupSet::of(Group::Datacenter).vpn_provider(), None);
        assert_eq!(GroupSet::of(other).union(GroupSet::of(mullvad)), both);
    }
}
