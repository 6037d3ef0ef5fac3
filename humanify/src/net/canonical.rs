//! The canonical form of an address: mapped, NAT64 and 6to4 addresses become IPv4.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};

/// Replaces an IPv6 address that embeds an IPv4 address by that IPv4 address; returns any other
/// address unchanged.
///
/// - IPv4-mapped addresses (`::ffff:0:0/96`): a dual-stack socket reports IPv4 clients in this
///   form.
/// - NAT64 addresses (`64:ff9b::/96`, RFC 6052, and `64:ff9b:1::/48`, RFC 8215): a server without
///   IPv4 sees IPv4 clients in this form.
/// - 6to4 addresses (`2002::/16`, RFC 3056): they embed the IPv4 address of their router.
#[must_use]
#[inline]
pub(crate) fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => translated(v6)
            .or_else(|| six_to_four(v6))
            .map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Replaces an IPv6 network that embeds an IPv4 network by that IPv4 network; returns any other
/// network unchanged.
///
/// A network that is wider than `::ffff:0:0/96`, or that holds the 6to4 addresses of more than a
/// /8, stays an IPv6 network and matches no IPv4 address.
#[must_use]
pub(crate) fn canonical_network(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else {
        return network;
    };
    let whole = v6.prefix_len().checked_sub(96).zip(translated(v6.addr()));
    let tunnels = || {
        let length = v6.prefix_len().checked_sub(16)?.min(32);
        (length >= 8).then_some(length).zip(six_to_four(v6.addr()))
    };
    whole
        .or_else(tunnels)
        .and_then(|(length, address)| Ipv4Net::new(address, length).ok())
        .map_or(network, IpNet::V4)
}

/// Whether an address is a 6to4 address, one of the many addresses behind one router.
#[must_use]
pub(crate) fn is_tunnelled(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if six_to_four(v6).is_some())
}

/// The IPv4 address of the router in a 6to4 address (`2002::/16`, RFC 3056).
#[must_use]
#[inline]
fn six_to_four(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = address.to_bits();
    (bits >> 112 == 0x2002).then(|| Ipv4Addr::from_bits((bits >> 80) as u32))
}

/// The IPv4 address that is embedded in an IPv6 address.
#[must_use]
#[inline]
fn translated(address: Ipv6Addr) -> Option<Ipv4Addr> {
    const MAPPED: u128 = 0xffff << 32;
    const TRANSLATED: u128 = 0x0064_ff9b << 96;
    const LOCALLY_TRANSLATED: u128 = 0x0064_ff9b_0001;
    let bits = address.to_bits();
    let low = bits & 0xffff_ffff;
    let prefix = bits ^ low;
    let inside = if bits >> 80 == LOCALLY_TRANSLATED && low == 0 {
        // In a /48, RFC 6052 splits the address in two, around the reserved bits 64 to 71.
        ((bits >> 48) & 0xffff_0000) | ((bits >> 40) & 0xffff)
    } else {
        low
    };
    (prefix == MAPPED || prefix == TRANSLATED || bits >> 80 == LOCALLY_TRANSLATED)
        .then(|| u32::try_from(inside).ok().map(Ipv4Addr::from_bits))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_has_one_canonical_form() {
        for (written, meant) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("64:ff9b::c000:201", "192.0.2.1"),
            ("::192.0.2.1", "::192.0.2.1"),
            ("64:ff9b:1::192.0.2.1", "192.0.2.1"),
            ("64:ff9b:1:fffe::192.0.2.1", "192.0.2.1"),
            ("64:ff9b:1:c000:2:100::", "192.0.2.1"),
            ("2002:c000:201::1", "192.0.2.1"),
            ("64:ff9b:2::192.0.2.1", "64:ff9b:2::192.0.2.1"),
            ("::fffe:192.0.2.1", "::fffe:192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            let written: IpAddr = written.parse().unwrap();
            assert_eq!(canonical(written), meant.parse::<IpAddr>().unwrap());
        }
    }

    #[test]
    fn every_network_has_one_canonical_form() {
        for (written, meant) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("64:ff9b::10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0.0.0.0/96", "0.0.0.0/0"),
            ("::ffff:10.0.0.0/8", "::ffff:10.0.0.0/8"),
            ("64:ff9b:1::10.0.0.0/104", "10.0.0.0/8"),
            ("2002:a00::/24", "10.0.0.0/8"),
            ("2002:a01:203::/48", "10.1.2.3/32"),
            ("2002:a01:203:4::/64", "10.1.2.3/32"),
            ("2002::/16", "2002::/16"),
            ("2001:db8::/32", "2001:db8::/32"),
        ] {
            let written: IpNet = written.parse().unwrap();
            assert_eq!(canonical_network(written), meant.parse::<IpNet>().unwrap());
        }
    }

    #[test]
    fn a_6to4_address_becomes_the_address_of_its_router() {
        let inner = |text: &str| six_to_four(text.parse().unwrap());
        assert_eq!(inner("2002:c000:201::1"), Some(Ipv4Addr::new(192, 0, 2, 1)));
        assert_eq!(inner("2003:c000:201::1"), None);
    }
}
