//! `Polylines`: shapes as straight lines at their position in the picture.

use super::coverage::Coverage;
use super::shape::{Point, Shape};

/// Pixels by which a line may differ from the curve.
const TOLERANCE: f32 = 0.15;

/// How often an arc is halved: into 32 lines at most.
const MAX_HALVINGS: u8 = 5;

/// The polylines of some shapes.
#[derive(Debug, Default)]
pub(super) struct Polylines {
    points: Vec<Point>,
    /// Where each shape's points end, and whether it is closed.
    ends: Vec<(usize, bool)>,
}

impl Polylines {
    /// Flattens the shapes, with each point moved by `place`.
    pub(super) fn of(shapes: &[Shape], place: impl Fn(Point) -> Point) -> Polylines {
        let curves: usize = shapes.iter().map(|shape| shape.curves.len()).sum();
        let mut lines = Polylines {
            points: Vec::with_capacity(curves * 3 + shapes.len()),
            ends: Vec::with_capacity(shapes.len()),
        };
        for shape in shapes {
            let mut from = place(shape.start);
            lines.points.push(from);
            for curve in &shape.curves {
                let [a, b, to] = curve.map(&place);
                lines.curve(from, a, b, to);
                from = to;
            }
            lines.ends.push((lines.points.len(), shape.closed));
        }
        lines
    }

    fn curve(&mut self, from: Point, a: Point, b: Point, to: Point) {
        let steps = steps(from, a, b, to);
        if steps > 1 {
            let part = |from: f32, a: f32, b: f32, to: f32| {
                let once = 3.0 * (a - from);
                let twice = 3.0 * (b - a) - once;
                [from, once, twice, to - from - once - twice]
            };
            let x = part(from[0], a[0], b[0], to[0]);
            let y = part(from[1], a[1], b[1], to[1]);
            let pace = 1.0 / steps as f32;
            self.points.extend((1..steps).map(|step| {
                let t = step as f32 * pace;
                [x, y].map(|[a, b, c, d]| a + t * (b + t * (c + t * d)))
            }));
        }
        self.points.push(to);
    }

    /// The lines of one shape after the other, and whether they end where they began.
    fn lines(&self) -> impl Iterator<Item = (&[Point], bool)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|&(end, _)| end));
        starts
            .zip(&self.ends)
            .filter_map(|(start, &(end, closed))| {
                let points = self.points.get(start..end)?;
                Some((points, closed))
            })
    }

    /// Adds the area within the lines.
    pub(super) fn fill(&self, coverage: &mut Coverage) {
        for (points, _) in self.lines() {
            let Some(&last) = points.last() else {
                continue;
            };
            let mut from = last;
            for &to in points {
                coverage.edge(from, to);
                from = to;
            }
        }
    }

    /// Adds the area within `reach` of the lines.
    pub(super) fn stroke(&self, coverage: &mut Coverage, reach: f32) {
        for (points, closed) in self.lines() {
            RoundPen { coverage, reach }.follow(points, closed);
        }
    }
}

/// The number of lines that replace a cubic curve: proportional to the square root of its deviation
/// from a straight line.
fn steps(from: Point, a: Point, b: Point, to: Point) -> usize {
    let [x, y] = minus(to, from);
    let length = x.hypot(y);
    let away = |point: Point| {
        let [px, py] = minus(point, from);
        if length > 1.0 {
            (px * y - py * x).abs() / length
        } else {
            px.abs() + py.abs()
        }
    };
    let bend = away(a).max(away(b));
    let steps = (bend * (0.75 / TOLERANCE)).sqrt();
    (steps as usize + 1).min(24)
}

/// A round pen that is drawn along lines.
struct RoundPen<'a> {
    coverage: &'a mut Coverage,
    reach: f32,
}

/// A line segment of the pen's path.
#[derive(Clone, Copy)]
struct PenLine {
    to: Point,
    length: f32,
    /// From the line to its edge on one side.
    aside: Point,
    /// Where the edges on either side begin.
    edges: [Point; 2],
}

