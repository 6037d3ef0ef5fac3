//! What lies behind the animal.

use std::f32::consts::TAU;

use tiny_skia::{Color, FillRule, Pixmap, Transform};

use super::dice::Dice;
use super::paint::{gradient, paint_with, path, solid, stroke};
use super::palette::{Palette, mix};
use super::shape::{Shape, circle, curve, outline};

/// Paints over the whole picture.
pub(super) fn paint(dice: &mut Dice, picture: &mut Pixmap, palette: &Palette) {
    let side = picture.width() as f32;
    let [first, second] = palette.backdrop;
    let (sine, cosine) = dice.between(0.0, TAU).sin_cos();
    let end = |sign: f32| {
        [
            side * (0.5 + sign * cosine * 0.6),
            side * (0.5 + sign * sine * 0.6),
        ]
    };
    let whole = square(side);
    if dice.chance(0.6) {
        fill_with(
            picture,
            &[whole],
            &paint_with(gradient(first, second, end(-1.0), end(1.0))),
        );
    } else {
        picture.fill(first);
    }
    let other = mix(first, second, dice.between(0.6, 1.0));
    match dice.whole(0, 7) {
        0 | 1 => hills(dice, picture, palette),
        2 => bands(dice, picture, other),
        3 => bubbles(dice, picture, palette),
        4 => rays(dice, picture, other),
        5 => disc(dice, picture, other),
        _ => {}
    }
}

fn square(side: f32) -> Shape {
    outline(&[
        [0.0, 0.0, 0.0],
        [side, 0.0, 0.0],
        [side, side, 0.0],
        [0.0, side, 0.0],
    ])
}

/// Two or three ridges, one behind the other.
fn hills(dice: &mut Dice, picture: &mut Pixmap, palette: &Palette) {
    let side = picture.width() as f32;
    let [first, second] = palette.backdrop;
    let ridges = dice.whole(1, 3);
    let mut height = dice.between(0.35, 0.75);
    for ridge in 1..=ridges {
        let mut swing = || (height + dice.around(0.0, 0.1)) * side;
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
        fill_with(picture, &[hill], &solid(color));
        height += 0.16;
    }
}

fn bands(dice: &mut Dice, picture: &mut Pixmap, color: Color) {
    let side = picture.width() as f32;
    let step = dice.between(0.12, 0.34) * side;
    let angle = dice.between(0.0, TAU);
    let bend = dice.around(0.0, 0.15) * side;
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
    if let Some(path) = path(&shapes, |point| point) {
        let stroke = stroke(step * dice.between(0.25, 0.6));
        picture.stroke_path(&path, &solid(color), &stroke, Transform::identity(), None);
    }
}

fn bubbles(dice: &mut Dice, picture: &mut Pixmap, palette: &Palette) {
    let side = picture.width() as f32;
    let [first, second] = palette.backdrop;
    for _ in 0..dice.whole(4, 10) {
        let (x, y) = (dice.between(0.0, side), dice.between(0.0, side));
        let bubble = circle(x, y, dice.between(0.04, 0.2) * side);
        let color = mix(first, second, dice.between(0.3, 1.0));
        fill_with(picture, &[bubble], &solid(color));
    }
}

fn rays(dice: &mut Dice, picture: &mut Pixmap, color: Color) {
    let side = picture.width() as f32;
    let [x, y] = [dice.between(0.0, side), dice.between(0.0, side)];
    let count = dice.whole(5, 9);
    let start = dice.between(0.0, TAU);
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
    fill_with(picture, &shapes, &solid(color));
}

fn disc(dice: &mut Dice, picture: &mut Pixmap, color: Color) {
    let side = picture.width() as f32;
    let (x, y) = (dice.between(0.2, 0.8) * side, dice.between(0.2, 0.8) * side);
    let disc = circle(x, y, dice.between(0.25, 0.45) * side);
    fill_with(picture, &[disc], &solid(color));
}

fn fill_with(picture: &mut Pixmap, shapes: &[Shape], paint: &tiny_skia::Paint<'_>) {
    if let Some(path) = path(shapes, |point| point) {
        picture.fill_path(&path, paint, FillRule::Winding, Transform::identity(), None);
    }
}
