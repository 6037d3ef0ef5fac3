//! Letters and digits, written anew each time.
//!
//! A character has a skeleton, the path of a pen. A handwriting adds thickness, slant, ends and
//! material. No picture has the shapes of a font. Of characters that people confuse in some
//! handwriting or when tilted, the list has at most one: 0 D O Q U V, 1 I L, 2 Z, 3 8 B J, 4 A, 5
//! S, 6 9 G C, M N W, P R F.

mod hand;
mod pen;
mod plate;
mod skeleton;

use std::fmt;

use super::figure::Figure;
use crate::challenge::rng::DrawRng;
use pen::Pen;

/// A letter or digit. People do not confuse it with another one of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Character(char);

impl Character {
    pub(crate) const ALL: &[Character] = &[
        Character('2'),
        Character('7'),
        Character('A'),
        Character('D'),
        Character('E'),
        Character('G'),
        Character('H'),
        Character('J'),
        Character('K'),
        Character('L'),
        Character('M'),
        Character('R'),
        Character('S'),
        Character('T'),
        Character('X'),
        Character('Y'),
    ];

    /// The character itself: an ASCII digit or capital letter.
    pub(crate) fn character(self) -> char {
        self.0
    }

    /// The character in a random handwriting.
    pub(super) fn figure(self, rng: &mut DrawRng) -> Figure {
        let mut figure = Figure::new(rng);
        figure.tilt = 0.3;
        figure.mirrors = false;
        let mut pen = Pen::new(rng);
        skeleton::write(self.0, &mut pen, rng);
        pen.sway(rng);
        let inks = plate::lay(&mut figure, rng);
        hand::write(&mut figure, rng, &pen, inks);
        figure
    }
}

impl fmt::Debug for Character {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}
