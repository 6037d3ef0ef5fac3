//! How much of each pixel lies within an outline.
//!
//! Each edge of an outline adds to the pixels that it crosses how much of them lies to its
//! right, with a sign for its direction; the sum along a row is then the coverage. It is
//! exact, costs little more than the edges are long, and needs no sorting. Font renderers do
//! it so (R. Levien, "Inside the fastest font renderer in the world", 2016).
//!
//! What several outlines cover together counts once if they run the same way round.

use super::shape::Point;

/// What a covered pixel adds up to.
const WHOLE: f32 = 65_536.0;

/// The edges of the outlines that are being filled.
#[derive(Debug)]
pub(super) struct Coverage {
    side: usize,
    /// Row by row, the change of coverage from the pixel to the left, two more than pixels.
    changes: Vec<i32>,
    row: Vec<u16>,
}

impl Coverage {
    pub(super) fn new(side: usize) -> Coverage {
        Coverage {
            side,
            changes: vec![0; (side + 2) * side],
            row: vec![0; side],
        }
    }

    /// Adds an edge. What is outside of the picture covers nothing in it.
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
        // An edge that leaves the picture runs on along its border.
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
        let first = y as usize;
        let mut bottom = (first + 1) as f32;
        let Some(rows) = self.changes.get_mut(first * stride..) else {
            return;
        };
        let mut rows = rows.chunks_exact_mut(stride);
        if bottom < to_y {
            let slope = (to_x - x) / (to_y - y);
            let (low, high) = (x.min(to_x), x.max(to_x));
            let mut next = x + slope * (bottom - y);
            while bottom < to_y {
                let Some(changes) = rows.next() else {
                    return;
                };
                next = next.clamp(low, high);
                across(changes, x, next, sign * (bottom - y));
                (x, y) = (next, bottom);
                next += slope;
                bottom += 1.0;
            }
        }
        if let Some(changes) = rows.next() {
            across(changes, x, to_x, sign * (to_y - y));
        }
    }

    /// Gives, for each row that is covered, its number, the first column and the coverage from
    /// there on, from 0 to 256; and forgets the edges. They touch no other columns and rows.
    pub(super) fn rows(
        &mut self,
        columns: std::ops::Range<usize>,
        rows: std::ops::Range<usize>,
        mut lay: impl FnMut(usize, usize, &mut [u16]),
    ) {
        let stride = self.side + 2;
        let all = self.changes.chunks_exact_mut(stride).enumerate();
        for (index, changes) in all.take(rows.end).skip(rows.start) {
            // Where nothing changes, and nothing has changed before, nothing is covered.
            let Some(touched) = changes.get_mut(columns.start..columns.end + 2) else {
                return;
            };
            let Some(first) = touched.iter().position(|change| *change != 0) else {
                continue;
            };
            let last = touched.iter().rposition(|change| *change != 0);
            let touched = touched.get_mut(first..=last.unwrap_or(first));
            let touched = touched.unwrap_or_default();
            let start = columns.start + first;
            let width = touched.len().min(self.side - start.min(self.side));
            let mut sum = 0;
            for change in &mut *touched {
                sum += *change;
                *change = sum;
            }
            let Some(row) = self.row.get_mut(..width) else {
                return;
            };
            for (covered, sum) in row.iter_mut().zip(&*touched) {
                *covered = (sum.abs() >> 8).min(256) as u16;
            }
            touched.fill(0);
            lay(index, start, row);
        }
    }
}

/// Adds the part of an edge that crosses one row between two places.
#[inline]
fn across(changes: &mut [i32], one: f32, other: f32, amount: f32) {
    let (left, right) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    let (first, last) = (left as usize, right as usize);
    if first == last {
        let Some([here, next, ..]) = changes.get_mut(first..) else {
            return;
        };
        let beyond = (((left + right) * 0.5 - first as f32) * amount) as i32;
        *here += amount as i32 - beyond;
        *next += beyond;
        return;
    }
    // The area to the right of the edge grows as a parabola below it and as a line beyond.
    let width = right - left;
    let area = |x: f32| {
        let below = (x - left).min(width);
        0.5 * below * below / width + (x - right).max(0.0)
    };
    let Some(changes) = changes.get_mut(first..=last + 1) else {
        return;
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
