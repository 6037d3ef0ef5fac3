//! The heads of keys: their outlines, and the shapes cut out of them or drawn on them.

use std::f32::consts::{FRAC_PI_2, TAU};

use super::KeyMotif;
use crate::challenge::image::draw::figure::{Figure, FigurePart, Ink};
use crate::challenge::image::draw::shape::{Point, Shape, circle, curve, limb, outline};
use crate::challenge::rng::DrawRng;

/// The outline of a head, without its material.
struct BowHead {
    shapes: Vec<Shape>,
    /// The centre and the radius of the area that may be cut out.
    middle: Point,
    room: f32,
}

/// Adds the head.
pub(super) fn forge(key: KeyMotif, figure: &mut Figure, rng: &mut DrawRng) {
    let head = match key {
        KeyMotif::Bolt => bolt(rng),
        KeyMotif::Clover => clover(rng),
        KeyMotif::Crescent => crescent(rng),
        KeyMotif::Crown => crown(rng),
        KeyMotif::Fish => fish(rng),
        KeyMotif::Heart => heart(rng),
        KeyMotif::Ring => return ring(figure, rng),
        KeyMotif::Square => square(rng),
        KeyMotif::Star => star(rng),
        KeyMotif::Triangle => triangle(rng),
    };
    head.cast(figure, rng);
    if key == KeyMotif::Fish {
        gill(figure);
    }
}

impl BowHead {
    /// Draws the head in a random material.
    fn cast(self, figure: &mut Figure, rng: &mut DrawRng) {
        let [x, y] = self.middle;
        let scaled = |shape: &Shape, by: f32| {
            shape
                .clone()
                .map(|[px, py]| [x + (px - x) * by, y + (py - y) * by])
        };
        let one = match self.shapes.as_slice() {
            [shape] => Some(shape.clone()),
            _ => None,
        };
        match (rng.whole(0, 7), one) {
            // A frame of the head's own shape.
            (0 | 1, Some(shape)) => {
                let hole = scaled(&shape, rng.between(0.5, 0.66));
                pierced(figure, vec![shape], hole);
                figure.coat();
            }
            // Bent from wire.
            (2, Some(shape)) => {
                figure.stroke(Ink::Thread, scaled(&shape, 0.94), rng.between(0.16, 0.24));
            }
            // Its own shape engraved, or laid on.
            (3, Some(shape)) => {
                figure.part(Ink::Body, shape.clone());
                figure.coat();
                let line = scaled(&shape, rng.between(0.62, 0.76));
                figure.stroke(Ink::Line, line, rng.between(0.05, 0.09));
            }
            // A round hole.
            (4 | 5, _) if self.room > 0.0 => {
                let hole = circle(x, y, self.room * rng.between(0.5, 1.0));
                pierced(figure, self.shapes, hole);
                figure.coat();
            }
            (kind, _) => {
                figure.parts.push(FigurePart::Fill {
                    ink: Ink::Body,
                    shapes: self.shapes.into_iter().map(Shape::clockwise).collect(),
                });
                figure.coat();
                if kind == 6 && self.room > 0.0 {
                    let stone = circle(x, y, self.room * rng.between(0.6, 1.0));
                    figure.fill(Ink::Accent, stone);
                }
            }
        }
    }
}

/// Fills the shapes but for a hole.
fn pierced(figure: &mut Figure, shapes: Vec<Shape>, hole: Shape) {
    let mut shapes: Vec<Shape> = shapes.into_iter().map(Shape::clockwise).collect();
    // An outline in the opposite direction cancels out.
    let hole = hole.clockwise();
    let mut ends: Vec<Point> = vec![hole.start];
    ends.extend(hole.curves.iter().map(|&[.., to]| to));
    shapes.push(Shape {
        start: ends.last().copied().unwrap_or(hole.start),
        curves: hole
            .curves
            .iter()
            .zip(&ends)
            .rev()
            .map(|(&[a, b, _], &from)| [b, a, from])
            .collect(),
        closed: true,
    });
    figure.parts.push(FigurePart::Fill {
        ink: Ink::Body,
        shapes,
    });
}

