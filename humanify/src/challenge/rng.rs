//! `DrawRng`: the random choices of drawings.

use rand::{Rng, RngExt};

/// The caller's generator as a trait object, so that drawings are compiled once.
pub(super) struct DrawRng<'a> {
    generator: &'a mut dyn Rng,
}

impl<'a> DrawRng<'a> {
    pub(super) fn new(generator: &'a mut dyn Rng) -> Self {
        DrawRng { generator }
    }

    /// A number between two others.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.generator.random::<f32>()
    }

    /// A number at most `spread` away from `middle`.
    pub(super) fn near(&mut self, middle: f32, spread: f32) -> f32 {
        self.between(middle - spread, middle + spread)
    }

    /// `true` with this probability.
    pub(super) fn chance(&mut self, probability: f32) -> bool {
        self.generator.random::<f32>() < probability
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn whole(&mut self, low: usize, high: usize) -> usize {
        self.generator.random_range(low..=high.max(low))
    }

    /// 1 or -1.
    pub(super) fn sign(&mut self) -> f32 {
        if self.chance(0.5) { 1.0 } else { -1.0 }
    }

    /// A seed for a cheaper generator, never zero.
    pub(super) fn seed(&mut self) -> u32 {
        self.generator.random::<u32>() | 1
    }
}
