//! `Sampler`: limits how many events are logged in a flood.

use std::sync::{Mutex, PoisonError};

/// Beyond the rate, one of this many events is logged.
const ONE_OF: u64 = 100;

/// Admits a number of events per second, samples further ones, and counts those that it leaves out.
#[derive(Debug, Default)]
pub(super) struct Sampler(Mutex<SampleWindow>);

#[derive(Debug, Default)]
struct SampleWindow {
    second: u64,
    /// Events within this second.
    seen: u64,
    /// Events left out since the last one that was let through.
    left_out: u64,
}

impl Sampler {
    /// Whether an event at this second is logged. Returns the number of events that were left out
    /// since the last one, or `None` if this event is left out.
    pub(super) fn admit(&self, second: u64, per_second: u32) -> Option<u64> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if window.second != second {
            (window.second, window.seen) = (second, 0);
        }
        window.seen += 1;
        let past = window.seen.saturating_sub(u64::from(per_second));
        if past.is_multiple_of(ONE_OF) {
            return Some(std::mem::take(&mut window.left_out));
        }
        window.left_out += 1;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_sampled_and_skipped_events_are_counted() {
        let sampler = Sampler::default();
        let admitted: Vec<u64> = (0..1_010).filter_map(|_| sampler.admit(7, 10)).collect();
        assert_eq!(
            admitted.len(),
            20,
            "ten, and one of a hundred of the others"
        );
        assert_eq!(admitted.iter().sum::<u64>(), 1_010 - 20);
        for _ in 0..10 + 50 {
            sampler.admit(8, 10);
        }
        assert_eq!(sampler.admit(9, 10), Some(50));
        assert_eq!(sampler.admit(9, 10), Some(0));
    }
}