fn ring(figure: &mut Figure, rng: &mut DrawRng) {
    let radius = rng.between(0.82, 0.98);
    if rng.chance(0.25) {
        let width = rng.between(0.2, 0.34);
        figure.stroke(Ink::Thread, circle(0.0, 0.0, radius - width / 2.0), width);
    } else {
        let hole = circle(0.0, 0.0, radius * rng.between(0.5, 0.76));
        pierced(figure, vec![circle(0.0, 0.0, radius)], hole);
        figure.coat();
    }
}

fn heart(rng: &mut DrawRng) -> BowHead {
    let (notch, wide) = (rng.between(-0.55, -0.35), rng.between(0.9, 1.1));
    BowHead {
        shapes: vec![outline(&[
            [0.0, notch, 0.0],
            [0.4 * wide, -0.9, 1.0],
            [0.85 * wide, -0.74, 1.0],
            [wide, -0.25, 1.0],
            [0.66 * wide, 0.36, 0.8],
            [0.0, 1.0, 0.0],
            [-0.66 * wide, 0.36, 0.8],
            [-wide, -0.25, 1.0],
            [-0.85 * wide, -0.74, 1.0],
            [-0.4 * wide, -0.9, 1.0],
        ])],
        middle: [0.0, 0.0],
        room: 0.34,
    }
}

fn star(rng: &mut DrawRng) -> BowHead {
    let depth = rng.between(0.4, 0.5);
    let round = rng.between(0.0, 0.15);
    let points: Vec<[f32; 3]> = (0..10)
        .map(|corner| {
            let radius = if corner % 2 == 0 { 1.12 } else { 1.12 * depth };
            let (sine, cosine) = (corner as f32 * TAU / 10.0 - FRAC_PI_2).sin_cos();
            [cosine * radius, 0.25 + sine * radius, round]
        })
        .collect();
    BowHead {
        shapes: vec![outline(&points)],
        middle: [0.0, 0.25],
        room: 0.26,
    }
}

fn triangle(rng: &mut DrawRng) -> BowHead {
    let (half, round) = (rng.between(0.92, 1.1), rng.between(0.0, 0.12));
    let up = rng.chance(0.5);
    let turned = |y: f32| if up { y } else { -y + 0.1 };
    let corners = [[0.0, -0.95], [half, 0.85], [-half, 0.85]];
    BowHead {
        shapes: vec![outline(&corners.map(|[x, y]| [x, turned(y), round]))],
        middle: [0.0, turned(0.25)],
        room: 0.3,
    }
}

fn square(rng: &mut DrawRng) -> BowHead {
    let (half, round) = (rng.between(0.76, 0.9), rng.between(0.0, 0.2));
    let corners = [[-half, -half], [half, -half], [half, half], [-half, half]];
    BowHead {
        shapes: vec![outline(&corners.map(|[x, y]| [x, y + 0.92 - half, round]))],
        middle: [0.0, 0.92 - half],
        room: 0.4,
    }
}

fn clover(rng: &mut DrawRng) -> BowHead {
    let (radius, reach) = (rng.between(0.42, 0.5), rng.between(0.5, 0.58));
    let mut shapes: Vec<Shape> = (0..3)
        .map(|leaf| {
            let (sine, cosine) = (leaf as f32 * TAU / 3.0 - FRAC_PI_2).sin_cos();
            circle(cosine * reach, sine * reach, radius)
        })
        .collect();
    shapes.push(circle(0.0, 0.0, 0.3));
    shapes.push(limb(&[[0.0, 0.0, 0.14], [0.0, 0.95, 0.2]]));
    BowHead {
        shapes,
        middle: [0.0, 0.0],
        room: 0.2,
    }
}

