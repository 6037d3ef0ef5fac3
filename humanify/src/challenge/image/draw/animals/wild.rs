//! Camel, crocodile, elephant, giraffe.

use super::leg;
use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{blob, circle, curve, ellipse, limb, outline};
use crate::challenge::rng::DrawRng;

pub(super) fn camel(figure: &mut Figure, rng: &mut DrawRng) {
    let stride = rng.near(0.0, 0.12);
    let nod = rng.near(0.0, 0.1);
    let hump = rng.between(-0.66, -0.5);
    figure.fill(Ink::Shade, leg(-0.42, 0.2, 0.94, 0.075, stride));
    figure.fill(Ink::Shade, leg(0.3, 0.2, 0.94, 0.075, -stride));
    figure.stroke(
        Ink::Thread,
        curve(&[[-0.72, 0.06], [-0.84, 0.2], [-0.82, 0.42]]),
        0.06,
    );
    figure.fill(Ink::Body, leg(-0.56, 0.2, 0.96, 0.08, -stride));
    figure.fill(Ink::Body, leg(0.16, 0.2, 0.96, 0.08, stride));
    figure.fill(
        Ink::Body,
        blob(&[
            [-0.76, 0.1],
            [-0.66, -0.14],
            [-0.5, hump],
            [-0.32, hump + 0.04],
            [-0.18, -0.1],
            [-0.04, -0.1],
            [0.08, hump + 0.02],
            [0.26, hump + 0.06],
            [0.38, -0.06],
            [0.42, 0.2],
            [0.2, 0.36],
            [-0.5, 0.36],
        ]),
    );
    figure.fill(
        Ink::Body,
        limb(&[
            [0.26, 0.16, 0.18],
            [0.52, 0.22, 0.14],
            [0.7, -0.06, 0.11],
            [0.72, -0.52 + nod, 0.1],
        ]),
    );
    figure.fill(
        Ink::Body,
        limb(&[
            [0.7, -0.58 + nod, 0.13],
            [0.88, -0.56 + nod, 0.11],
            [1.04, -0.5 + nod, 0.09],
        ]),
    );
    figure.coat();
    figure.fill(
        Ink::Shade,
        limb(&[[0.66, -0.64 + nod, 0.05], [0.6, -0.78 + nod, 0.04]]),
    );
    figure.eye(0.82, -0.6 + nod, 0.06);
    figure.line(
        curve(&[[1.1, -0.46 + nod], [1.0, -0.44 + nod], [0.92, -0.47 + nod]]),
        0.03,
    );
}

pub(super) fn crocodile(figure: &mut Figure, rng: &mut DrawRng) {
    let gape = rng.between(0.06, 0.26);
    let tail = rng.near(0.0, 0.25);
    figure.tilt = 0.35;
    figure.fill(
        Ink::Shade,
        limb(&[[-0.25, 0.2, 0.1], [-0.12, 0.4, 0.08], [0.0, 0.42, 0.06]]),
    );
    figure.fill(
        Ink::Shade,
        limb(&[[0.35, 0.2, 0.1], [0.48, 0.4, 0.08], [0.6, 0.42, 0.06]]),
    );
    // The lower jaw and its teeth lie behind the upper one.
    figure.fill(
        Ink::Body,
        outline(&[
            [0.6, 0.12, 0.5],
            [0.9, 0.12 + gape * 0.5, 1.0],
            [1.36, 0.1 + gape, 0.6],
            [1.38, 0.18 + gape, 0.6],
            [0.9, 0.26 + gape * 0.5, 1.0],
            [0.5, 0.28, 0.6],
        ]),
    );
    for tooth in 0..4 {
        let x = 0.92 + tooth as f32 * 0.11;
        let y = 0.14 + gape * (0.42 + tooth as f32 * 0.15);
        figure.fill(
            Ink::White,
            outline(&[
                [x, y, 0.0],
                [x + 0.045, y - 0.1, 0.0],
                [x + 0.09, y + 0.02, 0.0],
            ]),
        );
    }
    for tooth in 0..5 {
        let x = 0.86 + tooth as f32 * 0.11;
        figure.fill(
            Ink::White,
            outline(&[
                [x, 0.06, 0.0],
                [x + 0.045, 0.19, 0.0],
                [x + 0.09, 0.06, 0.0],
            ]),
        );
    }
    for bump in 0..9 {
        let x = -1.0 + bump as f32 * 0.17;
        let y = if bump < 4 {
            -0.02 - bump as f32 * 0.03 + tail * (3 - bump) as f32 * 0.1
        } else {
            -0.14
        };
        figure.fill(
            Ink::Body,
            outline(&[
                [x - 0.1, y + 0.1, 0.0],
                [x, y - 0.1, 0.1],
                [x + 0.1, y + 0.1, 0.0],
            ]),
        );
    }
    figure.fill(
        Ink::Body,
        limb(&[
            [-1.5, 0.12 + tail, 0.02],
            [-1.1, 0.14 + tail * 0.4, 0.09],
            [-0.6, 0.1, 0.2],
            [-0.1, 0.06, 0.26],
            [0.4, 0.06, 0.22],
            [0.66, 0.02, 0.18],
        ]),
    );
    figure.fill(
        Ink::Body,
        outline(&[
            [0.5, -0.16, 0.6],
            [0.68, -0.26, 0.8],
            [0.82, -0.12, 0.6],
            [1.2, -0.06, 0.6],
            [1.32, -0.12, 0.8],
            [1.42, -0.02, 0.8],
            [1.38, 0.08, 0.5],
            [0.8, 0.1, 0.5],
            [0.55, 0.18, 0.6],
        ]),
    );
    figure.fill(
        Ink::Body,
        limb(&[[-0.4, 0.22, 0.13], [-0.36, 0.4, 0.09], [-0.2, 0.44, 0.07]]),
    );
    figure.fill(
        Ink::Body,
        limb(&[[0.2, 0.22, 0.13], [0.24, 0.4, 0.09], [0.4, 0.44, 0.07]]),
    );
    figure.coat();
    figure.eye(0.68, -0.14, 0.085);
    figure.fill(Ink::Dark, circle(1.34, -0.05, 0.03));
}

