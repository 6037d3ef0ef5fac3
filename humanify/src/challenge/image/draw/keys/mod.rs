//! Keys, told apart by the shape of their heads.
//!
//! Two keys fit if their heads have the same shape. Everything else about a key, its length,
//! shaft, collar and bit, and which way it lies, is chosen without regard to the head.

mod bow;
mod shaft;

use std::f32::consts::PI;

use super::figure::Figure;
use crate::challenge::rng::DrawRng;

/// A key by its head, which nobody takes for another one of these at any angle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Bolt,
    Clover,
    Crescent,
    Crown,
    Fish,
    Heart,
    Ring,
    Square,
    Star,
    Triangle,
}

impl Key {
    pub(crate) const ALL: &[Key] = &[
        Key::Bolt,
        Key::Clover,
        Key::Crescent,
        Key::Crown,
        Key::Fish,
        Key::Heart,
        Key::Ring,
        Key::Square,
        Key::Star,
        Key::Triangle,
    ];

    /// The English name of its head's shape.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Key::Bolt => "bolt",
            Key::Clover => "clover",
            Key::Crescent => "crescent",
            Key::Crown => "crown",
            Key::Fish => "fish",
            Key::Heart => "heart",
            Key::Ring => "ring",
            Key::Square => "square",
            Key::Star => "star",
            Key::Triangle => "triangle",
        }
    }

    /// One of the keys with this head, lying any way.
    pub(super) fn figure(self, dice: &mut DrawRng) -> Figure {
        let mut figure = Figure::new(dice);
        figure.tilt = PI;
        shaft::forge(&mut figure, dice);
        bow::forge(self, &mut figure, dice);
        figure
    }
}
