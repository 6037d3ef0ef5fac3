//! Puts a figure into a picture: turned, bent, scaled to fit, and in the palette's colours.

use tiny_skia::{
    BlendMode, Color, FillRule, FilterQuality, GradientStop, LineCap, LineJoin, LinearGradient,
    Paint, Path, PathBuilder, Pixmap, PixmapPaint, Point as PixelPoint, Shader, SpreadMode, Stroke,
    Transform,
};

use super::dice::Dice;
use super::distort::Warp;
use super::figure::{Figure, Ink, Part};
use super::palette::{Palette, mix};
use super::shape::{Point, Shape, circle, curve};

/// Where the points of a figure lie in the picture.
struct Frame {
    /// Before scaling: how far it is stretched sideways, and whether it looks to the left.
    stretch: f32,
    sine: f32,
    cosine: f32,
    warp: Warp,
    scale: f32,
    shift: Point,
}

impl Frame {
    /// Turns and bends the figure at random and then fits it into the picture.
    fn fit(dice: &mut Dice, figure: &Figure, warp: Warp, side: f32) -> Frame {
        let tilt = dice.around(0.0, figure.tilt);
        let stretch = dice.between(0.86, 1.18) * dice.sign();
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
                Part::Fill { shapes, .. } => shapes.iter().for_each(|shape| {
                    include(shape.start);
                    shape.curves.iter().for_each(|&[_, _, to]| include(to));
                }),
                Part::Stroke { shape, .. } => {
                    include(shape.start);
                    shape.curves.iter().for_each(|&[_, _, to]| include(to));
                }
                Part::Coat => {}
            }
        }
        let [width, height] = [high[0] - low[0], high[1] - low[1]];
        let longest = width.max(height).max(0.1);
        // Slender figures need more of the picture than round ones.
        let slender = longest / (width * height).max(0.01).sqrt() - 1.0;
        let share = dice.between(0.62, 0.92) + slender.clamp(0.0, 0.5) * 0.2;
        frame.scale = side * share.min(0.93) / longest;
        let mut shift = |low: f32, high: f32| {
            let room = side - (high - low) * frame.scale;
            dice.between(0.03 * side, room - 0.03 * side) - low * frame.scale
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
    dice: &mut Dice,
    picture: &mut Pixmap,
    figure: &Figure,
    palette: &Palette,
    warp: Warp,
) {
    let side = picture.width() as f32;
    let frame = Frame::fit(dice, figure, warp, side);
    let Some(mut layer) = Pixmap::new(picture.width(), picture.height()) else {
        return;
    };
    let body = body_shader(dice, palette, side);
    let edge = palette
        .edge
        .map(|(color, width)| (color, stroke((width * frame.scale).max(side / 110.0))));
    for part in &figure.parts {
        match part {
            Part::Fill { ink, shapes } => {
                let Some(path) = path(shapes, |point| frame.place(point)) else {
                    continue;
                };
                if let Some((color, stroke)) = &edge {
                    let mut stroke = stroke.clone();
                    // Half of the edge is painted over by the fill.
                    stroke.width *= 2.0;
                    let paint = solid(*color);
                    layer.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
                }
                let paint = match ink {
                    Ink::Body => paint_with(body.clone()),
                    ink => solid(palette.ink(*ink)),
                };
                layer.fill_path(
                    &path,
                    &paint,
                    FillRule::Winding,
                    Transform::identity(),
                    None,
                );
            }
            Part::Stroke { shape, width, ink } => {
                let shapes = std::slice::from_ref(shape);
                if let Some(path) = path(shapes, |point| frame.place(point)) {
                    let stroke = stroke((width * frame.scale).max(side / 110.0));
                    let paint = solid(palette.ink(*ink));
                    layer.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
                }
            }
            Part::Coat => coat(dice, &mut layer, palette, side),
        }
    }
    picture.draw_pixmap(
        0,
        0,
        layer.as_ref(),
        &PixmapPaint {
            quality: FilterQuality::Nearest,
            ..PixmapPaint::default()
        },
        Transform::identity(),
        None,
    );
}

