//! Puts a figure into a picture: turned, bent, scaled to fit, and in the palette's colours.

use super::canvas::{Canvas, Layer};
use super::color::Paint;
use super::distort::Warp;
use super::figure::{Figure, FigurePart, Ink};
use super::palette::Palette;
use super::polylines::Polylines;
use super::shape::{Point, circle, curve};
use crate::challenge::rng::DrawRng;

/// The mapping from points of a figure to the picture.
struct Frame {
    /// The horizontal stretch before scaling. It is negative if the figure looks to the left.
    stretch: f32,
    sine: f32,
    cosine: f32,
    warp: Warp,
    scale: f32,
    shift: Point,
}

impl Frame {
    /// Turns and bends the figure at random and then fits it into the picture.
    fn fit(rng: &mut DrawRng, figure: &Figure, warp: Warp, side: f32) -> Frame {
        let tilt = rng.near(0.0, figure.tilt);
        let way = if figure.mirrors { rng.sign() } else { 1.0 };
        let stretch = rng.between(0.86, 1.18) * way;
        let mut frame = Frame {
            stretch,
            sine: tilt.sin(),
            cosine: tilt.cos(),
            warp,
            scale: 1.0,
            shift: [0.0, 0.0],
        };
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        let mut include = |point: Point| {
            let [x, y] = frame.place(point);
            low = [low[0].min(x), low[1].min(y)];
            high = [high[0].max(x), high[1].max(y)];
        };
        for part in &figure.parts {
            match part {
                FigurePart::Fill { shapes, .. } => shapes.iter().for_each(|shape| {
                    include(shape.start);
                    shape.curves.iter().for_each(|&[_, _, to]| include(to));
                }),
                FigurePart::Stroke { shape, .. } => {
                    include(shape.start);
                    shape.curves.iter().for_each(|&[_, _, to]| include(to));
                }
                FigurePart::Coat => {}
            }
        }
        let [width, height] = [high[0] - low[0], high[1] - low[1]];
        let longest = width.max(height).max(0.1);
        // Slender figures are scaled larger than round ones.
        let slender = longest / (width * height).max(0.01).sqrt() - 1.0;
        let share = rng.between(0.62, 0.92) + slender.clamp(0.0, 0.5) * 0.2;
        frame.scale = side * share.min(0.93) / longest;
        let mut shift = |low: f32, high: f32| {
            let room = side - (high - low) * frame.scale;
            rng.between(0.03 * side, room - 0.03 * side) - low * frame.scale
        };
        frame.shift = [shift(low[0], high[0]), shift(low[1], high[1])];
        frame
    }

    fn place(&self, [x, y]: Point) -> Point {
        let x = x * self.stretch;
        let turned = [
            x * self.cosine - y * self.sine,
            x * self.sine + y * self.cosine,
        ];
        let [x, y] = self.warp.bend(turned);
        [
            x * self.scale + self.shift[0],
            y * self.scale + self.shift[1],
        ]
    }
}

/// Paints the figure over what the picture shows.
pub(super) fn figure(
    rng: &mut DrawRng,
    canvas: &mut Canvas,
    figure: &Figure,
    palette: &Palette,
    warp: Warp,
) {
    let side = canvas.side();
    let frame = Frame::fit(rng, figure, warp, side);
    let body = body_paint(rng, palette, side);
    let finest = side / 110.0;
    let is_coat = |part: &FigurePart| matches!(part, FigurePart::Coat);
    let last_coat = figure.parts.iter().rposition(is_coat).unwrap_or(0);
    for (index, part) in figure.parts.iter().enumerate() {
        // Only a coat uses the area of the figure.
        let layer = if index < last_coat {
            Layer::Figure
        } else {
            Layer::Ground
        };
        match part {
            FigurePart::Fill { ink, shapes } => {
                let lines = Polylines::of(shapes, |point| frame.place(point));
                if let Some((color, width)) = palette.edge {
                    // Half of the edge is painted over by the fill.
                    let width = (width * frame.scale).max(finest) * 2.0;
                    canvas.stroke(&lines, width, &Paint::Solid(color), layer);
                }
                let paint = match ink {
                    Ink::Body => body,
                    ink => Paint::Solid(palette.ink(*ink)),
                };
                canvas.fill(&lines, &paint, layer);
            }
            FigurePart::Stroke { shape, width, ink } => {
                let shapes = std::slice::from_ref(shape);
                let lines = Polylines::of(shapes, |point| frame.place(point));
                let width = (width * frame.scale).max(finest);
                let paint = Paint::Solid(palette.ink(*ink));
                canvas.stroke(&lines, width, &paint, layer);
            }
            FigurePart::Coat => coat(rng, canvas, palette),
        }
    }
}

fn body_paint(rng: &mut DrawRng, palette: &Palette, side: f32) -> Paint {
    let [from, to] = palette.body;
    if from == to {
        return Paint::Solid(from);
    }
    let (sine, cosine) = rng.between(0.0, std::f32::consts::TAU).sin_cos();
    Paint::Gradient {
        colors: [from, to],
        ends: [-0.4, 0.4].map(|way| [side * (0.5 + cosine * way), side * (0.5 + sine * way)]),
    }
}

/// Paints a pattern over the figure as painted so far, and nowhere else.
fn coat(rng: &mut DrawRng, canvas: &mut Canvas, palette: &Palette) {
    let side = canvas.side();
    let paint = Paint::Solid(palette.coat);
    let mut shapes = Vec::new();
    let kind = rng.whole(0, 7);
    match kind {
        // Spots.
        0 | 1 => {
            let step = rng.between(0.13, 0.22) * side;
            let radius = rng.between(0.2, 0.36) * step;
            let count = (side / step) as usize + 1;
            for row in 0..count {
                for column in 0..count {
                    let x = (column as f32 + rng.between(0.0, 1.0)) * step;
                    let y = (row as f32 + rng.between(0.0, 1.0)) * step;
                    shapes.push(circle(x, y, radius * rng.between(0.6, 1.2)));
                }
            }
        }
        // Stripes, crooked ones.
        2 | 3 => {
            let step = rng.between(0.1, 0.2) * side;
            let angle = rng.between(0.0, std::f32::consts::PI);
            let bend = rng.near(0.0, 0.12) * side;
            let lines = (side * 1.5 / step) as usize;
            let middle = [side / 2.0, side / 2.0];
            for line in 0..lines {
                let x = line as f32 * step - side * 0.25;
                let points = [
                    [x, -side * 0.25],
                    [x + bend, side * 0.25],
                    [x - bend, side * 0.75],
                    [x, side * 1.25],
                ];
                shapes.push(curve(&points).turned(angle, middle));
            }
            let lines = Polylines::of(&shapes, |point| point);
            let width = step * rng.between(0.25, 0.45);
            canvas.stroke(&lines, width, &paint, Layer::OnFigure);
            return;
        }
        // A few large patches.
        4 => {
            for _ in 0..rng.whole(3, 6) {
                let (x, y) = (rng.between(0.1, 0.9), rng.between(0.1, 0.9));
                shapes.push(circle(x * side, y * side, rng.between(0.06, 0.13) * side));
            }
        }
        _ => return,
    }
    let lines = Polylines::of(&shapes, |point| point);
    canvas.fill(&lines, &paint, Layer::OnFigure);
}
