//! `ClientKey` and `CounterKey`: keys under which clients and their requests are counted.

use std::hash::{Hash, Hasher};

use crate::net::Network;

/// The key of one counter: a client, and the kind of requests that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CounterKey {
    pub(crate) client: ClientKey,
    pub(crate) counter: u64,
}

/// Every counted request hashes its keys, so each key is passed to the hasher in one call, without
/// empty words. The first byte is the kind of the key.
impl Hash for CounterKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut write = |words: &[[u8; 8]]| state.write(words.as_flattened());
        let what = self.counter.to_le_bytes();
        match self.client {
            ClientKey::Address(Network::V4(bits)) => {
                write(&[(u64::from(bits) << 8).to_le_bytes(), what]);
            }
            ClientKey::Address(Network::V6(bits)) => write(&[kind(1), bits.to_le_bytes(), what]),
            ClientKey::Id(id) => {
                let [first, second] = halves(id);
                write(&[kind(2), first, second, what]);
            }
            ClientKey::Value(value) => {
                let [first, second] = halves(value);
                write(&[kind(3), first, second, what]);
            }
            ClientKey::Unknown => write(&[kind(4), what]),
            ClientKey::Local => write(&[kind(5), what]),
        }
    }
}

fn kind(number: u64) -> [u8; 8] {
    number.to_le_bytes()
}

fn halves(bytes: [u8; 16]) -> [[u8; 8]; 2] {
    let whole = u128::from_le_bytes(bytes);
    [whole as u64, (whole >> 64) as u64].map(u64::to_le_bytes)
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

/// The /24 or /48 in which a clearance was given; `None` for keys that are not addresses.
pub(crate) fn home_network(who: ClientKey) -> Option<Network> {
    match who {
        ClientKey::Address(network) => Some(network.subnet()),
        _ => None,
    }
}
