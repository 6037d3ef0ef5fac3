//! Turtle, from above and walking.

use std::f32::consts::{PI, TAU};

use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{circle, curve, ellipse, limb, outline};
use crate::challenge::rng::DrawRng;

pub(super) fn turtle(figure: &mut Figure, rng: &mut DrawRng) {
    if rng.chance(0.4) {
        turtle_from_above(figure, rng);
    } else {
        walking_turtle(figure, rng);
    }
}

fn turtle_from_above(figure: &mut Figure, rng: &mut DrawRng) {
    figure.tilt = PI;
    let swim = rng.near(0.0, 0.14);
    for side in [-1.0, 1.0] {
        figure.fill(
            Ink::Body,
            limb(&[
                [0.36, side * 0.34, 0.12],
                [0.5 - swim, side * 0.66, 0.13],
                [0.3 - swim * 2.0, side * 0.94, 0.05],
            ]),
        );
        figure.fill(
            Ink::Body,
            limb(&[
                [-0.44, side * 0.32, 0.11],
                [-0.62 + swim, side * 0.54, 0.1],
                [-0.8 + swim, side * 0.62, 0.05],
            ]),
        );
    }
    figure.fill(
        Ink::Body,
        limb(&[[-0.6, 0.0, 0.1], [-0.92, swim * 0.4, 0.02]]),
    );
    figure.fill(
        Ink::Body,
        limb(&[[0.5, 0.0, 0.14], [0.76, 0.0, 0.15], [0.94, 0.0, 0.15]]),
    );
    figure.fill(Ink::Dark, circle(0.94, -0.1, 0.04));
    figure.fill(Ink::Dark, circle(0.94, 0.1, 0.04));
    figure.fill(Ink::Accent, ellipse(0.0, 0.0, 0.68, 0.54));
    figure.coat();
    let ring: Vec<[f32; 3]> = (0..6)
        .map(|corner| {
            let (sine, cosine) = (corner as f32 * TAU / 6.0).sin_cos();
            [cosine * 0.36, sine * 0.28, 0.0]
        })
        .collect();
    figure.line(outline(&ring), 0.045);
    for &[x, y, _] in &ring {
        figure.line(curve(&[[x, y], [x * 1.8, y * 1.8]]), 0.045);
    }
}

fn walking_turtle(figure: &mut Figure, rng: &mut DrawRng) {
    let stride = rng.near(0.0, 0.12);
    let stretch = rng.near(0.0, 0.1);
    figure.fill(
        Ink::Shade,
        limb(&[[-0.3, 0.34, 0.14], [-0.24 + stride, 0.66, 0.1]]),
    );
    figure.fill(
        Ink::Shade,
        limb(&[[0.42, 0.34, 0.14], [0.5 - stride, 0.66, 0.1]]),
    );
    figure.fill(Ink::Body, limb(&[[-0.6, 0.32, 0.1], [-0.94, 0.44, 0.02]]));
    figure.fill(
        Ink::Body,
        limb(&[
            [0.5, 0.3, 0.14],
            [0.76 + stretch, 0.16, 0.13],
            [0.86 + stretch, -0.06, 0.14],
        ]),
    );
    figure.fill(Ink::Body, ellipse(0.94 + stretch, -0.12, 0.22, 0.18));
    figure.fill(
        Ink::Body,
        limb(&[[-0.46, 0.34, 0.16], [-0.52 - stride, 0.7, 0.11]]),
    );
    figure.fill(
        Ink::Body,
        limb(&[[0.3, 0.34, 0.16], [0.26 + stride, 0.7, 0.11]]),
    );
    let height = rng.between(-0.56, -0.36);
    figure.fill(
        Ink::Accent,
        outline(&[
            [-0.82, 0.4, 0.4],
            [-0.7, 0.02, 1.0],
            [-0.38, height * 0.8, 1.0],
            [0.0, height, 1.0],
            [0.38, height * 0.8, 1.0],
            [0.68, 0.02, 1.0],
            [0.78, 0.4, 0.4],
            [0.0, 0.48, 0.6],
        ]),
    );
    figure.coat();
    figure.line(curve(&[[-0.76, 0.28], [0.0, 0.36], [0.73, 0.28]]), 0.05);
    figure.line(
        curve(&[[-0.3, 0.32], [-0.22, -0.02], [0.18, -0.02], [0.28, 0.32]]),
        0.045,
    );
    figure.line(curve(&[[-0.22, -0.02], [-0.38, height * 0.75]]), 0.045);
    figure.line(curve(&[[0.18, -0.02], [0.36, height * 0.75]]), 0.045);
    figure.eye(0.98 + stretch, -0.17, 0.07);
    figure.line(
        curve(&[
            [1.14 + stretch, -0.06],
            [1.04 + stretch, -0.03],
            [0.96 + stretch, -0.06],
        ]),
        0.03,
    );
}
