//! `UnansweredChallenges`: counts unanswered challenges, to find those that were given up.

use std::sync::{Mutex, PoisonError};

/// How long a challenge can be answered, in minutes, and one more for challenges shown late in
/// their minute.
const LIFETIME_MINUTES: u64 = 11;

/// The number of minutes that are kept.
const MINUTES: usize = 16;

/// The types of challenges.
const TYPES: [&str; 4] = ["one_click", "grid", "audio", "proof_of_work"];

/// The challenges of each of the last minutes that have no answer. Its size is fixed.
#[derive(Debug, Default)]
pub(crate) struct UnansweredChallenges(Mutex<[Minute; MINUTES]>);

#[derive(Debug, Default, Clone, Copy)]
struct Minute {
    number: u64,
    open: [u64; TYPES.len()],
}

impl UnansweredChallenges {
    /// Counts a challenge shown at `now`, in milliseconds since 1970. Returns the challenges given
    /// up since.
    pub(crate) fn shown(&self, kind: &str, now: u64) -> Vec<(&'static str, u64)> {
        self.change(now, now, kind, |open| open.saturating_add(1))
    }

    /// Counts the answer to a challenge made at `made`. Returns the challenges given up since.
    pub(crate) fn answered(&self, kind: &str, made: u64, now: u64) -> Vec<(&'static str, u64)> {
        self.change(made, now, kind, |open| open.saturating_sub(1))
    }

    fn change(
        &self,
        at: u64,
        now: u64,
        kind: &str,
        change: impl FnOnce(u64) -> u64,
    ) -> Vec<(&'static str, u64)> {
        let (at, now) = (at / 60_000, now / 60_000);
        let mut minutes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut given_up = [0; TYPES.len()];
        for minute in minutes.iter_mut() {
            if minute.number.saturating_add(LIFETIME_MINUTES) < now {
                for (count, open) in given_up.iter_mut().zip(&mut minute.open) {
                    *count += std::mem::take(open);
                }
            }
        }
        let place = TYPES.iter().position(|name| *name == kind);
        if at.saturating_add(LIFETIME_MINUTES) >= now
            && let Some(place) = place
            && let Some(minute) = usize::try_from(at % 16)
                .ok()
                .and_then(|at| minutes.get_mut(at))
        {
            if minute.number < at {
                minute.number = at;
            }
            if let Some(open) = minute.open.get_mut(place) {
                *open = change(*open);
            }
        }
        let counted = TYPES.into_iter().zip(given_up);
        counted.filter(|(_, count)| *count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;
    const START: u64 = 29_000_000 * MINUTE;

    #[test]
    fn an_unanswered_challenge_is_counted_as_given_up_once() {
        let unanswered = UnansweredChallenges::default();
        for second in 0..5 {
            assert_eq!(unanswered.shown("grid", START + second * 1_000), []);
        }
        assert_eq!(unanswered.shown("audio", START), []);
        assert_eq!(unanswered.answered("grid", START, START + MINUTE), []);
        assert_eq!(unanswered.shown("grid", START + 11 * MINUTE), []);
        let given_up = unanswered.shown("grid", START + 12 * MINUTE);
        assert_eq!(given_up, [("grid", 4), ("audio", 1)]);
        assert_eq!(unanswered.shown("grid", START + 12 * MINUTE), []);
        // Much later, when each minute's place has been reused.
        assert_eq!(
            unanswered.shown("grid", START + 900 * MINUTE),
            [("grid", 3)]
        );
    }

    #[test]
    fn an_answer_to_another_processs_challenge_is_not_counted() {
        let unanswered = UnansweredChallenges::default();
        assert_eq!(unanswered.answered("grid", START, START + MINUTE), []);
        assert_eq!(unanswered.answered("grid", 0, START), []);
        assert_eq!(unanswered.answered("unheard of", START, START), []);
        assert_eq!(unanswered.shown("grid", START + 60 * MINUTE), []);
    }
}
