//! The small animals of a garden: butterfly, hedgehog, snail, snake, spider.

use std::f32::consts::{PI, TAU};

use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{blob, circle, curve, ellipse, limb, outline};
use crate::challenge::rng::DrawRng;

pub(super) fn butterfly(figure: &mut Figure, rng: &mut DrawRng) {
    figure.tilt = 0.7;
    let lift = rng.near(0.0, 0.14);
    let tail = rng.between(0.0, 0.2);
    figure.pair(
        Ink::Accent,
        blob(&[
            [0.06, 0.06],
            [0.46, 0.08],
            [0.72, 0.36],
            [0.58, 0.7 + tail],
            [0.3, 0.66],
            [0.08, 0.3],
        ]),
    );
    figure.pair(
        Ink::Body,
        outline(&[
            [0.05, 0.1, 0.4],
            [0.2, -0.4, 1.0],
            [0.6, -0.76 - lift, 1.0],
            [0.96, -0.7 - lift, 0.7],
            [0.96, -0.3 - lift * 0.5, 1.0],
            [0.7, 0.06, 1.0],
            [0.3, 0.18, 1.0],
        ]),
    );
    figure.coat();
    let spot = rng.between(0.08, 0.15);
    figure.pair(Ink::Light, circle(0.66, -0.42 - lift * 0.8, spot));
    figure.pair(Ink::Light, circle(0.42, 0.42, spot * 0.9));
    if rng.chance(0.6) {
        figure.pair(Ink::Light, circle(0.36, -0.16, spot * 0.6));
    }
    let curl = rng.between(0.1, 0.26);
    for side in [-1.0, 1.0] {
        figure.stroke(
            Ink::Thread,
            curve(&[
                [side * 0.03, -0.4],
                [side * 0.1, -0.7],
                [side * (0.1 + curl), -0.88],
            ]),
            0.04,
        );
        figure.fill(Ink::Shade, circle(side * (0.1 + curl), -0.89, 0.05));
    }
    figure.fill(
        Ink::Shade,
        limb(&[[0.0, -0.34, 0.07], [0.0, 0.0, 0.1], [0.0, 0.5, 0.05]]),
    );
    figure.fill(Ink::Shade, circle(0.0, -0.4, 0.11));
}

pub(super) fn hedgehog(figure: &mut Figure, rng: &mut DrawRng) {
    let spikes = rng.whole(11, 15);
    let long = rng.between(1.16, 1.28);
    let mut points = vec![[0.42, 0.5, 0.2]];
    let mut inner = Vec::new();
    for step in 0..=spikes * 2 {
        let angle = 0.5 + (PI + 0.62) * step as f32 / (spikes * 2) as f32;
        let reach = if step % 2 == 1 { long } else { 1.0 };
        let (sine, cosine) = (PI - angle).sin_cos();
        points.push([
            -0.16 - cosine * -0.66 * reach,
            0.26 - sine * 0.68 * reach,
            0.1,
        ]);
        if step % 3 == 1 {
            inner.push((cosine, sine));
        }
    }
    // From the nape backwards: the outline runs over the back to the tail.
    figure.fill(Ink::Shade, ellipse(0.28, 0.62, 0.12, 0.08));
    figure.fill(Ink::Shade, ellipse(-0.4, 0.62, 0.14, 0.08));
    let nod = rng.near(0.0, 0.06);
    figure.fill(
        Ink::Light,
        outline(&[
            [0.1, -0.1, 1.0],
            [0.5, -0.08, 1.0],
            [0.76, 0.16 + nod, 1.0],
            [1.02, 0.3 + nod, 0.8],
            [0.9, 0.44 + nod, 1.0],
            [0.5, 0.58, 1.0],
            [-0.3, 0.62, 1.0],
            [-0.5, 0.4, 1.0],
        ]),
    );
    figure.fill(Ink::Body, outline(&points));
    figure.coat();
    for (cosine, sine) in inner {
        for reach in [0.42, 0.68] {
            let (x, y) = (-0.16 + cosine * 0.66 * reach, 0.26 - sine * 0.68 * reach);
            figure.line(curve(&[[x, y], [x + cosine * 0.1, y - sine * 0.1]]), 0.035);
        }
    }
    figure.fill(Ink::Light, circle(0.34, 0.06, 0.11));
    figure.eye(0.62, 0.18 + nod, 0.075);
    figure.fill(Ink::Dark, circle(1.02, 0.3 + nod, 0.075));
    figure.line(
        curve(&[[0.64, 0.42 + nod], [0.74, 0.45 + nod], [0.84, 0.4 + nod]]),
        0.035,
    );
}

