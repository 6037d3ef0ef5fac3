//! Tests of compiling sets of addresses, of their files and of look-ups.

use proptest::prelude::*;

use super::groups::VpnProvider;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::*;

const MULLVAD: Group = Group::Vpn(VpnProvider::Mullvad);

fn date() -> DataDate {
    DataDate::new(2026, 10, 5).unwrap()
}

fn network(text: &str) -> IpNet {
    text.parse().unwrap()
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn sets(networks: &[(Group, &str)]) -> AddressSets {
    let networks = networks.iter().map(|(group, text)| (*group, network(text)));
    AddressSets::unpack(&pack(networks, date())).unwrap()
}

/// The groups of an address, by a scan of all networks.
fn naive(networks: &[(Group, IpNet)], address: IpAddr) -> GroupSet {
    networks
        .iter()
        .filter(|(_, network)| network.contains(&address))
        .map(|(group, _)| *group)
        .collect()
}

/// The first and the last address of a network, and their neighbours.
fn edges(network: IpNet) -> Vec<IpAddr> {
    match network {
        IpNet::V4(v4) => {
            let (first, last) = (v4.network().to_bits(), v4.broadcast().to_bits());
            let edges = [first.wrapping_sub(1), first, last, last.wrapping_add(1)];
            edges
                .map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)))
                .to_vec()
        }
        IpNet::V6(v6) => {
            let (first, last) = (v6.network().to_bits(), v6.broadcast().to_bits());
            let edges = [first.wrapping_sub(1), first, last, last.wrapping_add(1)];
            edges
                .map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)))
                .to_vec()
        }
    }
}

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

#[test]
fn damaged_data_is_refused_with_the_reason() {
    let good = pack(
        [
            (Group::Datacenter, network("198.18.0.0/15")),
            (Group::TorExitNodes, network("2001:db8::1/128")),
        ],
        date(),
    );
    let sealed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = good[..good.len() - 4].to_vec();
        change(&mut body);
        let checksum = crc32fast::hash(&body);
        body.extend(checksum.to_le_bytes());
        AddressSets::unpack(&body).map(|_| ()).unwrap_err()
    };
    assert_eq!(
        AddressSets::unpack(b"").map(|_| ()),
        Err(FormatError::NotAddresses)
    );
    assert_eq!(sealed(&|body| body[0] ^= 1), FormatError::NotAddresses);
    assert_eq!(
        sealed(&|body| body[8] = 2),
        FormatError::Version {
            found: 2,
            expected: 1
        }
    );
    assert_eq!(
        sealed(&|body| body[10] = 17),
        FormatError::Groups { found: 17 }
    );
    assert!(matches!(
        sealed(&|body| body[14] = 13),
        FormatError::Date { month: 13, .. }
    ));
    assert_eq!(sealed(&|body| body[24] += 1), FormatError::Truncated);
    assert_eq!(sealed(&|body| body.truncate(70)), FormatError::Truncated);
    assert_eq!(
        sealed(&|body| body[24..28].fill(0xff)),
        FormatError::Truncated
    );
    assert_eq!(
        sealed(&|body| body.push(0)),
        FormatError::TooLong { excess: 1 }
    );
    // Three sets follow the header of 28 bytes and sixteen counts, then two IPv4 steps.
    let steps = 28 + 64 + 12;
    assert_eq!(sealed(&|body| body[steps - 2] = 1), FormatError::UnknownSet);
    assert_eq!(sealed(&|body| body[steps + 4] = 3), FormatError::UnknownSet);
    assert_eq!(
        sealed(&|body| body[steps + 3] = 255),
        FormatError::OutOfOrder {
            family: 4,
            position: 1
        }
    );
    let damaged = {
        let mut bytes = good.clone();
        bytes[40] ^= 4;
        AddressSets::unpack(&bytes).map(|_| ())
    };
    assert!(matches!(damaged, Err(FormatError::Checksum { .. })));
    let reason = damaged.unwrap_err().to_string();
    assert!(reason.contains("damaged"), "{reason}");
}

