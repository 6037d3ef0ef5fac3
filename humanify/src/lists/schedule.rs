//! Computes when a list is fetched again: interval, back-off after failures, jitter.

use std::time::Duration;

/// The wait after the first failure. Each further failure doubles it.
const FIRST_RETRY: Duration = Duration::from_secs(5 * 60);

/// The wait before a source with the interval `every` is fetched again, after this many failures
/// in a row.
///
/// `roll` is a random number that moves the wait by up to a tenth either way. Without it, processes
/// that were started together would always fetch in the same second.
pub(crate) fn wait(every: Duration, failures: u32, roll: u32) -> Duration {
    let wait = match failures.checked_sub(1) {
        None => every,
        Some(doublings) => FIRST_RETRY
            .saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX))
            .min(every),
    };
    let share = 0.9 + 0.2 * (f64::from(roll) / f64::from(u32::MAX));
    wait.mul_f64(share)
}

/// The longest wait of a source with the interval `every`.
pub(crate) fn longest_wait(every: Duration) -> Duration {
    wait(every, 0, u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_fetched_at_its_interval_and_sooner_after_a_failure() {
        let (day, middle) = (Duration::from_secs(86_400), u32::MAX / 2 + 1);
        for (failures, minutes) in [
            (0, 1440),
            (1, 5),
            (2, 10),
            (5, 80),
            (9, 1280),
            (10, 1440),
            (40, 1440),
            (u32::MAX, 1440),
        ] {
            let wait = wait(day, failures, middle).as_secs_f64().round();
            assert_eq!(wait, f64::from(minutes) * 60.0, "{failures}");
        }
    }

    #[test]
    fn jitter_moves_a_wait_by_a_tenth_either_way() {
        let day = Duration::from_secs(86_400);
        assert_eq!(wait(day, 0, 0), Duration::from_secs(77_760));
        assert_eq!(wait(day, 0, u32::MAX).as_secs_f64().round(), 95_040.0);
    }
}
