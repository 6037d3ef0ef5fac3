//! `IndexV4`: the look-up for IPv4. A direct index by the leading bits, and steps of four bytes.

use super::group_set::GroupSet;

/// Steps, and an index over them by the leading bits of the address.
#[derive(Clone, Debug)]
pub(super) struct IndexV4 {
    /// The number of leading bits that the index uses, at least 16.
    pub(super) bits: u32,
    /// Where the steps of each value of these bits begin in `steps`, followed by the length of
    /// `steps`. The first step of each value is at its first address.
    pub(super) entries: Vec<u32>,
    /// The lower 16 bits of the step's address in the higher half, and the bits of its groups in
    /// the lower half. A look-up reads one or two cache lines.
    pub(super) steps: Vec<u32>,
}

const MIN_BITS: u32 = 16;

/// The maximum number of bits of the index. More would shorten the search, but the index would no
/// longer fit into the caches of processors.
const MAX_BITS: u32 = 20;

/// The average number of steps for each index entry, at most.
const STEPS_PER_ENTRY: usize = 3;

impl IndexV4 {
    /// Builds the index of steps, which have to be in ascending order.
    pub(super) fn new(sorted: &[(u32, GroupSet)]) -> IndexV4 {
        let bits = (sorted.len() / STEPS_PER_ENTRY)
            .next_power_of_two()
            .ilog2()
            .clamp(MIN_BITS, MAX_BITS);
        IndexV4::by(bits, sorted)
    }

    fn by(bits: u32, sorted: &[(u32, GroupSet)]) -> IndexV4 {
        let mut entries = Vec::with_capacity((1 << bits) + 1);
        let mut steps = Vec::with_capacity(sorted.len() + (1 << bits));
        let mut coming = sorted.iter().peekable();
        let mut held = GroupSet::EMPTY;
        for entry in 0..1_u32 << bits {
            let first = entry << (32 - bits);
            let last = first | (u32::MAX >> bits);
            entries.push(length(&steps));
            if let Some((_, set)) = coming.next_if(|step| step.0 == first) {
                held = *set;
            }
            steps.push(packed(first, held));
            while let Some((start, set)) = coming.next_if(|step| step.0 <= last) {
                held = *set;
                steps.push(packed(*start, held));
            }
        }
        entries.push(length(&steps));
        IndexV4 {
            bits,
            entries,
            steps,
        }
    }

    #[cfg(any(test, feature = "lists", feature = "testing"))]
    /// Whether the parts fit together, so that every address has an entry.
    pub(super) fn fits(&self) -> bool {
        (MIN_BITS..=MAX_BITS).contains(&self.bits) && self.entries.len() == (1 << self.bits) + 1
    }

    /// The groups of an address.
    #[inline]
    pub(super) fn find(&self, address: u32) -> GroupSet {
        self.step_at(address)
            .map_or(GroupSet::EMPTY, |step| GroupSet::from_bits(step as u16))
    }

    /// The steps in ascending order, without those that change nothing.
    pub(super) fn steps(&self) -> Vec<(u32, GroupSet)> {
        let mut steps = Vec::new();
        let mut before = GroupSet::EMPTY;
        let ranges = self.entries.iter().zip(self.entries.iter().skip(1));
        for (entry, (from, to)) in (0_u32..).zip(ranges) {
            let higher = entry << (32 - self.bits) & !0xffff;
            let own = self.steps.get(*from as usize..*to as usize);
            for step in own.unwrap_or_default() {
                let set = GroupSet::from_bits(*step as u16);
                if set != before {
                    steps.push((higher | step >> 16, set));
                    before = set;
                }
            }
        }
        steps
    }

    #[inline]
    fn step_at(&self, address: u32) -> Option<u32> {
        let entry = (address >> (32 - self.bits)) as usize;
        let [from, to] = *self.entries.get(entry..)?.first_chunk()?;
        let bound = address << 16 | 0xffff;
        let steps = self.steps.get(from as usize..to as usize)?;
        let after = steps.partition_point(|step| *step <= bound);
        steps.get(after.checked_sub(1)?).copied()
    }
}

fn packed(start: u32, set: GroupSet) -> u32 {
    start << 16 | u32::from(set.bits())
}

fn length(steps: &[u32]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addresses::groups::Group;

    const TOR: GroupSet = GroupSet::of(Group::TorExitNodes);
    const RELAY: GroupSet = GroupSet::of(Group::PrivateRelay);

    #[test]
    fn a_lookup_around_each_step_agrees_with_a_scan() {
        // Crowded, sparse, at both ends.
        let mut starts: Vec<u32> = (0..2_000).map(|n| 0x0a0b_0000 + n * 3).collect();
        starts.extend((0..500).map(|n: u32| n.wrapping_mul(0x9e37_79b9)));
        starts.extend([0, 1, 0xffff, 0x1_0000, u32::MAX - 1, u32::MAX]);
        starts.sort_unstable();
        starts.dedup();
        let sets = [TOR, RELAY].into_iter().cycle();
        let steps: Vec<_> = starts.into_iter().zip(sets).collect();
        for bits in [16, 17, 19] {
            let index = IndexV4::by(bits, &steps);
            for (start, _) in &steps {
                for address in [start.wrapping_sub(1), *start, start.wrapping_add(1)] {
                    let before = steps.partition_point(|step| step.0 <= address);
                    let expected = before.checked_sub(1).map(|place| steps[place].1);
                    let found = index.find(address);
                    assert_eq!(found, expected.unwrap_or_default(), "{address:08x}");
                }
            }
            assert_eq!(index.steps(), steps);
        }
    }

    #[test]
    fn an_empty_index_finds_nothing() {
        let index = IndexV4::new(&[]);
        assert!(index.find(0).is_empty());
        assert!(index.find(u32::MAX).is_empty());
        assert_eq!(index.steps(), []);
    }
}
