//! Pig, sheep.

use std::f32::consts::TAU;

use super::leg;
use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{Shape, blob, circle, curve, ellipse, limb, outline};
use crate::challenge::rng::DrawRng;

pub(super) fn pig(figure: &mut Figure, rng: &mut DrawRng) {
    if rng.chance(0.5) {
        pig_face(figure, rng);
    } else {
        standing_pig(figure, rng);
    }
}

fn pig_face(figure: &mut Figure, rng: &mut DrawRng) {
    figure.fill(Ink::Body, ellipse(0.0, 0.0, 0.8, 0.72));
    figure.coat();
    let fold = rng.between(-0.1, 0.25);
    figure.pair(
        Ink::Shade,
        outline(&[
            [0.2, -0.62, 0.4],
            [0.62, -0.94, 0.3],
            [0.86, -0.78 + fold, 0.2],
            [0.72, -0.26 + fold, 0.3],
        ]),
    );
    figure.eye(0.34, -0.2, 0.12);
    figure.eye(-0.34, -0.2, 0.12);
    let snout = rng.between(0.1, 0.16);
    figure.fill(Ink::Light, ellipse(0.0, snout, 0.36, 0.26));
    figure.pair(Ink::Dark, ellipse(0.13, snout, 0.065, 0.11));
    let smile = rng.between(0.05, 0.12);
    figure.line(
        curve(&[[-0.26, 0.46], [0.0, 0.46 + smile], [0.26, 0.46]]),
        0.045,
    );
}

fn standing_pig(figure: &mut Figure, rng: &mut DrawRng) {
    let stride = rng.near(0.0, 0.14);
    figure.stroke(
        Ink::Thread,
        curve(&[
            [-0.74, 0.0],
            [-0.88, -0.1],
            [-0.98, 0.02],
            [-0.88, 0.1],
            [-0.86, -0.06],
            [-1.04, -0.2],
        ]),
        0.06,
    );
    figure.fill(Ink::Shade, leg(-0.34, 0.3, 0.8, 0.1, stride));
    figure.fill(Ink::Shade, leg(0.36, 0.3, 0.8, 0.1, -stride));
    figure.fill(Ink::Body, leg(-0.54, 0.3, 0.84, 0.11, -stride));
    figure.fill(Ink::Body, leg(0.2, 0.3, 0.84, 0.11, stride));
    figure.fill(Ink::Body, ellipse(-0.15, 0.08, 0.66, rng.between(0.4, 0.5)));
    figure.coat();
    let nod = rng.near(0.0, 0.1);
    figure.part(Ink::Body, circle(0.52, -0.1 + nod, 0.36));
    figure.fill(
        Ink::Shade,
        outline(&[
            [0.22, -0.36 + nod, 0.4],
            [0.3, -0.68 + nod, 0.2],
            [0.54, -0.4 + nod, 0.4],
        ]),
    );
    figure.fill(Ink::Light, ellipse(0.84, 0.0 + nod, 0.15, 0.19));
    figure.fill(Ink::Dark, ellipse(0.8, nod, 0.035, 0.06));
    figure.fill(Ink::Dark, ellipse(0.91, nod, 0.035, 0.06));
    figure.eye(0.56, -0.16 + nod, 0.08);
    figure.line(
        curve(&[[0.52, 0.12 + nod], [0.6, 0.19 + nod], [0.7, 0.19 + nod]]),
        0.035,
    );
}

pub(super) fn sheep(figure: &mut Figure, rng: &mut DrawRng) {
    if rng.chance(0.4) {
        sheep_face(figure, rng);
    } else {
        standing_sheep(figure, rng);
    }
}

/// A closed outline of curls around an ellipse.
fn wool(rng: &mut DrawRng, x: f32, y: f32, width: f32, height: f32, curls: usize) -> Vec<Shape> {
    let start = rng.between(0.0, TAU);
    let size = TAU * (width + height) / 2.0 / curls as f32 * 0.66;
    let mut shapes = vec![ellipse(x, y, width * 1.02, height * 1.02)];
    for curl in 0..curls {
        let (sine, cosine) = (start + curl as f32 * TAU / curls as f32).sin_cos();
        shapes.push(circle(x + cosine * width, y + sine * height, size));
    }
    shapes
}

fn sheep_face(figure: &mut Figure, rng: &mut DrawRng) {
    let curls = rng.whole(10, 13);
    for shape in wool(rng, 0.0, 0.0, 0.66, 0.62, curls) {
        figure.fill(Ink::Body, shape);
    }
    figure.coat();
    let droop = rng.between(0.0, 0.25);
    figure.pair(
        Ink::Accent,
        limb(&[
            [0.3, -0.12, 0.08],
            [0.56, -0.1 + droop * 0.5, 0.13],
            [0.8, droop, 0.05],
        ]),
    );
    figure.fill(
        Ink::Accent,
        blob(&[
            [0.0, -0.36],
            [0.34, -0.22],
            [0.34, 0.2],
            [0.2, 0.58],
            [0.0, 0.66],
            [-0.2, 0.58],
            [-0.34, 0.2],
            [-0.34, -0.22],
        ]),
    );
    for shape in wool(rng, 0.0, -0.42, 0.24, 0.12, 7) {
        figure.fill(Ink::Body, shape);
    }
    figure.eye(0.16, 0.02, 0.1);
    figure.eye(-0.16, 0.02, 0.1);
    figure.line(curve(&[[-0.1, 0.38], [0.0, 0.44], [0.1, 0.38]]), 0.04);
    figure.line(curve(&[[0.0, 0.44], [0.0, 0.54]]), 0.04);
}

fn standing_sheep(figure: &mut Figure, rng: &mut DrawRng) {
    let stride = rng.near(0.0, 0.12);
    for (x, stride) in [
        (-0.5, -stride),
        (-0.26, stride),
        (0.14, stride),
        (0.38, -stride),
    ] {
        figure.fill(Ink::Accent, leg(x, 0.3, 0.92, 0.065, stride));
    }
    let curls = rng.whole(10, 13);
    let height = rng.between(0.36, 0.44);
    for shape in wool(rng, -0.06, 0.02, 0.56, height, curls) {
        figure.fill(Ink::Body, shape);
    }
    figure.coat();
    figure.line(
        curve(&[[-0.42, 0.0], [-0.32, 0.1], [-0.22, 0.0], [-0.12, 0.1]]),
        0.04,
    );
    figure.line(
        curve(&[[-0.26, -0.26], [-0.16, -0.16], [-0.06, -0.26]]),
        0.04,
    );
    let nod = rng.near(0.0, 0.12);
    figure.fill(
        Ink::Accent,
        limb(&[
            [0.46, -0.24 + nod, 0.05],
            [0.34, -0.14 + nod, 0.09],
            [0.28, 0.0 + nod, 0.05],
        ]),
    );
    figure.part(
        Ink::Accent,
        blob(&[
            [0.46, -0.38 + nod],
            [0.72, -0.4 + nod],
            [0.9, -0.06 + nod],
            [0.86, 0.14 + nod],
            [0.68, 0.12 + nod],
            [0.46, -0.1 + nod],
        ]),
    );
    for shape in wool(rng, 0.54, -0.42 + nod, 0.15, 0.08, 6) {
        figure.fill(Ink::Body, shape);
    }
    figure.eye(0.66, -0.16 + nod, 0.075);
    figure.line(
        curve(&[[0.74, 0.08 + nod], [0.8, 0.04 + nod], [0.88, 0.06 + nod]]),
        0.03,
    );
}
