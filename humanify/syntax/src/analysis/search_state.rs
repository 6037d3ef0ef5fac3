//! `SearchState`: the automaton states that a search has reached, with a hasher for it.

use std::hash::{Hash, Hasher};

use super::expression::SearchProgress;
use super::form::FormState;
use super::patterns::PatternState;

/// The states of all automata after the bytes read so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SearchState {
    pub(super) patterns: PatternState,
    pub(super) expressions: Vec<SearchProgress>,
    pub(super) form: Option<FormState>,
}

impl Hash for SearchState {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.patterns.hash(hasher);
        for progress in &self.expressions {
            match progress {
                SearchProgress::Found => hasher.write_u32(u32::MAX),
                SearchProgress::Never => hasher.write_u32(u32::MAX - 1),
                SearchProgress::At(state) => state.hash(hasher),
            }
        }
        hasher.write_u32(self.form.map_or(0, |form| form.number() + 1));
    }
}

/// A hasher for [`SearchState`]. The default hasher takes a quarter of a search's time in an
/// unoptimised build. Its protection against chosen keys is not needed: states are numbered in the
/// order in which they are reached.
#[derive(Debug, Default)]
pub(super) struct SearchStateHasher(u64);

impl Hasher for SearchStateHasher {
    fn finish(&self) -> u64 {
        // Hash tables use the lower bits, and the upper ones hold the differences.
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        let mixed = self.0.rotate_left(5) ^ u64::from(number);
        self.0 = mixed.wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}
