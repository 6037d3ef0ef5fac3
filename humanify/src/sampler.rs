//! `Sampler` and `EventSampler`: limit how many events are logged in a flood.

use std::sync::{Mutex, PoisonError};

use crate::clock::SharedClock;

/// Beyond the rate, one of this many events is logged.
const ONE_OF: u64 = 100;

/// The number of events within a second that are all logged, unless a setting says otherwise.
pub(crate) const PER_SECOND: u32 = 100;

/// Admits a number of events per second, samples further ones, and counts those that it leaves out.
#[derive(Debug, Default)]
pub(crate) struct Sampler(Mutex<SampleWindow>);

#[derive(Debug, Default)]
struct SampleWindow {
    second: u64,
    /// Events within this second, up to the number that are all logged.
    seen: u32,
    /// Events beyond that number, in all seconds.
    beyond: u64,
    /// Events left out since the last one that was let through.
    left_out: u64,
}

impl Sampler {
    const fn new() -> Sampler {
        Sampler(Mutex::new(SampleWindow {
            second: 0,
            seen: 0,
            beyond: 0,
            left_out: 0,
        }))
    }

    /// Whether an event at this second is logged. Returns the number of events that were left out
    /// since the last one, or `None` if this event is left out.
    pub(crate) fn admit(&self, second: u64, per_second: u32) -> Option<u64> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if window.second != second {
            (window.second, window.seen) = (second, 0);
        }
        let is_admitted = if window.seen < per_second {
            window.seen += 1;
            true
        } else {
            window.beyond = window.beyond.wrapping_add(1);
            window.beyond.is_multiple_of(ONE_OF)
        };
        if is_admitted {
            return Some(std::mem::take(&mut window.left_out));
        }
        window.left_out += 1;
        None
    }
}

/// The sampler of one event that requests cause, for all instances of a process. A `static` beside
/// the event.
#[derive(Debug)]
pub(crate) struct EventSampler(Sampler);

impl EventSampler {
    pub(crate) const fn new() -> EventSampler {
        EventSampler(Sampler::new())
    }

    /// Logs the event unless it is left out. The function gets the number of events that were left
    /// out before it, if there are any.
    pub(crate) fn log(&self, write: impl FnOnce(Option<u64>)) {
        let second = SharedClock::system().milliseconds() / 1_000;
        if let Some(left_out) = self.0.admit(second, PER_SECOND) {
            write((left_out > 0).then_some(left_out));
        }
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

    #[test]
    fn events_of_many_seconds_are_sampled_together() {
        for (per_second, each_second, admitted) in
            [(0, 1, 3), (0, 50, 150), (2, 3, 603), (5, 5, 1_500)]
        {
            let sampler = Sampler::default();
            let all = (0..300).flat_map(|second| (0..each_second).map(move |_| second));
            let logged: Vec<u64> = all
                .filter_map(|second| sampler.admit(second, per_second))
                .collect();
            assert_eq!(logged.len(), admitted, "{per_second} {each_second}");
        }
    }

    #[test]
    fn a_flood_of_one_event_is_sampled() {
        let sampler = EventSampler::new();
        let mut logged = Vec::new();
        for _ in 0..10_000 {
            sampler.log(|left_out| logged.push(left_out));
        }
        assert!((199..2_000).contains(&logged.len()), "{}", logged.len());
        assert!(
            logged.contains(&Some(99)) && logged[0].is_none(),
            "{logged:?}"
        );
    }
}
