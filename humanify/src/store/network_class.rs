//! `NetworkClass`: the network for which a token was made, or the agent that signed, coded into an
//! id.

#[cfg(feature = "web-bot-auth")]
use crate::crypto::Sha256;
use crate::crypto::{NoRandomness, random_bytes};
use crate::net::Network;

/// A class of /24s, or of /48s. It is part of the id of a token, so it stays the same wherever the
/// token is presented. Each IPv4 /24 has a class of its own; IPv6 networks share classes.
///
/// The id of a nonce has an agent in place of the /16, and its key in place of the /24.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NetworkClass {
    /// The class of the /16 or /32.
    pub(super) wide: u16,
    pub(super) narrow: u8,
}

/// A new id for a token of a client in this network: random bytes, then the class.
pub(crate) fn spendable_id(network: Option<Network>) -> Result<[u8; 16], NoRandomness> {
    let random: [u8; 13] = random_bytes()?;
    Ok(NetworkClass::of(network).id(random))
}

/// The id of a nonce: a digest, then the class of the agent and its key. Each key has nonces of its
/// own. The owner of the site names the agents, so no agent can choose another one's class.
#[cfg(feature = "web-bot-auth")]
pub(crate) fn nonce_id(agent: &str, key_id: &str, nonce: &str) -> [u8; 16] {
    let digest = |parts: [&str; 3]| -> [u8; 13] {
        let hash = Sha256::new();
        let hash = parts
            .iter()
            .fold(hash, |hash, part| hash.with(part).with([0]));
        hash.finish_short()
    };
    let [high, low, ..] = digest(["web-bot-auth agent", agent, ""]);
    let [narrow, ..] = digest(["web-bot-auth key", agent, key_id]);
    let class = NetworkClass {
        wide: u16::from_be_bytes([high, low]),
        narrow,
    };
    class.id(digest(["web-bot-auth nonce", key_id, nonce]))
}

impl NetworkClass {
    /// An id of this class that begins with these bytes.
    fn id(self, start: [u8; 13]) -> [u8; 16] {
        let [high, low] = self.wide.to_be_bytes();
        let end = [high, low, self.narrow];
        let mut id = [0; 16];
        for (byte, value) in id.iter_mut().zip(start.into_iter().chain(end)) {
            *byte = value;
        }
        id
    }

    /// An id of this class with the start of another id.
    pub(crate) fn mark(self, id: [u8; 16]) -> [u8; 16] {
        let [start @ .., _, _, _] = id;
        self.id(start)
    }

    pub(crate) fn of(network: Option<Network>) -> NetworkClass {
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
    fn an_id_encodes_its_network() {
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
        let marked = class("84.1.2.3").mark([9; 16]);
        assert_eq!(NetworkClass::of_id(&marked), class("84.1.2.3"));
        assert_eq!(marked[..13], [9; 13]);
    }

    #[cfg(feature = "web-bot-auth")]
    #[test]
    fn the_id_of_a_nonce_encodes_the_agent_and_its_key() {
        let of = |agent, key| NetworkClass::of_id(&nonce_id(agent, key, "one"));
        assert_eq!(of("Acme", "a").wide, of("Acme", "b").wide);
        assert_ne!(of("Acme", "a").narrow, of("Acme", "b").narrow);
        assert_ne!(of("Acme", "a").wide, of("Other", "a").wide);
        for other in [
            nonce_id("Acme", "b", "one"),
            nonce_id("Acme", "a", "two"),
            nonce_id("Other", "a", "one"),
        ] {
            assert_ne!(other, nonce_id("Acme", "a", "one"));
        }
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
