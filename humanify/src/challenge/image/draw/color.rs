//! Colours, and the fillings of outlines.

use super::shape::Point;

/// A colour of parts from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Color {
    red: f32,
    green: f32,
    blue: f32,
}

impl Color {
    /// Values out of range are clamped.
    pub(super) fn new(red: f32, green: f32, blue: f32) -> Color {
        Color {
            red: red.clamp(0.0, 1.0),
            green: green.clamp(0.0, 1.0),
            blue: blue.clamp(0.0, 1.0),
        }
    }

    /// The perceived brightness, from 0 to 1.
    pub(super) fn luminance(self) -> f32 {
        0.299 * self.red + 0.587 * self.green + 0.114 * self.blue
    }

    /// The contrast to another colour, from 1 to 21, nearly as WCAG 2 defines it.
    pub(super) fn contrast(self, other: Color) -> f32 {
        let light = |color: Color| color.luminance().powi(2) + 0.05;
        let (own, others) = (light(self), light(other));
        own.max(others) / own.min(others)
    }

    /// Brightness and the differences of blue and red from it, each from 0 to 255, as JPEG
    /// keeps them (ITU-T T.871).
    pub(super) fn parts(self) -> [u8; 3] {
        let luminance = self.luminance();
        [
            luminance,
            0.5 + (self.blue - luminance) / 1.772,
            0.5 + (self.red - luminance) / 1.402,
        ]
        .map(|part| (part * 255.0 + 0.5) as u8)
    }
}

/// The colour between two others, `share` of the way from the first.
pub(super) fn mix(one: Color, other: Color, share: f32) -> Color {
    let part = |a: f32, b: f32| a + (b - a) * share;
    Color::new(
        part(one.red, other.red),
        part(one.green, other.green),
        part(one.blue, other.blue),
    )
}

/// The filling of an outline.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paint {
    Solid(Color),
    /// A linear gradient between two points of the picture. Beyond them, the end colours continue.
    Gradient {
        colors: [Color; 2],
        ends: [Point; 2],
    },
}
