//! `RangeSet`: a set of addresses as sorted ranges that neither overlap nor touch. Two lists of
//! the same addresses give the same set.

use std::net::IpAddr;

use ipnet::IpNet;

use super::canonical::canonical_network;

/// The first and the last address of a range, both of the same family.
pub(crate) type AddressRange = (IpAddr, IpAddr);

/// A set of addresses, as sorted ranges of each family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RangeSet {
    pub(super) v4: Vec<(u32, u32)>,
    pub(super) v6: Vec<(u128, u128)>,
}

impl RangeSet {
    /// The set of all addresses in the ranges. A range is ignored if its ends are of two families
    /// or in the wrong order.
    pub(crate) fn new(ranges: impl IntoIterator<Item = AddressRange>) -> RangeSet {
        let mut networks = RangeSet::default();
        for (first, last) in ranges {
            match (first, last) {
                (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
                    networks.v4.push((first.to_bits(), last.to_bits()));
                }
                (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
                    networks.v6.push((first.to_bits(), last.to_bits()));
                }
                _ => {}
            }
        }
        RangeSet {
            v4: merge(networks.v4, |last| last.checked_add(1)),
            v6: merge(networks.v6, |last| last.checked_add(1)),
        }
    }

    /// Whether the set contains an address, which has to be canonical. Takes O(log n) time for n
    /// ranges.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(v4) => find(&self.v4, v4.to_bits()).is_some(),
            IpAddr::V6(v6) => find(&self.v6, v6.to_bits()).is_some(),
        }
    }

    /// How many ranges the set has.
    pub(crate) fn range_count(&self) -> usize {
        self.v4.len() + self.v6.len()
    }
}

impl FromIterator<IpNet> for RangeSet {
    fn from_iter<I: IntoIterator<Item = IpNet>>(networks: I) -> RangeSet {
        RangeSet::new(networks.into_iter().map(|network| {
            let network = canonical_network(network);
            (network.network(), network.broadcast())
        }))
    }
}

/// Sorts ranges and merges those that overlap or touch.
fn merge<T: Ord + Copy>(mut ranges: Vec<(T, T)>, next: impl Fn(T) -> Option<T>) -> Vec<(T, T)> {
    ranges.sort_unstable();
    let mut merged: Vec<(T, T)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match merged.last_mut() {
            Some(before) if next(before.1).is_none_or(|after| first <= after) => {
                before.1 = before.1.max(last);
            }
            _ => merged.push((first, last)),
        }
    }
    merged.shrink_to_fit();
    merged
}

/// The merged range that contains a number.
pub(super) fn find<T: Ord + Copy>(ranges: &[(T, T)], number: T) -> Option<(T, T)> {
    let place = ranges.partition_point(|range| range.1 < number);
    let range = ranges.get(place)?;
    (range.0 <= number).then_some(*range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> RangeSet {
        let networks = texts.iter().map(|text| text.parse::<IpNet>().unwrap());
        networks.collect()
    }

    #[test]
    fn a_set_contains_its_networks_up_to_their_edges() {
        let set = set(&[
            "66.249.64.0/27",
            "66.249.64.64/27",
            "66.249.64.80/28",
            "2001:4860:4801::/48",
        ]);
        assert_eq!(set.range_count(), 3);
        for (address, inside) in [
            ("66.249.63.255", false),
            ("66.249.64.0", true),
            ("66.249.64.31", true),
            ("66.249.64.32", false),
            ("66.249.64.64", true),
            ("66.249.64.96", false),
            ("2001:4860:4800:ffff:ffff:ffff:ffff:ffff", false),
            ("2001:4860:4801::", true),
            ("2001:4860:4801:ffff:ffff:ffff:ffff:ffff", true),
            ("2001:4860:4802::", false),
            ("::66.249.64.0", false),
        ] {
            assert_eq!(set.contains(address.parse().unwrap()), inside, "{address}");
        }
    }
}
