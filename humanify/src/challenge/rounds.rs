//! How many rounds in a row have to be solved, so that guessing does not get through.

use crate::store::Failures;

/// At most this part of the clients that only guess get a clearance in an hour.
const BOUND: f64 = 0.05;

/// More rounds than this are asked of nobody.
const MOST: u8 = 8;

/// How many rounds in a row a challenge has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounds {
    first: u8,
    after_failure: u8,
    /// Where the address has as many wrong answers as one client may have.
    crowd: u8,
    retries: u32,
}

impl Rounds {
    /// The fewest rounds which keep guessing below the bound, where one guess is right with
    /// probability `chance`, `retries` wrong answers are allowed in an hour, and an address
    /// may have `clients` of them.
    ///
    /// A client that guesses has one run at `first` rounds and, since each failure ends a
    /// run, `retries - 1` runs at `after_failure` rounds. All the others that its address
    /// has, under whatever id, are at `crowd` rounds.
    pub(crate) fn new(chance: f64, retries: u32, clients: u32) -> Rounds {
        let survival = |rounds: u8, runs: u32| {
            let runs = i32::try_from(runs).unwrap_or(i32::MAX);
            (1.0 - chance.powi(i32::from(rounds))).powi(runs)
        };
        let one =
            |first: u8, after: u8| survival(first, 1) * survival(after, retries.saturating_sub(1));
        let enough = |survival: f64| 1.0 - survival <= BOUND;
        let mut pairs = (1..=MOST).flat_map(|first| {
            // A wrong answer adds a round or two; a person should not pay more than that.
            (first..=(first + 2).min(MOST)).map(move |after| (first, after))
        });
        let (first, after_failure) = pairs
            .find(|(first, after)| enough(one(*first, *after)))
            .unwrap_or((MOST, MOST));
        let others = retries.saturating_mul(clients.saturating_sub(1));
        let crowd = (after_failure..=MOST)
            .find(|crowd| enough(one(first, after_failure) * survival(*crowd, others)))
            .unwrap_or(MOST);
        Rounds {
            first,
            after_failure,
            crowd,
            retries,
        }
    }

    /// The rounds for a client with so many wrong answers.
    pub(crate) fn needed(self, failures: Failures) -> u8 {
        // Where clients have no ids, the address has no wrong answers of its own.
        if failures.address >= self.retries {
            self.crowd
        } else if failures == Failures::default() {
            self.first
        } else {
            self.after_failure
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_stays_below_the_bound_with_the_fewest_rounds() {
        for (chance, retries, first, after_failure, crowd) in [
            (1.0 / 6.0, 1, 2, 2, 4),
            (1.0 / 6.0, 3, 2, 3, 5),
            (1.0 / 6.0, 10, 2, 4, 6),
            (1.0 / 6.0, 100, 3, 5, 6),
            (1.0 / 84.0, 3, 1, 1, 2),
            (1.0 / 36.0, 3, 1, 2, 3),
            (1e-9, 3, 1, 1, 1),
        ] {
            let mut expected = Rounds {
                first,
                after_failure,
                crowd,
                retries,
            };
            let named = format!("{chance} {retries}");
            assert_eq!(Rounds::new(chance, retries, 16), expected, "{named}");
            expected.crowd = after_failure;
            assert_eq!(Rounds::new(chance, retries, 1), expected, "{named}");
        }
    }

    #[test]
    fn all_ids_of_an_address_together_stay_below_the_bound() {
        for (chance, retries) in [
            (1.0 / 6.0, 3),
            (1.0 / 6.0, 1),
            (1.0 / 84.0, 3),
            (1.0 / 36.0, 10),
        ] {
            let rounds = Rounds::new(chance, retries, 16);
            // Whichever of its ids guesses next: a fresh one, so that the fewest are needed.
            let survival: f64 = (0..retries * 16)
                .map(|address| Failures { client: 0, address })
                .map(|failures| 1.0 - chance.powi(i32::from(rounds.needed(failures))))
                .product();
            assert!(1.0 - survival <= BOUND, "{chance} {retries}: {survival}");
        }
    }
}
