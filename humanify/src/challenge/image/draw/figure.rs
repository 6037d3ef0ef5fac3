//! `Figure`: the parts of an animal in painting order, without colours or a position.

use super::shape::{Shape, circle, curve};
use crate::challenge::rng::DrawRng;

/// The ink of a part. The palette maps it to a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Body,
    /// Body that lies in the shade: the legs on the far side.
    Shade,
    /// A second colour: beaks, shells, wings.
    Accent,
    /// Bellies, muzzles, the inside of ears.
    Light,
    /// Pupils, noses, claws.
    Dark,
    /// The white of eyes, teeth.
    White,
    /// Lines drawn on the body.
    Line,
    /// Lines drawn beside the body: whiskers, feelers, tongues.
    Thread,
}

#[derive(Debug)]
pub(super) enum FigurePart {
    /// Shapes that are filled as one.
    Fill { ink: Ink, shapes: Vec<Shape> },
    /// A line of this width.
    Stroke { shape: Shape, width: f32, ink: Ink },
    /// The coat's pattern, over everything painted so far.
    Coat,
}

/// How eyes are drawn in this picture.
#[derive(Debug, Clone, Copy)]
enum Eyes {
    Dot,
    Wide { x: f32, y: f32 },
    Shut,
}

#[derive(Debug)]
pub(super) struct Figure {
    pub(super) parts: Vec<FigurePart>,
    /// The largest rotation of the figure in either direction, in radians.
    pub(super) tilt: f32,
    /// Whether the figure may be mirrored.
    pub(super) mirrors: bool,
    eyes: Eyes,
    /// Whether the next fill begins a new part.
    apart: bool,
}

impl Figure {
    pub(super) fn new(rng: &mut DrawRng) -> Self {
        let eyes = match rng.whole(0, 6) {
            0 | 1 => Eyes::Dot,
            2 => Eyes::Shut,
            _ => Eyes::Wide {
                x: rng.near(0.0, 0.35),
                y: rng.near(0.0, 0.35),
            },
        };
        Figure {
            parts: Vec::with_capacity(24),
            tilt: 0.24,
            mirrors: true,
            eyes,
            apart: false,
        }
    }

    /// Fills a shape, together with the previous fill if the ink is the same.
    pub(super) fn fill(&mut self, ink: Ink, shape: Shape) {
        let shape = shape.clockwise();
        match self.parts.last_mut() {
            Some(FigurePart::Fill { ink: last, shapes }) if *last == ink && !self.apart => {
                shapes.push(shape);
            }
            _ => self.parts.push(FigurePart::Fill {
                ink,
                shapes: vec![shape],
            }),
        }
        self.apart = false;
    }

    /// Fills a shape and its mirror image.
    pub(super) fn pair(&mut self, ink: Ink, shape: Shape) {
        self.fill(ink, shape.clone());
        self.fill(ink, shape.mirrored());
    }

    /// Fills a shape with an edge of its own, even where the ink is the same.
    pub(super) fn part(&mut self, ink: Ink, shape: Shape) {
        self.apart = true;
        self.fill(ink, shape);
    }

    pub(super) fn line(&mut self, shape: Shape, width: f32) {
        self.stroke(Ink::Line, shape, width);
    }

    pub(super) fn stroke(&mut self, ink: Ink, shape: Shape, width: f32) {
        self.parts.push(FigurePart::Stroke { shape, width, ink });
    }

    /// Lays the coat's pattern over what has been painted so far.
    pub(super) fn coat(&mut self) {
        self.parts.push(FigurePart::Coat);
    }

    /// Draws an eye in this picture's style.
    pub(super) fn eye(&mut self, x: f32, y: f32, radius: f32) {
        match self.eyes {
            Eyes::Dot => self.fill(Ink::Dark, circle(x, y, radius * 0.72)),
            Eyes::Wide { x: dx, y: dy } => {
                self.fill(Ink::White, circle(x, y, radius));
                let pupil = circle(x + dx * radius, y + dy * radius, radius * 0.6);
                self.fill(Ink::Dark, pupil);
            }
            Eyes::Shut => {
                let (w, h) = (radius * 0.9, radius * 0.7);
                let lid = curve(&[[x - w, y - h / 2.0], [x, y + h / 2.0], [x + w, y - h / 2.0]]);
                self.line(lid, radius * 0.5);
            }
        }
    }
}
