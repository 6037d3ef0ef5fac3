//! `NetworkClass`: the network for which a token was made, coded into the id of the token.

use crate::crypto::{NoRandomness, random_bytes};
use crate::net::Network;

/// A class of /24s, or of /48s. It is part of the id of a token, so it stays the same wherever the
/// token is presented. Each IPv4 /24 has a class of its own; IPv6 networks share classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NetworkClass {
    /// The class of the /16 or /32.
    pub(super) wide: u16,
    pub(super) narrow: u8,
}

/// A new id for a token of a client in this network: random bytes, then the class.
pub(crate) fn spendable_id(network: Option<Network>) -> Result<[u8; 16], NoRandomness> {
    let random: [u8; 13] = random_bytes()?;
    let NetworkClass { wide, narrow } = NetworkClass::of(network);
    let [high, low] = wide.to_be_bytes();
    let mut id = [0; 16];
    for (byte, value) in id
        .iter_mut()
        .zip(random.into_iter().chain([high, low, narrow]))
    {
        *byte = value;
    }
    Ok(id)
}

impl NetworkClass {
    fn of(network: Option<Network>) -> NetworkClass {
        match network {
            Some(Network::V4(bits)) => {
                let [first, second, narrow, _] = bits.to_be_bytes();
                NetworkClass {
                    wide: u16::from_be_bytes([first, second]),
                    narrow,
                }
            }
            Some(network @ Network::V6(_)) => {
                let Network::V6(wide) = network.block() else {
                    return NetworkClass::UNKNOWN;
                };
                let Network::V6(narrow) = network.subnet() else {
                    return NetworkClass::UNKNOWN;
                };
                let [first, second, ..] = mixed(wide).to_be_bytes();
                let [narrow, ..] = mixed(narrow).to_be_bytes();
                NetworkClass {
                    wide: u16::from_be_bytes([first, second]),
                    narrow,
                }
            }
            None => NetworkClass::UNKNOWN,
        }
    }

    /// The class of clients without a known address. No client has an address in 0.0.0.0/24.
    const UNKNOWN: NetworkClass = NetworkClass { wide: 0, narrow: 0 };

    /// As bytes, and the wider class as bytes.
    #[cfg(feature = "redis")]
    pub(super) fn to_bytes(self) -> ([u8; 3], [u8; 2]) {
        let [high, low] = self.wide.to_be_bytes();
        ([high, low, self.narrow], [high, low])
    }

    /// The class of the token with this id.
    pub(crate) fn of_id(id: &[u8; 16]) -> NetworkClass {
        let [.., high, low, narrow] = *id;
        NetworkClass {
            wide: u16::from_be_bytes([high, low]),
            narrow,
        }
    }
}

/// Spreads networks that are next to each other over the classes.
fn mixed(bits: u64) -> u64 {
    let mut bits = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits ^= bits >> 32;
    bits.wrapping_mul(0xd6e8_feb8_6659_fd93)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::net::network;

    fn class(ip: &str) -> NetworkClass {
        let id = spendable_id(Some(network(ip.parse().unwrap()))).unwrap();
        NetworkClass::of_id(&id)
    }

    #[test]
    fn an_id_tells_the_network_that_it_was_made_for() {
        for (one, same, other) in [
            ("84.1.2.3", "84.1.2.4", "84.1.3.3"),
            ("2a02:1:1:1::1", "2a02:1:1:ffff::1", "2a02:1:2:1::1"),
        ] {
            assert_eq!(class(one), class(same));
            assert_eq!(class(one).wide, class(other).wide);
            assert_ne!(class(one), class(other));
        }
        assert_ne!(class("84.1.2.3").wide, class("84.2.2.3").wide);
        let unknown = NetworkClass::of_id(&spendable_id(None).unwrap());
        assert_eq!(unknown, NetworkClass::UNKNOWN);
    }

    #[test]
    fn networks_of_ipv6_are_spread_over_the_classes() {
        let wide: HashSet<u16> = (0..4_096)
            .map(|number| class(&format!("2a{:02x}:{:x}::1", number >> 8, number & 0xff)).wide)
            .collect();
        assert!(wide.len() > 3_900, "{}", wide.len());
        let narrow: HashSet<u8> = (0..4_096)
            .map(|number| class(&format!("2a02:1:{number:x}::1")).narrow)
            .collect();
        assert!(narrow.len() > 250, "{}", narrow.len());
    }
}
