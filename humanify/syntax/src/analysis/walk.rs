//! What was read on the way to a state of a search, and a hasher for it.

use std::hash::{Hash, Hasher};

use super::expression::Progress;
use super::path::Place;
use super::patterns::State;

/// What was read on the way to a state, all of it together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Walk {
    pub(super) patterns: State,
    pub(super) expressions: Vec<Progress>,
    pub(super) path: Option<Place>,
}

impl Hash for Walk {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.patterns.hash(hasher);
        for progress in &self.expressions {
            match progress {
                Progress::Found => hasher.write_u32(u32::MAX),
                Progress::Never => hasher.write_u32(u32::MAX - 1),
                Progress::At(state) => state.hash(hasher),
            }
        }
        hasher.write_u32(self.path.map_or(0, |place| place as u32 + 1));
    }
}

/// Mixes the few numbers that a [`Walk`] is. The usual hasher takes a quarter of the time of a
/// search in a build without optimisation, and guards against numbers that somebody chose: states
/// are numbered in the order in which they are met.
#[derive(Debug, Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        // Tables look at the lower bits, and what tells states apart is in the upper ones.
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
