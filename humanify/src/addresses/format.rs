//! The packed file format of the sets that come with the crate. It is small, and takes some
//! milliseconds to compile for look-ups. `compiled` is the format of compiled sets.
//!
//! All numbers are little endian, those without a size in LEB128. The parts follow each other
//! without gaps:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `HMNADDRS` |
//! | 2 | version, 3 |
//! | 2 | number of groups *g*: bit *n* of a set is group *n* |
//! | 4 | date of the data, in days since 1970 |
//! | 4 | number of distinct sets *s* |
//! | 4 + 4 | number of IPv4 steps, number of IPv6 steps |
//! | 4 *g* | networks in each group |
//! | 4 *s* | the distinct sets, a bit for each group |
//! | – | IPv4 steps: difference to the address before, number of the set |
//! | – | IPv6 steps: head, difference to the higher half before, and if the head is odd, lower half (8) |
//! | 4 | CRC-32 (IEEE) of everything before |
//!
//! The steps of a family stand in strictly ascending order. The head of an IPv6 step is eight times
//! the number of its set, plus two times the number of 16-bit zeros that the difference is written
//! without. A lower half that does not follow is zero.

#[cfg(test)]
use std::collections::BTreeMap;

use super::date::DataDate;
use super::group_set::GroupSet;
use super::groups::Group;
use super::{AddressInfo, Steps};

const MAGIC: [u8; 8] = *b"HMNADDRS";

const VERSION: u16 = 3;

const GROUPS: usize = Group::ALL.len();

const LOWER_HALF_FOLLOWS: u64 = 1;

/// Why address data, packed or compiled, cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum FormatError {
    /// It is not address data.
    #[error("this is not address data: it does not begin as such data does")]
    NotAddresses,
    /// Another version of humanify wrote it.
    #[error(
        "address data of version {found}, this humanify reads version {expected}: compile it again"
    )]
    Version {
        /// The version that the data claims.
        found: u16,
        /// The version that is read.
        expected: u16,
    },
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    /// It was compiled from other lists.
    #[error("compiled address data is of other lists")]
    OtherLists,
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    /// Its parts do not fit together.
    #[error("compiled address data has parts that do not fit each other")]
    Misfit,
    /// It ends early.
    #[error("address data is cut short")]
    Truncated,
    /// It has bytes after its end.
    #[error("address data is followed by {excess} bytes that do not belong to it")]
    TooLong {
        /// The number of these bytes.
        excess: usize,
    },
    /// Its checksum is wrong.
    #[error("address data is damaged: its checksum is {found:08x}, not {expected:08x}")]
    Checksum {
        /// The checksum that the data claims.
        expected: u32,
        /// The checksum that was computed.
        found: u32,
    },
    /// Its day is after the year 9999.
    #[error("address data is of a day after the year 9999")]
    Date,
    /// It has another number of groups than this version.
    #[error("address data has {found} groups, this humanify has {GROUPS}")]
    Groups {
        /// The number of groups in the data.
        found: u16,
    },
    /// A number does not fit into its place.
    #[error("address data has a number that is too large")]
    TooLarge,
    /// A step refers to an unknown set, or a set to an unknown group.
    #[error("address data refers to a set of groups that does not exist")]
    UnknownSet,
    /// The steps are not in strictly ascending order.
    #[error("address data is out of order at IPv{family} step {position}")]
    OutOfOrder {
        /// 4 or 6.
        family: u8,
        /// The index of the step that is not above the one before it.
        position: usize,
    },
}

/// Reads packed data.
pub(super) fn decode(bytes: &[u8]) -> Result<(Steps, AddressInfo), FormatError> {
    let mut rest = FormatReader { bytes };
    if rest.array().ok() != Some(MAGIC) {
        return Err(FormatError::NotAddresses);
    }
    let found = rest.u16()?;
    if found != VERSION {
        let expected = VERSION;
        return Err(FormatError::Version { found, expected });
    }
    // The checksum comes after magic and version, so that other damage is reported as damage.
    rest.bytes = checked(bytes)?
        .get(MAGIC.len() + 2..)
        .ok_or(FormatError::Truncated)?;
    let date = rest.groups_and_date()?;
    let (sets, v4, v6) = (rest.u32()?, rest.u32()?, rest.u32()?);
    let mut networks = [0; GROUPS];
    for count in &mut networks {
        *count = rest.u32()?;
    }
    let sets = rest.list(sets, 4, |rest| {
        let bits = u16::try_from(rest.u32()?).map_err(|_| FormatError::UnknownSet)?;
        Ok(GroupSet::from_bits(bits))
    })?;
    let set_of = |number: u64| {
        let number = usize::try_from(number).ok();
        let set = number.and_then(|number| sets.get(number)).copied();
        set.ok_or(FormatError::UnknownSet)
    };
    let mut before = 0_u32;
    let v4 = rest.list(v4, 2, |rest| {
        let difference = u32::try_from(rest.number()?).ok();
        let address = difference.and_then(|difference| before.checked_add(difference));
        before = address.ok_or(FormatError::TooLarge)?;
        Ok((before, set_of(rest.number()?)?))
    })?;
    let mut before = 0_u64;
    let v6 = rest.list(v6, 2, |rest| {
        let head = rest.number()?;
        let (difference, zeros) = (rest.number()?, (head >> 1 & 3) * 16);
        let shifted = difference << zeros;
        let higher = before.checked_add(shifted);
        let higher = higher.filter(|_| shifted >> zeros == difference);
        before = higher.ok_or(FormatError::TooLarge)?;
        let lower = match head & LOWER_HALF_FOLLOWS {
            0 => 0,
            _ => rest.u64()?,
        };
        let address = u128::from(before) << 64 | u128::from(lower);
        Ok((address, set_of(head >> 3)?))
    })?;
    rest.end()?;
    check_order(4, &v4)?;
    check_order(6, &v6)?;
    Ok((Steps { v4, v6 }, AddressInfo { date, networks }))
}

