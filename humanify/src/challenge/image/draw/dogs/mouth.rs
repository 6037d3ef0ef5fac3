//! A dog's mouth: its corners point far up if the dog smiles, and down otherwise.

use super::Dog;
use super::head::DogHead;
use crate::challenge::image::draw::figure::{Figure, Ink};
use crate::challenge::image::draw::shape::{curve, ellipse, outline};
use crate::challenge::rng::DrawRng;

/// Draws the mouth on the muzzle.
pub(super) fn draw(figure: &mut Figure, rng: &mut DrawRng, head: &DogHead, dog: Dog) {
    let [x, y] = head.muzzle;
    let [width, height] = head.muzzle_size;
    let mouth = Mouth {
        x,
        y: y + height * rng.between(0.05, 0.2),
        half: width * rng.between(0.78, 1.0),
        lift: height * rng.between(0.5, 0.72),
        line: rng.between(0.08, 0.115),
    };
    // From the nose to the mouth.
    if rng.chance(0.6) {
        let philtrum = curve(&[[x, y - height * 0.6], [x, mouth.y]]);
        figure.line(philtrum, mouth.line * 0.8);
    }
    let open = rng.chance(0.55);
    match (dog, open) {
        (Dog::Smiling, true) => mouth.open(figure, rng, 1.0),
        (Dog::Smiling, false) => mouth.shut(figure, rng, 1.0),
        (Dog::Serious, true) => mouth.open(figure, rng, -1.0),
        (Dog::Serious, false) => mouth.shut(figure, rng, -1.0),
    }
}

struct Mouth {
    x: f32,
    y: f32,
    /// Half its width.
    half: f32,
    /// The height of the corners above or below the middle.
    lift: f32,
    /// The width of lines.
    line: f32,
}

impl Mouth {
    /// A curved line; `mood` is 1 with the corners up, and -1 with the corners down.
    fn shut(&self, figure: &mut Figure, rng: &mut DrawRng, mood: f32) {
        let middle = self.y + mood * self.lift * 0.35;
        let corner = middle - mood * self.lift;
        let bow = rng.between(0.5, 0.75);
        let between = middle - mood * self.lift * rng.between(0.1, 0.3);
        figure.line(
            curve(&[
                [self.x - self.half, corner],
                [self.x - self.half * bow, between],
                [self.x, middle],
                [self.x + self.half * bow, between],
                [self.x + self.half, corner],
            ]),
            self.line,
        );
        self.corners(figure, rng, corner);
    }

    /// An open mouth, perhaps with a tongue or teeth.
    fn open(&self, figure: &mut Figure, rng: &mut DrawRng, mood: f32) {
        let depth = self.lift * rng.between(0.75, 1.05);
        let half = self.half * rng.between(0.85, 1.0);
        let near = self.y - mood * self.lift * 0.12;
        let corner = near - mood * self.lift * 0.55;
        let far = near + mood * depth;
        let bow = rng.between(0.55, 0.72);
        let lips = outline(&[
            [self.x - half, corner, 0.35],
            [self.x, near, 1.0],
            [self.x + half, corner, 0.35],
            [self.x + half * bow, near + mood * depth * 0.6, 1.0],
            [self.x, far, 1.0],
            [self.x - half * bow, near + mood * depth * 0.6, 1.0],
        ]);
        figure.part(Ink::Dark, lips.clone());
        // The tongue lies below in either mood, the teeth above.
        let (low, high) = if mood > 0.0 { (far, near) } else { (near, far) };
        let inside = (low - high).abs();
        match rng.whole(0, 3) {
            0 | 1 => figure.fill(
                Ink::Accent,
                ellipse(self.x, low - inside * 0.3, half * 0.38, inside * 0.26),
            ),
            2 => figure.fill(
                Ink::White,
                ellipse(self.x, high + inside * 0.25, half * 0.34, inside * 0.14),
            ),
            _ => {}
        }
        // On a dark coat only the lips are visible.
        figure.line(lips, self.line * 0.6);
        self.corners(figure, rng, corner);
    }

    /// Folds at the corners of the mouth.
    fn corners(&self, figure: &mut Figure, rng: &mut DrawRng, y: f32) {
        if !rng.chance(0.4) {
            return;
        }
        let lean = rng.near(0.0, 0.05);
        for side in [-1.0, 1.0] {
            let x = self.x + side * self.half;
            let fold = curve(&[
                [x - side * 0.04, y - 0.09],
                [x + side * 0.03, y + lean * 0.5],
                [x - side * 0.04, y + 0.09],
            ]);
            figure.line(fold, self.line * 0.7);
        }
    }
}
