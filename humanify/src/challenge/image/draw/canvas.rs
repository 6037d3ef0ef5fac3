//! `Canvas`: a picture during painting.
//!
//! It is stored as it will be encoded, as brightness and two colour differences. Mixing is linear,
//! so mixing these components is the same as mixing colours.

use rand::Rng;

use super::color::{Color, Paint};
use super::coverage::Coverage;
use super::polylines::Polylines;
use crate::challenge::image::draw::jpeg::{self, Encoded};

/// The part of the picture that paint covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// Over everything.
    Ground,
    /// Over everything. The painted area becomes part of the figure.
    Figure,
    /// Only where the figure is.
    OnFigure,
}

/// A square of pixels.
#[derive(Debug)]
pub(crate) struct Canvas {
    side: usize,
    planes: [Vec<u8>; 3],
    /// How much of each pixel the figure covers.
    figure: Vec<u8>,
    coverage: Coverage,
}

impl Canvas {
    pub(super) fn new(side: u32) -> Canvas {
        let side = side as usize;
        let plane = || vec![0; side * side];
        Canvas {
            side,
            planes: [plane(), plane(), plane()],
            figure: plane(),
            coverage: Coverage::new(side),
        }
    }

    /// Pixels along each side.
    pub(super) fn side(&self) -> f32 {
        self.side as f32
    }

    /// Paints over everything.
    pub(super) fn cover(&mut self, paint: &Paint) {
        let values = PlaneValues::of(paint);
        for (plane, values) in self.planes.iter_mut().zip(&values.0) {
            for (row, pixels) in plane.chunks_exact_mut(self.side).enumerate() {
                values.each(0, row, pixels, |pixel, value| *pixel = value);
            }
        }
    }

    /// Gives each pixel, by its column and row, a colour.
    #[cfg(feature = "image-folder")]
    pub(super) fn paint(&mut self, mut color: impl FnMut(usize, usize) -> Color) {
        let [brightness, blue, red] = &mut self.planes;
        let pixels = brightness.iter_mut().zip(blue).zip(red).enumerate();
        for (index, ((brightness, blue), red)) in pixels {
            let parts = color(index % self.side, index / self.side).parts();
            [*brightness, *blue, *red] = parts;
        }
    }

    /// Paints what lies within the lines.
    pub(super) fn fill(&mut self, lines: &Polylines, paint: &Paint, layer: Layer) {
        lines.fill(&mut self.coverage);
        self.lay(paint, layer);
    }

    /// Draws along the lines with a round pen of this width.
    pub(super) fn stroke(&mut self, lines: &Polylines, width: f32, paint: &Paint, layer: Layer) {
        lines.stroke(&mut self.coverage, width / 2.0);
        self.lay(paint, layer);
    }

    /// The brightness of all pixels, row by row.
    pub(super) fn brightness(&mut self) -> &mut [u8] {
        let [brightness, ..] = &mut self.planes;
        brightness
    }

    /// The picture as JPEG, at one of the qualities.
    pub(crate) fn encode(&self, quality: usize) -> Encoded {
        let side = u16::try_from(self.side).unwrap_or(u16::MAX);
        jpeg::encode(side, self.planes.each_ref().map(Vec::as_slice), quality)
    }

    /// The picture with faint noise, which makes it about `more` bytes longer than `plain`.
    pub(crate) fn encode_speckled(
        &self,
        quality: usize,
        plain: &Encoded,
        more: usize,
        generator: &mut dyn Rng,
    ) -> Vec<u8> {
        let side = u16::try_from(self.side).unwrap_or(u16::MAX);
        let planes = self.planes.each_ref().map(Vec::as_slice);
        jpeg::encode_speckled(side, planes, quality, (more, plain.even_blocks), generator)
    }

    /// Paints the covered pixels.
    fn lay(&mut self, paint: &Paint, layer: Layer) {
        let side = self.side;
        let values = PlaneValues::of(paint);
        let (planes, figure) = (&mut self.planes, &mut self.figure);
        self.coverage.rows(|row, start, covered| {
            let first = row * side + start;
            let place = first..first + covered.len();
            if layer != Layer::Ground
                && let Some(figure) = figure.get_mut(place.clone())
            {
                for (figure, covered) in figure.iter_mut().zip(&mut *covered) {
                    if layer == Layer::Figure {
                        *figure = blend(*figure, u8::MAX, *covered);
                    } else {
                        *covered = (*covered * u16::from(*figure)) >> 8;
                    }
                }
            }
            for (plane, values) in planes.iter_mut().zip(&values.0) {
                if let Some(pixels) = plane.get_mut(place.clone()) {
                    values.over(start, row, pixels, covered);
                }
            }
        });
    }
}

/// `covered`, from 0 to 256, is the share of the new value.
fn blend(old: u8, new: u8, covered: u16) -> u8 {
    ((u16::from(old) * (256 - covered) + u16::from(new) * covered + 128) >> 8) as u8
}

/// The value of a paint in each of the planes.
struct PlaneValues([PlaneValue; 3]);

/// A gradient of one component along a slope.
struct PlaneValue {
    from: u8,
    to: u8,
    slope: Option<Slope>,
}

/// How far along a gradient a pixel is, in parts of 65536.
#[derive(Clone, Copy)]
struct Slope {
    start: f32,
    across: f32,
    down: f32,
}

impl PlaneValues {
    fn of(paint: &Paint) -> PlaneValues {
        let solid = |color: Color| {
            PlaneValues(color.parts().map(|value| PlaneValue {
                from: value,
                to: value,
                slope: None,
            }))
        };
        match *paint {
            Paint::Solid(color) => solid(color),
            Paint::Gradient {
                colors: [from, to],
                ends: [[ax, ay], [bx, by]],
            } => {
                let (dx, dy) = (bx - ax, by - ay);
                let length = (dx * dx + dy * dy).max(1e-6);
                let (across, down) = (dx / length * 65_536.0, dy / length * 65_536.0);
                let slope = Slope {
                    start: (0.5 - ax) * across + (0.5 - ay) * down,
                    across,
                    down,
                };
                let [a, b, c] = from.parts();
                let [d, e, f] = to.parts();
                PlaneValues([(a, d), (b, e), (c, f)].map(|(from, to)| PlaneValue {
                    from,
                    to,
                    slope: Some(slope),
                }))
            }
        }
    }
}

impl PlaneValue {
    fn over(&self, column: usize, row: usize, pixels: &mut [u8], covered: &[u16]) {
        match self.slope {
            None => {
                for (pixel, covered) in pixels.iter_mut().zip(covered) {
                    *pixel = blend(*pixel, self.from, *covered);
                }
            }
            Some(_) => {
                let mut covered = covered.iter();
                self.each(column, row, pixels, |pixel, value| {
                    *pixel = blend(*pixel, value, covered.next().copied().unwrap_or(0));
                });
            }
        }
    }

    /// Calls `give` with each pixel of a row, from a column on, and its value.
    fn each(
        &self,
        column: usize,
        row: usize,
        pixels: &mut [u8],
        mut give: impl FnMut(&mut u8, u8),
    ) {
        let Some(slope) = self.slope else {
            pixels.iter_mut().for_each(|pixel| give(pixel, self.from));
            return;
        };
        let start = slope.start + column as f32 * slope.across + row as f32 * slope.down;
        let (mut along, step) = (start as i32, slope.across as i32);
        for pixel in pixels {
            let share = (along >> 8).clamp(0, 256) as u16;
            along = along.wrapping_add(step);
            give(pixel, blend(self.from, self.to, share));
        }
    }
}
