//! `Evidence`: how much right answers prove, and how much proof is demanded after wrong answers
//! from the same address.

use super::image::Layout;
use crate::store::WrongAnswers;

/// The strength of right answers in a row: the improbability of guessing them, in 256ths of a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Evidence(u16);

/// The maximum number of rounds that are demanded.
const MAX_ROUNDS: u8 = 8;

/// The probability of the best guess at a grid.
const GRID: f64 = Layout::Grid.chance();

/// The probability of guessing two easy pictures in a row.
const EASY: f64 = Layout::OneClick.chance() * Layout::OneClick.chance();

/// The number of tries for which a browser is the first of its address.
const FIRST_BROWSER_TRIES: u32 = 3;

/// The probability of guessing an easy picture and then a grid.
const EASY_AND_GRID: f64 = Layout::OneClick.chance() * GRID;

impl Evidence {
    /// The evidence of a right answer that is guessed with this probability.
    pub(super) fn of(chance: f64) -> Evidence {
        let bits = -chance.log2() * 256.0;
        // The conversion saturates: an answer that cannot be guessed proves everything.
        Evidence(bits as u16)
    }

    pub(super) fn and(self, more: Evidence) -> Evidence {
        Evidence(self.0.saturating_add(more.0))
    }

    /// The evidence that a clearance needs after these wrong answers within an hour, by a browser
    /// that is the first of its address or not.
    ///
    /// An address that only guesses gets in with a probability of at most 5 % an hour, with any
    /// number of browsers. Each line has the probability of one try, and the number of tries for
    /// which it applies. Only one browser of an address is the first at a time, for three tries, so
    /// that nobody can store easy challenges and answer them after the first wrong answer.
    pub(super) fn needed(wrong_answers: WrongAnswers, is_first: bool) -> Evidence {
        let chance = match (
            wrong_answers.address,
            is_first && wrong_answers.browser < FIRST_BROWSER_TRIES,
        ) {
            (0, true) => EASY,
            (1..=60, true) => EASY_AND_GRID,
            (0, false) => GRID,
            (..=60, _) => GRID.powi(2),
            (..=3_000, _) => GRID.powi(3),
            _ => GRID.powi(4),
        };
        // The evidence of each answer is rounded down to a 256th of a bit, so this is, too.
        let Evidence(bits) = Evidence::of(chance);
        Evidence(bits.saturating_sub(4))
    }

    /// The number of further right answers that are needed, each with the evidence `each`.
    fn rounds(self, needed: Evidence, each: Evidence) -> u8 {
        let missing = needed.0.saturating_sub(self.0);
        let rounds = missing.div_ceil(each.0.max(1)).max(1);
        u8::try_from(rounds).map_or(MAX_ROUNDS, |rounds| rounds.min(MAX_ROUNDS))
    }

    /// The layout of the next pictures, and the number of rounds that are left with them. It is the
    /// requested layout, unless that needs more rounds than grids do. It is always the requested
    /// one for the first browser of an address without wrong answers.
    pub(super) fn next(self, needed: Evidence, own: Layout, gentle: bool) -> (Layout, u8) {
        let grid = Evidence::of(GRID);
        let each = Evidence::of(own.chance());
        if gentle {
            return (own, self.rounds(needed, each));
        }
        let rounds = self.rounds(needed, grid);
        let others = Evidence(grid.0.saturating_mul(u16::from(rounds - 1)));
        match self.and(each).and(others) >= needed {
            true => (own, rounds),
            false => (Layout::Grid, rounds),
        }
    }

    /// The number of rounds that are left with challenges of this probability.
    pub(super) fn next_of(self, needed: Evidence, chance: f64) -> u8 {
        self.rounds(needed, Evidence::of(chance))
    }

    pub(super) fn to_bytes(self) -> [u8; 2] {
        self.0.to_le_bytes()
    }

