//! Handwriting: the material, thickness and ends of the lines of a character.

use std::f32::consts::TAU;

use super::pen::{Pen, Piece};
use super::plate::Inks;
use crate::challenge::image::draw::figure::Figure;
use crate::challenge::image::draw::shape::{Point, Shape, circle, ellipse, outline};
use crate::challenge::rng::DrawRng;

/// The shape of the ends of strokes.
#[derive(Debug, Clone, Copy)]
enum Ends {
    Round,
    Flat,
    Pointed,
}

/// Writes the skeleton into the figure.
pub(super) fn write(figure: &mut Figure, rng: &mut DrawRng, pen: &Pen, inks: Inks) {
    let pieces = pen.pieces();
    match rng.whole(0, 13) {
        0 => wire(figure, rng, &pieces, inks),
        1 => rails(figure, rng, &pieces, inks),
        2 => hollow(figure, rng, &pieces, inks),
        3 | 4 => beads(figure, rng, &pieces, inks),
        5 => rungs(figure, rng, &pieces, inks),
        6 => zigzag(figure, rng, &pieces, inks),
        7 => sketch(figure, rng, &pieces, inks),
        8 => raised(figure, rng, &pieces, inks),
        9 => inlaid(figure, rng, &pieces, inks),
        10 => stencil(figure, rng, &pieces, inks),
        _ => solid(figure, rng, &pieces, inks),
    }
}

/// The width of a stroke along its points.
#[derive(Debug, Clone, Copy)]
struct Nib {
    /// Half the width of the widest stroke.
    width: f32,
    /// The narrowest stroke as a share of the widest.
    thin: f32,
    /// The angle of the nib. Strokes in its direction are thin.
    angle: f32,
    /// How much strokes narrow toward their end.
    fade: f32,
    ends: Ends,
}

impl Nib {
    fn new(rng: &mut DrawRng, low: f32, high: f32) -> Self {
        let width = rng.between(low, high);
        let thin = if rng.chance(0.5) {
            1.0
        } else {
            rng.between((0.075 / width).min(1.0), 1.0)
        };
        let ends = match rng.whole(0, 3) {
            0 | 1 => Ends::Round,
            2 => Ends::Flat,
            _ => Ends::Pointed,
        };
        Nib {
            width,
            thin,
            angle: rng.near(0.0, 0.9),
            fade: if rng.chance(0.25) {
                rng.between(0.0, 0.45)
            } else {
                0.0
            },
            ends,
        }
    }

    /// The outline of a piece.
    fn ribbon(&self, piece: &Piece) -> Shape {
        let (sine, cosine) = self.angle.sin_cos();
        let last = piece.points.len().max(2) - 1;
        let course: Vec<(Point, Point, f32)> = piece
            .course()
            .enumerate()
            .map(|(index, (point, toward))| {
                let across = (toward[0] * sine - toward[1] * cosine).abs();
                let share = self.thin + (1.0 - self.thin) * across;
                let fade = 1.0 - self.fade * index as f32 / last as f32;
                (point, toward, (self.width * share * fade).max(0.07))
            })
            .collect();
        let mut left = Vec::with_capacity(course.len() * 2 + 8);
        let mut right = Vec::with_capacity(course.len());
        for &([x, y], [dx, dy], width) in &course {
            left.push([x + dy * width, y - dx * width, 0.0]);
            right.push([x - dy * width, y + dx * width, 0.0]);
        }
        if let Some(&(end, toward, width)) = course.last() {
            self.cap(&mut left, end, toward, width, piece.free[1]);
        }
        left.extend(right.into_iter().rev());
        if let Some(&(start, [dx, dy], width)) = course.first() {
            self.cap(&mut left, start, [-dx, -dy], width, piece.free[0]);
        }
        outline(&left)
    }

    /// Closes a ribbon. Ends that meet others are round, which covers the gap.
    fn cap(
        &self,
        points: &mut Vec<[f32; 3]>,
        [x, y]: Point,
        [dx, dy]: Point,
        width: f32,
        free: bool,
    ) {
        let mut add = |ahead: f32, side: f32| {
            let (ahead, side) = (ahead * width, side * width);
            points.push([x + dx * ahead - dy * side, y + dy * ahead + dx * side, 0.0]);
        };
        match self.ends {
            Ends::Flat if free => {}
            Ends::Pointed if free => add(1.2, 0.0),
            _ => {
                for side in [-0.8_f32, -0.4, 0.0, 0.4, 0.8] {
                    add((1.0 - side * side).sqrt(), side);
                }
            }
        }
    }
}

