//! Cat, mouse, rabbit.

use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{blob, circle, curve, ellipse, limb, outline};
use crate::challenge::rng::DrawRng;

pub(super) fn cat(figure: &mut Figure, rng: &mut DrawRng) {
    if rng.chance(0.45) {
        cat_face(figure, rng, 0.0, 0.0, 1.0);
    } else {
        sitting_cat(figure, rng);
    }
}

fn cat_face(figure: &mut Figure, rng: &mut DrawRng, x: f32, y: f32, size: f32) {
    let at = |px: f32, py: f32| [x + px * size, y + py * size];
    let tip = rng.between(0.6, 0.8);
    let height = rng.between(-1.0, -0.8);
    for side in [-1.0, 1.0] {
        let corner = |px: f32, py: f32, round: f32| {
            let [x, y] = at(px * side, py);
            [x, y, round]
        };
        figure.fill(
            Ink::Body,
            outline(&[
                corner(0.72, 0.0, 0.6),
                corner(tip, height, 0.1),
                corner(0.1, -0.42, 0.6),
            ]),
        );
    }
    figure.fill(
        Ink::Body,
        blob(&[
            at(0.0, -0.56),
            at(0.52, -0.42),
            at(0.78, 0.08),
            at(0.5, 0.46),
            at(0.0, 0.58),
            at(-0.5, 0.46),
            at(-0.78, 0.08),
            at(-0.52, -0.42),
        ]),
    );
    figure.coat();
    for side in [-1.0, 1.0] {
        let corner = |px: f32, py: f32| {
            let [x, y] = at(px * side, py);
            [x, y, 0.1]
        };
        figure.fill(
            Ink::Light,
            outline(&[
                corner(0.62, -0.36),
                corner(tip * 0.94, height * 0.84),
                corner(0.3, -0.5),
            ]),
        );
    }
    let [mx, my] = at(0.0, 0.26);
    figure.fill(Ink::Light, ellipse(mx, my, 0.28 * size, 0.2 * size));
    for side in [-1.0, 1.0] {
        let [ex, ey] = at(0.32 * side, -0.08);
        figure.eye(ex, ey, 0.15 * size);
    }
    let nose = |px: f32, py: f32| {
        let [x, y] = at(px, py);
        [x, y, 0.4]
    };
    figure.fill(
        Ink::Dark,
        outline(&[nose(-0.1, 0.13), nose(0.1, 0.13), nose(0.0, 0.24)]),
    );
    let smile = curve(&[
        at(-0.2, 0.3),
        at(-0.1, 0.37),
        at(0.0, 0.26),
        at(0.1, 0.37),
        at(0.2, 0.3),
    ]);
    figure.line(smile, 0.035 * size);
    let droop = rng.near(0.0, 0.12);
    for side in [-1.0, 1.0] {
        for row in [-1.0, 0.0, 1.0] {
            let whisker = curve(&[
                at(0.36 * side, 0.22 + row * 0.06),
                at(0.68 * side, 0.18 + row * 0.11 + droop * 0.3),
                at(1.02 * side, 0.2 + row * 0.17 + droop),
            ]);
            figure.stroke(Ink::Thread, whisker, 0.03 * size);
        }
    }
}

fn sitting_cat(figure: &mut Figure, rng: &mut DrawRng) {
    let curl = rng.near(0.0, 0.25);
    let high = rng.between(-0.35, 0.35);
    figure.fill(
        Ink::Body,
        limb(&[
            [0.2, 0.82, 0.1],
            [0.62, 0.8, 0.1],
            [0.86, 0.45, 0.09],
            [0.78 + curl, 0.1 + high * 0.4, 0.085],
            [0.95 + curl, high - 0.1, 0.07],
        ]),
    );
    let hips = rng.between(0.46, 0.56);
    figure.fill(
        Ink::Body,
        blob(&[
            [0.0, -0.3],
            [0.26, -0.12],
            [0.36, 0.25],
            [hips, 0.62],
            [0.36, 0.92],
            [0.0, 0.94],
            [-0.36, 0.92],
            [-hips, 0.62],
            [-0.36, 0.25],
            [-0.26, -0.12],
        ]),
    );
    figure.coat();
    figure.fill(Ink::Light, ellipse(0.0, 0.18, 0.17, 0.26));
    figure.pair(Ink::Light, ellipse(0.15, 0.9, 0.14, 0.09));
    figure.line(curve(&[[-0.01, 0.5], [0.0, 0.7], [0.0, 0.92]]), 0.03);
    figure.line(curve(&[[0.28, 0.5], [0.22, 0.7], [0.26, 0.86]]), 0.03);
    figure.line(curve(&[[-0.28, 0.5], [-0.22, 0.7], [-0.26, 0.86]]), 0.03);
    cat_face(figure, rng, 0.0, -0.5, 0.56);
}

