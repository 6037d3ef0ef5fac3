//! Faint noise, by which a picture needs as many bytes as another.

use rand::{Rng, RngExt};

use super::bits::{Block, Codes};

/// The coefficients that are changed: those of coarse patterns, whose steps are the finest.
const PLACES: std::ops::RangeInclusive<u32> = 1..=12;

/// How often a coefficient is looked for in each block.
const TRIES: usize = 24;

/// About how many bits a changed coefficient takes in a block of one value.
const COST: i64 = 8;

/// The noise of a picture. Blocks of one value come first, since a row of them would tell a program
/// that compresses the picture how much of it is even; the rest is spread over all blocks.
pub(super) struct Speckles<'a> {
    generator: &'a mut dyn Rng,
    even: Share,
    all: Share,
    /// How many bits were added.
    added: i64,
}

/// What is added to blocks of some kind.
struct Share {
    bits: i64,
    blocks: i64,
    /// How many of the blocks are done.
    done: i64,
}

impl Share {
    /// How many bits the blocks that are done are to have.
    fn due(&self) -> i64 {
        self.bits * self.done / self.blocks.max(1)
    }
}

impl<'a> Speckles<'a> {
    /// So many bytes for a picture with so many blocks of one value, and so many in all.
    pub(super) fn new(bytes: usize, blocks: [usize; 2], generator: &'a mut dyn Rng) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or_default();
        let wanted = count(bytes) * 8;
        let [even, all] = blocks.map(count);
        let first = wanted.min(even * COST);
        let share = |bits, blocks| Share {
            bits,
            blocks,
            done: 0,
        };
        Speckles {
            generator,
            even: share(first, even),
            all: share(wanted - first, all),
            added: 0,
        }
    }

    /// Adds its part to the next block.
    pub(super) fn add(&mut self, block: &mut Block, codes: &Codes) {
        self.even.done += i64::from(block.is_even());
        self.all.done += 1;
        let due = self.even.due() + self.all.due();
        for _ in 0..TRIES {
            if self.added >= due {
                break;
            }
            let before = block.length(codes);
            let value = if self.generator.random() { 1 } else { -1 };
            if block.set(self.generator.random_range(PLACES), value) {
                self.added += block.length(codes) - before;
            }
        }
    }
}
