//! How many rounds in a row have to be solved, so that guessing does not get through.

/// At most this part of the clients that only guess get a clearance in an hour.
const BOUND: f64 = 0.05;

/// More rounds than this are asked of nobody.
const MOST: u8 = 8;

/// How many rounds in a row a challenge has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounds {
    first: u8,
    after_failure: u8,
}

impl Rounds {
    /// The fewest rounds which keep guessing below the bound, where one guess is right with
    /// probability `chance`, and `retries` wrong answers are allowed in an hour.
    ///
    /// A client that guesses has one run at `first` rounds and, since each failure ends a
    /// run, `retries - 1` runs at `after_failure` rounds.
    pub(crate) fn new(chance: f64, retries: u32) -> Rounds {
        let success = |first: u8, after: u8| {
            let run = |rounds: u8| chance.powi(i32::from(rounds));
            let more = i32::try_from(retries.saturating_sub(1)).unwrap_or(i32::MAX);
            1.0 - (1.0 - run(first)) * (1.0 - run(after)).powi(more)
        };
        let mut pairs = (1..=MOST).flat_map(|first| {
            // A wrong answer adds a round or two; a person should not pay more than that.
            (first..=(first + 2).min(MOST)).map(move |after| (first, after))
        });
        let (first, after_failure) = pairs
            .find(|(first, after)| success(*first, *after) <= BOUND)
            .unwrap_or((MOST, MOST));
        Rounds {
            first,
            after_failure,
        }
    }

    /// The rounds for a client with so many wrong answers.
    pub(crate) fn needed(self, failures: u32) -> u8 {
        if failures == 0 {
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
        for (chance, retries, first, after) in [
            (1.0 / 6.0, 1, 2, 2),
            (1.0 / 6.0, 3, 2, 3),
            (1.0 / 6.0, 10, 2, 4),
            (1.0 / 6.0, 100, 3, 5),
            (1.0 / 84.0, 3, 1, 1),
            (1.0 / 36.0, 3, 1, 2),
            (1e-9, 3, 1, 1),
        ] {
            assert_eq!(
                Rounds::new(chance, retries),
                Rounds {
                    first,
                    after_failure: after
                },
                "{chance} {retries}"
            );
        }
    }
}
