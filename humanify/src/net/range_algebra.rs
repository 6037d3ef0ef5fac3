//! Arithmetic on sets of addresses: difference, size, digest, and the networks that cover a set.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, IpSubnets, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};

use super::canonical::canonical;
use super::ranges::{RangeSet, find};
use crate::crypto::Sha256;

/// The size of a set of addresses, counted for each family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The number of IPv4 addresses.
    v4: u64,
    /// The number of IPv6 /64 networks, rounded up for each range.
    v6: u64,
}

impl Extent {
    /// The size of an IPv4 network with `v4` free bits and an IPv6 network of 2^`v6_networks` /64s.
    pub(crate) const fn bits(v4: u32, v6_networks: u32) -> Extent {
        Extent {
            v4: 1 << v4,
            v6: 1 << v6_networks,
        }
    }

    /// Whether this size is larger than `most` in either family.
    pub(crate) fn exceeds(self, most: Extent) -> bool {
        self.v4 > most.v4 || self.v6 > most.v6
    }

    /// Whether this size is less than half of `before` in either family.
    pub(crate) fn is_less_than_half_of(self, before: Extent) -> bool {
        self.v4 < before.v4.div_ceil(2) || self.v6 < before.v6.div_ceil(2)
    }
}

impl RangeSet {
    /// The addresses that no client on the Internet has: private, reserved and unroutable networks,
    /// by IANA's special-purpose registries (RFC 6890 and its updates).
    pub(crate) fn unroutable() -> RangeSet {
        let listed = UNROUTABLE
            .iter()
            .filter_map(|text| text.parse::<IpNet>().ok());
        RangeSet::from_iter(listed.flat_map(|network| {
            let tunnel = match network {
                IpNet::V4(v4) => network_6to4(v4),
                IpNet::V6(_) => None,
            };
            [Some(network), tunnel].into_iter().flatten()
        }))
    }

    /// The addresses of this set that are not in the other.
    pub(crate) fn without(&self, other: &RangeSet) -> RangeSet {
        RangeSet {
            v4: subtract(
                &self.v4,
                &other.v4,
                |n| n.checked_add(1),
                |n| n.checked_sub(1),
            ),
            v6: subtract(
                &self.v6,
                &other.v6,
                |n| n.checked_add(1),
                |n| n.checked_sub(1),
            ),
        }
    }

    /// The fewest networks that cover the set exactly.
    pub(crate) fn iter(&self) -> impl Iterator<Item = IpNet> {
        let v4 = self.v4.iter().map(|&range| subnets_v4(range));
        let v6 = self.v6.iter().map(|&range| subnets_v6(range));
        v4.chain(v6).flatten()
    }

    /// How many networks [`iter`](RangeSet::iter) gives.
    pub(crate) fn count(&self) -> usize {
        self.iter().count()
    }