pub(super) fn snail(figure: &mut Figure, rng: &mut DrawRng) {
    let rise = rng.near(0.0, 0.1);
    let lean = rng.near(0.0, 0.1);
    for (shift, back) in [(0.16, 0.04), (-0.04, 0.0)] {
        figure.fill(
            Ink::Body,
            limb(&[
                [0.76, -0.08 + rise, 0.05],
                [0.78 + shift * 0.6, -0.34 + rise + back, 0.035],
                [0.8 + shift + lean, -0.56 + rise + back, 0.03],
            ]),
        );
    }
    figure.fill(
        Ink::Body,
        limb(&[
            [-1.0, 0.64, 0.02],
            [-0.6, 0.58, 0.1],
            [0.0, 0.54, 0.15],
            [0.48, 0.5, 0.15],
            [0.7, 0.24 + rise * 0.5, 0.15],
            [0.78, 0.0 + rise, 0.15],
        ]),
    );
    for (shift, back) in [(0.16, 0.04), (-0.04, 0.0)] {
        let (x, y) = (0.8 + shift + lean, -0.6 + rise + back);
        figure.fill(Ink::White, circle(x, y, 0.085));
        figure.fill(Ink::Dark, circle(x + 0.02, y, 0.045));
    }
    figure.line(
        curve(&[[0.9, 0.06 + rise], [0.82, 0.12 + rise], [0.74, 0.08 + rise]]),
        0.035,
    );
    let size = rng.between(0.5, 0.58);
    let (x, y) = (-0.14, 0.5 - size * 0.86);
    figure.fill(Ink::Accent, ellipse(x, y, size * 1.05, size));
    figure.coat();
    let start = rng.between(0.6, 1.4);
    let turns = rng.between(1.9, 2.4);
    let spiral: Vec<[f32; 2]> = (0..=18)
        .map(|step| {
            let along = step as f32 / 18.0;
            let (sine, cosine) = (start - along * turns * TAU).sin_cos();
            let reach = size * (0.98 - along * 0.9);
            [x + cosine * reach, y + sine * reach]
        })
        .collect();
    figure.line(curve(&spiral), 0.06);
}

pub(super) fn snake(figure: &mut Figure, rng: &mut DrawRng) {
    figure.tilt = 0.6;
    if rng.chance(0.4) {
        coiled_snake(figure, rng);
    } else {
        winding_snake(figure, rng);
    }
}

fn snake_head(figure: &mut Figure, rng: &mut DrawRng, x: f32, y: f32, angle: f32) {
    let at = [x, y];
    let flick = rng.near(0.0, 0.06);
    for side in [-1.0, 1.0] {
        let tongue = curve(&[
            [x + 0.14, y],
            [x + 0.32, y + flick],
            [x + 0.44, y + flick * 2.0 + side * 0.08],
        ]);
        figure.stroke(Ink::Thread, tongue.turned(angle, at), 0.035);
    }
    let head = outline(&[
        [x - 0.2, y - 0.1, 1.0],
        [x + 0.0, y - 0.17, 1.0],
        [x + 0.24, y - 0.07, 1.0],
        [x + 0.24, y + 0.07, 1.0],
        [x + 0.0, y + 0.17, 1.0],
        [x - 0.2, y + 0.1, 1.0],
    ]);
    figure.fill(Ink::Body, head.turned(angle, at));
}

