//! Shows the site's own pictures differently each time: turned, cropped, bent, relit and distorted.

use image::RgbImage;
use rand::Rng;

use super::canvas::Canvas;
use super::color::Color;
use super::distort::{Distortion, Warp};
use super::palette::Palette;
use super::shape::Point;
use super::{DrawError, MAX_SIDE, MIN_SIDE};
use crate::challenge::rng::DrawRng;

/// A view of the picture, `side` pixels square. Hardness is as for drawn pictures.
pub(crate) fn photo(
    picture: &RgbImage,
    hardness: u8,
    side: u32,
    generator: &mut impl Rng,
) -> Result<Canvas, DrawError> {
    if !(MIN_SIDE..=MAX_SIDE).contains(&side) {
        return Err(DrawError::Side);
    }
    let rng = &mut DrawRng::new(generator);
    let distortion = Distortion::of(hardness);
    let mut canvas = Canvas::new(side);
    let warp = distortion.warp(rng);
    let view = View::new(rng, warp);
    let light = Light::new(rng);
    let step = 2.0 / side as f32;
    canvas.paint(|column, row| {
        let at = |number: usize| (number as f32 + 0.5) * step - 1.0;
        light.on(sample(picture, view.place([at(column), at(row)])))
    });
    // Lines in colours of their own are visible on any picture.
    let palette = Palette::new(rng, distortion.contrast);
    distortion.cover(rng, &mut canvas, &palette);
    distortion.grain(rng, &mut canvas);
    Ok(canvas)
}

/// The visible part of the picture. Points are between -1 and 1.
struct View {
    sine: f32,
    cosine: f32,
    shift: Point,
    warp: Warp,
}

impl View {
    fn new(rng: &mut DrawRng, warp: Warp) -> View {
        let turn = rng.near(0.0, 0.2);
        let scale = rng.between(0.72, 0.95);
        // The offset is small enough that the area beyond the picture takes little of the view.
        let room = 1.0 - scale;
        View {
            sine: turn.sin() * scale,
            cosine: turn.cos() * scale,
            shift: [rng.near(0.0, room), rng.near(0.0, room)],
            warp,
        }
    }

    fn place(&self, point: Point) -> Point {
        let [x, y] = self.warp.bend(point);
        [
            x * self.cosine - y * self.sine + self.shift[0],
            x * self.sine + y * self.cosine + self.shift[1],
        ]
    }
}

/// The lighting of the picture: a factor and an offset for each colour channel.
struct Light([(f32, f32); 3]);

impl Light {
    fn new(rng: &mut DrawRng) -> Light {
        let bright = rng.between(0.85, 1.12);
        Light([(); 3].map(|()| (bright * rng.between(0.92, 1.08), rng.near(0.0, 0.04))))
    }

    fn on(&self, [red, green, blue]: [f32; 3]) -> Color {
        let [r, g, b] = self.0;
        Color::new(red * r.0 + r.1, green * g.0 + g.1, blue * b.0 + b.1)
    }
}

/// The colour at a point, from 0 to 1, between the four nearest pixels. Beyond its edges the
/// picture is mirrored.
fn sample(picture: &RgbImage, [x, y]: Point) -> [f32; 3] {
    let place = |along: f32, pixels: u32| {
        let folded = if along.abs() > 1.0 {
            along.signum() * 2.0 - along
        } else {
            along
        };
        let place = ((folded + 1.0) / 2.0).clamp(0.0, 1.0) * (pixels - 1) as f32;
        (place as u32, place.fract())
    };
    let (width, height) = (picture.width().max(1), picture.height().max(1));
    let ((left, across), (top, down)) = (place(x, width), place(y, height));
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let corners = [
        (left, top, (1.0 - across) * (1.0 - down)),
        (right, top, across * (1.0 - down)),
        (left, bottom, (1.0 - across) * down),
        (right, bottom, across * down),
    ];
    let mut color = [0.0; 3];
    for (x, y, share) in corners {
        let Some(pixel) = picture.get_pixel_checked(x, y) else {
            continue;
        };
        for (sum, value) in color.iter_mut().zip(pixel.0) {
            *sum += share * f32::from(value) / 255.0;
        }
    }
    color
}
