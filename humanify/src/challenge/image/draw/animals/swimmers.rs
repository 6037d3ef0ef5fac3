//! Crab, fish, octopus, whale.

use std::f32::consts::{PI, TAU};

use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{blob, circle, curve, limb, outline};
use crate::challenge::rng::DrawRng;

pub(super) fn crab(figure: &mut Figure, rng: &mut DrawRng) {
    for side in [-1.0, 1.0] {
        for leg in 0..3 {
            let leg = leg as f32;
            let step = rng.near(0.0, 0.07);
            figure.fill(
                Ink::Shade,
                limb(&[
                    [side * (0.36 - leg * 0.06), 0.2 + leg * 0.06, 0.07],
                    [side * (0.82 - leg * 0.12), 0.1 + leg * 0.16 + step, 0.06],
                    [side * (0.98 - leg * 0.18), 0.5 + leg * 0.14 + step, 0.025],
                ]),
            );
        }
    }
    for side in [-1.0, 1.0] {
        let (x, y) = (
            side * (0.74 + rng.near(0.0, 0.08)),
            -0.5 + rng.near(0.0, 0.14),
        );
        figure.fill(
            Ink::Body,
            limb(&[
                [side * 0.4, 0.02, 0.08],
                [side * 0.78, -0.08, 0.08],
                [x, y + 0.1, 0.08],
            ]),
        );
        // A claw: a disc out of which a wedge is cut, which is drawn as an outline with a
        // deep corner.
        let open = rng.between(0.3, 0.55);
        let size = rng.between(0.25, 0.31);
        let mut points = vec![[x, y - size * 0.1, 0.0]];
        for step in 0..=8 {
            let angle = -PI / 2.0 + open + (TAU - 2.0 * open) * step as f32 / 8.0;
            let (sine, cosine) = angle.sin_cos();
            let reach = if step == 0 || step == 8 { 1.25 } else { 1.0 };
            let round = if step == 0 || step == 8 { 0.1 } else { 1.0 };
            points.push([
                x + cosine * size * reach * 0.85,
                y + sine * size * reach,
                round,
            ]);
        }
        let claw = outline(&points).turned(side * -0.35, [x, y]);
        figure.part(Ink::Body, claw);
    }
    let height = rng.between(0.34, 0.42);
    for x in [-0.16, 0.16] {
        figure.fill(Ink::Shade, limb(&[[x, 0.0, 0.045], [x * 1.2, -0.38, 0.04]]));
    }
    figure.part(
        Ink::Body,
        blob(&[
            [0.0, 0.2 - height],
            [0.4, 0.28 - height],
            [0.58, 0.16],
            [0.4, 0.2 + height * 0.8],
            [0.0, 0.2 + height],
            [-0.4, 0.2 + height * 0.8],
            [-0.58, 0.16],
            [-0.4, 0.28 - height],
        ]),
    );
    figure.coat();
    figure.line(curve(&[[-0.2, 0.3], [0.0, 0.38], [0.2, 0.3]]), 0.04);
    for x in [-0.19, 0.19] {
        figure.fill(Ink::White, circle(x, -0.42, 0.12));
        figure.fill(Ink::Dark, circle(x * 0.95, -0.41, 0.065));
    }
}

pub(super) fn fish(figure: &mut Figure, rng: &mut DrawRng) {
    figure.tilt = 0.5;
    let height = rng.between(0.34, 0.56);
    let sweep = rng.near(0.0, 0.12);
    figure.fill(
        Ink::Accent,
        outline(&[
            [-0.5, 0.0, 0.4],
            [-0.84, -0.2, 0.8],
            [-1.06, -0.5 + sweep, 0.3],
            [-0.9, 0.0 + sweep, 0.8],
            [-1.06, 0.5 + sweep, 0.3],
            [-0.84, 0.2, 0.8],
        ]),
    );
    let fin = rng.between(0.2, 0.36);
    figure.fill(
        Ink::Accent,
        outline(&[
            [0.24, -height * 0.7, 0.5],
            [-0.06, -height - fin * 0.8, 0.7],
            [-0.4, -height - fin, 0.2],
            [-0.3, -height * 0.5, 0.5],
        ]),
    );
    figure.fill(
        Ink::Accent,
        outline(&[
            [0.1, height * 0.8, 0.5],
            [-0.24, height + fin * 0.7, 0.2],
            [-0.3, height * 0.5, 0.5],
        ]),
    );
    figure.fill(
        Ink::Body,
        outline(&[
            [0.9, 0.02, 0.6],
            [0.62, -height * 0.66, 1.0],
            [0.14, -height, 1.0],
            [-0.36, -height * 0.56, 1.0],
            [-0.72, -0.1, 0.8],
            [-0.72, 0.1, 0.8],
            [-0.36, height * 0.56, 1.0],
            [0.14, height, 1.0],
            [0.62, height * 0.66, 1.0],
        ]),
    );
    figure.coat();
    figure.line(
        curve(&[[0.36, -height * 0.62], [0.26, 0.0], [0.36, height * 0.62]]),
        0.045,
    );
    let flap = rng.near(0.1, 0.14);
    figure.fill(
        Ink::Accent,
        outline(&[
            [0.16, 0.06, 0.5],
            [-0.2, flap, 0.5],
            [-0.14, 0.24 + flap, 0.5],
        ]),
    );
    figure.eye(0.58, -0.12, 0.12);
    figure.line(curve(&[[0.86, 0.14], [0.74, 0.18], [0.66, 0.14]]), 0.04);
    if rng.chance(0.5) {
        for bubble in 0..3 {
            let bubble = bubble as f32;
            figure.stroke(
                Ink::Thread,
                circle(
                    1.04 + bubble * 0.05,
                    -0.12 - bubble * 0.2,
                    0.05 + bubble * 0.015,
                ),
                0.025,
            );
        }
    }
}

