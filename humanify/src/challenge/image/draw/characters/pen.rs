//! `Pen`: strokes as close points, so that they can be bent and written in any handwriting.

use std::f32::consts::{FRAC_PI_2, TAU};

use crate::challenge::image::draw::shape::Point;
use crate::challenge::rng::DrawRng;

/// The largest distance between the points of a straight line.
const STEP: f32 = 0.28;

/// A stroke has a corner where it turns by more than this angle, in radians.
const CORNER: f32 = 0.6;

/// Strokes in a box from -1 to 1, `y` down, most of them narrower than high.
#[derive(Debug)]
pub(super) struct Pen {
    strokes: Vec<Vec<Point>>,
    /// The exponent of the superellipse of arcs: 2 is round, 4 nearly square.
    squareness: f32,
    /// Points of a quarter of an arc.
    facets: usize,
}

/// A part of a stroke without a corner.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) points: Vec<Point>,
    /// Whether its start and its end are free of other pieces.
    pub(super) free: [bool; 2],
}

impl Pen {
    pub(super) fn new(rng: &mut DrawRng) -> Self {
        let (squareness, facets) = match rng.whole(0, 6) {
            0 => (rng.between(3.0, 4.2), 6),
            1 => (rng.between(2.0, 2.3), 2),
            2 => (rng.between(2.4, 3.0), 6),
            _ => (rng.between(1.8, 2.2), 6),
        };
        Pen {
            strokes: Vec::with_capacity(4),
            squareness,
            facets,
        }
    }

    /// Lifts the pen: the next point begins a stroke.
    pub(super) fn lift(&mut self) -> &mut Self {
        self.strokes.push(Vec::with_capacity(16));
        self
    }

    /// Draws a straight line.
    pub(super) fn to(&mut self, x: f32, y: f32) -> &mut Self {
        let Some(stroke) = self.strokes.last_mut() else {
            return self;
        };
        let &[from_x, from_y] = stroke.last().unwrap_or(&[x, y]);
        let (dx, dy) = (x - from_x, y - from_y);
        let steps = (dx.hypot(dy) / STEP).ceil().clamp(1.0, 16.0) as usize;
        stroke.extend((1..=steps).map(|step| {
            let share = step as f32 / steps as f32;
            [from_x + dx * share, from_y + dy * share]
        }));
        self
    }

    /// A stroke from corner to corner.
    pub(super) fn line(&mut self, corners: &[Point]) -> &mut Self {
        self.lift();
        for &[x, y] in corners {
            self.to(x, y);
        }
        self
    }

    /// Draws an arc of an ellipse from one angle to the other, in quarter turns: 0 is to the right
    /// of its centre, 1 below.
    pub(super) fn arc(&mut self, centre: Point, radii: Point, from: f32, to: f32) -> &mut Self {
        let steps = ((to - from).abs() * self.facets as f32).ceil().max(1.0) as usize;
        let power = 2.0 / self.squareness;
        let bent = |value: f32| value.signum() * value.abs().powf(power);
        for step in 0..=steps {
            let angle = (from + (to - from) * step as f32 / steps as f32) * FRAC_PI_2;
            let x = centre[0] + bent(angle.cos()) * radii[0];
            let y = centre[1] + bent(angle.sin()) * radii[1];
            if step == 0 {
                self.to(x, y);
            } else if let Some(stroke) = self.strokes.last_mut() {
                stroke.push([x, y]);
            }
        }
        self
    }

