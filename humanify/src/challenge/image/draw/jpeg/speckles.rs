//! Faint noise that makes pictures equally long.

use rand::{Rng, RngExt};

use super::bits::{Block, Codes};

/// The coefficients that noise changes: those of low frequencies, which have the finest
/// quantisation.
const PLACES: std::ops::RangeInclusive<u32> = 1..=12;

/// The number of attempts to find a zero coefficient in each block.
const TRIES: usize = 24;

/// About how many bits a changed coefficient takes in a block of one value.
const COST: i64 = 8;

/// The noise of a picture. Blocks of one value get it first, since compression would reveal how
/// much of a picture is even; the rest is spread over all blocks.
pub(super) struct Speckles<'a> {
    generator: &'a mut dyn Rng,
    even: Share,
    all: Share,
    /// How many bits were added.
    added: i64,
}

/// The noise for one kind of block.
struct Share {
    bits: i64,
    blocks: i64,
    /// The number of processed blocks.
    done: i64,
}

impl Share {
    /// The number of bits for the processed blocks.
    fn due(&self) -> i64 {
        self.bits * self.done / self.blocks.max(1)
    }
}

impl<'a> Speckles<'a> {
    /// Noise of `bytes` bytes for a picture. `blocks` are the numbers of blocks of one value and of
    /// all blocks.
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

    /// Adds the next block's part of the noise.
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
