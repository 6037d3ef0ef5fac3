//! Duck, flamingo, owl, penguin.

use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{blob, circle, curve, ellipse, limb, outline};
use crate::challenge::rng::DrawRng;

pub(super) fn duck(figure: &mut Figure, rng: &mut DrawRng) {
    let nod = rng.near(0.0, 0.1);
    let tail = rng.between(-0.2, 0.05);
    let swims = rng.chance(0.5);
    if !swims {
        for x in [-0.14, 0.14] {
            figure.fill(Ink::Accent, limb(&[[x, 0.5, 0.04], [x, 0.86, 0.04]]));
            figure.fill(
                Ink::Accent,
                outline(&[
                    [x - 0.08, 0.92, 0.2],
                    [x, 0.8, 0.2],
                    [x + 0.26, 0.88, 0.2],
                    [x + 0.24, 0.95, 0.2],
                ]),
            );
        }
    }
    figure.fill(
        Ink::Body,
        outline(&[
            [-0.98, tail, 0.2],
            [-0.6, 0.04, 1.0],
            [-0.1, 0.0, 1.0],
            [0.2, -0.1, 1.0],
            [0.52, 0.08, 1.0],
            [0.56, 0.34, 1.0],
            [0.3, 0.6, 1.0],
            [-0.2, 0.66, 1.0],
            [-0.66, 0.48, 1.0],
        ]),
    );
    figure.fill(
        Ink::Body,
        limb(&[
            [0.3, 0.16, 0.24],
            [0.34, -0.14, 0.17],
            [0.36, -0.4 + nod, 0.16],
        ]),
    );
    figure.fill(Ink::Body, circle(0.38, -0.5 + nod, 0.28));
    figure.coat();
    let spread = rng.near(0.0, 0.08);
    figure.fill(
        Ink::Shade,
        outline(&[
            [0.22, 0.16, 1.0],
            [0.14, 0.42, 1.0],
            [-0.2, 0.46, 1.0],
            [-0.66, 0.16 + spread, 0.2],
            [-0.2, 0.12, 1.0],
        ]),
    );
    figure.fill(
        Ink::Accent,
        outline(&[
            [0.58, -0.58 + nod, 0.5],
            [0.78, -0.5 + nod, 1.0],
            [0.98, -0.5 + nod, 0.8],
            [1.0, -0.4 + nod, 0.8],
            [0.8, -0.32 + nod, 1.0],
            [0.58, -0.38 + nod, 0.5],
        ]),
    );
    figure.line(
        curve(&[[0.62, -0.45 + nod], [0.8, -0.41 + nod], [0.97, -0.44 + nod]]),
        0.03,
    );
    figure.eye(0.44, -0.58 + nod, 0.085);
    if swims {
        for (row, inset) in [(0.62, 0.0), (0.76, 0.25)] {
            figure.stroke(
                Ink::Thread,
                curve(&[
                    [-0.85 + inset, row],
                    [-0.6 + inset, row + 0.06],
                    [-0.3 + inset, row - 0.03],
                    [0.0, row + 0.06],
                    [0.3 - inset, row - 0.03],
                    [0.75 - inset, row + 0.04],
                ]),
                0.045,
            );
        }
    }
}

pub(super) fn flamingo(figure: &mut Figure, rng: &mut DrawRng) {
    let lifted = rng.chance(0.6);
    let knee = rng.near(0.3, 0.08);
    figure.fill(
        Ink::Accent,
        limb(&[[0.0, 0.1, 0.045], [0.03, 0.6, 0.032], [0.0, 1.14, 0.032]]),
    );
    figure.fill(
        Ink::Accent,
        limb(&[[-0.02, 1.15, 0.03], [0.2, 1.17, 0.025]]),
    );
    let other = if lifted {
        [[-0.12, 0.1, 0.045], [knee, 0.46, 0.035], [-0.1, 0.66, 0.03]]
    } else {
        [
            [-0.12, 0.1, 0.045],
            [-0.16, 0.6, 0.032],
            [-0.12, 1.14, 0.032],
        ]
    };
    figure.fill(Ink::Accent, limb(&other));
    let nod = rng.near(0.0, 0.08);
    figure.fill(
        Ink::Body,
        limb(&[
            [0.2, -0.06, 0.15],
            [0.5, -0.1, 0.085],
            [0.56, -0.4, 0.07],
            [0.3, -0.62, 0.065],
            [0.28, -0.92 + nod, 0.065],
            [0.5, -1.08 + nod, 0.07],
            [0.62, -1.0 + nod, 0.09],
        ]),
    );
    figure.fill(
        Ink::Body,
        outline(&[
            [-0.66, 0.1 + nod, 0.2],
            [-0.4, -0.2, 1.0],
            [0.0, -0.3, 1.0],
            [0.34, -0.08, 1.0],
            [0.2, 0.2, 1.0],
            [-0.2, 0.26, 1.0],
        ]),
    );
    figure.coat();
    figure.fill(
        Ink::Shade,
        outline(&[
            [0.14, -0.1, 1.0],
            [0.0, 0.12, 1.0],
            [-0.52, 0.1, 0.2],
            [-0.24, -0.14, 1.0],
        ]),
    );
    figure.fill(
        Ink::Accent,
        outline(&[
            [0.66, -1.08 + nod, 0.5],
            [0.84, -0.98 + nod, 1.0],
            [0.86, -0.74 + nod, 0.2],
            [0.74, -0.84 + nod, 0.8],
            [0.62, -0.92 + nod, 0.5],
        ]),
    );
    figure.eye(0.58, -1.04 + nod, 0.045);
}

