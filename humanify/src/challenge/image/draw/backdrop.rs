//! Draws the background behind an animal.

use std::f32::consts::TAU;

use super::canvas::{Canvas, Layer};
use super::color::{Color, Paint, mix};
use super::palette::Palette;
use super::polylines::Polylines;
use super::shape::{Shape, circle, curve, outline};
use crate::challenge::rng::DrawRng;

/// Paints over the whole picture.
pub(super) fn paint(rng: &mut DrawRng, canvas: &mut Canvas, palette: &Palette) {
    let side = canvas.side();
    let [first, second] = palette.backdrop;
    let (sine, cosine) = rng.between(0.0, TAU).sin_cos();
    let end = |sign: f32| {
        [
            side * (0.5 + sign * cosine * 0.6),
            side * (0.5 + sign * sine * 0.6),
        ]
    };
    canvas.cover(&if rng.chance(0.6) {
        Paint::Gradient {
            colors: [first, second],
            ends: [end(-1.0), end(1.0)],
        }
    } else {
        Paint::Solid(first)
    });
    let other = mix(first, second, rng.between(0.6, 1.0));
    match rng.whole(0, 7) {
        0 | 1 => hills(rng, canvas, palette),
        2 => bands(rng, canvas, other),
        3 => bubbles(rng, canvas, palette),
        4 => rays(rng, canvas, other),
        5 => disc(rng, canvas, other),
        _ => {}
    }
}

/// Two or three ridges, one behind the other.
fn hills(rng: &mut DrawRng, canvas: &mut Canvas, palette: &Palette) {
    let side = canvas.side();
    let [first, second] = palette.backdrop;
    let ridges = rng.whole(1, 3);
    let mut height = rng.between(0.35, 0.75);
    for ridge in 1..=ridges {
        let mut swing = || (height + rng.near(0.0, 0.1)) * side;
        let hill = outline(&[
            [-0.2 * side, swing(), 1.0],
            [0.2 * side, swing(), 1.0],
            [0.5 * side, swing(), 1.0],
            [0.8 * side, swing(), 1.0],
            [1.2 * side, swing(), 0.0],
            [1.2 * side, 1.1 * side, 0.0],
            [-0.2 * side, 1.1 * side, 0.0],
        ]);
        let color = mix(first, second, ridge as f32 / ridges as f32);
        fill(canvas, &[hill], color);
        height += 0.16;
    }
}

fn bands(rng: &mut DrawRng, canvas: &mut Canvas, color: Color) {
    let side = canvas.side();
    let step = rng.between(0.12, 0.34) * side;
    let angle = rng.between(0.0, TAU);
    let bend = rng.near(0.0, 0.15) * side;
    let lines = (side * 1.6 / step) as usize;
    let shapes: Vec<Shape> = (0..lines)
        .map(|line| {
            let x = line as f32 * step - side * 0.3;
            curve(&[
                [x, -side * 0.3],
                [x + bend, side * 0.3],
                [x - bend, side * 0.7],
                [x, side * 1.3],
            ])
            .turned(angle, [side / 2.0, side / 2.0])
        })
        .collect();
    let lines = Polylines::of(&shapes, |point| point);
    let width = step * rng.between(0.25, 0.6);
    canvas.stroke(&lines, width, &Paint::Solid(color), Layer::Ground);
}

fn bubbles(rng: &mut DrawRng, canvas: &mut Canvas, palette: &Palette) {
    let side = canvas.side();
    let [first, second] = palette.backdrop;
    for _ in 0..rng.whole(4, 10) {
        let (x, y) = (rng.between(0.0, side), rng.between(0.0, side));
        let bubble = circle(x, y, rng.between(0.04, 0.2) * side);
        let color = mix(first, second, rng.between(0.3, 1.0));
        fill(canvas, &[bubble], color);
    }
}

fn rays(rng: &mut DrawRng, canvas: &mut Canvas, color: Color) {
    let side = canvas.side();
    let [x, y] = [rng.between(0.0, side), rng.between(0.0, side)];
    let count = rng.whole(5, 9);
    let start = rng.between(0.0, TAU);
    let shapes: Vec<Shape> = (0..count)
        .map(|ray| {
            let angle = start + ray as f32 * TAU / count as f32;
            let half = TAU / count as f32 / 4.0;
            let end = |angle: f32| {
                let (sine, cosine) = angle.sin_cos();
                [x + cosine * side * 1.8, y + sine * side * 1.8, 0.0]
            };
            outline(&[[x, y, 0.0], end(angle - half), end(angle + half)])
        })
        .collect();
    fill(canvas, &shapes, color);
}

fn disc(rng: &mut DrawRng, canvas: &mut Canvas, color: Color) {
    let side = canvas.side();
    let (x, y) = (rng.between(0.2, 0.8) * side, rng.between(0.2, 0.8) * side);
    let disc = circle(x, y, rng.between(0.25, 0.45) * side);
    fill(canvas, &[disc], color);
}

fn fill(canvas: &mut Canvas, shapes: &[Shape], color: Color) {
    let lines = Polylines::of(shapes, |point| point);
    canvas.fill(&lines, &Paint::Solid(color), Layer::Ground);
}