fn solid(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let nib = Nib::new(rng, 0.1, 0.27);
    for piece in pieces {
        figure.fill(inks.fill, nib.ribbon(piece));
    }
    if rng.chance(0.35) {
        serifs(figure, rng, pieces, inks, nib.width);
    }
    if inks.coat {
        figure.coat();
    }
}

/// Slabs, wedges or balls at the ends of strokes.
fn serifs(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks, width: f32) {
    let (long, thick) = (width + rng.between(0.08, 0.2), rng.between(0.06, 0.1));
    let ball = rng.chance(0.3);
    for piece in pieces {
        let course: Vec<(Point, Point)> = piece.course().collect();
        let ends = [course.first(), course.last()];
        for (end, _) in ends.into_iter().zip(piece.free).filter(|(_, free)| *free) {
            let Some(&([x, y], [dx, dy])) = end else {
                continue;
            };
            let shape = if ball {
                circle(x, y, width + 0.08)
            } else {
                let corner = |along: f32, side: f32| {
                    [
                        x + dx * along * thick - dy * side * long,
                        y + dy * along * thick + dx * side * long,
                        0.0,
                    ]
                };
                outline(&[
                    corner(-1.0, -1.0),
                    corner(1.0, -1.0),
                    corner(1.0, 1.0),
                    corner(-1.0, 1.0),
                ])
            };
            figure.fill(inks.fill, shape);
        }
    }
}

/// One line.
fn wire(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let width = rng.between(0.14, 0.34);
    for piece in pieces {
        figure.stroke(inks.stroke, line(&piece.points), width);
    }
}

/// Several lines beside each other.
fn rails(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let count = rng.whole(2, 3);
    let gap = rng.between(0.2, 0.26) / (count as f32 - 1.0).sqrt();
    let width = gap * rng.between(0.4, 0.55);
    for piece in pieces {
        for rail in 0..count {
            let side = gap * (rail as f32 - (count as f32 - 1.0) / 2.0);
            let points: Vec<Point> = piece
                .course()
                .map(|([x, y], [dx, dy])| [x - dy * side, y + dx * side])
                .collect();
            figure.stroke(inks.stroke, line(&points), width);
        }
    }
}

/// A broad line with another one inside it.
fn hollow(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let width = rng.between(0.26, 0.4);
    let inner = width - rng.between(0.14, 0.18);
    for (ink, width) in [(inks.stroke, width), (inks.counter, inner)] {
        for piece in pieces {
            figure.stroke(ink, line(&piece.points), width);
        }
    }
}

/// A row of small shapes.
fn beads(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let radius = rng.between(0.1, 0.17);
    let step = radius * rng.between(1.7, 2.3);
    let (kind, squeeze) = (rng.whole(0, 3), rng.between(0.6, 1.0));
    let spin = rng.between(0.0, TAU);
    for (index, ([x, y], [dx, dy])) in pieces
        .iter()
        .flat_map(|piece| piece.paces(step))
        .enumerate()
    {
        let angle = dy.atan2(dx);
        let shape = match kind {
            0 => circle(x, y, radius),
            1 => ellipse(x, y, radius * 1.2, radius * squeeze).turned(angle, [x, y]),
            2 => polygon([x, y], radius * 1.15, 4, angle + spin),
            _ => polygon([x, y], radius * 1.3, 3, angle + spin * index as f32),
        };
        figure.fill(inks.fill, shape);
    }
    if inks.coat {
        figure.coat();
    }
}