#[test]
fn changed_and_truncated_data_is_refused() {
    let good = pack(
        [
            (Group::Datacenter, network("198.18.0.0/15")),
            (Group::TorExitNodes, network("2001:db8::1/128")),
        ],
        date(),
    );
    for place in 0..good.len() {
        assert!(AddressSets::unpack(&good[..place]).is_err());
        for bit in 0..8 {
            let mut bytes = good.clone();
            bytes[place] ^= 1 << bit;
            assert!(AddressSets::unpack(&bytes).is_err(), "byte {place}");
        }
    }
}

#[test]
fn every_instance_shares_the_sets_that_came_with_the_crate() {
    let embedded = || AddressSets::embedded().unwrap();
    assert!(Arc::ptr_eq(&embedded(), &embedded()));
}

#[test]
fn compiled_sets_are_read_as_they_were_written() {
    let all = AddressSets::unpack(humanify_assets::ADDRESSES).unwrap();
    let none = AddressSets::compile([], date());
    for sets in [all, none] {
        let read = AddressSets::from_bytes(&sets.to_bytes(7), 7).unwrap();
        assert_eq!(read.info(), sets.info());
        assert_eq!(read.steps(), sets.steps());
        for address in scattered(1_000) {
            assert_eq!(read.lookup(address), sets.lookup(address), "{address}");
        }
    }
}

#[test]
fn damaged_compiled_sets_are_refused_with_the_reason() {
    let good = AddressSets::compile([(Group::Datacenter, network("198.18.0.0/15"))], date());
    let good = good.to_bytes(7);
    let read = |bytes: &[u8]| AddressSets::from_bytes(bytes, 7).map(|_| ()).unwrap_err();
    let sealed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = good[..good.len() - 4].to_vec();
        change(&mut body);
        let checksum = crc32fast::hash(&body);
        body.extend(checksum.to_le_bytes());
        read(&body)
    };
    // A header of 24 bytes, sixteen counts, the bits of the index, six lengths.
    let bits = 24 + 64;
    let lengths = bits + 4;
    assert_eq!(read(b""), FormatError::NotAddresses);
    assert_eq!(read(humanify_assets::ADDRESSES), FormatError::NotAddresses);
    assert_eq!(
        sealed(&|body| body[8] = 9),
        FormatError::Version {
            found: 9,
            expected: 1
        }
    );
    assert_eq!(
        sealed(&|body| body[10] = 17),
        FormatError::Groups { found: 17 }
    );
    assert!(matches!(
        sealed(&|body| body[15] = 32),
        FormatError::Date { day: 32, .. }
    ));
    assert_eq!(sealed(&|body| body[16] = 8), FormatError::OtherLists);
    assert_eq!(sealed(&|body| body[bits] = 17), FormatError::Misfit);
    assert_eq!(sealed(&|body| body[bits] = 200), FormatError::Misfit);
    for list in 0..6 {
        let length = lengths + 4 * list;
        let huge = sealed(&|body| body[length..length + 4].fill(0xff));
        assert_eq!(huge, FormatError::Truncated, "list {list}");
    }
    assert_eq!(
        sealed(&|body| body.push(0)),
        FormatError::TooLong { excess: 1 }
    );
    for place in (0..good.len()).step_by(997).chain(0..lengths + 24) {
        assert!(AddressSets::from_bytes(&good[..place], 7).is_err());
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        assert!(AddressSets::from_bytes(&bytes, 7).is_err(), "byte {place}");
    }
}

