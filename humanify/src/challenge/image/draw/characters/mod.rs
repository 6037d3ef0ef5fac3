//! Letters and digits, written anew each time.
//!
//! A character is a skeleton, the way that a pen takes; a hand writes it: how thick, how
//! slanted, with which ends and of what. There are no fonts, so a picture is in no font's
//! shape. Of characters that a person takes for each other in one hand or another, or when
//! they are tilted, at most one is here: 0 D O Q U V, 1 I L, 2 Z, 3 8 B J, 4 A, 5 S, 6 9 G C,
//! M N W, P R F.

mod hand;
mod pen;
mod plate;
mod skeleton;

use std::fmt;

use super::figure::Figure;
use crate::challenge::rng::DrawRng;
use pen::Pen;

/// A letter or digit that nobody takes for another one of these.
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

    /// The character in one of its hands.
    pub(super) fn figure(self, dice: &mut DrawRng) -> Figure {
        let mut figure = Figure::new(dice);
        figure.tilt = 0.3;
        figure.mirrors = false;
        let mut pen = Pen::new(dice);
        skeleton::write(self.0, &mut pen, dice);
        pen.sway(dice);
        let inks = plate::lay(&mut figure, dice);
        hand::write(&mut figure, dice, &pen, inks);
        figure
    }
}

impl fmt::Debug for Character {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}
