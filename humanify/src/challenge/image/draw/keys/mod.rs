//! Keys, distinguished by the shape of their heads.
//!
//! Two keys fit if their heads have the same shape. The other features of a key are independent of
//! the head: length, shaft, collar, bit and direction.

mod bow;
mod shaft;

use std::f32::consts::PI;

use super::figure::Figure;
use crate::challenge::rng::DrawRng;

/// A key by its head. People do not confuse it with another one of the list at any angle.
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

    /// A key with this head, in any direction.
    pub(super) fn figure(self, rng: &mut DrawRng) -> Figure {
        let mut figure = Figure::new(rng);
        figure.tilt = PI;
        shaft::forge(&mut figure, rng);
        bow::forge(self, &mut figure, rng);
        figure
    }
}
