//! The shaft of a key, its collar and its bit. It hangs down from a head around the origin
//! whose lower edge is at 1.

use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{Point, Shape, circle, curve, ellipse, limb, outline};
use crate::challenge::rng::DrawRng;

/// Adds all parts of a key except its head.
pub(super) fn forge(figure: &mut Figure, rng: &mut DrawRng) {
    let length = rng.between(1.2, 2.3);
    let width = rng.between(0.09, 0.17);
    let bend = if rng.chance(0.3) {
        rng.near(0.0, 0.35)
    } else {
        0.0
    };
    let way = Way { length, bend };
    let ink = match rng.whole(0, 4) {
        0 => Ink::Shade,
        1 => Ink::Accent,
        _ => Ink::Body,
    };
    bit(figure, rng, &way, width, ink);
    shaft(figure, rng, &way, width, ink);
    collar(figure, rng, &way, width);
}

/// The middle line of a shaft.
struct Way {
    length: f32,
    bend: f32,
}

impl Way {
    /// The point at this share of the line, at the distance `side` from it.
    fn at(&self, share: f32, side: f32) -> Point {
        let swing = self.bend * (share * std::f32::consts::PI).sin();
        [swing + side, 0.7 + share * (self.length + 0.3)]
    }

    fn spine(&self, width: impl Fn(f32) -> f32) -> Shape {
        let points: Vec<[f32; 3]> = (0..=6)
            .map(|step| {
                let share = step as f32 / 6.0;
                let [x, y] = self.at(share, 0.0);
                [x, y, width(share)]
            })
            .collect();
        limb(&points)
    }
}

fn shaft(figure: &mut Figure, rng: &mut DrawRng, way: &Way, width: f32, ink: Ink) {
    match rng.whole(0, 5) {
        // Thinner toward its end, or thicker.
        0 => {
            let end = width * rng.between(0.55, 1.5);
            figure.fill(ink, way.spine(|share| width + (end - width) * share));
        }
        // Beads on a rod.
        1 => {
            figure.fill(ink, way.spine(|_| width * 0.6));
            let count = rng.whole(4, 9);
            for bead in 0..count {
                let [x, y] = way.at((bead as f32 + 0.7) / count as f32, 0.0);
                figure.fill(ink, circle(x, y, width * 1.2));
            }
        }
        // Two rods.
        2 => {
            for side in [-0.8, 0.8] {
                let [dx, _] = [side * width, 0.0];
                let rod = way.spine(|_| width * 0.45);
                figure.fill(ink, rod.map(|[x, y]| [x + dx, y]));
            }
        }
        _ => figure.fill(ink, way.spine(|_| width)),
    }
    // The end of the shaft.
    let [x, y] = way.at(1.0, 0.0);
    match rng.whole(0, 4) {
        0 => figure.fill(ink, circle(x, y, width * rng.between(1.2, 1.7))),
        1 => figure.fill(
            ink,
            outline(&[
                [x - width, y - 0.02, 0.0],
                [x + width, y - 0.02, 0.0],
                [x, y + width * 2.4, 0.0],
            ]),
        ),
        _ => {}
    }
    if rng.chance(0.25) {
        let [from, middle, to] = [0.3, 0.55, 0.85].map(|share| way.at(share, 0.0));
        figure.line(curve(&[from, middle, to]), width * 0.4);
    }
}

/// Rings where the head sits on the shaft.
fn collar(figure: &mut Figure, rng: &mut DrawRng, way: &Way, width: f32) {
    let ink = [Ink::Body, Ink::Shade, Ink::Accent, Ink::Light]
        .get(rng.whole(0, 3))
        .copied()
        .unwrap_or(Ink::Body);
    let gap = rng.between(0.07, 0.11);
    for ring in 0..rng.whole(0, 3) {
        let [x, y] = way.at(0.16 + ring as f32 * gap, 0.0);
        let wide = width + rng.between(0.07, 0.16);
        figure.part(ink, ellipse(x, y, wide, rng.between(0.06, 0.09)));
    }
}

/// The teeth.
fn bit(figure: &mut Figure, rng: &mut DrawRng, way: &Way, width: f32, ink: Ink) {
    let side = rng.sign();
    let both = rng.chance(0.2);
    let count = rng.whole(1, 4);
    let (start, end) = (rng.between(0.5, 0.66), rng.between(0.88, 0.99));
    let step = (end - start) / count as f32;
    let filled = rng.between(0.45, 0.8);
    let round = if rng.chance(0.25) { 0.8 } else { 0.0 };
    let plate = rng.chance(0.3);
    if plate {
        let deep = side * (width + rng.between(0.15, 0.3));
        let [high, low] = [start, end].map(|share| way.at(share, 0.0));
        let [far_high, far_low] = [start, end].map(|share| way.at(share, deep));
        let corners = [high, far_high, far_low, low].map(|[x, y]| [x, y, 0.0]);
        figure.fill(ink, outline(&corners));
    }
    for tooth in 0..count {
        let from = start + tooth as f32 * step;
        let deep = width + rng.between(0.2, 0.52);
        let mut add = |side: f32| {
            let [ax, ay] = way.at(from, 0.0);
            let [bx, by] = way.at(from + step * filled, 0.0);
            let out = side * deep;
            figure.fill(
                ink,
                outline(&[
                    [ax, ay, 0.0],
                    [ax + out, ay, round],
                    [bx + out, by, round],
                    [bx, by, 0.0],
                ]),
            );
        };
        add(side);
        if both {
            add(-side);
        }
    }
}
