//! Tests of sets of addresses. This file has a slow look-up to compare with, and networks.

mod embedded;
mod files;
mod lookups;

use std::net::{Ipv4Addr, Ipv6Addr};

use super::*;

const MULLVAD: Group = Group::Vpn(VpnProvider::Mullvad);

fn date() -> DataDate {
    DataDate::from_days(20_731)
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
