//! Computes the part of each pixel that lies within an outline.
//!
//! For each pixel that an edge of an outline crosses, it adds the area to its right, with a sign
//! for its direction. The running sum along a row is the coverage. The result is exact, the cost is
//! little more than the length of the edges, and no sorting is needed. Font renderers use this
//! method (R. Levien, "Inside the fastest font renderer in the world", 2016).
//!
//! An area that several outlines cover counts once if the outlines have the same orientation.

use super::shape::Point;

/// The value of a completely covered pixel.
const WHOLE: f32 = 65_536.0;

/// The accumulated edges of the outlines to be filled.
#[derive(Debug)]
pub(super) struct Coverage {
    side: usize,
    /// Row by row, the change of coverage from the pixel to the left, two more than pixels.
    changes: Vec<i32>,
    /// Where each row's changes begin and end.
    spans: Vec<Span>,
    /// The rows with changes.
    rows: Span,
    row: Vec<u16>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

impl Span {
    const EMPTY: Span = Span {
        start: usize::MAX,
        end: 0,
    };

    fn include(&mut self, start: usize, end: usize) {
        self.start = self.start.min(start);
        self.end = self.end.max(end);
    }
}

impl Coverage {
    pub(super) fn new(side: usize) -> Coverage {
        Coverage {
            side,
            changes: vec![0; (side + 2) * side],
            spans: vec![Span::EMPTY; side],
            rows: Span::EMPTY,
            row: vec![0; side],
        }
    }

    /// Adds an edge, clipped to the picture.
    pub(super) fn edge(&mut self, from: Point, to: Point) {
        let side = self.side as f32;
        let inside = |[x, y]: Point| x >= 0.0 && x <= side && y >= 0.0 && y <= side;
        let (sign, top, bottom) = if from[1] < to[1] {
            (WHOLE, from, to)
        } else {
            (-WHOLE, to, from)
        };
        if inside(from) && inside(to) {
            self.down(sign, top, bottom);
            return;
        }
        let (start, end) = (top[1].max(0.0), bottom[1].min(side));
        if start < end {
            let slope = (bottom[0] - top[0]) / (bottom[1] - top[1]);
            let at = |y: f32| [top[0] + (y - top[1]) * slope, y];
            self.between(sign, at(start), at(end));
        }
    }

    /// Adds an edge that goes down between the upper and the lower end of the picture.
    fn between(&mut self, sign: f32, from: Point, to: Point) {
        let side = self.side as f32;
        let (left, right) = (from[0].min(to[0]), from[0].max(to[0]));
        // An edge that leaves the picture continues along its border.
        for border in [0.0, side] {
            if left < border && border < right {
                let share = (border - from[0]) / (to[0] - from[0]);
                let crossing = [border, from[1] + (to[1] - from[1]) * share];
                self.between(sign, from, crossing);
                self.between(sign, crossing, to);
                return;
            }
        }
        let within = |[x, y]: Point| [x.clamp(0.0, side), y];
        self.down(sign, within(from), within(to));
    }

    /// Adds an edge that goes down within the picture.
    fn down(&mut self, sign: f32, [mut x, mut y]: Point, [to_x, to_y]: Point) {
        let stride = self.side + 2;
        let first = y as i32 as usize;
        let changes = self.changes.get_mut(first * stride..).unwrap_or_default();
        let spans = self.spans.get_mut(first..).unwrap_or_default();
        let mut rows = changes.chunks_exact_mut(stride).zip(spans);
        let mut bottom = (first + 1) as f32;
        let mut last = first;
        if bottom < to_y {
            let slope = (to_x - x) / (to_y - y);
            let (low, high) = in_order(x, to_x);
            let mut next = x + slope * (bottom - y);
            while bottom < to_y {
                let Some((changes, span)) = rows.next() else {
                    return;
                };
                next = next.clamp(low, high);
                across(changes, span, in_order(x, next), sign * (bottom - y));
                (x, y) = (next, bottom);
                next += slope;
                bottom += 1.0;
                last += 1;
            }
        }
        if let Some((changes, span)) = rows.next() {
            across(changes, span, in_order(x, to_x), sign * (to_y - y));
            self.rows.include(first, last + 1);
        } else {
            self.rows.include(first, last);
        }
    }

    /// Calls `lay` for each covered row, with its number, the first column and the coverage from
    /// there on, from 0 to 256. Then clears the edges.
    pub(super) fn rows(&mut self, mut lay: impl FnMut(usize, usize, &mut [u16])) {
        let touched = std::mem::replace(&mut self.rows, Span::EMPTY);
        let all = self.changes.chunks_exact_mut(self.side + 2);
        let all = all.zip(&mut self.spans).enumerate();
        for (index, (changes, span)) in all.take(touched.end).skip(touched.start) {
            let Span { start, end } = std::mem::replace(span, Span::EMPTY);
            let Some(changes) = changes.get_mut(start..end) else {
                continue;
            };
            let mut sum = 0;
            for change in &mut *changes {
                sum += *change;
                *change = sum;
            }
            let width = end.min(self.side).saturating_sub(start);
            let row = self.row.get_mut(..width).unwrap_or_default();
            for (covered, sum) in row.iter_mut().zip(&*changes) {
                *covered = (sum.abs() >> 8).min(256) as u16;
            }
            changes.fill(0);
            lay(index, start, row);
        }
    }
}

fn in_order(one: f32, other: f32) -> (f32, f32) {
    if one < other {
        (one, other)
    } else {
        (other, one)
    }
}

/// Adds the part of an edge that crosses one row from a place to another further right.
#[inline]
fn across(changes: &mut [i32], span: &mut Span, (left, right): (f32, f32), amount: f32) {
    let (first, last) = (left as i32 as usize, right as i32 as usize);
    span.include(first, last + 2);
    let Some(changes) = changes.get_mut(first..last + 2) else {
        return;
    };
    // Pixels to the right of the edge are covered. The uncovered part of a crossed pixel is a
    // triangle.
    match changes {
        [here, next] => {
            let share = (left + right) * 0.5 - first as f32;
            let beyond = (share * amount) as i32;
            *here += amount as i32 - beyond;
            *next += beyond;
        }
        [here, next, after] => {
            let half = 0.5 * amount / (right - left);
            let (into, over) = (last as f32 - left, right - last as f32);
            let covered = (into * into * half) as i32;
            let beyond = (over * over * half) as i32;
            *here += covered;
            *next += amount as i32 - beyond - covered;
            *after += beyond;
        }
        changes => {
            let width = right - left;
            let area = |x: f32| {
                let below = (x - left).min(width);
                0.5 * below * below / width + (x - right).max(0.0)
            };
            let (mut x, mut reached, mut before) = (first as f32, 0.0, 0);
            for change in changes {
                x += 1.0;
                let reach = area(x);
                let covered = ((reach - reached) * amount) as i32;
                *change += covered - before;
                (reached, before) = (reach, covered);
            }
        }
    }
}