/// Short lines across the way.
fn rungs(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let (half, step) = (rng.between(0.13, 0.2), rng.between(0.16, 0.22));
    let width = step * rng.between(0.4, 0.55);
    let lean = rng.near(0.0, 0.7);
    let spine = rng.chance(0.5);
    for piece in pieces {
        for ([x, y], [dx, dy]) in piece.paces(step) {
            let (sine, cosine) = lean.sin_cos();
            let [ax, ay] = [-dy * cosine + dx * sine, dx * cosine + dy * sine];
            let ends = [
                [x - ax * half, y - ay * half],
                [x + ax * half, y + ay * half],
            ];
            figure.stroke(inks.stroke, line(&ends), width);
        }
        if spine {
            figure.stroke(inks.stroke, line(&piece.points), width);
        }
    }
}

/// A line that swings from side to side of the way.
fn zigzag(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let (reach, step) = (rng.between(0.08, 0.13), rng.between(0.08, 0.12));
    let width = rng.between(0.08, 0.12);
    for piece in pieces {
        let points: Vec<Point> = piece
            .paces(step)
            .into_iter()
            .enumerate()
            .map(|(index, ([x, y], [dx, dy]))| {
                let side = if index % 2 == 0 { reach } else { -reach };
                [x - dy * side, y + dx * side]
            })
            .collect();
        figure.stroke(inks.stroke, line(&points), width);
    }
}

/// The same line several times, never quite at the same place.
fn sketch(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let (loose, width) = (rng.between(0.05, 0.1), rng.between(0.06, 0.1));
    for _ in 0..rng.whole(2, 4) {
        for piece in pieces {
            let points: Vec<Point> = piece
                .points
                .iter()
                .map(|[x, y]| [x + rng.near(0.0, loose), y + rng.near(0.0, loose)])
                .collect();
            figure.stroke(inks.stroke, line(&points), width);
        }
    }
}

/// A solid character with its shadow or its side.
fn raised(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let nib = Nib::new(rng, 0.1, 0.2);
    let (sine, cosine) = rng.between(0.0, TAU).sin_cos();
    let far = rng.between(0.14, 0.3);
    let layers = if rng.chance(0.5) { 1 } else { 3 };
    for layer in 0..layers {
        let far = far * (layers - layer) as f32 / layers as f32;
        for piece in pieces {
            let shape = nib.ribbon(piece);
            let moved = shape.map(|[x, y]| [x + cosine * far, y + sine * far]);
            figure.fill(inks.counter, moved);
        }
    }
    for piece in pieces {
        figure.fill(inks.fill, nib.ribbon(piece));
    }
}

/// A solid character with a line along its middle.
fn inlaid(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let nib = Nib {
        thin: 1.0,
        fade: 0.0,
        ..Nib::new(rng, 0.17, 0.26)
    };
    for piece in pieces {
        figure.fill(inks.fill, nib.ribbon(piece));
    }
    if inks.coat {
        figure.coat();
    }
    let width = nib.width * rng.between(0.3, 0.5);
    for piece in pieces {
        figure.stroke(inks.counter, line(&piece.points), width);
    }
}

/// A solid character with gaps in its strokes.
fn stencil(figure: &mut Figure, rng: &mut DrawRng, pieces: &[Piece], inks: Inks) {
    let nib = Nib::new(rng, 0.11, 0.22);
    for piece in pieces {
        let length = piece.points.len();
        let gap = rng.whole(2, length.max(4) - 2);
        let (first, second) = piece.points.split_at(gap.min(length));
        for points in [first, second] {
            if points.len() > 1 {
                let piece = Piece {
                    points: points.to_vec(),
                    free: [true, true],
                };
                figure.fill(inks.fill, nib.ribbon(&piece));
            }
        }
    }
}

/// A line from point to point.
fn line(points: &[Point]) -> Shape {
    let mut from = points.first().copied().unwrap_or_default();
    Shape {
        start: from,
        curves: points
            .iter()
            .skip(1)
            .map(|&to| [std::mem::replace(&mut from, to), to, to])
            .collect(),
        closed: false,
    }
}

fn polygon([x, y]: Point, radius: f32, count: usize, start: f32) -> Shape {
    let corners: Vec<[f32; 3]> = (0..count)
        .map(|corner| {
            let (sine, cosine) = (start + corner as f32 * TAU / count as f32).sin_cos();
            [x + cosine * radius, y + sine * radius, 0.0]
        })
        .collect();
    outline(&corners)
}
