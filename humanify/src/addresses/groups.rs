//! `Group` and `VpnProvider`: the groups of addresses.

use std::fmt;

/// A group of addresses.
///
/// Every group but [`Group::PrivateRelay`] can be a sign of a bot, as
/// [`Signals`](crate::Signals) says. Private Relay carries the requests of people's own devices
/// through Apple's proxies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Group {
    /// Exits of a VPN.
    Vpn(VpnProvider),
    /// Open proxies, as listed by FireHOL.
    FireholProxies,
    /// Open proxies, as listed by the awesome-proxy lists.
    AwesomeProxies,
    /// Networks of clouds, hosters and content delivery networks.
    Datacenter,
    /// Addresses that were reported for spam in forums.
    StopForumSpam,
    /// FireHOL level 1: sources of attacks and malware, and unallocated networks.
    FireholLevel1,
    /// Exits of the Tor network.
    TorExitNodes,
    /// Exits of Apple's iCloud Private Relay.
    PrivateRelay,
}

/// The provider of a VPN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VpnProvider {
    /// NordVPN.
    NordVpn,
    /// Proton VPN.
    ProtonVpn,
    /// ExpressVPN.
    ExpressVpn,
    /// Surfshark.
    Surfshark,
    /// Private Internet Access.
    PrivateInternetAccess,
    /// CyberGhost.
    CyberGhost,
    /// TunnelBear.
    TunnelBear,
    /// Mullvad.
    Mullvad,
    /// Any other provider, such as one whose networks you add yourself.
    Other,
}

impl Group {
    /// Every group. The index in this array is the group's number in compiled data.
    pub const ALL: [Group; 16] = [
        Group::Vpn(VpnProvider::NordVpn),
        Group::Vpn(VpnProvider::ProtonVpn),
        Group::Vpn(VpnProvider::ExpressVpn),
        Group::Vpn(VpnProvider::Surfshark),
        Group::Vpn(VpnProvider::PrivateInternetAccess),
        Group::Vpn(VpnProvider::CyberGhost),
        Group::Vpn(VpnProvider::TunnelBear),
        Group::Vpn(VpnProvider::Mullvad),
        Group::Vpn(VpnProvider::Other),
        Group::FireholProxies,
        Group::AwesomeProxies,
        Group::Datacenter,
        Group::StopForumSpam,
        Group::FireholLevel1,
        Group::TorExitNodes,
        Group::PrivateRelay,
    ];

    /// The group's name, as in [lists](crate::guide::lists). The name of a VPN group is its
    /// provider's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Group::Vpn(VpnProvider::Other) => "OtherVPN",
            Group::Vpn(provider) => provider.name(),
            Group::FireholProxies => "FireholProxies",
            Group::AwesomeProxies => "AwesomeProxies",
            Group::Datacenter => "Datacenter",
            Group::StopForumSpam => "StopForumSpam",
            Group::FireholLevel1 => "FireholLevel1",
            Group::TorExitNodes => "TorExitNodes",
            Group::PrivateRelay => "PrivateRelay",
        }
    }

    /// The group's index in [`Group::ALL`].
    pub(crate) const fn number(self) -> u8 {
        match self {
            Group::Vpn(VpnProvider::NordVpn) => 0,
            Group::Vpn(VpnProvider::ProtonVpn) => 1,
            Group::Vpn(VpnProvider::ExpressVpn) => 2,
            Group::Vpn(VpnProvider::Surfshark) => 3,
            Group::Vpn(VpnProvider::PrivateInternetAccess) => 4,
            Group::Vpn(VpnProvider::CyberGhost) => 5,
            Group::Vpn(VpnProvider::TunnelBear) => 6,
            Group::Vpn(VpnProvider::Mullvad) => 7,
            Group::Vpn(VpnProvider::Other) => 8,
            Group::FireholProxies => 9,
            Group::AwesomeProxies => 10,
            Group::Datacenter => 11,
            Group::StopForumSpam => 12,
            Group::FireholLevel1 => 13,
            Group::TorExitNodes => 14,
            Group::PrivateRelay => 15,
        }
    }
}

impl VpnProvider {
    /// The provider's name, as the provider spells it, without spaces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            VpnProvider::NordVpn => "NordVPN",
            VpnProvider::ProtonVpn => "ProtonVPN",
            VpnProvider::ExpressVpn => "ExpressVPN",
            VpnProvider::Surfshark => "Surfshark",
            VpnProvider::PrivateInternetAccess => "PrivateInternetAccess",
            VpnProvider::CyberGhost => "CyberGhost",
            VpnProvider::TunnelBear => "TunnelBear",
            VpnProvider::Mullvad => "Mullvad",
            VpnProvider::Other => "Other",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl fmt::Display for VpnProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_groups_number_is_its_index() {
        for (place, group) in Group::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(group.number()), place, "{group}");
        }
    }

    #[test]
    fn no_two_groups_share_a_name() {
        let names: HashSet<_> = Group::ALL.map(Group::name).into_iter().collect();
        assert_eq!(names.len(), Group::ALL.len());
    }

    #[test]
    fn the_packing_script_has_the_same_groups_and_numbers() {
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../assets/scripts/make_addresses.py"
        );
        let script = std::fs::read_to_string(script).unwrap();
        let (proton, mullvad) = (VpnProvider::ProtonVpn, VpnProvider::Mullvad);
        let numbers = [
            Group::Vpn(proton),
            Group::Vpn(mullvad),
            Group::Datacenter,
            Group::TorExitNodes,
            Group::PrivateRelay,
        ];
        let numbers = numbers.map(|group| group.number().to_string()).join(", ");
        for line in [
            format!("PROTON_VPN, MULLVAD, DATACENTER, TOR, PRIVATE_RELAY = {numbers}"),
            format!("GROUPS = {}", Group::ALL.len()),
            format!(
                r#"VPNS = {{"{proton}": PROTON_VPN, "{mullvad}": MULLVAD, "Apple Private Relay": PRIVATE_RELAY}}"#
            ),
        ] {
            assert!(script.lines().any(|found| found == line), "{line}");
        }
    }
}