pub(super) fn elephant(figure: &mut Figure, rng: &mut DrawRng) {
    if rng.chance(0.4) {
        elephant_face(figure, rng);
    } else {
        standing_elephant(figure, rng);
    }
}

fn elephant_face(figure: &mut Figure, rng: &mut DrawRng) {
    let flap = rng.near(0.0, 0.1);
    let ear = |inset: f32| {
        blob(&[
            [0.3, -0.34 + inset],
            [0.7 - inset * 0.5, -0.56 - flap + inset],
            [1.08 - inset, -0.3 - flap],
            [1.06 - inset, 0.14],
            [0.76 - inset * 0.5, 0.42 - inset],
            [0.36, 0.2 - inset],
        ])
    };
    figure.pair(Ink::Body, ear(0.0));
    figure.pair(Ink::Light, ear(0.12));
    figure.part(
        Ink::Body,
        blob(&[
            [0.0, -0.62],
            [0.34, -0.48],
            [0.46, -0.1],
            [0.34, 0.24],
            [0.0, 0.36],
            [-0.34, 0.24],
            [-0.46, -0.1],
            [-0.34, -0.48],
        ]),
    );
    figure.coat();
    figure.pair(
        Ink::White,
        limb(&[[0.22, 0.22, 0.07], [0.3, 0.44, 0.06], [0.42, 0.56, 0.02]]),
    );
    let sway = rng.near(0.0, 0.3);
    figure.part(
        Ink::Body,
        limb(&[
            [0.0, -0.02, 0.2],
            [0.0, 0.34, 0.16],
            [sway * 0.3, 0.68, 0.125],
            [sway, 0.94, 0.11],
        ]),
    );
    for row in 0..3 {
        let y = 0.3 + row as f32 * 0.14;
        let x = sway * 0.12 * row as f32;
        figure.line(curve(&[[x - 0.1, y], [x, y + 0.03], [x + 0.1, y]]), 0.03);
    }
    figure.eye(0.26, -0.12, 0.09);
    figure.eye(-0.26, -0.12, 0.09);
}

fn standing_elephant(figure: &mut Figure, rng: &mut DrawRng) {
    let stride = rng.near(0.0, 0.12);
    figure.stroke(
        Ink::Thread,
        curve(&[[-0.74, -0.16], [-0.88, 0.04], [-0.86, 0.3]]),
        0.06,
    );
    figure.fill(Ink::Shade, leg(-0.32, 0.1, 0.86, 0.13, stride));
    figure.fill(Ink::Shade, leg(0.3, 0.1, 0.86, 0.13, -stride));
    figure.fill(Ink::Body, leg(-0.56, 0.1, 0.9, 0.145, -stride));
    figure.fill(Ink::Body, leg(0.1, 0.1, 0.9, 0.145, stride));
    figure.fill(
        Ink::Body,
        blob(&[
            [-0.78, 0.0],
            [-0.6, -0.4],
            [-0.15, -0.5],
            [0.3, -0.4],
            [0.4, 0.1],
            [0.2, 0.42],
            [-0.25, 0.46],
            [-0.7, 0.38],
        ]),
    );
    // The trunk hangs, reaches forward, or is raised.
    let spine = match rng.whole(0, 2) {
        0 => [
            [0.66, -0.1, 0.2],
            [0.86, 0.2, 0.14],
            [0.88, 0.55, 0.11],
            [1.02, 0.8, 0.08],
        ],
        1 => [
            [0.66, -0.1, 0.2],
            [0.9, 0.2, 0.14],
            [1.12, 0.3, 0.11],
            [1.32, 0.1, 0.08],
        ],
        _ => [
            [0.66, -0.14, 0.2],
            [0.98, -0.06, 0.14],
            [1.14, -0.34, 0.11],
            [1.08, -0.72, 0.08],
        ],
    };
    figure.fill(Ink::Body, circle(0.5, -0.24, 0.34));
    figure.fill(Ink::Body, limb(&spine));
    figure.coat();
    figure.fill(
        Ink::White,
        limb(&[[0.64, 0.06, 0.06], [0.76, 0.24, 0.05], [0.94, 0.28, 0.015]]),
    );
    let flap = rng.near(0.0, 0.12);
    figure.part(
        Ink::Shade,
        blob(&[
            [0.42, -0.46],
            [0.2, -0.56],
            [-0.06 + flap, -0.34],
            [0.02 + flap, 0.06],
            [0.26 + flap * 0.5, 0.22],
            [0.46, -0.06],
        ]),
    );
    figure.eye(0.62, -0.26, 0.075);
}

