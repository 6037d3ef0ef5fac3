//! `Attempts`: the wrong answers of the last hour, by browser or by address.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::client::CounterKey;
use crate::clock::LEEWAY_MILLISECONDS;
use crate::store::{MAX_FAILURES, WINDOW_MS};

/// The wrong answers of one browser or address.
#[derive(Default)]
struct Record {
    /// The times of the answers, in milliseconds.
    times: VecDeque<u64>,
    /// The id of the last answer.
    error_id: u64,
}

/// The wrong answers. Each is forgotten after an hour; in a full table, the oldest makes room for a
/// new one.
pub(super) struct Attempts {
    records: HashMap<CounterKey, Record>,
    /// The keys of the answers, in order of their times.
    order: VecDeque<(CounterKey, u64)>,
    capacity: usize,
}

impl Attempts {
    pub(super) fn new(capacity: usize) -> Self {
        Attempts {
            records: HashMap::new(),
            order: VecDeque::new(),
            capacity: capacity.max(1),
        }
    }

    /// The number of wrong answers.
    pub(super) fn count(&mut self, key: CounterKey, now: u64) -> u32 {
        self.forget_expired(now);
        let count = self
            .records
            .get(&key)
            .map_or(0, |record| record.times.len());
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The id of the last answer; zero without one.
    pub(super) fn error_id(&self, key: CounterKey) -> u64 {
        self.records.get(&key).map_or(0, |record| record.error_id)
    }

    /// The time until the number of answers drops below `allowed`, if it has reached it.
    pub(super) fn locked_out(
        &mut self,
        key: CounterKey,
        allowed: u32,
        now: u64,
    ) -> Option<Duration> {
        self.forget_expired(now);
        let times = &self.records.get(&key)?.times;
        let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
        let first = times.get(times.len().checked_sub(allowed)?)?;
        let wait = first.saturating_add(WINDOW_MS).saturating_sub(now);
        Some(Duration::from_millis(wait.max(1)))
    }

    /// Counts a wrong answer.
    pub(super) fn add(&mut self, key: CounterKey, error_id: u64, now: u64) {
        self.forget_expired(now);
        if self.order.len() >= self.capacity {
            self.forget_oldest();
        }
        let record = self.records.entry(key).or_default();
        record.error_id = error_id;
        if record.times.len() < MAX_FAILURES {
            record.times.push_back(now);
            self.order.push_back((key, now));
        }
    }

    fn forget_expired(&mut self, now: u64) {
        // A smaller step does not matter.
        let soon = now.saturating_add(LEEWAY_MILLISECONDS);
        if self.order.back().is_some_and(|(_, at)| *at > soon) {
            self.follow_clock(now);
        }
        while let Some((_, at)) = self.order.front()
            && now >= at.saturating_add(WINDOW_MS)
        {
            self.forget_oldest();
        }
    }

    /// After the clock was set back, answers that seem to come count from now on: an hour, as all.
    #[cold]
    fn follow_clock(&mut self, now: u64) {
        let times = self
            .records
            .values_mut()
            .flat_map(|record| &mut record.times);
        let order = self.order.iter_mut().map(|(_, at)| at);
        for at in times.chain(order) {
            *at = now.min(*at);
        }
    }

    fn forget_oldest(&mut self) {
        let Some((key, _)) = self.order.pop_front() else {
            return;
        };
        if let Some(record) = self.records.get_mut(&key) {
            record.times.pop_front();
            if record.times.is_empty() {
                self.records.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientKey;
    use crate::net::Network;

    const HOUR: u64 = WINDOW_MS;

    fn key(number: u32) -> CounterKey {
        CounterKey {
            client: ClientKey::Address(Network::V4(number)),
            counter: 0,
        }
    }

    #[test]
    fn three_wrong_answers_close_for_an_hour() {
        let mut attempts = Attempts::new(100);
        for wrong_answers in 0..3 {
            assert_eq!(attempts.count(key(1), 0), wrong_answers);
            assert_eq!(attempts.locked_out(key(1), 3, 0), None);
            attempts.add(key(1), 7, 0);
        }
        let wait = Some(Duration::from_millis(1));
        assert_eq!(attempts.locked_out(key(1), 3, HOUR - 1), wait);
        assert_eq!(attempts.locked_out(key(1), 4, HOUR - 1), None);
        assert_eq!(attempts.locked_out(key(2), 3, 0), None);
        assert_eq!(
            (attempts.error_id(key(1)), attempts.error_id(key(2))),
            (7, 0)
        );
        assert_eq!(attempts.locked_out(key(1), 3, HOUR), None);
        assert_eq!(attempts.error_id(key(1)), 0);
    }

    #[test]
    fn each_wrong_answer_is_forgotten_after_its_own_hour() {
        let mut attempts = Attempts::new(100);
        for minute in [0, 50, 100, 150] {
            attempts.add(key(1), 1, minute * 60_000);
            assert_eq!(
                attempts.locked_out(key(1), 3, minute * 60_000),
                None,
                "{minute}"
            );
        }
        assert_eq!(attempts.count(key(1), 150 * 60_000), 2);
    }

    #[test]
    fn a_clock_that_was_set_back_closes_for_no_longer_than_an_hour() {
        const DAY: u64 = 24 * HOUR;
        let mut attempts = Attempts::new(100);
        for (number, at) in [(1, 2 * DAY), (2, 2 * DAY), (2, DAY), (2, DAY)] {
            attempts.add(key(number), 1, at);
        }
        for (now, counts) in [
            (DAY, [1, 3]),
            (DAY + HOUR - 1, [1, 3]),
            (DAY + HOUR, [0, 0]),
        ] {
            assert_eq!(
                [1, 2].map(|number| attempts.count(key(number), now)),
                counts
            );
        }
        assert_eq!(attempts.locked_out(key(2), 3, DAY + 20 * HOUR), None);
        assert!(attempts.records.is_empty() && attempts.order.is_empty());
    }

    #[test]
    fn one_browser_that_errs_without_end_displaces_the_answers_of_no_other() {
        let mut attempts = Attempts::new(2 * MAX_FAILURES);
        for _ in 0..3 {
            attempts.add(key(2), 1, 0);
        }
        for _ in 0..3 * MAX_FAILURES {
            attempts.add(key(1), 1, 0);
        }
        assert_eq!(attempts.count(key(2), 0), 3);
    }

    #[test]
    fn a_flood_takes_no_more_memory() {
        let mut attempts = Attempts::new(100);
        for number in 0..10_000_u32 {
            attempts.add(key(number), 1, u64::from(number));
        }
        assert!(attempts.records.len() <= 100 && attempts.order.len() <= 100);
        for _ in 0..2 * MAX_FAILURES {
            attempts.add(key(1), 1, 10_000);
        }
        assert!(attempts.order.len() <= 100);
    }
}