pub(super) fn mouse(figure: &mut Figure, rng: &mut DrawRng) {
    let lift = rng.near(0.0, 0.3);
    figure.stroke(
        Ink::Thread,
        curve(&[
            [-0.55, 0.45],
            [-0.85, 0.55],
            [-1.05, 0.25 + lift],
            [-1.35, 0.3 + lift],
            [-1.5, 0.05 + lift],
        ]),
        0.075,
    );
    let ear = rng.between(0.27, 0.34);
    figure.fill(Ink::Shade, circle(0.42, -0.36, ear));
    figure.fill(Ink::Shade, ellipse(0.3, 0.5, 0.14, 0.08));
    figure.fill(Ink::Shade, ellipse(-0.32, 0.5, 0.2, 0.08));
    let back = rng.between(-0.34, -0.2);
    figure.fill(
        Ink::Body,
        blob(&[
            [-0.66, 0.3],
            [-0.5, -0.08],
            [-0.15, back],
            [0.3, -0.2],
            [0.66, -0.02],
            [0.98, 0.26],
            [0.72, 0.42],
            [0.2, 0.5],
            [-0.45, 0.52],
        ]),
    );
    figure.coat();
    figure.part(Ink::Body, circle(0.2, -0.32, ear));
    figure.fill(Ink::Light, circle(0.2, -0.31, ear * 0.66));
    figure.eye(0.58, 0.06, 0.09);
    figure.fill(Ink::Dark, circle(0.97, 0.25, 0.075));
    for row in [-1.0, 0.0, 1.0] {
        let whisker = curve(&[
            [0.78, 0.28],
            [0.88, 0.36 + row * 0.05],
            [1.02, 0.46 + row * 0.13],
        ]);
        figure.stroke(Ink::Thread, whisker, 0.025);
    }
    figure.line(curve(&[[0.7, 0.34], [0.78, 0.37], [0.86, 0.35]]), 0.03);
    figure.line(
        curve(&[[-0.42, 0.5], [-0.2, 0.4], [-0.16, 0.16], [-0.3, 0.06]]),
        0.03,
    );
}

pub(super) fn rabbit(figure: &mut Figure, rng: &mut DrawRng) {
    if rng.chance(0.45) {
        rabbit_face(figure, rng);
    } else {
        crouching_rabbit(figure, rng);
    }
}

fn rabbit_face(figure: &mut Figure, rng: &mut DrawRng) {
    for side in [-1.0, 1.0] {
        let lean = rng.near(0.2, 0.16);
        let bow = rng.near(0.0, 0.12);
        let spine = |inset: f32, width: f32| {
            limb(&[
                [side * 0.22, 0.05, width * 0.75],
                [side * (0.24 + bow), -0.42, width],
                [side * (0.2 + lean), -0.98 + inset, width * 0.62],
            ])
        };
        figure.part(Ink::Body, spine(0.0, 0.19));
        figure.fill(Ink::Light, spine(0.12, 0.09));
    }
    figure.fill(
        Ink::Body,
        blob(&[
            [0.0, -0.16],
            [0.36, -0.04],
            [0.52, 0.32],
            [0.4, 0.68],
            [0.0, 0.82],
            [-0.4, 0.68],
            [-0.52, 0.32],
            [-0.36, -0.04],
        ]),
    );
    figure.coat();
    figure.pair(Ink::Light, circle(0.14, 0.54, 0.17));
    figure.eye(0.25, 0.22, 0.12);
    figure.eye(-0.25, 0.22, 0.12);
    figure.fill(
        Ink::White,
        outline(&[
            [-0.1, 0.6, 0.2],
            [0.1, 0.6, 0.2],
            [0.09, 0.78, 0.2],
            [-0.09, 0.78, 0.2],
        ]),
    );
    figure.line(curve(&[[0.0, 0.6], [0.0, 0.77]]), 0.025);
    figure.fill(Ink::Dark, ellipse(0.0, 0.42, 0.085, 0.06));
    figure.line(
        curve(&[
            [-0.2, 0.54],
            [-0.08, 0.6],
            [0.0, 0.46],
            [0.08, 0.6],
            [0.2, 0.54],
        ]),
        0.03,
    );
}

fn crouching_rabbit(figure: &mut Figure, rng: &mut DrawRng) {
    let lean = rng.near(-0.25, 0.22);
    let ear = |shift: f32, inset: f32, width: f32| {
        limb(&[
            [0.42 + shift, -0.2, width * 0.7],
            [0.34 + shift + lean * 0.4, -0.58, width],
            [0.36 + shift + lean, -0.98 + inset, width * 0.55],
        ])
    };
    figure.fill(Ink::Shade, ear(0.16, 0.04, 0.1));
    figure.fill(Ink::Shade, limb(&[[0.3, 0.5, 0.1], [0.42, 0.84, 0.08]]));
    figure.fill(Ink::White, circle(-0.68, 0.42, 0.16));
    figure.fill(
        Ink::Body,
        blob(&[
            [-0.62, 0.5],
            [-0.56, 0.1],
            [-0.2, -0.12],
            [0.24, 0.0],
            [0.46, 0.36],
            [0.34, 0.74],
            [-0.3, 0.84],
        ]),
    );
    figure.fill(
        Ink::Body,
        limb(&[[0.24, 0.5, 0.14], [0.3, 0.8, 0.09], [0.42, 0.86, 0.08]]),
    );
    figure.fill(
        Ink::Body,
        blob(&[
            [0.22, -0.06],
            [0.44, -0.34],
            [0.7, -0.22],
            [0.82, 0.0],
            [0.7, 0.16],
            [0.4, 0.22],
        ]),
    );
    figure.coat();
    figure.part(Ink::Body, ellipse(-0.26, 0.52, 0.3, 0.32));
    figure.fill(Ink::Body, limb(&[[-0.4, 0.82, 0.1], [0.0, 0.84, 0.09]]));
    figure.part(Ink::Body, ear(0.0, 0.0, 0.12));
    figure.fill(Ink::Light, ear(0.0, 0.12, 0.055));
    figure.eye(0.58, -0.1, 0.09);
    figure.fill(Ink::Dark, circle(0.81, -0.01, 0.055));
    figure.line(curve(&[[0.78, 0.08], [0.7, 0.1], [0.64, 0.06]]), 0.03);
}
