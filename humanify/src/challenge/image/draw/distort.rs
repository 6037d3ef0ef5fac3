//! Distorts a picture by hardness: bending, clutter, lines, grain.

use std::f32::consts::TAU;

use super::canvas::{Canvas, Layer};
use super::color::{Paint, mix};
use super::palette::Palette;
use super::polylines::Polylines;
use super::shape::{Point, circle, curve, ellipse, limb};
use crate::challenge::rng::DrawRng;

/// The strength of each distortion at a hardness.
#[derive(Debug, Clone, Copy)]
pub(super) struct Distortion {
    /// How much of the contrast between figure and backdrop is left.
    pub(super) contrast: f32,
    bend: f32,
    clutter: usize,
    lines: usize,
    holes: usize,
    grain: i32,
}

impl Distortion {
    pub(super) fn of(hardness: u8) -> Self {
        let (contrast, bend, clutter, lines, holes, grain) = match hardness {
            0 | 1 => (1.0, 0.035, 0, 0, 0, 0),
            2 => (0.94, 0.05, 3, 1, 0, 7),
            3 => (0.88, 0.065, 5, 2, 1, 10),
            4 => (0.82, 0.08, 7, 3, 2, 13),
            _ => (0.76, 0.095, 9, 4, 3, 15),
        };
        Distortion {
            contrast,
            bend,
            clutter,
            lines,
            holes,
            grain,
        }
    }

    pub(super) fn warp(&self, rng: &mut DrawRng) -> Warp {
        Warp(std::array::from_fn(|index| {
            let pace = 1.4 + index as f32 * 1.3;
            let (sine, cosine) = rng.between(0.0, TAU).sin_cos();
            let (up, across) = rng.between(0.0, TAU).sin_cos();
            let reach = self.bend * rng.between(0.7, 1.4) * 1.9 / pace;
            Wave {
                direction: [cosine * pace, sine * pace],
                phase: rng.between(0.0, TAU),
                reach: [across * reach, up * reach],
            }
        }))
    }

    /// Meaningless shapes, painted before the figure.
    pub(super) fn clutter(&self, rng: &mut DrawRng, canvas: &mut Canvas, palette: &Palette) {
        let side = canvas.side();
        for _ in 0..self.clutter {
            let (x, y) = (rng.between(0.0, side), rng.between(0.0, side));
            let size = rng.between(0.04, 0.13) * side;
            let shape = match rng.whole(0, 2) {
                0 => ellipse(x, y, size, size * rng.between(0.4, 1.0)),
                1 => circle(x, y, size * 0.6),
                _ => limb(&[
                    [x - size, y + rng.near(0.0, size), size * 0.2],
                    [x, y, size * 0.3],
                    [x + size, y + rng.near(0.0, size), size * 0.12],
                ]),
            };
            let [ground, _] = palette.backdrop;
            let color = mix(ground, palette.coat, rng.between(0.25, 0.7));
            let shape = shape.turned(rng.between(0.0, TAU), [x, y]);
            let lines = Polylines::of(&[shape], |point| point);
            canvas.fill(&lines, &Paint::Solid(color), Layer::Ground);
        }
    }

    /// Lines and holes, painted over the figure.
    pub(super) fn cover(&self, rng: &mut DrawRng, canvas: &mut Canvas, palette: &Palette) {
        let side = canvas.side();
        let [ground, other] = palette.backdrop;
        for _ in 0..self.holes {
            let (x, y) = (rng.between(0.1, 0.9), rng.between(0.1, 0.9));
            let hole = circle(x * side, y * side, rng.between(0.025, 0.055) * side);
            let color = mix(ground, other, rng.between(0.0, 1.0));
            let lines = Polylines::of(&[hole], |point| point);
            canvas.fill(&lines, &Paint::Solid(color), Layer::Ground);
        }
        for _ in 0..self.lines {
            let middle = [side / 2.0, side / 2.0];
            let height = rng.between(0.1, 0.9) * side;
            let mut swing = || height + rng.near(0.0, 0.22) * side;
            let points = [
                [-0.2 * side, swing()],
                [0.3 * side, swing()],
                [0.7 * side, swing()],
                [1.2 * side, swing()],
            ];
            let line = curve(&points).turned(rng.between(0.0, TAU), middle);
            // A line in the backdrop's own colour would look like a mouth that is cut out of paper.
            let share = if rng.chance(0.5) { 0.3 } else { 1.0 };
            let color = mix(ground, palette.body[0], share);
            let width = rng.between(0.01, 0.022) * side;
            let lines = Polylines::of(&[line], |point| point);
            canvas.stroke(&lines, width, &Paint::Solid(color), Layer::Ground);
        }
    }

    /// Grain over everything.
    pub(super) fn grain(&self, rng: &mut DrawRng, canvas: &mut Canvas) {
        if self.grain == 0 {
            return;
        }
        let mut state = u64::from(rng.seed());
        for four in canvas.brightness().chunks_mut(4) {
            // Marsaglia's xorshift: grain need not be unpredictable.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let bytes = state.to_le_bytes();
            for (value, pair) in four.iter_mut().zip(bytes.as_chunks::<2>().0) {
                let [first, second] = pair.map(i32::from);
                let change = (first + second - 255) * self.grain / 128;
                *value = (i32::from(*value) + change).clamp(0, 255) as u8;
            }
        }
    }
}

/// A smooth bending of the plane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Warp([Wave; 3]);

#[derive(Debug, Clone, Copy)]
struct Wave {
    direction: Point,
    phase: f32,
    reach: Point,
}

impl Warp {
    pub(super) fn bend(&self, [x, y]: Point) -> Point {
        self.0.iter().fold([x, y], |[bent_x, bent_y], wave| {
            let along = x * wave.direction[0] + y * wave.direction[1];
            let height = sine(along + wave.phase);
            [
                bent_x + wave.reach[0] * height,
                bent_y + wave.reach[1] * height,
            ]
        })
    }
}

/// An approximation of the sine with an error below a thousandth: two parabolas with a correction.
fn sine(angle: f32) -> f32 {
    let turns = angle / TAU;
    let whole = (turns + if turns < 0.0 { -0.5 } else { 0.5 }) as i32;
    let turn = turns - whole as f32;
    let rough = turn * (8.0 - 16.0 * turn.abs());
    rough * (0.775 + 0.225 * rough.abs())
}
