//! Transforms the pixels of a block into its coefficients.
//!
//! The cosine transform of Arai, Agui and Nakajima (1988). Its results are scaled by constant
//! factors, which are divided out together with the quantisation steps.

use std::f32::consts::{FRAC_1_SQRT_2, SQRT_2};
use std::ops::{Add, Mul, Sub};

use super::tables::STEPS;

/// The factors of the transform's results: the square root of two times a cosine, except for the
/// first.
const LEFT: [f32; 8] = [
    1.0,
    1.387_039_9,
    1.306_563,
    1.175_875_6,
    1.0,
    0.785_694_96,
    0.541_196_1,
    0.275_899_38,
];

/// Eight numbers at once. Each operation is written out: an unoptimised build, which draws the
/// pictures of a site under development, takes a tenth of the time of a loop for it.
#[derive(Clone, Copy)]
struct Eight([f32; 8]);

/// An array of the values that an expression has for each place from 0 to 7.
macro_rules! each_place {
    (|$place:ident| $value:expr) => {
        each_place!(@ $place, $value, 0 1 2 3 4 5 6 7)
    };
    (@ $place:ident, $value:expr, $($number:literal)*) => {
        [$({ const $place: usize = $number; $value }),*]
    };
}

impl Add for Eight {
    type Output = Eight;
    #[inline]
    fn add(self, other: Eight) -> Eight {
        Eight(each_place!(|AT| self.0[AT] + other.0[AT]))
    }
}

impl Sub for Eight {
    type Output = Eight;
    #[inline]
    fn sub(self, other: Eight) -> Eight {
        Eight(each_place!(|AT| self.0[AT] - other.0[AT]))
    }
}

impl Mul<f32> for Eight {
    type Output = Eight;
    #[inline]
    fn mul(self, factor: f32) -> Eight {
        Eight(each_place!(|AT| self.0[AT] * factor))
    }
}

/// The scaling of the coefficients of one kind of block.
pub(super) struct Scale {
    /// The quantisation step of each coefficient, row by row.
    pub(super) steps: [u8; 64],
    /// The factors of the results of the transform, column by column.
    factors: [Eight; 8],
}

impl Scale {
    /// The factors for brightness or for the differences of colour, at a quality from 1 to 100.
    pub(super) fn of(kind: &[u8; 64], quality: u8) -> Scale {
        let quality = u32::from(quality.clamp(1, 100));
        let percent = if quality < 50 {
            5_000 / quality
        } else {
            200 - 2 * quality
        };
        let steps = kind.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u8);
        let mut factors = [Eight([0.0; 8]); 8];
        for (x, (column, across)) in factors.iter_mut().zip(LEFT).enumerate() {
            let rows = steps.iter().skip(x).step_by(8).zip(LEFT);
            for (factor, (step, down)) in column.0.iter_mut().zip(rows) {
                *factor = 1.0 / (8.0 * across * down * f32::from(*step));
            }
        }
        Scale { steps, factors }
    }

    pub(super) fn both(quality: u8) -> [Scale; 2] {
        STEPS.each_ref().map(|kind| Scale::of(kind, quality))
    }

    /// The coefficients of a block of rows, column by column.
    pub(super) fn coefficients(&self, rows: &[[u8; 8]; 8]) -> [i16; 64] {
        let centred = |row: &[u8; 8]| Eight(each_place!(|AT| f32::from(row[AT]) - 128.0));
        let rows = each_place!(|AT| centred(&rows[AT]));
        let columns = transform(transposed(transform(rows)));
        let mut coefficients = [0; 64];
        let scaled = columns.iter().zip(&self.factors);
        for (to, (column, factors)) in coefficients.as_chunks_mut::<8>().0.iter_mut().zip(scaled) {
            *to = each_place!(|AT| rounded(column.0[AT] * factors.0[AT]));
        }
        coefficients
    }

    /// The first coefficient of a block of one value.
    pub(super) fn level(&self, value: u8) -> i16 {
        let [step, ..] = self.steps;
        let (level, step) = ((i16::from(value) - 128) * 8, i16::from(step));
        (level + step / 2 * level.signum()) / step
    }
}

/// Transforms each column of eight rows.
fn transform([a, b, c, d, e, f, g, h]: [Eight; 8]) -> [Eight; 8] {
    let (outer, inner) = (a + h, d + e);
    let (second, third) = (b + g, c + f);
    let (even, odd) = (outer + inner, second + third);
    let tilted = outer - inner;
    let turned = (second - third + tilted) * FRAC_1_SQRT_2;

    let (near, middle, far) = (d - e + (c - f), c - f + (b - g), b - g + (a - h));
    let shared = (near - far) * 0.382_683_43;
    let low = near * 0.541_196_1 + shared;
    let high = far * 1.306_563 + shared;
    let half = middle * (SQRT_2 / 2.0);
    let (sum, difference) = (a - h + half, a - h - half);
    [
        even + odd,
        sum + high,
        tilted + turned,
        difference - low,
        even - odd,
        difference + low,
        tilted - turned,
        sum - high,
    ]
}

fn transposed(rows: [Eight; 8]) -> [Eight; 8] {
    each_place!(|COLUMN| Eight(each_place!(|ROW| rows[ROW].0[COLUMN])))
}

/// The nearest integer.
#[inline]
fn rounded(value: f32) -> i16 {
    // Added to a number this large, the fraction is rounded away.
    const ROUND: f32 = 12_582_912.0;
    (value + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i16
}
