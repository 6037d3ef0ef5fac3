//! Files of sets: the packed data of the crate, and compiled sets of the cache.

use super::*;

#[test]
fn damaged_data_is_refused_with_the_reason() {
    let good = pack(
        [
            (Group::Datacenter, network("198.18.0.0/15")),
            (Group::TorExitNodes, network("2001:db8::1/128")),
        ],
        date(),
    );
    let sealed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = good[..good.len() - 4].to_vec();
        change(&mut body);
        let checksum = crc32fast::hash(&body);
        body.extend(checksum.to_le_bytes());
        AddressSets::unpack(&body).map(|_| ()).unwrap_err()
    };
    assert_eq!(
        AddressSets::unpack(b"").map(|_| ()),
        Err(FormatError::NotAddresses)
    );
    assert_eq!(sealed(&|body| body[0] ^= 1), FormatError::NotAddresses);
    assert_eq!(
        sealed(&|body| body[8] = 1),
        FormatError::Version {
            found: 1,
            expected: 3
        }
    );
    assert_eq!(
        sealed(&|body| body[10] = 17),
        FormatError::Groups { found: 17 }
    );
    assert_eq!(sealed(&|body| body[14] = 0x2d), FormatError::Date);
    assert_eq!(sealed(&|body| body[24] += 1), FormatError::Truncated);
    assert_eq!(sealed(&|body| body.truncate(70)), FormatError::Truncated);
    assert_eq!(
        sealed(&|body| body[24..28].fill(0xff)),
        FormatError::Truncated
    );
    assert_eq!(
        sealed(&|body| body.push(0)),
        FormatError::TooLong { excess: 1 }
    );
    // Three sets follow the header of 28 bytes and sixteen counts. The first IPv4 step takes six
    // bytes, the second one four. The first of two IPv6 steps begins with its head.
    let steps = 28 + 64 + 12;
    assert_eq!(sealed(&|body| body[steps - 2] = 1), FormatError::UnknownSet);
    assert_eq!(sealed(&|body| body[steps + 5] = 3), FormatError::UnknownSet);
    assert_eq!(
        sealed(&|body| body[steps + 8] = 0),
        FormatError::OutOfOrder {
            family: 4,
            position: 1
        }
    );
    // The first address, the set of the second IPv4 step, and the higher half of the first IPv6 step.
    for (place, byte) in [(4, 0x10), (4, 0xff), (9, 0xff), (11, 0xff)] {
        let wrong = sealed(&|body| {
            body[steps + place] = byte;
            body.splice(steps + place + 1..steps + place + 1, [0xff; 9]);
        });
        assert_eq!(wrong, FormatError::TooLarge, "{place}");
    }
    let head = steps + 10;
    assert_eq!(
        sealed(&|body| body[head] |= 6),
        FormatError::TooLarge,
        "a difference that is shifted out of the half"
    );
    let damaged = {
        let mut bytes = good.clone();
        bytes[40] ^= 4;
        AddressSets::unpack(&bytes).map(|_| ())
    };
    assert!(matches!(damaged, Err(FormatError::Checksum { .. })));
    let reason = damaged.unwrap_err().to_string();
    assert!(reason.contains("damaged"), "{reason}");
}

#[test]
fn changed_and_truncated_data_is_refused() {
    let good = pack(
        [
            (Group::Datacenter, network("198.18.0.0/15")),
            (Group::TorExitNodes, network("2001:db8::1/128")),
        ],
        date(),
    );
    for place in 0..good.len() {
        assert!(AddressSets::unpack(&good[..place]).is_err());
        for bit in 0..8 {
            let mut bytes = good.clone();
            bytes[place] ^= 1 << bit;
            assert!(AddressSets::unpack(&bytes).is_err(), "byte {place}");
        }
    }
}

