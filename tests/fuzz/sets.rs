//! Fuzzes a file of compiled sets with a valid checksum: it is refused, or every look-up in it
//! ends.

#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use humanify::{Group, testing::Addresses};
use libfuzzer_sys::fuzz_target;

/// Networks, the bytes written over their compiled file, and the addresses to look up.
type Input = (
    Vec<(u8, u32, u8)>,
    Vec<(u8, u128, u8)>,
    Vec<(u16, u8)>,
    u32,
    u128,
);

fuzz_target!(|input: Input| {
    let (v4, v6, changes, address_v4, address_v6) = input;
    let group = |number: u8| Group::ALL[usize::from(number) % Group::ALL.len()];
    let v4 = v4.into_iter().filter_map(|(number, bits, length)| {
        let address: IpAddr = Ipv4Addr::from_bits(bits).into();
        Some((
            group(number),
            format!("{address}/{}", length % 33).parse().ok()?,
        ))
    });
    let v6 = v6.into_iter().filter_map(|(number, bits, length)| {
        let address: IpAddr = Ipv6Addr::from_bits(bits).into();
        Some((
            group(number),
            format!("{address}/{}", length % 129).parse().ok()?,
        ))
    });
    let mut bytes = Addresses::compile(v4.chain(v6)).to_bytes();
    bytes.truncate(bytes.len() - 4);
    for (place, byte) in changes {
        let place = usize::from(place) % bytes.len();
        bytes[place] = byte;
    }
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    let Some(sets) = Addresses::from_bytes(&bytes) else {
        return;
    };
    for bits in [0, address_v4, u32::MAX] {
        let _ = sets.contain(Ipv4Addr::from_bits(bits).into());
    }
    for bits in [0, address_v6, u128::MAX] {
        let _ = sets.contain(Ipv6Addr::from_bits(bits).into());
    }
});
