//! The network that counts as one client: an IPv4 address or an IPv6 /64.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv6Net};

use super::canonical::canonical;
#[cfg(feature = "redis")]
use super::canonical::canonical_network;

/// An IPv4 address or an IPv6 /64, as its leading bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Network {
    V4(u32),
    V6(u64),
}

impl Network {
    pub(crate) const fn is_v4(self) -> bool {
        matches!(self, Network::V4(_))
    }

    /// The address of an IPv4 network, or the first /64 of an IPv6 network.
    #[cfg(feature = "redis")]
    pub(crate) fn of(net: IpNet) -> Network {
        match canonical_network(net) {
            IpNet::V4(net) => Network::V4(net.addr().to_bits()),
            IpNet::V6(net) => {
                Network::V6(u64::try_from(net.addr().to_bits() >> 64).unwrap_or_default())
            }
        }
    }

    /// Converts to a network: a /32 of IPv4, or a /64 of IPv6.
    pub(crate) fn to_net(self) -> IpNet {
        match self {
            Network::V4(bits) => IpNet::from(IpAddr::V4(Ipv4Addr::from_bits(bits))),
            Network::V6(bits) => {
                let start = Ipv6Addr::from_bits(u128::from(bits) << 64);
                IpNet::V6(Ipv6Net::new_assert(start, 64))
            }
        }
    }

    /// The enclosing network with a prefix of `v4` bits, or of `v6` bits in IPv6.
    pub(crate) fn wider(self, v4: u32, v6: u32) -> Network {
        match self {
            Network::V4(bits) => Network::V4(bits & !u32::MAX.checked_shr(v4).unwrap_or(0)),
            Network::V6(bits) => Network::V6(bits & !u64::MAX.checked_shr(v6).unwrap_or(0)),
        }
    }

    /// The enclosing /24, or /48 in IPv6: about one customer of a provider.
    pub(crate) fn subnet(self) -> Network {
        self.wider(24, 48)
    }

    /// The enclosing /16, or /32 in IPv6: about one provider.
    pub(crate) fn block(self) -> Network {
        self.wider(16, 32)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_net().fmt(f)
    }
}

/// The network that counts as one client: the whole IPv4 address, or the IPv6 /64.
pub(crate) fn network(ip: IpAddr) -> Network {
    match canonical(ip) {
        IpAddr::V4(v4) => Network::V4(v4.to_bits()),
        IpAddr::V6(v6) => Network::V6(u64::try_from(v6.to_bits() >> 64).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_an_ipv4_address_or_an_ipv6_64() {
        let one = |a: &str, b: &str| network(a.parse().unwrap()) == network(b.parse().unwrap());
        assert!(one("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"));
        assert!(!one("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(!one("203.0.113.7", "203.0.113.8"));
        for translated in [
            "::ffff:203.0.113.7",
            "64:ff9b::203.0.113.7",
            "64:ff9b:1::203.0.113.7",
            "2002:cb00:7107::1",
        ] {
            assert!(one("203.0.113.7", translated), "{translated}");
        }
        assert!(!one("64:ff9b::808:808", "64:ff9b::909:909"));
    }
}
