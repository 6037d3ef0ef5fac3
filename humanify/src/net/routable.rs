//! Whether an address can belong to a client on the Internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::canonical::canonical;

/// Whether a client on the Internet can have this address.
///
/// False for the special-purpose registries of IANA (RFC 6890 and its updates): loopback,
/// private, link-local, shared, documentation, benchmarking, multicast, reserved and so on; and
/// for IPv6 addresses outside `2000::/3`, the only part that was ever allocated. A few addresses
/// in `192.0.0.0/24` and `2001::/23` are registered as reachable. They belong to anycast
/// services, which send no requests, so they count as not routable. An IPv6 address that stands
/// for an IPv4 address is judged as that IPv4 address.
#[must_use]
#[inline]
pub(crate) fn is_routable(address: IpAddr) -> bool {
    match canonical(address) {
        IpAddr::V4(v4) => is_routable_v4(v4),
        IpAddr::V6(v6) => is_routable_v6(v6),
    }
}

fn is_routable_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

fn is_routable_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, 0..=0x01ff, ..] => false,
        [0x2001, 0x0db8, ..] => false,
        [0x3fff, 0..=0x0fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first and the last address of each network, and its neighbours.
    const NOT_ROUTABLE: &[(&str, &str)] = &[
        ("0.0.0.0", "0.255.255.255"),
        ("10.0.0.0", "10.255.255.255"),
        ("100.64.0.0", "100.127.255.255"),
        ("127.0.0.0", "127.255.255.255"),
        ("169.254.0.0", "169.254.255.255"),
        ("172.16.0.0", "172.31.255.255"),
        ("192.0.0.0", "192.0.0.255"),
        ("192.0.2.0", "192.0.2.255"),
        ("192.88.99.0", "192.88.99.255"),
        ("192.168.0.0", "192.168.255.255"),
        ("198.18.0.0", "198.19.255.255"),
        ("198.51.100.0", "198.51.100.255"),
        ("203.0.113.0", "203.0.113.255"),
        ("224.0.0.0", "255.255.255.255"),
        ("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ];

    fn routable(text: &str) -> bool {
        is_routable(text.parse().unwrap())
    }

    #[test]
    fn special_networks_are_not_routable() {
        for (first, last) in NOT_ROUTABLE {
            assert!(!routable(first), "{first}");
            assert!(!routable(last), "{last}");
        }
    }

    #[test]
    fn the_neighbours_of_special_networks_are_routable() {
        let special = |address: IpAddr| {
            NOT_ROUTABLE.iter().any(|(first, last)| {
                (first.parse::<IpAddr>().unwrap()..=last.parse().unwrap()).contains(&address)
            })
        };
        let mut checked = 0;
        for (first, last) in NOT_ROUTABLE {
            let neighbours = match (first.parse().unwrap(), last.parse().unwrap()) {
                (IpAddr::V4(first), IpAddr::V4(last)) => [
                    IpAddr::V4(Ipv4Addr::from_bits(first.to_bits().wrapping_sub(1))),
                    IpAddr::V4(Ipv4Addr::from_bits(last.to_bits().wrapping_add(1))),
                ],
                (IpAddr::V6(first), IpAddr::V6(last)) => [
                    IpAddr::V6(Ipv6Addr::from_bits(first.to_bits().wrapping_sub(1))),
                    IpAddr::V6(Ipv6Addr::from_bits(last.to_bits().wrapping_add(1))),
                ],
                _ => unreachable!(),
            };
            for neighbour in neighbours {
                if !special(neighbour) {
                    assert!(is_routable(neighbour), "{neighbour}");
                    checked += 1;
                }
            }
        }
        assert!(checked > 25);
    }

    #[test]
    fn addresses_of_people_are_routable() {
        for text in [
            "8.8.8.8",
            "93.184.216.34",
            "2a00:1450:4001:81c::200e",
            "2001:4860:4860::8888",
        ] {
            assert!(routable(text), "{text}");
        }
    }

    #[test]
    fn embedded_ipv4_addresses_are_judged_as_ipv4() {
        for (text, expected) in [
            ("::ffff:127.0.0.1", false),
            ("::ffff:10.1.2.3", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::8.8.8.8", true),
            ("64:ff9b::192.168.0.1", false),
            ("64:ff9b:1::8.8.8.8", true),
            ("64:ff9b:1::192.168.0.1", false),
            ("2002:808:808::1", true),
            ("2002:a00:1::1", false),
            ("::8.8.8.8", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(routable(text), expected, "{text}");
        }
    }
}