fn winding_snake(figure: &mut Figure, rng: &mut DrawRng) {
    let bends = rng.whole(3, 5);
    let swing = rng.between(0.2, 0.34);
    let phase = rng.between(0.0, PI);
    let width = rng.between(0.1, 0.135);
    let steps = bends * 3;
    let spine: Vec<[f32; 3]> = (0..=steps)
        .map(|step| {
            let along = step as f32 / steps as f32;
            let height = (phase + along * bends as f32 * PI).sin() * swing;
            let width = width * (along * 4.0).clamp(0.14, 1.0);
            [-1.1 + along * 1.9, height * (0.5 + along * 0.5), width]
        })
        .collect();
    figure.fill(Ink::Body, limb(&spine));
    let [x, y, _] = spine.last().copied().unwrap_or_default();
    let angle = rng.near(0.0, 0.3);
    snake_head(figure, rng, x + 0.1, y, angle);
    figure.coat();
    figure.eye(x + 0.12, y - 0.07, 0.055);
}

fn coiled_snake(figure: &mut Figure, rng: &mut DrawRng) {
    let rings = rng.whole(2, 3);
    figure.fill(
        Ink::Body,
        limb(&[[-0.4, 0.74, 0.13], [-0.84, 0.72, 0.08], [-1.04, 0.56, 0.02]]),
    );
    for ring in 0..rings {
        let ring = ring as f32;
        figure.part(
            Ink::Body,
            ellipse(0.0, 0.66 - ring * 0.24, 0.68 - ring * 0.14, 0.19),
        );
    }
    let base = 0.66 - (rings - 1) as f32 * 0.24;
    let sway = rng.near(0.0, 0.14);
    figure.part(
        Ink::Body,
        limb(&[
            [0.1, base, 0.14],
            [0.2 + sway, base - 0.3, 0.125],
            [-0.06 - sway, base - 0.62, 0.115],
            [0.06, base - 0.92, 0.115],
            [0.22, base - 0.98, 0.1],
        ]),
    );
    let angle = rng.near(0.05, 0.25);
    snake_head(figure, rng, 0.26, base - 0.98, angle);
    figure.coat();
    figure.eye(0.3, base - 1.04, 0.055);
}

pub(super) fn spider(figure: &mut Figure, rng: &mut DrawRng) {
    let hangs = rng.chance(0.4);
    figure.tilt = if hangs { 0.2 } else { PI };
    if hangs {
        figure.stroke(Ink::Thread, curve(&[[0.0, -0.4], [0.0, -1.3]]), 0.035);
    }
    for side in [-1.0, 1.0] {
        for leg in 0..4 {
            // From the foremost to the hindmost.
            let angle = -1.0 + leg as f32 * 0.62 + rng.near(0.0, 0.1);
            let (sine, cosine) = angle.sin_cos();
            let knee = rng.between(0.56, 0.66);
            let bend = if leg < 2 { -0.34 } else { 0.34 };
            let (end_sine, end_cosine) = (angle - bend).sin_cos();
            let reach = rng.between(0.95, 1.12);
            figure.fill(
                Ink::Body,
                limb(&[
                    [side * 0.1, 0.02 + sine * 0.1, 0.055],
                    [side * cosine * knee, sine * knee - 0.06, 0.05],
                    [
                        side * end_cosine * reach * 0.9,
                        end_sine * reach * 0.9,
                        0.025,
                    ],
                ]),
            );
        }
    }
    let size = rng.between(0.32, 0.42);
    figure.fill(Ink::Body, ellipse(0.0, 0.2 + size * 0.5, size * 0.92, size));
    figure.coat();
    figure.part(Ink::Body, circle(0.0, -0.14, 0.24));
    figure.eye(0.1, -0.22, 0.085);
    figure.eye(-0.1, -0.22, 0.085);
    if rng.chance(0.5) {
        figure.line(curve(&[[-0.09, -0.05], [0.0, -0.01], [0.09, -0.05]]), 0.035);
    }
}
