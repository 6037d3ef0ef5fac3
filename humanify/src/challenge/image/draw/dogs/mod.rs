//! Dogs, some of which smile.
//!
//! All features except the mouth are independent of the mood: the breed, the pose, the eyes and the
//! brows. Mouths of either mood may be shut or open, with or without a tongue, so that no amount of
//! a colour reveals the mood.

mod head;
mod mouth;

use super::figure::{Figure, Ink};
use super::shape::{blob, ellipse, limb};
use crate::challenge::rng::DrawRng;
use head::DogHead;

/// A dog, by its mood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dog {
    Smiling,
    Serious,
}

impl Dog {
    pub(crate) const ALL: &[Dog] = &[Dog::Smiling, Dog::Serious];

    /// A dog of one of many breeds, in this mood.
    pub(super) fn figure(self, rng: &mut DrawRng) -> Figure {
        let mut figure = Figure::new(rng);
        figure.tilt = 0.3;
        let head = DogHead::new(rng);
        if rng.chance(0.35) {
            shoulders(&mut figure, rng, &head);
        }
        head.draw(&mut figure, rng);
        mouth::draw(&mut figure, rng, &head, self);
        head.draw_nose(&mut figure, rng);
        figure
    }
}

/// Neck and chest, perhaps with a collar.
fn shoulders(figure: &mut Figure, rng: &mut DrawRng, head: &DogHead) {
    let width = head.width * rng.between(0.75, 1.05);
    let top = head.height * 0.55;
    let bottom = head.height + rng.between(0.2, 0.4);
    figure.fill(
        Ink::Shade,
        blob(&[
            [-width * 0.7, top],
            [width * 0.7, top],
            [width, bottom],
            [0.0, bottom + 0.08],
            [-width, bottom],
        ]),
    );
    if rng.chance(0.5) {
        let y = head.height * 0.98;
        let collar = limb(&[
            [-width * 0.8, y - 0.05, 0.07],
            [0.0, y + 0.06, 0.08],
            [width * 0.8, y - 0.05, 0.07],
        ]);
        figure.part(Ink::Accent, collar);
        if rng.chance(0.6) {
            figure.fill(Ink::White, ellipse(0.0, y + 0.17, 0.08, 0.09));
        }
    }
}
