//! The file format of compiled sets. Reading it is a check and a copy: nothing is sorted or built.
//!
//! All numbers are little endian. The parts follow each other without gaps:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `HMNINDEX` |
//! | 2 | version, 2 |
//! | 2 | number of groups *g*: bit *n* of a set is group *n* |
//! | 4 | date of the data, in days since 1970 |
//! | 8 | identity of the lists from which it was compiled |
//! | 4 *g* | networks in each group |
//! | 4 | number of leading bits that the index of IPv4 uses |
//! | 4 each | the number of items in each of the six lists that follow |
//! | 4, 4 each | IPv4: entries of the index, steps |
//! | 8 each | IPv6: nodes of the trie: first (4), steps (2), bits (2) |
//! | 12 each | IPv6: steps by the higher half (8): groups or nest (4) |
//! | 4 each | IPv6: nests |
//! | 10 each | IPv6: steps in nests by the lower half (8): set (2) |
//! | 4 | CRC-32 (IEEE) of everything before |

use super::format::{FormatError, FormatReader, checked};
use super::group_set::GroupSet;
use super::groups::Group;
use super::nested::Nested;
use super::trie::{Trie, TrieNode};
use super::v4::IndexV4;
use super::v6::IndexV6;
use super::{AddressInfo, AddressSets};

const MAGIC: [u8; 8] = *b"HMNINDEX";

const VERSION: u16 = 2;

const GROUPS: usize = Group::ALL.len();

/// Reads compiled sets, if they were compiled from the lists with the identity `of`.
pub(super) fn decode(bytes: &[u8], of: u64) -> Result<AddressSets, FormatError> {
    let mut rest = FormatReader { bytes };
    if rest.array().ok() != Some(MAGIC) {
        return Err(FormatError::NotAddresses);
    }
    let (found, expected) = (rest.u16()?, VERSION);
    if found != expected {
        return Err(FormatError::Version { found, expected });
    }
    rest.bytes = checked(bytes)?
        .get(MAGIC.len() + 2..)
        .ok_or(FormatError::Truncated)?;
    let date = rest.groups_and_date()?;
    if rest.u64()? != of {
        return Err(FormatError::OtherLists);
    }
    let mut networks = [0; GROUPS];
    for count in &mut networks {
        *count = rest.u32()?;
    }
    let bits = rest.u32()?;
    let mut lengths = [0; 6];
    for length in &mut lengths {
        *length = rest.u32()?;
    }
    let [entries, steps, nodes, outer, nests, inner] = lengths;
    let v4 = IndexV4 {
        bits,
        entries: list(&mut rest, entries, u32::from_le_bytes)?,
        steps: list(&mut rest, steps, u32::from_le_bytes)?,
    };
    let nodes = list(&mut rest, nodes, |[a, b, c, d, e, f, g, h]| TrieNode {
        first: u32::from_le_bytes([a, b, c, d]),
        steps: u16::from_le_bytes([e, f]),
        bits: u16::from_le_bytes([g, h]),
    })?;
    let v6 = IndexV6 {
        trie: Trie { nodes },
        outer: list(&mut rest, outer, |[a, b, c, d, e, f, g, h, i, j, k, l]| {
            let start = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
            (start, Nested(u32::from_le_bytes([i, j, k, l])))
        })?,
        nests: list(&mut rest, nests, u32::from_le_bytes)?,
        inner: list(&mut rest, inner, |[a, b, c, d, e, f, g, h, i, j]| {
            let low = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
            (low, GroupSet::from_bits(u16::from_le_bytes([i, j])))
        })?,
    };
    rest.end()?;
    if !v4.fits() || !v6.trie.fits() {
        return Err(FormatError::Misfit);
    }
    let info = AddressInfo { date, networks };
    Ok(AddressSets { v4, v6, info })
}

/// Writes compiled sets. `of` is the identity of the lists from which they were compiled.
pub(super) fn encode(sets: &AddressSets, of: u64) -> Vec<u8> {
    let AddressSets { v4, v6, info } = sets;
    let lengths = [
        v4.entries.len(),
        v4.steps.len(),
        v6.trie.nodes.len(),
        v6.outer.len(),
        v6.nests.len(),
        v6.inner.len(),
    ];
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((GROUPS as u16).to_le_bytes());
    bytes.extend(info.date.to_bytes());
    bytes.extend(of.to_le_bytes());
    let lengths = lengths.map(|length| u32::try_from(length).unwrap_or(u32::MAX));
    for number in info.networks.iter().chain([&v4.bits]).chain(&lengths) {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(v4.entries.iter().flat_map(|entry| entry.to_le_bytes()));
    bytes.extend(v4.steps.iter().flat_map(|step| step.to_le_bytes()));
    for node in &v6.trie.nodes {
        bytes.extend(node.first.to_le_bytes());
        bytes.extend(node.steps.to_le_bytes());
        bytes.extend(node.bits.to_le_bytes());
    }
    for (start, held) in &v6.outer {
        bytes.extend(start.to_le_bytes());
        bytes.extend(held.0.to_le_bytes());
    }
    bytes.extend(v6.nests.iter().flat_map(|nest| nest.to_le_bytes()));
    for (low, set) in &v6.inner {
        bytes.extend(low.to_le_bytes());
        bytes.extend(set.bits().to_le_bytes());
    }
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

/// Reads items of `N` bytes each. Allocates only as many as the data has.
fn list<const N: usize, T>(
    rest: &mut FormatReader<'_>,
    count: u32,
    item: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>, FormatError> {
    let (items, _) = rest.bytes.as_chunks();
    let items = items.get(..count as usize).ok_or(FormatError::Truncated)?;
    rest.bytes = rest
        .bytes
        .get(items.len() * N..)
        .ok_or(FormatError::Truncated)?;
    Ok(items.iter().map(|bytes| item(*bytes)).collect())
}
