//! Keys under which clients and their requests are counted.

use crate::net::Network;

/// What is counted: who asks, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CounterKey {
    pub(crate) who: ClientKey,
    pub(crate) what: u64,
}

/// By what a client is told from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ClientKey {
    /// An IPv4 address, or the first 64 bits of an IPv6 one.
    Address(Network),
    /// A client id.
    Id([u8; 16]),
    /// Whoever shows a value: the start of its SHA-256.
    Value([u8; 16]),
    /// Somebody whose address a trusted proxy does not tell.
    Unknown,
    /// The other end of a unix socket.
    Local,
}

/// The wider network in which a clearance is at home: /24 and /48.
pub(crate) fn home_network(who: ClientKey) -> Option<Network> {
    match who {
        ClientKey::Address(network) => Some(network.wider(24, 48)),
        _ => None,
    }
}