pub(super) fn owl(figure: &mut Figure, rng: &mut DrawRng) {
    let perches = rng.chance(0.5);
    if perches {
        figure.fill(
            Ink::Accent,
            limb(&[
                [-0.9, 0.86 + rng.near(0.0, 0.08), 0.07],
                [0.0, 0.88, 0.08],
                [0.9, 0.86 + rng.near(0.0, 0.08), 0.06],
            ]),
        );
    }
    let tuft = rng.between(-0.98, -0.86);
    figure.fill(
        Ink::Body,
        outline(&[
            [0.0, -0.68, 0.8],
            [0.5, tuft, 0.1],
            [0.56, -0.46, 0.8],
            [0.6, 0.1, 1.0],
            [0.44, 0.66, 1.0],
            [0.0, 0.86, 1.0],
            [-0.44, 0.66, 1.0],
            [-0.6, 0.1, 1.0],
            [-0.56, -0.46, 0.8],
            [-0.5, tuft, 0.1],
        ]),
    );
    figure.coat();
    figure.fill(Ink::Light, ellipse(0.0, 0.36, 0.34, 0.4));
    for (row, count) in [(0.2, 2), (0.36, 3), (0.52, 2)] {
        for index in 0..count {
            let x = (index as f32 - (count - 1) as f32 / 2.0) * 0.2;
            figure.line(
                curve(&[[x - 0.07, row], [x, row + 0.07], [x + 0.07, row]]),
                0.03,
            );
        }
    }
    let spread = rng.between(0.0, 0.3);
    figure.pair(
        Ink::Shade,
        outline(&[
            [0.5, -0.2, 1.0],
            [0.7 + spread * 0.5, 0.2, 1.0],
            [0.56 + spread, 0.66, 0.2],
            [0.4, 0.3, 1.0],
        ]),
    );
    for x in [-0.2, 0.2] {
        figure.fill(Ink::Accent, ellipse(x, 0.86, 0.11, 0.08));
    }
    let size = rng.between(0.2, 0.24);
    let (dx, dy) = (rng.near(0.0, 0.05), rng.near(0.0, 0.05));
    for x in [-0.25, 0.25] {
        figure.part(Ink::Light, circle(x, -0.34, size * 1.3));
    }
    for x in [-0.25, 0.25] {
        figure.fill(Ink::White, circle(x, -0.34, size));
        figure.fill(Ink::Dark, circle(x + dx, -0.34 + dy, size * 0.58));
        figure.fill(Ink::White, circle(x + dx - 0.04, -0.39 + dy, size * 0.2));
    }
    figure.fill(
        Ink::Accent,
        outline(&[[-0.1, -0.26, 0.4], [0.1, -0.26, 0.4], [0.0, 0.0, 0.2]]),
    );
}

pub(super) fn penguin(figure: &mut Figure, rng: &mut DrawRng) {
    let waddle = rng.near(0.0, 0.06);
    for side in [-1.0, 1.0] {
        figure.fill(
            Ink::Accent,
            ellipse(side * 0.24 + 0.04, 0.92 + side * waddle, 0.22, 0.085),
        );
        // A flipper hangs or is held out.
        let out = rng.between(0.06, 0.42);
        figure.fill(
            Ink::Body,
            limb(&[
                [side * 0.36, -0.2, 0.1],
                [side * (0.5 + out * 0.4), 0.08 - out * 0.1, 0.1],
                [side * (0.5 + out), 0.42 - out * 0.5, 0.05],
            ]),
        );
    }
    let width = rng.between(0.46, 0.54);
    figure.fill(
        Ink::Body,
        blob(&[
            [0.0, -0.96],
            [0.28, -0.84],
            [0.34, -0.54],
            [0.42, -0.2],
            [width, 0.3],
            [0.34, 0.8],
            [0.0, 0.9],
            [-0.34, 0.8],
            [-width, 0.3],
            [-0.42, -0.2],
            [-0.34, -0.54],
            [-0.28, -0.84],
        ]),
    );
    figure.coat();
    figure.fill(
        Ink::White,
        blob(&[
            [0.0, -0.3],
            [0.28, -0.14],
            [0.36, 0.3],
            [0.24, 0.7],
            [0.0, 0.8],
            [-0.24, 0.7],
            [-0.36, 0.3],
            [-0.28, -0.14],
        ]),
    );
    let turn = rng.near(0.0, 0.14);
    figure.pair(Ink::White, ellipse(0.13, -0.62, 0.15, 0.18));
    figure.fill(Ink::Dark, circle(-0.12 + turn * 0.4, -0.66, 0.055));
    figure.fill(Ink::Dark, circle(0.12 + turn * 0.4, -0.66, 0.055));
    figure.fill(
        Ink::Accent,
        outline(&[
            [-0.13 + turn * 0.5, -0.54, 0.5],
            [turn * 0.6, -0.6, 0.8],
            [0.13 + turn * 0.5, -0.54, 0.5],
            [turn * 1.2, -0.36, 0.3],
        ]),
    );
}