#[test]
fn compiled_sets_are_read_as_they_were_written() {
    let all = AddressSets::unpack(humanify_assets::ADDRESSES).unwrap();
    let none = AddressSets::compile([], date());
    for sets in [all, none] {
        let read = AddressSets::from_bytes(&sets.to_bytes(7), 7).unwrap();
        assert_eq!(read.info(), sets.info());
        assert_eq!(read.steps(), sets.steps());
        for address in scattered(1_000) {
            assert_eq!(read.lookup(address), sets.lookup(address), "{address}");
        }
    }
}

#[test]
fn damaged_compiled_sets_are_refused_with_the_reason() {
    let good = AddressSets::compile([(Group::Datacenter, network("198.18.0.0/15"))], date());
    let good = good.to_bytes(7);
    let read = |bytes: &[u8]| AddressSets::from_bytes(bytes, 7).map(|_| ()).unwrap_err();
    let sealed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = good[..good.len() - 4].to_vec();
        change(&mut body);
        let checksum = crc32fast::hash(&body);
        body.extend(checksum.to_le_bytes());
        read(&body)
    };
    // A header of 24 bytes, sixteen counts, the bits of the index, six lengths.
    let bits = 24 + 64;
    let lengths = bits + 4;
    assert_eq!(read(b""), FormatError::NotAddresses);
    assert_eq!(read(humanify_assets::ADDRESSES), FormatError::NotAddresses);
    assert_eq!(
        sealed(&|body| body[8] = 9),
        FormatError::Version {
            found: 9,
            expected: 2
        }
    );
    assert_eq!(
        sealed(&|body| body[10] = 17),
        FormatError::Groups { found: 17 }
    );
    assert_eq!(sealed(&|body| body[15] = 1), FormatError::Date);
    assert_eq!(sealed(&|body| body[16] = 8), FormatError::OtherLists);
    assert_eq!(sealed(&|body| body[bits] = 17), FormatError::Misfit);
    assert_eq!(sealed(&|body| body[bits] = 200), FormatError::Misfit);
    for list in 0..6 {
        let length = lengths + 4 * list;
        let huge = sealed(&|body| body[length..length + 4].fill(0xff));
        assert_eq!(huge, FormatError::Truncated, "list {list}");
    }
    assert_eq!(
        sealed(&|body| body.push(0)),
        FormatError::TooLong { excess: 1 }
    );
    for place in (0..good.len()).step_by(997).chain(0..lengths + 24) {
        assert!(AddressSets::from_bytes(&good[..place], 7).is_err());
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        assert!(AddressSets::from_bytes(&bytes, 7).is_err(), "byte {place}");
    }
}

#[test]
fn a_lookup_ends_whatever_compiled_sets_with_a_right_checksum_contain() {
    let networks = [
        (Group::Datacenter, network("198.18.0.0/15")),
        (Group::TorExitNodes, network("2001:db8::1/128")),
        (Group::TorExitNodes, network("2001:db8:8000::/33")),
    ];
    let good = AddressSets::compile(networks, date()).to_bytes(7);
    let body = good.len() - 4;
    let addresses: Vec<_> = networks
        .iter()
        .flat_map(|(_, network)| edges(*network))
        .chain(scattered(50))
        .collect();
    let mut read = 0;
    for seed in 1..=40_u64 {
        let mut bytes = good[..body].to_vec();
        // The header stays, since a changed one is refused. Every other seed gives random bytes.
        for place in (120..body).step_by(1 + seed as usize % 7) {
            let mixed = (seed << 32 | place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            bytes[place] = if seed % 2 == 0 {
                (mixed >> 56) as u8
            } else {
                0xff
            };
        }
        let checksum = crc32fast::hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        if let Ok(sets) = AddressSets::from_bytes(&bytes, 7) {
            for address in &addresses {
                let _ = sets.lookup(*address);
            }
            let _ = sets.steps();
            read += 1;
        }
    }
    assert!(
        read > 0,
        "all of them are refused, so that nothing is looked up"
    );
}
