//! `Trie`: a trie over sorted 64-bit keys. Crowded branches get more children than sparse ones.

use std::ops::Range;

use super::nested::Nested;

/// Maps each key to its value, or to the few steps among which its value is.
#[derive(Clone, Debug, Default)]
pub(super) struct Trie {
    /// The first 2^16 nodes are the root's children, by the highest 16 bits.
    pub(super) nodes: Vec<TrieNode>,
}

/// The part of the trie below a prefix: a branch or a leaf.
#[derive(Clone, Copy, Debug)]
pub(super) struct TrieNode {
    /// Branch: the index of its first child. Leaf: the index of the last step at or before its
    /// first key or, if no other step is in the leaf, the value of the whole leaf ([`Nested`]).
    pub(super) first: u32,
    /// Leaf: the number of steps to search, `first` included; zero if there is nothing to search.
    /// Branch: zero.
    pub(super) steps: u16,
    /// Branch: how many further bits of the key select the child. Leaf: zero.
    pub(super) bits: u16,
}

/// The result of a look-up.
pub(super) enum TrieLookup {
    Nested(Nested),
    /// The value is that of a step in this range.
    Among(Range<usize>),
}

const ROOT_BITS: u32 = 16;

/// A leaf with more steps becomes a branch, as long as the key has bits left.
const STEPS_PER_LEAF: usize = 12;

/// The widest branch has 2^12 children, so a few crowded networks can't make it huge.
const MAX_BRANCH_BITS: u32 = 12;

impl Trie {
    /// Builds a trie over steps, which have to be in ascending order and begin at zero.
    pub(super) fn over(steps: &[(u64, Nested)]) -> Trie {
        let mut builder = TrieBuilder {
            steps,
            nodes: Vec::with_capacity(1 << ROOT_BITS),
        };
        builder.children(0, 0, ROOT_BITS, 0);
        builder.nodes.shrink_to_fit();
        Trie {
            nodes: builder.nodes,
        }
    }

    #[cfg(any(test, feature = "lists", feature = "testing"))]
    /// Whether there is a root, and no branch is too wide.
    pub(super) fn fits(&self) -> bool {
        self.nodes.len() >= 1 << ROOT_BITS
            && self
                .nodes
                .iter()
                .all(|node| u32::from(node.bits) <= MAX_BRANCH_BITS)
    }

    /// Looks up a key. `None` only for a trie that was read from damaged data.
    #[inline]
    pub(super) fn find(&self, key: u64) -> Option<TrieLookup> {
        let mut depth = ROOT_BITS;
        let mut node = self.nodes.get(bits(key, 0, ROOT_BITS))?;
        while node.bits != 0 {
            let width = u32::from(node.bits);
            // Only damaged data gives a trie that is deeper than its keys are long.
            if depth + width > u64::BITS {
                return None;
            }
            let child = node.first as usize + bits(key, depth, width);
            node = self.nodes.get(child)?;
            depth += width;
        }
        let first = node.first as usize;
        Some(match node.steps {
            0 => TrieLookup::Nested(Nested(node.first)),
            steps => TrieLookup::Among(first..first + usize::from(steps)),
        })
    }
}

/// A trie under construction.
struct TrieBuilder<'a> {
    steps: &'a [(u64, Nested)],
    nodes: Vec<TrieNode>,
}

impl TrieBuilder<'_> {
    /// Appends the children of a branch at a depth of `depth` bits, whose first key is `start`.
    /// `next` is the index of the first step at or after `start`.
    fn children(&mut self, start: u64, depth: u32, width: u32, mut next: usize) {
        let below = 64 - depth - width;
        let mut branches = Vec::new();
        for child in 0..1_u64 << width {
            let first = start | child << below;
            let last = first | ((1 << below) - 1);
            let inside = self.count(next, |key| key <= last);
            let at_start = self.count(next, |key| key <= first).min(1);
            let floor = (next + at_start).saturating_sub(1);
            let further = inside - at_start;
            let branch_bits = (further / STEPS_PER_LEAF)
                .checked_ilog2()
                .map_or(0, |bits| bits + 2)
                .min(MAX_BRANCH_BITS)
                .min(below.saturating_sub(1));
            if branch_bits > 0 {
                branches.push((self.nodes.len(), first, branch_bits, next));
            }
            let (first, steps) = match (further, self.steps.get(floor)) {
                (0, Some((_, held))) => (held.0, 0),
                _ => (number(floor), further + 1),
            };
            self.nodes.push(TrieNode {
                first,
                steps: u16::try_from(steps).unwrap_or(u16::MAX),
                bits: 0,
            });
            next += inside;
        }
        for (place, first, width, next) in branches {
            let children = number(self.nodes.len());
            if let Some(node) = self.nodes.get_mut(place) {
                *node = TrieNode {
                    first: children,
                    steps: 0,
                    bits: width as u16,
                };
            }
            self.children(first, 64 - below, width, next);
        }
    }

    /// How many steps from `next` on satisfy a condition that holds up to some step.
    fn count(&self, next: usize, holds: impl Fn(u64) -> bool) -> usize {
        let rest = self.steps.get(next..).unwrap_or_default();
        // Most children are empty, so the first step is tested before the binary search.
        if !rest.first().is_some_and(|step| holds(step.0)) {
            return 0;
        }
        rest.partition_point(|step| holds(step.0))
    }
}

#[inline]
fn bits(key: u64, from: u32, count: u32) -> usize {
    (key << from >> (64 - count)) as usize
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