    /// Makes the whole wider or narrower, slanted, wavy, larger on one side.
    pub(super) fn sway(&mut self, rng: &mut DrawRng) {
        let width = rng.between(0.72, 1.3);
        let slant = rng.near(-0.1, 0.28);
        let (taper, spread) = (rng.near(0.0, 0.2), rng.near(0.0, 0.16));
        let reach = [rng.near(0.0, 0.1), rng.near(0.0, 0.1)];
        let pace = [rng.between(1.0, 2.6), rng.between(1.0, 2.6)];
        let phase = [rng.between(0.0, TAU), rng.between(0.0, TAU)];
        for [x, y] in self.strokes.iter_mut().flatten() {
            let (wide, high) = (*x * width, *y);
            let across = wide * (1.0 + taper * high) + slant * high;
            let down = high * (1.0 + spread * wide);
            *x = across + reach[0] * (high * pace[0] + phase[0]).sin();
            *y = down + reach[1] * (wide * pace[1] + phase[1]).sin();
        }
        // Strokes meet with small errors, as in handwriting.
        for stroke in &mut self.strokes {
            let [dx, dy] = [rng.near(0.0, 0.035), rng.near(0.0, 0.035)];
            for [x, y] in stroke {
                *x += dx;
                *y += dy;
            }
        }
    }

    /// The strokes, split at their corners.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(self.strokes.len() * 2);
        for (index, stroke) in self.strokes.iter().enumerate() {
            let alone = |end: Option<&Point>| {
                end.is_some_and(|end| {
                    !self
                        .strokes
                        .iter()
                        .enumerate()
                        .filter(|(other, _)| *other != index)
                        .flat_map(|(_, points)| points)
                        .any(|point| distance(*point, *end) < 0.2)
                })
            };
            let mut free = alone(stroke.first());
            let mut points: Vec<Point> = Vec::with_capacity(stroke.len());
            for (place, &point) in stroke.iter().enumerate() {
                points.push(point);
                let next = stroke.get(place + 1);
                if let (Some(&next), [.., before, _]) = (next, points.as_slice())
                    && turn(*before, point, next) > CORNER
                {
                    let points = std::mem::replace(&mut points, vec![point]);
                    pieces.push(Piece {
                        points,
                        free: [std::mem::take(&mut free), false],
                    });
                }
            }
            pieces.push(Piece {
                points,
                free: [free, alone(stroke.last())],
            });
        }
        pieces
    }
}

impl Piece {
    /// Each point, and the unit vector of the pen's direction there.
    pub(super) fn course(&self) -> impl Iterator<Item = (Point, Point)> {
        let at = |index: usize| self.points.get(index).copied();
        self.points.iter().enumerate().map(move |(index, &point)| {
            let before = at(index.saturating_sub(1)).unwrap_or(point);
            let after = at(index + 1).unwrap_or(point);
            (point, direction(before, after))
        })
    }

    /// Points at this distance along the piece, including its ends, and the directions there.
    pub(super) fn paces(&self, step: f32) -> Vec<(Point, Point)> {
        let length: f32 = self.legs().map(|(from, to)| distance(from, to)).sum();
        let count = (length / step.max(0.05)).round().clamp(1.0, 40.0);
        let stride = length / count;
        let mut places = Vec::with_capacity(count as usize + 1);
        let mut due = 0.0;
        for (from, to) in self.legs() {
            let long = distance(from, to).max(1e-6);
            let toward = direction(from, to);
            while due <= long {
                let place = [from[0] + toward[0] * due, from[1] + toward[1] * due];
                places.push((place, toward));
                due += stride;
            }
            due -= long;
        }
        // A rounding error may skip the last point.
        if let [.., before, last] = self.points.as_slice()
            && due < stride * 0.5
        {
            places.push((*last, direction(*before, *last)));
        }
        places
    }

    fn legs(&self) -> impl Iterator<Item = (Point, Point)> {
        self.points
            .iter()
            .copied()
            .zip(self.points.iter().copied().skip(1))
    }
}

fn distance([ax, ay]: Point, [bx, by]: Point) -> f32 {
    (bx - ax).hypot(by - ay)
}

fn direction(from: Point, to: Point) -> Point {
    let length = distance(from, to).max(1e-6);
    [(to[0] - from[0]) / length, (to[1] - from[1]) / length]
}

/// The angle by which the path turns at `at`, in radians.
fn turn(from: Point, at: Point, to: Point) -> f32 {
    let ([ax, ay], [bx, by]) = (direction(from, at), direction(at, to));
    (ax * by - ay * bx).atan2(ax * bx + ay * by).abs()
}
