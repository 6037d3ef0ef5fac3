//! A dog's head, without its mouth.

use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{Shape, blob, curve, ellipse, limb, outline};
use crate::challenge::rng::DrawRng;

/// The measures of a head, which lies around the origin.
pub(super) struct DogHead {
    pub(super) width: f32,
    pub(super) height: f32,
    /// The rotation to the side: features shift by this much.
    pub(super) turn: f32,
    /// The middle of the muzzle, and its half axes.
    pub(super) muzzle: [f32; 2],
    pub(super) muzzle_size: [f32; 2],
}

impl DogHead {
    pub(super) fn new(rng: &mut DrawRng) -> DogHead {
        let width = rng.between(0.78, 1.0);
        let height = rng.between(0.8, 0.98);
        let turn = rng.near(0.0, 0.22);
        DogHead {
            width,
            height,
            turn,
            muzzle: [turn * 1.1, height * rng.between(0.36, 0.46)],
            muzzle_size: [
                width * rng.between(0.58, 0.74),
                height * rng.between(0.44, 0.56),
            ],
        }
    }

    /// Ears, head, markings, muzzle and eyes.
    pub(super) fn draw(&self, figure: &mut Figure, rng: &mut DrawRng) {
        let kind = rng.whole(0, 4);
        let ink = *[Ink::Body, Ink::Shade, Ink::Accent]
            .get(rng.whole(0, 2))
            .unwrap_or(&Ink::Body);
        let behind = kind < 3;
        let ears = [-1.0, 1.0].map(|side| self.ear(rng, kind, side));
        if behind {
            for ear in &ears {
                figure.part(ink, ear.clone());
            }
            if kind == 0 {
                for side in [-1.0, 1.0] {
                    figure.fill(Ink::Light, self.inner_ear(side));
                }
            }
        }
        self.skull(figure, rng);
        figure.coat();
        self.markings(figure, rng);
        if !behind {
            for ear in ears {
                figure.part(ink, ear);
            }
        }
        let [x, y] = self.muzzle;
        let [w, h] = self.muzzle_size;
        // The edge of the muzzle must not look like a mouth, so many muzzles have none, and the
        // others are wide.
        if rng.chance(0.55) {
            figure.part(Ink::Light, ellipse(x, y, w * 1.12, h * 1.08));
        }
        self.eyes(figure, rng);
    }

    /// The nose, which is drawn over the mouth.
    pub(super) fn draw_nose(&self, figure: &mut Figure, rng: &mut DrawRng) {
        let [x, y] = self.muzzle;
        let top = y - self.muzzle_size[1] * rng.between(0.72, 0.95);
        let w = rng.between(0.13, 0.2);
        let h = w * rng.between(0.55, 0.8);
        let nose = if rng.chance(0.5) {
            ellipse(x, top, w, h)
        } else {
            outline(&[
                [x - w, top - h * 0.7, 0.6],
                [x + w, top - h * 0.7, 0.6],
                [x + w * 0.3, top + h, 0.8],
                [x - w * 0.3, top + h, 0.8],
            ])
        };
        figure.part(Ink::Dark, nose);
    }

    fn skull(&self, figure: &mut Figure, rng: &mut DrawRng) {
        let (w, h) = (self.width, self.height);
        let jaw = rng.between(0.55, 0.95);
        let brow = rng.between(0.7, 0.95);
        figure.part(
            Ink::Body,
            blob(&[
                [0.0, -h],
                [w * brow * 0.75, -h * 0.72],
                [w, 0.0],
                [w * jaw, h * 0.66],
                [0.0, h * 1.02],
                [-w * jaw, h * 0.66],
                [-w, 0.0],
                [-w * brow * 0.75, -h * 0.72],
            ]),
        );
        if rng.chance(0.3) {
            // A tuft.
            let lean = rng.near(0.0, 0.2);
            figure.fill(
                Ink::Body,
                outline(&[
                    [-0.2, -h * 0.93, 0.4],
                    [lean - 0.1, -h - rng.between(0.1, 0.22), 0.1],
                    [lean * 0.4, -h * 0.98, 0.1],
                    [lean + 0.15, -h - rng.between(0.05, 0.2), 0.1],
                    [0.22, -h * 0.93, 0.4],
                ]),
            );
        }
    }

