//! `Shape`: the outlines of figures.
//!
//! Coordinates are free: `x` to the right, `y` down, most figures between -1 and 1. A figure
//! is scaled into its picture when it is painted.

pub(super) type Point = [f32; 2];

/// A path of cubic curves.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) start: Point,
    /// Two control points and an end point each.
    pub(super) curves: Vec<[Point; 3]>,
    pub(super) closed: bool,
}

/// A closed, smooth outline through these points.
pub(super) fn blob(points: &[Point]) -> Shape {
    through(points.iter().map(|&point| (point, 1.0)).collect(), true)
}

/// A closed outline through these points, `x`, `y` and how round it is there: 0 is a corner,
/// 1 is smooth.
pub(super) fn outline(points: &[[f32; 3]]) -> Shape {
    through(
        points
            .iter()
            .map(|&[x, y, round]| ([x, y], round))
            .collect(),
        true,
    )
}

/// An open, smooth line through these points.
pub(super) fn curve(points: &[Point]) -> Shape {
    through(points.iter().map(|&point| (point, 1.0)).collect(), false)
}

/// An ellipse around `x`, `y`.
pub(super) fn ellipse(x: f32, y: f32, width: f32, height: f32) -> Shape {
    let (w, h) = (width * 0.5523, height * 0.5523);
    Shape {
        start: [x + width, y],
        curves: vec![
            [[x + width, y + h], [x + w, y + height], [x, y + height]],
            [[x - w, y + height], [x - width, y + h], [x - width, y]],
            [[x - width, y - h], [x - w, y - height], [x, y - height]],
            [[x + w, y - height], [x + width, y - h], [x + width, y]],
        ],
        closed: true,
    }
}

pub(super) fn circle(x: f32, y: f32, radius: f32) -> Shape {
    ellipse(x, y, radius, radius)
}

/// A limb along a spine of `x`, `y` and half its width there, with round ends.
pub(super) fn limb(spine: &[[f32; 3]]) -> Shape {
    const STEPS: usize = 4;
    let centres: Vec<Point> = spine.iter().map(|&[x, y, _]| [x, y]).collect();
    let line = curve(&centres);
    let mut samples = Vec::with_capacity(spine.len() * STEPS + 1);
    let mut from = line.start;
    for (curve, ends) in line.curves.iter().zip(spine.windows(2)) {
        let (&[a, b, to], &[[.., first], [.., last]]) = (curve, ends) else {
            continue;
        };
        for step in 0..STEPS {
            let t = step as f32 / STEPS as f32;
            samples.push((bezier(from, a, b, to, t), first + (last - first) * t));
        }
        from = to;
    }
    if let Some(&[.., width]) = spine.last() {
        samples.push((from, width));
    }

    let mut left = Vec::with_capacity(samples.len() * 2 + 6);
    let mut right = Vec::with_capacity(samples.len());
    for (index, &(centre, width)) in samples.iter().enumerate() {
        let before = samples.get(index.saturating_sub(1)).map_or(centre, |s| s.0);
        let after = samples.get(index + 1).map_or(centre, |s| s.0);
        let [x, y] = direction(before, after);
        left.push([centre[0] + y * width, centre[1] - x * width]);
        right.push([centre[0] - y * width, centre[1] + x * width]);
    }
    if let [.., (before, _), (end, width)] = samples.as_slice() {
        left.extend(cap(*before, *end, *width));
    }
    left.extend(right.into_iter().rev());
    if let [(end, width), (before, _), ..] = samples.as_slice() {
        left.extend(cap(*before, *end, *width));
    }
    blob(&left)
}

/// Points of the round end of a limb that goes from `before` to `end`.
fn cap(before: Point, end: Point, width: f32) -> [Point; 3] {
    let [x, y] = direction(before, end);
    [-0.7_f32, 0.0, 0.7].map(|side| {
        let ahead = (1.0 - side * side).sqrt() * width;
        let side = side * width;
        [end[0] + x * ahead - y * side, end[1] + y * ahead + x * side]
    })
}

fn direction(from: Point, to: Point) -> Point {
    let [x, y] = [to[0] - from[0], to[1] - from[1]];
    let length = x.hypot(y).max(1e-6);
    [x / length, y / length]
}

fn bezier(from: Point, a: Point, b: Point, to: Point, t: f32) -> Point {
    let u = 1.0 - t;
    let [wa, wb, wc, wd] = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
    [
        from[0] * wa + a[0] * wb + b[0] * wc + to[0] * wd,
        from[1] * wa + a[1] * wb + b[1] * wc + to[1] * wd,
    ]
}

/// Cubic curves in the manner of Catmull and Rom: the tangent at a point is parallel to the
/// line between its neighbours.
fn through(points: Vec<(Point, f32)>, closed: bool) -> Shape {
    let count = points.len();
    let at = |index: usize| points.get(index).copied().unwrap_or(([0.0, 0.0], 0.0));
    let tangent = |index: usize| {
        let before = match (index, closed) {
            (0, true) => count.saturating_sub(1),
            (index, _) => index.saturating_sub(1),
        };
        let after = match (index + 1 == count, closed) {
            (true, true) => 0,
            (true, false) => index,
            (false, _) => index + 1,
        };
        let ([ax, ay], [bx, by]) = (at(before).0, at(after).0);
        let round = at(index).1 / 6.0;
        [(bx - ax) * round, (by - ay) * round]
    };
    let ends = if closed {
        count
    } else {
        count.saturating_sub(1)
    };
    let curves = (0..ends)
        .map(|index| {
            let next = if index + 1 == count { 0 } else { index + 1 };
            let (from, to) = (at(index).0, at(next).0);
            let (leaving, arriving) = (tangent(index), tangent(next));
            [
                [from[0] + leaving[0], from[1] + leaving[1]],
                [to[0] - arriving[0], to[1] - arriving[1]],
                to,
            ]
        })
        .collect();
    Shape {
        start: at(0).0,
        curves,
        closed,
    }
}

impl Shape {
    /// The shape with every point moved by `place`.
    pub(super) fn map(mut self, mut place: impl FnMut(Point) -> Point) -> Shape {
        self.start = place(self.start);
        for curve in &mut self.curves {
            *curve = curve.map(&mut place);
        }
        self
    }

    /// The shape turned clockwise around a point, in radians.
    pub(super) fn turned(self, angle: f32, [x, y]: Point) -> Shape {
        let (sine, cosine) = angle.sin_cos();
        self.map(|[px, py]| {
            let (dx, dy) = (px - x, py - y);
            [x + dx * cosine - dy * sine, y + dx * sine + dy * cosine]
        })
    }

    /// The shape on the other side of the vertical axis.
    pub(super) fn mirrored(self) -> Shape {
        self.map(|[x, y]| [-x, y])
    }

    /// The same shape with clockwise orientation: shapes that are filled together must not cancel
    /// out.
    pub(super) fn clockwise(self) -> Shape {
        let mut area = 0.0;
        let mut from = self.start;
        for &[.., to] in &self.curves {
            area += from[0] * to[1] - to[0] * from[1];
            from = to;
        }
        if area >= 0.0 {
            return self;
        }
        let mut ends: Vec<Point> = vec![self.start];
        ends.extend(self.curves.iter().map(|&[.., to]| to));
        let curves = self.curves.iter().zip(&ends).rev();
        Shape {
            start: ends.last().copied().unwrap_or(self.start),
            curves: curves.map(|(&[a, b, _], &from)| [b, a, from]).collect(),
            closed: self.closed,
        }
    }
}
