//! `ClientKey` and `CounterKey`: keys under which clients and their requests are counted.

use crate::net::Network;

/// The key of one counter: a client, and what of its requests is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CounterKey {
    pub(crate) who: ClientKey,
    pub(crate) what: u64,
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
