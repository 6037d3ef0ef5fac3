//! The sets that come with the crate.

use super::*;
use crate::addresses::groups::VpnProvider;

#[test]
fn every_instance_shares_the_sets_that_came_with_the_crate() {
    let embedded = || AddressSets::embedded().unwrap();
    assert!(Arc::ptr_eq(&embedded(), &embedded()));
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

#[test]
fn the_compiler_knows_the_vpn_providers_of_the_data() {
    let providers = Group::ALL.iter().filter_map(|group| match group {
        Group::Vpn(provider) => Some(*provider),
        _ => None,
    });
    let names: Vec<&str> = providers.map(VpnProvider::name).collect();
    assert_eq!(names, humanify_syntax::names::VPN_PROVIDERS);
}