impl RoundPen<'_> {
    /// Adds the outline of the stroke: an edge on both sides of each line, at each joint an arc on
    /// the outside and a path through the middle on the inside, and a half circle at each end.
    fn follow(&mut self, points: &[Point], closed: bool) {
        let Some(&start) = points.first() else {
            return;
        };
        let mut first = None;
        let mut last: Option<PenLine> = None;
        for &to in points.iter().skip(1).chain(closed.then_some(&start)) {
            let from = last.map_or(start, |stretch| stretch.to);
            let [x, y] = minus(to, from);
            let length = (x * x + y * y).sqrt();
            if length < 0.05 {
                continue;
            }
            let scale = self.reach / length;
            let aside = [-y * scale, x * scale];
            let edges = match &last {
                Some(before) => self.joint(before, aside, length),
                None => {
                    first = Some(aside);
                    [plus(start, aside), minus(start, aside)]
                }
            };
            last = Some(PenLine {
                to,
                length,
                aside,
                edges,
            });
        }
        let (Some(first), Some(last)) = (first, last) else {
            self.end(start, [self.reach, 0.0]);
            self.end(start, [-self.reach, 0.0]);
            return;
        };
        if closed {
            self.corner(&last, first);
        } else {
            self.sides(&last, last.aside);
            self.end(last.to, last.aside);
            self.end(start, minus([0.0; 2], first));
        }
    }

    /// Ends a line at a joint. Returns the points where the edges of the next line begin.
    fn joint(&mut self, line: &PenLine, aside: Point, length: f32) -> [Point; 2] {
        let [x, y] = line.aside;
        let along = (x * aside[0] + y * aside[1]) / (self.reach * self.reach);
        let [across_x, across_y] = minus(aside, line.aside);
        let shift = across_x * across_x + across_y * across_y;
        let shorter = line.length.min(length);
        // At small turns, the edges meet halfway.
        if along > 0.9 && shift < shorter * shorter {
            let both = plus(line.aside, aside);
            let middle = both.map(|part| part / (1.0 + along));
            self.sides(line, middle);
            return [plus(line.to, middle), minus(line.to, middle)];
        }
        self.corner(line, aside);
        [plus(line.to, aside), minus(line.to, aside)]
    }

    /// Ends a line at a corner.
    fn corner(&mut self, line: &PenLine, after: Point) {
        let (at, before) = (line.to, line.aside);
        self.sides(line, before);
        let turn = before[0] * after[1] - before[1] * after[0];
        if turn > 0.0 {
            self.coverage.edge(plus(at, before), at);
            self.coverage.edge(at, plus(at, after));
            let [before, after] = [before, after].map(|aside| minus([0.0; 2], aside));
            self.arc(at, after, before, MAX_HALVINGS);
        } else {
            self.arc(at, before, after, MAX_HALVINGS);
            self.coverage.edge(minus(at, after), at);
            self.coverage.edge(at, minus(at, before));
        }
    }

    /// Adds the edges on both sides of a line.
    fn sides(&mut self, line: &PenLine, aside: Point) {
        let [left, right] = line.edges;
        self.coverage.edge(left, plus(line.to, aside));
        self.coverage.edge(minus(line.to, aside), right);
    }

    /// A half circle from one side to the other, ahead.
    fn end(&mut self, at: Point, aside: Point) {
        let ahead = [aside[1], -aside[0]];
        self.arc(at, aside, ahead, MAX_HALVINGS);
        self.arc(at, ahead, minus([0.0; 2], aside), MAX_HALVINGS);
    }

    /// Adds the shorter arc, halved until it is straight enough.
    fn arc(&mut self, at: Point, from: Point, to: Point, halvings: u8) {
        let [x, y] = plus(from, to);
        let length = (x * x + y * y).sqrt();
        if halvings == 0 || self.reach - length / 2.0 < TOLERANCE {
            self.coverage.edge(plus(at, from), plus(at, to));
            return;
        }
        let middle = if length > self.reach * 0.01 {
            let scale = self.reach / length;
            [x * scale, y * scale]
        } else {
            [from[1], -from[0]]
        };
        self.arc(at, from, middle, halvings - 1);
        self.arc(at, middle, to, halvings - 1);
    }
}

fn plus([x, y]: Point, [dx, dy]: Point) -> Point {
    [x + dx, y + dy]
}

fn minus([x, y]: Point, [dx, dy]: Point) -> Point {
    [x - dx, y - dy]
}
