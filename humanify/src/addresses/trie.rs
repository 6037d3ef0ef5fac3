//! A trie over sorted numbers of 64 bits, whose branches are as wide as they are full.

use std::ops::Range;

use super::nested::Nested;

/// For each number what holds there, or which few of the sorted steps can.
#[derive(Clone, Debug, Default)]
pub(super) struct Trie {
    /// The first 2^16 nodes are the root's children, by the highest 16 bits.
    pub(super) nodes: Vec<Node>,
}

/// What lies below a run of leading bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Of a branch its first child, of a leaf the last step at or before its first key, or
    /// what it holds where no other step is in the leaf.
    pub(super) first: u32,
    /// Of a leaf how many steps are searched, `first` included, or zero where there is
    /// nothing to search; of a branch zero.
    pub(super) steps: u16,
    /// How many further bits of the key pick the child; of a leaf zero.
    pub(super) bits: u16,
}

/// What a trie knows of a key.
pub(super) enum Found {
    Nested(Nested),
    /// One of these steps holds.
    Among(Range<usize>),
}

const ROOT_BITS: u32 = 16;

/// A leaf with more steps becomes a branch, as long as there are bits left to tell them
/// apart.
const STEPS_PER_LEAF: usize = 12;

/// The widest branch has 2^12 children, so a few crowded networks can't make it huge.
const MOST_BRANCH_BITS: u32 = 12;

impl Trie {
    /// The trie over steps in ascending order, of which the first is at zero.
    pub(super) fn over(steps: &[(u64, Nested)]) -> Trie {
        let mut builder = Builder {
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
    /// Whether there is a root, and no branch that is wider than any can be.
    pub(super) fn fits(&self) -> bool {
        self.nodes.len() >= 1 << ROOT_BITS
            && self
                .nodes
                .iter()
                .all(|node| u32::from(node.bits) <= MOST_BRANCH_BITS)
    }

    /// What holds at a key.
    #[inline]
    pub(super) fn find(&self, key: u64) -> Option<Found> {
        let mut depth = ROOT_BITS;
        let mut node = self.nodes.get(bits(key, 0, ROOT_BITS))?;
        while node.bits != 0 {
            let width = u32::from(node.bits);
            // No trie that was made here is deeper than its keys are long.
            if depth + width > u64::BITS {
                return None;
            }
            let child = node.first as usize + bits(key, depth, width);
            node = self.nodes.get(child)?;
            depth += width;
        }
        let first = node.first as usize;
        Some(match node.steps {
            0 => Found::Nested(Nested(node.first)),
            steps => Found::Among(first..first + usize::from(steps)),
        })
    }
}

/// The trie while it is built.
struct Builder<'a> {
    steps: &'a [(u64, Nested)],
    nodes: Vec<Node>,
}

impl Builder<'_> {
    /// Appends the children of a branch that begins at `start`, `depth` bits deep. `next`
    /// is the first step that is not before it.
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
                .min(MOST_BRANCH_BITS)
                .min(below.saturating_sub(1));
            if branch_bits > 0 {
                branches.push((self.nodes.len(), first, branch_bits, next));
            }
            let (first, steps) = match (further, self.steps.get(floor)) {
                (0, Some((_, held))) => (held.0, 0),
                _ => (number(floor), further + 1),
            };
            self.nodes.push(Node {
                first,
                steps: u16::try_from(steps).unwrap_or(u16::MAX),
                bits: 0,
            });
            next += inside;
        }
        for (place, first, width, next) in branches {
            let children = number(self.nodes.len());
            if let Some(node) = self.nodes.get_mut(place) {
                *node = Node {
                    first: children,
                    steps: 0,
                    bits: width as u16,
                };
            }
            self.children(first, 64 - below, width, next);
        }
    }

    /// How many steps from `next` on satisfy a condition, which holds up to some step.
    fn count(&self, next: usize, holds: impl Fn(u64) -> bool) -> usize {
        let rest = self.steps.get(next..).unwrap_or_default();
        // Most children are empty, so the first step is looked at before all others.
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
