//! Sets of addresses.

/// Networks of datacenters, VPNs, Tor exits and Private Relay, compiled.
pub static ADDRESSES: &[u8] = include_bytes!("../data/addresses.bin");
