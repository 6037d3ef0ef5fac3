//! Look-ups: in overlapping networks, in every form of an address, after changes.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

#[test]
fn overlapping_networks_put_an_address_into_all_their_groups() {
    let sets = sets(&[
        (Group::Datacenter, "198.18.0.0/15"),
        (Group::TorExitNodes, "198.18.3.4/32"),
        (MULLVAD, "198.19.0.0/16"),
        (MULLVAD, "198.19.128.0/17"),
        (Group::Datacenter, "2600::/12"),
        (Group::PrivateRelay, "2606:4700::1/128"),
    ]);
    for (text, expected) in [
        ("198.17.255.255", &[][..]),
        ("198.18.0.0", &[Group::Datacenter]),
        ("198.18.3.3", &[Group::Datacenter]),
        ("198.18.3.4", &[Group::Datacenter, Group::TorExitNodes]),
        ("198.18.3.5", &[Group::Datacenter]),
        ("198.19.0.1", &[MULLVAD, Group::Datacenter]),
        ("198.19.255.255", &[MULLVAD, Group::Datacenter]),
        ("198.20.0.0", &[]),
        ("2606:4700::", &[Group::Datacenter]),
        ("2606:4700::1", &[Group::Datacenter, Group::PrivateRelay]),
        ("2610::", &[]),
    ] {
        let found: Vec<_> = sets.lookup(address(text)).iter().collect();
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(sets.info().networks(MULLVAD), 1);
    assert_eq!(sets.info().networks(Group::Datacenter), 2);
    assert_eq!(sets.info().networks(Group::StopForumSpam), 0);
    assert_eq!(sets.info().date().to_string(), "2026-10-05");
}

#[test]
fn an_ipv4_address_is_found_in_every_ipv6_form() {
    let sets = sets(&[(Group::TorExitNodes, "185.220.101.7/32")]);
    for (text, expected) in [
        ("185.220.101.7", true),
        ("::ffff:185.220.101.7", true),
        ("64:ff9b::185.220.101.7", true),
        ("2002:b9dc:6507::1", true),
        ("2002:b9dc:6508::1", false),
        ("::ffff:185.220.101.8", false),
        ("::185.220.101.7", false),
    ] {
        let found = sets.lookup(address(text)).contains(Group::TorExitNodes);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_network_may_be_a_whole_family() {
    let sets = sets(&[(Group::Datacenter, "0.0.0.0/0"), (MULLVAD, "::/0")]);
    for text in ["0.0.0.0", "255.255.255.255", "127.0.0.1"] {
        assert_eq!(sets.lookup(address(text)), GroupSet::of(Group::Datacenter));
    }
    for text in [
        "::",
        "2001:db8::1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ] {
        assert_eq!(sets.lookup(address(text)), GroupSet::of(MULLVAD));
    }
}

#[test]
fn networks_can_be_added_and_removed() {
    let office = network("203.0.113.0/24");
    let sets = sets(&[(Group::Datacenter, "203.0.112.0/22")]).with(
        &[
            (MULLVAD, network("::ffff:198.51.100.0/120")),
            (MULLVAD, network("203.0.113.128/25")),
            (Group::TorExitNodes, network("2001:db8::5/128")),
        ],
        &[(Group::Datacenter, office)],
    );
    for (text, expected) in [
        ("203.0.112.255", GroupSet::of(Group::Datacenter)),
        ("203.0.113.0", GroupSet::EMPTY),
        ("203.0.113.127", GroupSet::EMPTY),
        ("203.0.113.128", GroupSet::of(MULLVAD)),
        ("203.0.114.0", GroupSet::of(Group::Datacenter)),
        ("198.51.100.77", GroupSet::of(MULLVAD)),
        ("2001:db8::5", GroupSet::of(Group::TorExitNodes)),
        ("2001:db8::6", GroupSet::EMPTY),
    ] {
        assert_eq!(sets.lookup(address(text)), expected, "{text}");
    }
    assert_eq!(sets.info().networks(Group::Datacenter), 2);
}

#[test]
fn removals_win_over_additions() {
    let home = (MULLVAD, network("192.0.2.0/24"));
    let sets = AddressSets::compile([], date()).with(&[home], &[home]);
    assert!(sets.lookup(address("192.0.2.1")).is_empty());
    assert_eq!(sets.info().networks(MULLVAD), 0);
}

/// Half of the addresses are the first or last of a network or next to one; the others are near
/// networks. The scan compares numbers, to be fast enough for a million addresses and three hundred
/// networks.
#[test]
fn a_million_addresses_are_found_as_a_scan_finds_them() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut networks = Vec::new();
    for number in 0..300 {
        let group = Group::ALL[number % Group::ALL.len()];
        let bits = random();
        let network = if number % 2 == 0 {
            let address = Ipv4Addr::from_bits(0x5400_0000 | (bits as u32 & 0x03ff_ffff));
            IpNet::new_assert(address.into(), 8 + (bits >> 40) as u8 % 25)
        } else {
            let high = 0x2a02_0000_0000_0000 | (bits & 0x00ff_0000_ffff_ffff);
            let address = Ipv6Addr::from_bits(u128::from(high) << 64 | u128::from(random()));
            IpNet::new_assert(address.into(), 20 + (bits >> 40) as u8 % 109)
        };
        networks.push((group, network.trunc()));
    }
    let sets = AddressSets::compile(networks.clone(), date());
    let number = |address: IpAddr| match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    };
    let ranges = |v4: bool| -> Vec<(u128, u128, GroupSet)> {
        networks
            .iter()
            .filter(|(_, network)| network.addr().is_ipv4() == v4)
            .map(|(group, network)| {
                let (first, last) = (number(network.network()), number(network.broadcast()));
                (first, last, GroupSet::of(*group))
            })
            .collect()
    };
    let ranges = [ranges(false), ranges(true)];
    for round in 0..500_000 {
        let (_, network) = networks[round % networks.len()];
        let spread = random();
        let beside = [-1, 0, 0, 1][round / networks.len() % 4];
        let (near, anywhere) = match network {
            IpNet::V4(net) => {
                let edge = [net.network(), net.broadcast()][round / 1_200 % 2].to_bits();
                let near = edge.wrapping_add_signed(beside);
                let anywhere = 0x5400_0000 | (spread as u32 & 0x03ff_ffff);
                (u128::from(near), u128::from(anywhere))
            }
            IpNet::V6(net) => {
                let edge = [net.network(), net.broadcast()][round / 1_200 % 2].to_bits();
                let near = edge.wrapping_add_signed(i128::from(beside));
                let high = 0x2a02_0000_0000_0000 | (spread & 0x00ff_0000_ffff_ffff);
                (near, u128::from(high) << 64 | u128::from(spread))
            }
        };
        let v4 = network.addr().is_ipv4();
        for bits in [near, anywhere] {
            let mut expected = GroupSet::EMPTY;
            for (first, last, group) in &ranges[usize::from(v4)] {
                if *first <= bits && bits <= *last {
                    expected = expected.union(*group);
                }
            }
            let address: IpAddr = if v4 {
                Ipv4Addr::from_bits(bits as u32).into()
            } else {
                Ipv6Addr::from_bits(bits).into()
            };
            assert_eq!(sets.lookup(address), expected, "{address}");
        }
    }
}

prop_compose! {
    /// Networks within few bits, so that they overlap, touch and nest.
    fn some_network()(bits: u32, length in 0_u8..=32, v6: bool) -> IpNet {
        if v6 {
            // The bits straddle the two halves of the address.
            let bits = u128::from(bits) << 48 | 0x2001 << 112;
            ipnet::Ipv6Net::new_assert(Ipv6Addr::from_bits(bits), 48 + length).trunc().into()
        } else {
            ipnet::Ipv4Net::new_assert(Ipv4Addr::from_bits(bits & 0x0003_f00f), length).trunc().into()
        }
    }
}

fn some_networks() -> impl Strategy<Value = Vec<(Group, IpNet)>> {
    let group = (0..Group::ALL.len()).prop_map(|number| Group::ALL[number]);
    proptest::collection::vec((group, some_network()), 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_lookup_agrees_with_a_scan_of_any_networks(
        networks in some_networks(),
        additions in some_networks(),
        removals in some_networks(),
    ) {
        let compiled = AddressSets::unpack(&pack(networks.clone(), date())).unwrap();
        let changed = compiled.with(&additions, &removals);
        let all = networks.iter().chain(&additions).chain(&removals);
        for address in all.flat_map(|(_, network)| edges(*network)) {
            let known = naive(&networks, address);
            prop_assert_eq!(compiled.lookup(address), known);
            let expected = known
                .union(naive(&additions, address))
                .without(naive(&removals, address));
            prop_assert_eq!(changed.lookup(address), expected);
        }
    }

    #[test]
    fn reading_any_bytes_does_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut sealed = b"HMNADDRS\x01\x00\x10\x00\xea\x07\x0a\x05".to_vec();
        sealed.extend(bytes);
        let checksum = crc32fast::hash(&sealed);
        sealed.extend(checksum.to_le_bytes());
        let _ = AddressSets::unpack(&sealed);
    }
}