fn body_shader(dice: &mut Dice, palette: &Palette, side: f32) -> Shader<'static> {
    let [from, to] = palette.body;
    if from == to {
        return Shader::SolidColor(from);
    }
    let (sine, cosine) = dice.between(0.0, std::f32::consts::TAU).sin_cos();
    gradient(
        from,
        to,
        [side * (0.5 - cosine * 0.4), side * (0.5 - sine * 0.4)],
        [side * (0.5 + cosine * 0.4), side * (0.5 + sine * 0.4)],
    )
}

/// A pattern over all that the layer shows so far, and nowhere else.
fn coat(dice: &mut Dice, layer: &mut Pixmap, palette: &Palette, side: f32) {
    let mut shapes = Vec::new();
    let kind = dice.whole(0, 7);
    match kind {
        // Spots.
        0 | 1 => {
            let step = dice.between(0.13, 0.22) * side;
            let radius = dice.between(0.2, 0.36) * step;
            let count = (side / step) as usize + 1;
            for row in 0..count {
                for column in 0..count {
                    let x = (column as f32 + dice.between(0.0, 1.0)) * step;
                    let y = (row as f32 + dice.between(0.0, 1.0)) * step;
                    shapes.push(circle(x, y, radius * dice.between(0.6, 1.2)));
                }
            }
        }
        // Stripes, crooked ones.
        2 | 3 => {
            let step = dice.between(0.1, 0.2) * side;
            let angle = dice.between(0.0, std::f32::consts::PI);
            let bend = dice.around(0.0, 0.12) * side;
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
            if let Some(path) = path(&shapes, |point| point) {
                let paint = Paint {
                    blend_mode: BlendMode::SourceAtop,
                    ..solid(palette.coat)
                };
                let stroke = stroke(step * dice.between(0.25, 0.45));
                layer.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
            }
            return;
        }
        // A few large patches.
        4 => {
            for _ in 0..dice.whole(3, 6) {
                let (x, y) = (dice.between(0.1, 0.9), dice.between(0.1, 0.9));
                shapes.push(circle(x * side, y * side, dice.between(0.06, 0.13) * side));
            }
        }
        _ => return,
    }
    if let Some(path) = path(&shapes, |point| point) {
        let paint = Paint {
            blend_mode: BlendMode::SourceAtop,
            ..solid(palette.coat)
        };
        layer.fill_path(
            &path,
            &paint,
            FillRule::Winding,
            Transform::identity(),
            None,
        );
    }
}

/// The shapes as one path, each point where `place` puts it.
pub(super) fn path(shapes: &[Shape], place: impl Fn(Point) -> Point) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for shape in shapes {
        let [x, y] = place(shape.start);
        builder.move_to(x, y);
        for curve in &shape.curves {
            let [[ax, ay], [bx, by], [x, y]] = curve.map(&place);
            builder.cubic_to(ax, ay, bx, by, x, y);
        }
        if shape.closed {
            builder.close();
        }
    }
    builder.finish()
}

pub(super) fn solid(color: Color) -> Paint<'static> {
    paint_with(Shader::SolidColor(color))
}

pub(super) fn paint_with(shader: Shader<'static>) -> Paint<'static> {
    Paint {
        shader,
        ..Paint::default()
    }
}

pub(super) fn stroke(width: f32) -> Stroke {
    Stroke {
        width,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        ..Stroke::default()
    }
}

/// From one colour to the other between two points of the picture.
pub(super) fn gradient(from: Color, to: Color, start: Point, end: Point) -> Shader<'static> {
    let point = |[x, y]: Point| PixelPoint::from_xy(x, y);
    LinearGradient::new(
        point(start),
        point(end),
        vec![GradientStop::new(0.0, from), GradientStop::new(1.0, to)],
        SpreadMode::Pad,
        Transform::identity(),
    )
    .unwrap_or(Shader::SolidColor(mix(from, to, 0.5)))
}
