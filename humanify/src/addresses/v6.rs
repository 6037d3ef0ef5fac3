//! `IndexV6`: the look-up for IPv6.
//!
//! Most networks are /64 or wider, so the trie is over the higher 64 bits of the address. A /64
//! with steps inside of it has a *nest*: a sorted list of steps by the lower 64 bits.

use super::group_set::GroupSet;
use super::nested::Nested;
use super::trie::{Trie, TrieLookup};

/// A trie over steps by the higher 64 bits, and nests of steps by the lower 64 bits.
#[derive(Clone, Debug)]
pub(super) struct IndexV6 {
    pub(super) trie: Trie,
    /// Steps by the higher half of the address, in ascending order. The first is at zero.
    pub(super) outer: Vec<(u64, Nested)>,
    /// Where the steps of each nest begin in `inner`, followed by the length of `inner`.
    pub(super) nests: Vec<u32>,
    pub(super) inner: Vec<(u64, GroupSet)>,
}

impl IndexV6 {
    /// Builds the index of steps, which have to be in ascending order.
    pub(super) fn new(steps: &[(u128, GroupSet)]) -> IndexV6 {
        let mut index = IndexV6 {
            trie: Trie::default(),
            outer: vec![(0, Nested::groups(GroupSet::EMPTY))],
            nests: Vec::new(),
            inner: Vec::new(),
        };
        index.take(steps);
        index.trie = Trie::over(&index.outer);
        index
    }

    /// The groups of an address.
    #[inline]
    pub(super) fn find(&self, address: u128) -> GroupSet {
        match self.find_half(high(address)).map(Nested::get) {
            Some(Ok(set)) => set,
            Some(Err(nest)) => self.find_in_nest(nest, low(address)),
            None => GroupSet::EMPTY,
        }
    }

    /// The steps in ascending order, without those that change nothing.
    pub(super) fn steps(&self) -> Vec<(u128, GroupSet)> {
        let mut steps = Vec::new();
        let mut before = GroupSet::EMPTY;
        let mut step = |address: u128, set: GroupSet| {
            if set != before {
                before = set;
                steps.push((address, set));
            }
        };
        for (half, held) in &self.outer {
            let start = u128::from(*half) << 64;
            match held.get() {
                Ok(set) => step(start, set),
                Err(nest) => {
                    for (low, set) in self.nest(nest) {
                        step(start | u128::from(*low), *set);
                    }
                }
            }
        }
        steps
    }

    fn take(&mut self, steps: &[(u128, GroupSet)]) {
        let mut before = GroupSet::EMPTY;
        for same_half in steps.chunk_by(|one, other| high(one.0) == high(other.0)) {
            let (Some(first), Some(last)) = (same_half.first(), same_half.last()) else {
                continue;
            };
            let half = high(first.0);
            if same_half.len() == 1 && low(first.0) == 0 {
                self.step(half, Nested::groups(first.1));
            } else {
                self.step(half, Nested::nest(length(&self.nests)));
                self.nests.push(length(&self.inner));
                if low(first.0) != 0 {
                    self.inner.push((0, before));
                }
                let inner = same_half.iter().map(|(start, set)| (low(*start), *set));
                self.inner.extend(inner);
                if let Some(after) = half.checked_add(1) {
                    self.step(after, Nested::groups(last.1));
                }
            }
            before = last.1;
        }
        self.nests.push(length(&self.inner));
    }

    /// Adds a step. It replaces a step at the same place, such as the one that ends a nest.
    fn step(&mut self, half: u64, held: Nested) {
        match self.outer.last_mut() {
            Some(last) if last.0 == half => last.1 = held,
            _ => self.outer.push((half, held)),
        }
    }

    #[inline]
    fn find_half(&self, half: u64) -> Option<Nested> {
        let steps = match self.trie.find(half)? {
            TrieLookup::Nested(held) => return Some(held),
            TrieLookup::Among(steps) => self.outer.get(steps)?,
        };
        let after = steps.partition_point(|(start, _)| *start <= half);
        steps.get(after.checked_sub(1)?).map(|step| step.1)
    }

    fn find_in_nest(&self, nest: u32, low: u64) -> GroupSet {
        let steps = self.nest(nest);
        let after = steps.partition_point(|(start, _)| *start <= low);
        let before = after.checked_sub(1).and_then(|place| steps.get(place));
        before.map_or(GroupSet::EMPTY, |step| step.1)
    }

    fn nest(&self, nest: u32) -> &[(u64, GroupSet)] {
        match self.nests.get(nest as usize..nest as usize + 2) {
            Some([from, to]) => self
                .inner
                .get(*from as usize..*to as usize)
                .unwrap_or_default(),
            _ => &[],
        }
    }
}

fn high(address: u128) -> u64 {
    (address >> 64) as u64
}

fn low(address: u128) -> u64 {
    address as u64
}

fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addresses::groups::Group;

    const NONE: GroupSet = GroupSet::EMPTY;
    const TOR: GroupSet = GroupSet::of(Group::TorExitNodes);
    const RELAY: GroupSet = GroupSet::of(Group::PrivateRelay);

    fn check(steps: &[(u128, GroupSet)], every: usize) {
        let index = IndexV6::new(steps);
        for (start, _) in steps.iter().step_by(every) {
            for address in [
                start.wrapping_sub(1),
                *start,
                start.saturating_add(1),
                start + (1 << 64),
            ] {
                let before = steps.partition_point(|step| step.0 <= address);
                let expected = before.checked_sub(1).map_or(NONE, |place| steps[place].1);
                assert_eq!(index.find(address), expected, "{address:032x}");
            }
        }
        assert_eq!(index.steps(), steps);
    }

    #[test]
    fn steps_inside_of_a_64_and_around_it_are_found() {
        let half = |number: u128| number << 64;
        check(
            &[
                (half(5), RELAY),
                (half(7) + 3, TOR),
                (half(7) + 4, RELAY),
                (half(8) + 1, NONE),
                (half(20), TOR),
                (half(20) + 9, NONE),
                (half(21), RELAY),
                (u128::MAX - half(2), NONE),
                (u128::MAX - half(1), RELAY),
            ],
            1,
        );
    }

    #[test]
    fn crowded_networks_are_found_wherever_they_are() {
        // Side by side, scattered within a /32, and spread over all addresses.
        for distance in [1 << 64, 0x0003_0001 << 64, 0x0007_1234_5678_9abc << 68] {
            let steps: Vec<_> = (0..4_000_u128)
                .map(|n| {
                    (
                        (0x2001 << 112) | (n * distance),
                        if n % 2 == 0 { TOR } else { RELAY },
                    )
                })
                .take_while(|step| step.0 < u128::MAX >> 1)
                .collect();
            let mut sorted = steps;
            sorted.sort_unstable_by_key(|step| step.0);
            sorted.dedup_by_key(|step| step.1);
            check(&sorted, 41);
        }
    }
}