    fn ear(&self, rng: &mut DrawRng, kind: usize, side: f32) -> Shape {
        let (w, h) = (self.width, self.height);
        let swing = rng.near(0.0, 0.08);
        let corner = |x: f32, y: f32, round: f32| [x * side, y, round];
        match kind {
            // Pricked.
            0 => outline(&[
                corner(w * 0.95, -h * 0.3, 0.5),
                corner(w * 0.82 + swing, -h * 1.5, 0.15),
                corner(w * 0.25, -h * 0.8, 0.5),
            ]),
            // Folded over.
            1 => outline(&[
                corner(w * 0.3, -h * 0.8, 0.4),
                corner(w * 0.55, -h * 1.22, 0.5),
                corner(w * 0.95, -h * 1.1, 0.5),
                corner(w * 1.2 + swing, -h * 0.5, 0.2),
                corner(w * 0.8, -h * 0.62, 0.5),
            ]),
            // Small and round, close to the head.
            2 => limb(&[
                [w * 0.5 * side, -h * 0.75, 0.16],
                [w * 0.85 * side, -h * 0.92, 0.2],
                [(w * 1.06 + swing) * side, -h * 0.62, 0.15],
            ]),
            // Hanging, long or short.
            _ => {
                let long = if kind == 3 { 0.55 } else { 0.1 };
                limb(&[
                    [w * 0.72 * side, -h * 0.72, 0.12],
                    [w * 1.02 * side, -h * 0.4, 0.2],
                    [(w * 1.08 + swing) * side, h * long * 0.5, 0.23],
                    [(w * 1.02 + swing) * side, h * long, 0.17],
                ])
            }
        }
    }

    fn inner_ear(&self, side: f32) -> Shape {
        let (w, h) = (self.width, self.height);
        outline(&[
            [w * 0.82 * side, -h * 0.5, 0.3],
            [w * 0.79 * side, -h * 1.3, 0.1],
            [w * 0.45 * side, -h * 0.82, 0.3],
        ])
    }

    fn markings(&self, figure: &mut Figure, rng: &mut DrawRng) {
        let (w, h) = (self.width, self.height);
        match rng.whole(0, 4) {
            // A blaze between the eyes.
            0 => figure.fill(
                Ink::Light,
                blob(&[
                    [self.turn * 0.6 - 0.1, -h * 0.92],
                    [self.turn * 0.6 + 0.1, -h * 0.92],
                    [self.turn + 0.2, h * 0.2],
                    [self.turn - 0.2, h * 0.2],
                ]),
            ),
            // A patch around an eye.
            1 => {
                let side = rng.sign();
                figure.fill(
                    Ink::Accent,
                    ellipse(
                        self.turn + side * w * 0.42,
                        -h * 0.2,
                        rng.between(0.24, 0.34),
                        rng.between(0.28, 0.38),
                    ),
                );
            }
            // Light cheeks.
            2 => {
                for side in [-1.0, 1.0] {
                    let cheek = ellipse(side * w * 0.6, h * 0.32, w * 0.34, h * 0.3);
                    figure.fill(Ink::Light, cheek);
                }
            }
            _ => {}
        }
    }

    fn eyes(&self, figure: &mut Figure, rng: &mut DrawRng) {
        let apart = self.width * rng.between(0.34, 0.46);
        let y = -self.height * rng.between(0.1, 0.26);
        let size = rng.between(0.12, 0.18);
        for side in [-1.0, 1.0] {
            figure.eye(self.turn + side * apart, y, size);
        }
        if rng.chance(0.35) {
            let slant = rng.near(0.0, 0.06);
            for side in [-1.0, 1.0] {
                let x = self.turn + side * apart;
                let brow = curve(&[
                    [x - side * 0.14, y - size - 0.1 + slant],
                    [x, y - size - 0.14],
                    [x + side * 0.14, y - size - 0.1 - slant],
                ]);
                figure.line(brow, 0.05);
            }
        }
    }
}
