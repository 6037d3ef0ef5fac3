//! Draws the surface under a character: none, a sign, a coin, a ball.

use std::f32::consts::TAU;

use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{Shape, blob, circle, outline};
use crate::challenge::rng::DrawRng;

/// The ink of a character, in contrast to the surface under it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inks {
    pub(super) fill: Ink,
    /// For strokes, which have no edges.
    pub(super) stroke: Ink,
    /// A colour in contrast to both.
    pub(super) counter: Ink,
    /// Whether a coat's pattern may be laid over the character.
    pub(super) coat: bool,
}

/// Draws a plate, or none. Returns the inks for the character on it.
pub(super) fn lay(figure: &mut Figure, rng: &mut DrawRng) -> Inks {
    let free = Inks {
        fill: Ink::Body,
        stroke: Ink::Thread,
        counter: Ink::Line,
        coat: true,
    };
    match rng.whole(0, 9) {
        0..=4 => free,
        // A frame.
        5 => {
            let size = rng.between(0.0, 0.15);
            let width = rng.between(0.06, 0.16);
            figure.stroke(Ink::Thread, plate(rng, size), width);
            free
        }
        6..=7 => {
            let size = rng.between(0.0, 0.3);
            figure.fill(Ink::Body, plate(rng, size));
            figure.coat();
            Inks {
                fill: Ink::Line,
                stroke: Ink::Line,
                counter: Ink::Body,
                coat: false,
            }
        }
        _ => {
            let size = rng.between(0.0, 0.3);
            figure.fill(Ink::Line, plate(rng, size));
            Inks {
                fill: Ink::Body,
                stroke: Ink::Body,
                counter: Ink::Line,
                coat: false,
            }
        }
    }
}

/// A shape that covers a character, moved a little to one side.
fn plate(rng: &mut DrawRng, size: f32) -> Shape {
    let shape = match rng.whole(0, 5) {
        0 => circle(0.0, 0.0, 1.4 + size),
        1 => {
            let (width, height) = (rng.between(1.1, 1.5) + size, 1.25 + size);
            let round = rng.between(0.0, 0.5);
            outline(&[
                [-width, -height, round],
                [width, -height, round],
                [width, height, round],
                [-width, height, round],
            ])
        }
        2 => corners(rng, 6, 1.6 + size, 1.0),
        3 => corners(rng, 8, 1.5 + size, 1.0),
        4 => corners(rng, 24, 1.55 + size, 0.88),
        _ => {
            let points: Vec<[f32; 2]> = (0..9)
                .map(|corner| {
                    let (sine, cosine) = (corner as f32 * TAU / 9.0).sin_cos();
                    let radius = rng.between(1.4, 1.75) + size;
                    [cosine * radius, sine * radius]
                })
                .collect();
            blob(&points)
        }
    };
    let [dx, dy] = [rng.near(0.0, 0.12 + size), rng.near(0.0, 0.12 + size)];
    shape.map(|[x, y]| [x + dx * 0.5, y + dy * 0.5])
}

fn corners(rng: &mut DrawRng, count: usize, radius: f32, depth: f32) -> Shape {
    let start = rng.between(0.0, TAU);
    let round = rng.between(0.0, 0.4);
    let points: Vec<[f32; 3]> = (0..count)
        .map(|corner| {
            let (sine, cosine) = (start + corner as f32 * TAU / count as f32).sin_cos();
            let radius = if corner % 2 == 0 {
                radius
            } else {
                radius * depth
            };
            [cosine * radius, sine * radius, round]
        })
        .collect();
    outline(&points)
}
