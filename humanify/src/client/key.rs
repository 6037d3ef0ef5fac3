//! `ClientKey` and `CounterKey`: keys under which clients and their requests are counted.

use std::hash::{Hash, Hasher};

use crate::net::Network;

/// The key of one counter: a client, and the kind of requests that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CounterKey {
    pub(crate) who: ClientKey,
    pub(crate) what: u64,
}

/// Every counted request hashes its keys, so each key is passed to the hasher in one call.
impl Hash for CounterKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (kind, [first, second]) = match self.who {
            ClientKey::Address(Network::V4(bits)) => (0, [bits.into(), 0]),
            ClientKey::Address(Network::V6(bits)) => (1, [bits, 0]),
            ClientKey::Id(id) => (2, halves(id)),
            ClientKey::Value(value) => (3, halves(value)),
            ClientKey::Unknown => (4, [0, 0]),
            ClientKey::Local => (5, [0, 0]),
        };
        let words = [kind, first, second, self.what];
        state.write(words.map(u64::to_le_bytes).as_flattened());
    }
}

fn halves(bytes: [u8; 16]) -> [u64; 2] {
    let whole = u128::from_le_bytes(bytes);
    [whole as u64, (whole >> 64) as u64]
}

/// The identity under which a client is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ClientKey {
    /// An IPv4 address or an IPv6 /64.
    Address(Network),
    /// A client id.
    Id([u8; 16]),
    /// All clients that send the same value, such as an API key: the first 16 bytes of its SHA-256.
    Value([u8; 16]),
    /// A client whose address the trusted proxy does not report.
    Unknown,
    /// The peer of a unix socket.
    Local,
}

/// The /24 or /48 in which a clearance was given; `None` for keys that are no address.
pub(crate) fn home_network(who: ClientKey) -> Option<Network> {
    match who {
        ClientKey::Address(network) => Some(network.wider(24, 48)),
        _ => None,
    }
}