#[test]
fn a_lookup_ends_whatever_compiled_sets_with_a_right_checksum_contain() {
    let networks = [
        (Group::Datacenter, network("198.18.0.0/15")),
        (Group::TorExitNodes, network("2001:db8::1/128")),
        (Group::TorExitNodes, network("2001:db8:8000::/33")),
    ];
    let good = AddressSets::compile(networks, date()).to_bytes(7);
    let body = good.len() - 4;
    let addresses: Vec<_> = networks
        .iter()
        .flat_map(|(_, network)| edges(*network))
        .chain(scattered(50))
        .collect();
    let mut read = 0;
    for seed in 1..=40_u64 {
        let mut bytes = good[..body].to_vec();
        // The header stays, since a changed one is refused. Every other seed gives random bytes.
        for place in (120..body).step_by(1 + seed as usize % 7) {
            let mixed = (seed << 32 | place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            bytes[place] = if seed % 2 == 0 {
                (mixed >> 56) as u8
            } else {
                0xff
            };
        }
        let checksum = crc32fast::hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        if let Ok(sets) = AddressSets::from_bytes(&bytes, 7) {
            for address in &addresses {
                let _ = sets.lookup(*address);
            }
            let _ = sets.steps();
            read += 1;
        }
    }
    assert!(
        read > 0,
        "all of them are refused, so that nothing is looked up"
    );
}

/// Half of the addresses are at the edges of networks or next to them, the others anywhere near.
/// The scan compares numbers, to be fast enough for a million addresses and three hundred networks.
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

#[test]
fn the_embedded_data_is_packed_as_this_code_packs_it() {
    let sets = AddressSets::unpack(humanify_assets::ADDRESSES).unwrap();
    let networks = networks_of(&sets);
    let written = pack(networks, sets.info().date());
    assert!(written == humanify_assets::ADDRESSES);
}

#[test]
fn the_embedded_data_agrees_with_a_scan_of_its_networks() {
    let sets = AddressSets::unpack(humanify_assets::ADDRESSES).unwrap();
    let networks = networks_of(&sets);
    let samples = networks
        .iter()
        .step_by(2_999)
        .flat_map(|(_, network)| edges(*network));
    for address in samples.chain(scattered(16)) {
        assert_eq!(sets.lookup(address), naive(&networks, address), "{address}");
    }
}

#[test]
fn the_embedded_data_has_its_groups_and_no_public_resolver() {
    let sets = AddressSets::unpack(humanify_assets::ADDRESSES).unwrap();
    for (group, least) in [
        (Group::Datacenter, 10_000),
        (Group::Vpn(VpnProvider::ProtonVpn), 500),
        (MULLVAD, 1_000),
        (Group::TorExitNodes, 500),
        (Group::PrivateRelay, 10_000),
    ] {
        assert!(sets.info().networks(group) >= least, "{group}");
    }
    let empty = sets.empty_groups();
    assert!(empty.contains(&Group::StopForumSpam) && !empty.contains(&MULLVAD));
    for text in ["52.95.110.1", "2600:1f18::1", "140.82.121.4"] {
        assert!(
            sets.lookup(address(text)).contains(Group::Datacenter),
            "{text}"
        );
    }
    for text in [
        "8.8.8.8",
        "1.1.1.1",
        "2001:4860:4860::8888",
        "2606:4700:4700::1111",
        "9.9.9.9",
        "127.0.0.1",
        "192.168.0.1",
    ] {
        assert!(sets.lookup(address(text)).is_empty(), "{text}");
    }
}

/// The covering networks of all groups.
fn networks_of(sets: &AddressSets) -> Vec<(Group, IpNet)> {
    let steps = sets.steps();
    let mut networks = Vec::new();
    for group in Group::ALL {
        networks.extend(sweep::networks(&steps, group).map(|network| (group, network)));
    }
    networks
}

/// Addresses scattered over both families, the same in each run.
fn scattered(count: u64) -> impl Iterator<Item = IpAddr> {
    (1..=count).flat_map(|number| {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let v6 = (u128::from(mixed) << 64 | u128::from(mixed.rotate_left(17))) >> 3 | 1 << 125;
        [
            IpAddr::V4(Ipv4Addr::from_bits((mixed >> 32) as u32)),
            IpAddr::V6(Ipv6Addr::from_bits(v6)),
        ]
    })
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

#[test]
fn the_providers_that_the_compiler_knows_are_those_of_the_data() {
    let providers = Group::ALL.iter().filter_map(|group| match group {
        Group::Vpn(provider) => Some(*provider),
        _ => None,
    });
    let names: Vec<&str> = providers.map(VpnProvider::name).collect();
    assert_eq!(names, humanify_syntax::names::VPN_PROVIDERS);
}