/// The bytes before the checksum, if the checksum is right.
pub(super) fn checked(bytes: &[u8]) -> Result<&[u8], FormatError> {
    let (body, checksum) = bytes.split_last_chunk().ok_or(FormatError::Truncated)?;
    let (expected, found) = (u32::from_le_bytes(*checksum), crc32fast::hash(body));
    match expected == found {
        true => Ok(body),
        false => Err(FormatError::Checksum { expected, found }),
    }
}

/// Writes packed data.
#[cfg(test)]
pub(super) fn encode(steps: &Steps, info: &AddressInfo) -> Vec<u8> {
    let all = steps.v4.iter().map(|step| step.1);
    let mut numbers: BTreeMap<u32, u16> = all
        .chain(steps.v6.iter().map(|step| step.1))
        .map(|set| (u32::from(set.bits()), 0))
        .collect();
    for (number, place) in (0..).zip(numbers.values_mut()) {
        *place = number;
    }
    let number_of = |set: GroupSet| {
        let number = numbers.get(&u32::from(set.bits()));
        number.copied().unwrap_or_default()
    };

    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((GROUPS as u16).to_le_bytes());
    bytes.extend(info.date.to_bytes());
    for length in [numbers.len(), steps.v4.len(), steps.v6.len()] {
        bytes.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    }
    for number in info.networks.iter().chain(numbers.keys()) {
        bytes.extend(number.to_le_bytes());
    }
    let mut before = 0;
    for (address, set) in &steps.v4 {
        write_number(&mut bytes, u64::from(address - before));
        write_number(&mut bytes, u64::from(number_of(*set)));
        before = *address;
    }
    let mut before = 0;
    for (address, set) in &steps.v6 {
        let (higher, lower) = ((address >> 64) as u64, *address as u64);
        let difference = higher - before;
        let zeros = match difference {
            0 => 0,
            _ => difference.trailing_zeros() / 16,
        };
        let flag = if lower == 0 { 0 } else { LOWER_HALF_FOLLOWS };
        let number = u64::from(number_of(*set));
        write_number(&mut bytes, number << 3 | u64::from(zeros) << 1 | flag);
        write_number(&mut bytes, difference >> (16 * zeros));
        if lower != 0 {
            bytes.extend(lower.to_le_bytes());
        }
        before = higher;
    }
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

/// Writes a number in LEB128: seven bits a byte, the lowest first. All bytes but the last have the
/// highest bit.
#[cfg(test)]
fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn check_order<K: Ord>(family: u8, steps: &[(K, GroupSet)]) -> Result<(), FormatError> {
    let ascending = |(one, other): (&(K, GroupSet), &(K, GroupSet))| one.0 < other.0;
    match steps
        .iter()
        .zip(steps.iter().skip(1))
        .position(|pair| !ascending(pair))
    {
        None => Ok(()),
        Some(before) => Err(FormatError::OutOfOrder {
            family,
            position: before + 1,
        }),
    }
}

/// The bytes that are still to be read.
pub(super) struct FormatReader<'a> {
    pub(super) bytes: &'a [u8],
}

impl FormatReader<'_> {
    /// Reads the number of groups, which has to be this version's, and the date.
    pub(super) fn groups_and_date(&mut self) -> Result<DataDate, FormatError> {
        let found = self.u16()?;
        if usize::from(found) != GROUPS {
            return Err(FormatError::Groups { found });
        }
        DataDate::from_bytes(self.array()?).ok_or(FormatError::Date)
    }

    /// Checks that nothing is left.
    pub(super) fn end(&self) -> Result<(), FormatError> {
        match self.bytes.len() {
            0 => Ok(()),
            excess => Err(FormatError::TooLong { excess }),
        }
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let (array, rest) = self
            .bytes
            .split_first_chunk()
            .ok_or(FormatError::Truncated)?;
        self.bytes = rest;
        Ok(*array)
    }

    pub(super) fn u16(&mut self) -> Result<u16, FormatError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, FormatError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, FormatError> {
        self.array().map(u64::from_le_bytes)
    }

    /// Reads a number in LEB128.
    fn number(&mut self) -> Result<u64, FormatError> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let [byte] = self.array()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(FormatError::TooLarge)
    }

    /// Reads items of at least `size` bytes each. Allocates only as many as the rest can hold,
    /// whatever the file claims.
    fn list<T>(
        &mut self,
        count: u32,
        size: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, FormatError>,
    ) -> Result<Vec<T>, FormatError> {
        let count = count as usize;
        let mut list = Vec::with_capacity(count.min(self.bytes.len() / size));
        for _ in 0..count {
            list.push(read(self)?);
        }
        Ok(list)
    }
}
