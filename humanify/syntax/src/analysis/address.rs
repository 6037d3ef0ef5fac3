//! Finds an address inside some networks and outside others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Finds an address that lies in at least one network of each list in `inside`, and in no network
/// of `outside`. Trying the first address of each network and the address after each network is
/// enough: if any address qualifies, one of these does.
pub(super) fn find(inside: &[&[IpNet]], outside: &[&[IpNet]]) -> Option<IpAddr> {
    let named = inside
        .iter()
        .chain(outside)
        .flat_map(|networks| networks.iter());
    let borders = named.flat_map(|network| {
        let behind = match network.broadcast() {
            IpAddr::V4(last) => last
                .to_bits()
                .checked_add(1)
                .map(Ipv4Addr::from_bits)
                .map(IpAddr::V4),
            IpAddr::V6(last) => last
                .to_bits()
                .checked_add(1)
                .map(Ipv6Addr::from_bits)
                .map(IpAddr::V6),
        };
        [Some(network.network()), behind]
    });
    let usual = [
        IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        // The first address after the IPv4-mapped range.
        IpAddr::V6(Ipv6Addr::from_bits(0x1_0000_0000_0000)),
    ];
    let is_in = |networks: &[IpNet], address: &IpAddr| {
        networks.iter().any(|network| network.contains(address))
    };
    usual.into_iter().chain(borders.flatten()).find(|address| {
        let is_mapped = matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
        !is_mapped
            && inside.iter().all(|networks| is_in(networks, address))
            && !outside.iter().any(|networks| is_in(networks, address))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn an_address_is_found_if_there_is_one() {
        for (inside, outside, found) in [
            (vec!["10.0.0.0/8"], vec!["10.0.0.0/9"], Some("10.128.0.0")),
            (vec!["10.0.0.0/8"], vec!["10.0.0.0/9", "10.128.0.0/9"], None),
            (vec![], vec!["0.0.0.0/0"], Some("::")),
            (vec![], vec!["0.0.0.0/0", "::/0"], None),
            (vec!["255.255.255.255/32"], vec![], Some("255.255.255.255")),
        ] {
            let (inside, outside) = (nets(&inside), nets(&outside));
            let all: Vec<&[IpNet]> = inside.iter().map(std::slice::from_ref).collect();
            assert_eq!(
                find(&all, &[&outside]),
                found.map(|text| text.parse().unwrap()),
                "{inside:?} {outside:?}"
            );
        }
        let (ten, eleven) = (nets(&["10.0.0.0/8"]), nets(&["11.0.0.0/8"]));
        assert_eq!(find(&[&ten, &eleven], &[]), None);
    }
}