    pub(super) fn from_bytes(bytes: [u8; 2]) -> Evidence {
        Evidence(u16::from_le_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_neighbours(wrong_answers: u32) -> WrongAnswers {
        WrongAnswers {
            address: wrong_answers,
            ..WrongAnswers::default()
        }
    }

    /// The layouts in the series of a visitor who answers rightly, at an address with these
    /// wrong answers.
    fn series(wrong_answers: u32, is_first: bool, own: Layout) -> Vec<Layout> {
        let needed = Evidence::needed(of_neighbours(wrong_answers), is_first);
        let (mut proved, mut series) = (Evidence::default(), Vec::new());
        while proved < needed {
            let gentle = is_first && wrong_answers == 0;
            let (layout, rounds) = proved.next(needed, own, gentle);
            proved = proved.and(Evidence::of(layout.chance()));
            assert_eq!(
                rounds == 1,
                proved >= needed,
                "{wrong_answers} {is_first} {series:?}"
            );
            series.push(layout);
        }
        series
    }

    #[test]
    fn rounds_rise_with_the_errors_of_an_address() {
        use Layout::{Grid, OneClick};
        for (wrong_answers, is_first, own, expected) in [
            (0, true, OneClick, &[OneClick, OneClick][..]),
            (0, false, OneClick, &[Grid]),
            (0, true, Grid, &[Grid]),
            (1, true, OneClick, &[OneClick, Grid]),
            (1, false, OneClick, &[Grid, Grid]),
            (1, true, Grid, &[Grid, Grid]),
            (30, false, OneClick, &[Grid, Grid]),
            (60, true, OneClick, &[OneClick, Grid]),
            (61, true, OneClick, &[Grid, Grid, Grid]),
            (61, false, OneClick, &[Grid, Grid, Grid]),
            (100_000, false, OneClick, &[Grid, Grid, Grid, Grid]),
        ] {
            assert_eq!(
                series(wrong_answers, is_first, own),
                expected,
                "{wrong_answers} {is_first}"
            );
        }
    }

    #[test]
    fn a_neighbours_error_between_two_rounds_adds_none() {
        let one = Evidence::of(Layout::OneClick.chance());
        for (proved, is_first, wrong_answers) in [
            (one, true, 1),
            (one, true, 60),
            (Evidence::of(GRID), false, 10),
            (Evidence::of(GRID), false, 60),
        ] {
            let needed = Evidence::needed(of_neighbours(wrong_answers), is_first);
            let (layout, rounds) = proved.next(needed, Layout::OneClick, false);
            assert_eq!(
                (layout, rounds),
                (Layout::Grid, 1),
                "{proved:?} {wrong_answers}"
            );
        }
    }

    #[test]
    fn all_guesses_of_an_hour_stay_below_the_bound() {
        // An address gets 240 new browsers a minute, and each try takes at least two requests.
        const TRIES: u32 = 28_800;
        let lost: f64 = (0..TRIES)
            .map(|wrong_answers| {
                // Two first browsers may have open challenges.
                let chance = match wrong_answers {
                    0 => EASY,
                    1..=6 => EASY_AND_GRID,
                    7..=60 => GRID.powi(2),
                    61..=3_000 => GRID.powi(3),
                    _ => GRID.powi(4),
                };
                let needed = Evidence::needed(of_neighbours(wrong_answers), wrong_answers <= 6);
                assert!(Evidence::of(chance) >= needed, "{wrong_answers}");
                1.0 - chance
            })
            .product();
        assert!(1.0 - lost <= 0.045, "{}", 1.0 - lost);
    }

    #[test]
    fn work_and_sound_prove_enough_at_once() {
        let needed = Evidence::needed(of_neighbours(u32::MAX), false);
        assert_eq!(Evidence::default().next_of(needed, 0.0), 1);
        let needed = Evidence::needed(of_neighbours(3_000), false);
        assert_eq!(Evidence::default().next_of(needed, 1e-6), 2);
        let needed = Evidence::needed(of_neighbours(60), false);
        assert_eq!(Evidence::default().next_of(needed, 1e-6), 1);
    }
}