pub(super) fn octopus(figure: &mut Figure, rng: &mut DrawRng) {
    figure.tilt = 0.4;
    for arm in 0..8 {
        let spread = (arm as f32 - 3.5) / 3.5;
        let wave = rng.near(0.0, 0.16);
        let drop = 0.9 - spread.abs() * 0.34 + rng.near(0.0, 0.1);
        let ink = if arm % 2 == 0 { Ink::Shade } else { Ink::Body };
        figure.part(
            ink,
            limb(&[
                [spread * 0.26, 0.05, 0.14],
                [spread * 0.52 + wave * 0.4, 0.36, 0.11],
                [spread * 0.74 - wave, drop * 0.76, 0.08],
                [spread * 1.04 + wave, drop, 0.045],
            ]),
        );
    }
    let width = rng.between(0.42, 0.52);
    let top = rng.between(-0.95, -0.8);
    figure.fill(
        Ink::Body,
        blob(&[
            [0.0, top],
            [width * 0.8, top + 0.18],
            [width, -0.4],
            [0.38, 0.02],
            [0.3, 0.24],
            [0.0, 0.3],
            [-0.3, 0.24],
            [-0.38, 0.02],
            [-width, -0.4],
            [-width * 0.8, top + 0.18],
        ]),
    );
    figure.coat();
    figure.eye(0.19, -0.14, 0.13);
    figure.eye(-0.19, -0.14, 0.13);
    let smile = rng.between(0.03, 0.1);
    figure.line(
        curve(&[[-0.12, 0.1], [0.0, 0.1 + smile], [0.12, 0.1]]),
        0.04,
    );
}

pub(super) fn whale(figure: &mut Figure, rng: &mut DrawRng) {
    let tail = rng.near(0.0, 0.1);
    let (x, y) = (-0.98, -0.42 + tail);
    // The spout.
    let high = rng.between(-1.05, -0.85);
    for side in [-1.0, 1.0] {
        figure.stroke(
            Ink::Thread,
            curve(&[
                [0.36, -0.46],
                [0.36 + side * 0.04, high + 0.1],
                [0.36 + side * 0.2, high],
                [0.36 + side * 0.32, high + 0.18],
            ]),
            0.07,
        );
    }
    figure.fill(
        Ink::Body,
        outline(&[
            [x, y + 0.14, 0.5],
            [x - 0.34, y + 0.04, 0.8],
            [x - 0.42, y - 0.28, 0.2],
            [x - 0.08, y - 0.18, 0.8],
            [x + 0.04, y - 0.02, 0.3],
            [x + 0.14, y - 0.2, 0.8],
            [x + 0.44, y - 0.32, 0.2],
            [x + 0.34, y + 0.04, 0.8],
        ]),
    );
    let belly = rng.between(0.48, 0.6);
    figure.fill(
        Ink::Body,
        outline(&[
            [x - 0.09, y, 0.5],
            [-0.82, 0.16, 1.0],
            [-0.4, 0.44, 1.0],
            [0.2, belly, 1.0],
            [0.76, 0.36, 1.0],
            [0.92, -0.02, 1.0],
            [0.74, -0.36, 1.0],
            [0.3, -0.48, 1.0],
            [-0.2, -0.3, 1.0],
            [-0.6, 0.0, 1.0],
            [x + 0.12, y, 0.5],
        ]),
    );
    figure.coat();
    figure.fill(
        Ink::Light,
        outline(&[
            [0.86, 0.16, 0.4],
            [0.5, 0.2, 1.0],
            [0.0, 0.3, 1.0],
            [-0.4, 0.44, 0.4],
            [0.2, belly, 1.0],
            [0.72, 0.4, 1.0],
        ]),
    );
    for line in 0..3 {
        let line = line as f32;
        let drop = 0.08 + line * 0.08;
        figure.line(
            curve(&[
                [0.7 - line * 0.12, 0.19 + drop],
                [0.3, 0.22 + drop],
                [-0.06 + line * 0.1, 0.29 + drop],
            ]),
            0.028,
        );
    }
    let flap = rng.near(0.0, 0.12);
    figure.part(
        Ink::Shade,
        outline(&[
            [0.1, 0.24, 0.5],
            [-0.02, 0.56, 0.8],
            [-0.28, 0.74 + flap, 0.3],
            [-0.2, 0.34, 0.8],
        ]),
    );
    figure.eye(0.54, 0.02, 0.075);
}