fn crown(rng: &mut DrawRng) -> BowHead {
    let (side, middle) = (rng.between(-0.65, -0.4), rng.between(-0.95, -0.7));
    let dip = rng.between(-0.05, 0.2);
    let mut shapes = vec![outline(&[
        [-0.78, 0.9, 0.0],
        [-1.0, side, 0.0],
        [-0.46, dip, 0.0],
        [0.0, middle, 0.0],
        [0.46, dip, 0.0],
        [1.0, side, 0.0],
        [0.78, 0.9, 0.0],
    ])];
    if rng.chance(0.6) {
        for [x, y] in [[-1.0, side], [0.0, middle], [1.0, side]] {
            shapes.push(circle(x, y, rng.between(0.13, 0.19)));
        }
    }
    BowHead {
        shapes,
        middle: [0.0, 0.5],
        room: 0.22,
    }
}

/// The crescent, open to any side except the shaft's.
fn crescent(rng: &mut DrawRng) -> BowHead {
    const RADIUS: f32 = 0.96;
    let (inner, shift) = (rng.between(0.72, 0.8), rng.between(0.36, 0.44));
    let x = (RADIUS * RADIUS - inner * inner + shift * shift) / (2.0 * shift);
    let y = (RADIUS * RADIUS - x * x).max(0.0).sqrt();
    let (outer_end, inner_end) = (y.atan2(x), y.atan2(x - shift));
    let arc = |centre: f32, radius: f32, from: f32, to: f32| {
        (0..=12).map(move |step| {
            let (sine, cosine) = (from + (to - from) * step as f32 / 12.0).sin_cos();
            let round = if step % 12 == 0 { 0.0 } else { 1.0 };
            [centre + cosine * radius, sine * radius, round]
        })
    };
    let mut points: Vec<[f32; 3]> = arc(0.0, RADIUS, outer_end, TAU - outer_end).collect();
    let back = arc(shift, inner, TAU - inner_end, inner_end);
    points.extend(back.skip(1).take(11));
    let opening = rng.near(-FRAC_PI_2, 1.1);
    BowHead {
        shapes: vec![outline(&points).turned(opening, [0.0, 0.0])],
        middle: [0.0, 0.0],
        room: 0.0,
    }
}

fn bolt(rng: &mut DrawRng) -> BowHead {
    let (wide, high) = (rng.between(0.95, 1.2), rng.between(1.05, 1.25));
    let corners = [
        [0.3, -high],
        [-0.42 * wide, 0.2],
        [0.1, 0.16],
        [0.0, 1.1],
        [0.9 * wide, -0.26],
        [0.36, -0.22],
        [0.78 * wide, -high],
    ];
    BowHead {
        shapes: vec![outline(&corners.map(|[x, y]| [x - 0.08, y, 0.0]))],
        middle: [0.2, -0.1],
        room: 0.0,
    }
}

fn fish(rng: &mut DrawRng) -> BowHead {
    let (high, fork) = (rng.between(0.46, 0.6), rng.between(0.5, 0.65));
    let body = outline(&[
        [1.1, 0.3, 0.7],
        [0.6, 0.3 - high * 0.8, 1.0],
        [0.1, 0.3 - high, 1.0],
        [-0.62, 0.18, 0.6],
        [-1.2, 0.3 - fork, 0.1],
        [-1.0, 0.3, 0.6],
        [-1.2, 0.3 + fork, 0.1],
        [-0.62, 0.42, 0.6],
        [0.1, 0.3 + high, 1.0],
        [0.6, 0.3 + high * 0.8, 1.0],
    ]);
    BowHead {
        shapes: vec![body],
        middle: [0.05, 0.3],
        room: 0.2,
    }
}

/// The fish's eye and gill.
fn gill(figure: &mut Figure) {
    figure.fill(Ink::Line, circle(0.74, 0.2, 0.1));
    let gill = curve(&[[0.5, 0.02], [0.4, 0.3], [0.5, 0.58]]);
    figure.line(gill, 0.07);
}
