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
pub(crate) enum KeyMotif {
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

impl KeyMotif {
    pub(crate) const ALL: &[KeyMotif] = &[
        KeyMotif::Bolt,
        KeyMotif::Clover,
        KeyMotif::Crescent,
        KeyMotif::Crown,
        KeyMotif::Fish,
        KeyMotif::Heart,
        KeyMotif::Ring,
        KeyMotif::Square,
        KeyMotif::Star,
        KeyMotif::Triangle,
    ];

    /// The English name of its head's shape.
    pub(crate) fn name(self) -> &'static str {
        match self {
            KeyMotif::Bolt => "bolt",
            KeyMotif::Clover => "clover",
            KeyMotif::Crescent => "crescent",
            KeyMotif::Crown => "crown",
            KeyMotif::Fish => "fish",
            KeyMotif::Heart => "heart",
            KeyMotif::Ring => "ring",
            KeyMotif::Square => "square",
            KeyMotif::Star => "star",
            KeyMotif::Triangle => "triangle",
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