    /// A 64-bit digest of the set. Different sets share a digest only if somebody searched for such
    /// a collision.
    pub(crate) fn digest(&self) -> u64 {
        let mut hash = Sha256::new();
        for (first, last) in &self.v4 {
            hash.update(first.to_le_bytes());
            hash.update(last.to_le_bytes());
        }
        // Separates the families: no IPv4 range has an end before its start.
        hash.update([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
        for (first, last) in &self.v6 {
            hash.update(first.to_le_bytes());
            hash.update(last.to_le_bytes());
        }
        u64::from_le_bytes(hash.finish_short())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// The size of the set.
    pub(crate) fn extent(&self) -> Extent {
        let v4 = self.v4.iter();
        let v6 = self.v6.iter();
        Extent {
            v4: v4.map(|(first, last)| u64::from(last - first) + 1).sum(),
            v6: v6
                .map(|(first, last)| u64::try_from((last - first) >> 64).unwrap_or(u64::MAX))
                .map(|networks| networks.saturating_add(1))
                .fold(0, u64::saturating_add),
        }
    }

    /// The covering network that contains the address, as [`iter`](RangeSet::iter) gives it; `None`
    /// if the set does not contain the address.
    pub(crate) fn covering(&self, address: IpAddr) -> Option<IpNet> {
        let address = canonical(address);
        let mut range = match address {
            IpAddr::V4(v4) => find(&self.v4, v4.to_bits()).map(subnets_v4),
            IpAddr::V6(v6) => find(&self.v6, v6.to_bits()).map(subnets_v6),
        }?;
        range.find(|network| network.contains(&address))
    }
}

/// The networks for which `is_routable` is false. A test checks that the two agree.
const UNROUTABLE: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/3",
    "2001::/23",
    "2001:db8::/32",
    "3fff::/20",
    "4000::/2",
    "8000::/1",
];

/// The 6to4 network (RFC 3056) of the routers in this IPv4 network.
fn network_6to4(routers: Ipv4Net) -> Option<IpNet> {
    let prefix = (0x2002 << 112) | (u128::from(routers.network().to_bits()) << 80);
    let network = Ipv6Net::new(Ipv6Addr::from_bits(prefix), 16 + routers.prefix_len());
    network.ok().map(IpNet::V6)
}

fn subnets_v4((first, last): (u32, u32)) -> IpSubnets {
    let (first, last) = (Ipv4Addr::from_bits(first), Ipv4Addr::from_bits(last));
    IpSubnets::from(Ipv4Subnets::new(first, last, 0))
}

fn subnets_v6((first, last): (u128, u128)) -> IpSubnets {
    let (first, last) = (Ipv6Addr::from_bits(first), Ipv6Addr::from_bits(last));
    IpSubnets::from(Ipv6Subnets::new(first, last, 0))
}

/// Subtracts merged ranges from merged ranges.
fn subtract<T: Ord + Copy>(
    ranges: &[(T, T)],
    others: &[(T, T)],
    next: impl Fn(T) -> Option<T>,
    previous: impl Fn(T) -> Option<T>,
) -> Vec<(T, T)> {
    let mut left = Vec::with_capacity(ranges.len());
    for &(first, last) in ranges {
        let from = others.partition_point(|other| other.1 < first);
        let mut begin = Some(first);
        for &(other_first, other_last) in others.iter().skip(from) {
            let Some(open) = begin.filter(|open| *open <= last) else {
                break;
            };
            if other_first > last {
                break;
            }
            if let Some(end) = previous(other_first).filter(|end| *end >= open) {
                left.push((open, end));
            }
            begin = next(other_last);
        }
        if let Some(begin) = begin.filter(|begin| *begin <= last) {
            left.push((begin, last));
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::net::routable::is_routable;

    fn networks(texts: &[&str]) -> RangeSet {
        texts
            .iter()
            .map(|text| text.parse::<IpNet>().unwrap())
            .collect()
    }

    fn written(networks: &RangeSet) -> Vec<String> {
        networks.iter().map(|network| network.to_string()).collect()
    }

    #[test]
    fn different_lists_of_the_same_addresses_are_the_same_set() {
        let one = networks(&[
            "8.8.8.0/25",
            "8.8.8.128/25",
            "8.8.8.8/32",
            "2600::/33",
            "2600:0:8000::/33",
        ]);
        assert_eq!(one, networks(&["8.8.8.0/24", "2600::/32"]));
        assert_eq!(written(&one), ["8.8.8.0/24", "2600::/32"]);
        assert_eq!(one.count(), 2);
        assert_eq!(networks(&["::ffff:8.8.8.8/128"]), networks(&["8.8.8.8/32"]));
    }

    #[test]
    fn unroutable_networks_agree_with_is_routable() {
        let unroutable = RangeSet::unroutable();
        assert_eq!(unroutable.v4.len(), 14);
        let v4 = unroutable.v4.iter().flat_map(|(first, last)| {
            [first.wrapping_sub(1), *first, *last, last.wrapping_add(1)]
                .map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)))
        });
        let v6 = unroutable.v6.iter().flat_map(|(first, last)| {
            [first.wrapping_sub(1), *first, *last, last.wrapping_add(1)]
                .map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)))
        });
        for address in v4.chain(v6) {
            assert_eq!(
                unroutable.covering(address).is_none(),
                is_routable(address),
                "{address}"
            );
        }
    }

    #[test]
    fn private_networks_are_removed_from_wider_ones() {
        let cut =
            networks(&["192.0.0.0/22", "9.0.0.0/8", "10.0.0.0/8"]).without(&RangeSet::unroutable());
        assert_eq!(written(&cut), ["9.0.0.0/8", "192.0.1.0/24", "192.0.3.0/24"]);
    }

    #[test]
    fn the_first_and_the_last_address_can_be_in_sets() {
        let all = networks(&["0.0.0.0/0", "::/0"]);
        assert_eq!((all.extent().v4, all.extent().v6), (1 << 32, u64::MAX));
        assert_eq!(all.without(&all), RangeSet::default());
        assert_eq!(all.without(&RangeSet::default()), all);
        assert_eq!(written(&all), ["0.0.0.0/0", "::/0"]);
    }

    fn small() -> impl Strategy<Value = RangeSet> {
        let range = (0_u8..64, 0_u8..64).prop_map(|(one, other)| {
            let address = |n| IpAddr::V4(Ipv4Addr::new(8, 8, 8, n));
            (address(one.min(other)), address(one.max(other)))
        });
        prop::collection::vec(range, 0..12).prop_map(RangeSet::new)
    }

    proptest! {
        #[test]
        fn a_difference_has_the_addresses_of_one_set_that_are_not_in_the_other(one in small(), other in small()) {
            let difference = one.without(&other);
            for n in 0..=255 {
                let address = IpAddr::V4(Ipv4Addr::new(8, 8, 8, n));
                let has = |set: &RangeSet| set.covering(address).is_some();
                prop_assert_eq!(has(&difference), has(&one) && !has(&other));
                let listed = one.iter().filter(|network| network.contains(&address));
                prop_assert_eq!(listed.count(), usize::from(has(&one)));
            }
        }
    }
}