pub(super) fn giraffe(figure: &mut Figure, rng: &mut DrawRng) {
    let bust = rng.chance(0.3);
    let lean = rng.near(0.0, 0.16);
    let (x, y) = (0.5 + lean, -0.98);
    if !bust {
        let stride = rng.near(0.0, 0.14);
        figure.fill(Ink::Shade, leg(-0.24, 0.2, 1.0, 0.055, stride));
        figure.fill(Ink::Shade, leg(0.24, 0.2, 1.0, 0.055, -stride));
        figure.stroke(
            Ink::Thread,
            curve(&[[-0.46, 0.1], [-0.58, 0.26], [-0.56, 0.48]]),
            0.05,
        );
        figure.fill(Ink::Body, leg(-0.36, 0.2, 1.02, 0.06, -stride));
        figure.fill(Ink::Body, leg(0.12, 0.2, 1.02, 0.06, stride));
        figure.fill(
            Ink::Body,
            blob(&[
                [-0.5, 0.14],
                [-0.34, -0.04],
                [0.1, -0.16],
                [0.3, 0.0],
                [0.26, 0.28],
                [-0.1, 0.36],
                [-0.42, 0.32],
            ]),
        );
    }
    let low = if bust { 0.3 } else { 0.02 };
    figure.fill(
        Ink::Body,
        limb(&[
            [0.1, low, 0.18],
            [0.24 + lean * 0.3, -0.35, 0.115],
            [x - 0.04, y + 0.05, 0.09],
        ]),
    );
    figure.fill(
        Ink::Body,
        limb(&[
            [x, y, 0.125],
            [x + 0.16, y + 0.05, 0.105],
            [x + 0.32, y + 0.13, 0.085],
        ]),
    );
    figure.coat();
    if rng.chance(0.6) {
        for (px, py, size) in [
            (0.17, -0.12_f32, 0.07),
            (0.29, -0.3, 0.06),
            (0.27, -0.52, 0.055),
            (0.38, -0.72, 0.05),
            (0.05, 0.06, 0.08),
        ] {
            let px = px + lean * ((0.1 - py) / 1.1).max(0.0);
            figure.fill(
                Ink::Shade,
                ellipse(px, py, size, size * rng.between(0.8, 1.2)),
            );
        }
        if !bust {
            figure.fill(Ink::Shade, ellipse(-0.2, 0.06, 0.1, 0.08));
            figure.fill(Ink::Shade, ellipse(-0.04, 0.22, 0.08, 0.07));
            figure.fill(Ink::Shade, ellipse(-0.34, 0.2, 0.07, 0.08));
        }
    }
    for shift in [-0.05, 0.06] {
        figure.fill(
            Ink::Shade,
            limb(&[
                [x + shift, y - 0.06, 0.025],
                [x + shift - 0.01, y - 0.24, 0.025],
            ]),
        );
        figure.fill(Ink::Shade, circle(x + shift - 0.01, y - 0.26, 0.045));
    }
    figure.fill(
        Ink::Body,
        limb(&[
            [x - 0.08, y - 0.04, 0.04],
            [x - 0.17, y - 0.07, 0.06],
            [x - 0.27, y - 0.05, 0.02],
        ]),
    );
    figure.eye(x + 0.07, y - 0.01, 0.055);
    figure.fill(Ink::Dark, circle(x + 0.36, y + 0.11, 0.022));
    figure.line(
        curve(&[
            [x + 0.36, y + 0.18],
            [x + 0.28, y + 0.18],
            [x + 0.2, y + 0.13],
        ]),
        0.025,
    );
}
