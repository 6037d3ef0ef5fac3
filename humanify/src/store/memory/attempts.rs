//! Wrong answers, per client, within an hour.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::client::CounterKey;
use crate::store::WINDOW_MS;

#[derive(Clone, Copy)]
struct Record {
    failures: u32,
    /// When the last of them came, in milliseconds: they count for an hour from then.
    last: u64,
}

/// The records, bounded: where there is no room for another client, the one whose last
/// wrong answer is the oldest is forgotten.
pub(super) struct Attempts {
    records: HashMap<CounterKey, Record>,
    /// Clients by the time of an attempt; the last entry of a client is the one that counts.
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

    /// How many wrong answers a client has, or how long it has to wait if there are as many
    /// as are allowed.
    pub(super) fn standing(
        &self,
        key: CounterKey,
        allowed: u32,
        now: u64,
    ) -> Result<u32, Duration> {
        let Some(record) = self.records.get(&key) else {
            return Ok(0);
        };
        let end = record.last.saturating_add(WINDOW_MS);
        match end.checked_sub(now) {
            None | Some(0) => Ok(0),
            Some(wait) if record.failures >= allowed => Err(Duration::from_millis(wait)),
            Some(_) => Ok(record.failures),
        }
    }

    /// Counts one wrong answer, or one that may turn out to be wrong.
    pub(super) fn add(&mut self, key: CounterKey, now: u64) {
        self.make_room(now);
        let record = self.records.entry(key).or_insert(Record {
            failures: 0,
            last: now,
        });
        if now >= record.last.saturating_add(WINDOW_MS) {
            record.failures = 0;
        }
        record.failures = record.failures.saturating_add(1);
        record.last = now;
        self.order.push_back((key, now));
    }

    /// Takes one back.
    pub(super) fn remove(&mut self, key: CounterKey) {
        if let Some(record) = self.records.get_mut(&key) {
            record.failures = record.failures.saturating_sub(1);
        }
    }

    fn make_room(&mut self, now: u64) {
        while let Some((key, at)) = self.order.front().copied() {
            let over = self.order.len() >= self.capacity;
            let expired = now >= at.saturating_add(WINDOW_MS);
            if !over && !expired {
                break;
            }
            self.order.pop_front();
            if self
                .records
                .get(&key)
                .is_some_and(|record| record.last <= at)
            {
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
            who: ClientKey::Address(Network::V4(number)),
            what: 0,
        }
    }

    #[test]
    fn three_wrong_answers_block_for_an_hour() {
        let mut attempts = Attempts::new(100);
        for failures in 0..3 {
            assert_eq!(attempts.standing(key(1), 3, 0), Ok(failures));
            attempts.add(key(1), 0);
        }
        assert_eq!(
            attempts.standing(key(1), 3, HOUR - 1),
            Err(Duration::from_millis(1))
        );
        assert_eq!(attempts.standing(key(1), 3, HOUR), Ok(0));
        assert_eq!(attempts.standing(key(2), 3, 0), Ok(0));
    }

    #[test]
    fn a_forgiven_attempt_does_not_count() {
        let mut attempts = Attempts::new(100);
        attempts.add(key(1), 0);
        attempts.remove(key(1));
        assert_eq!(attempts.standing(key(1), 3, 1), Ok(0));
    }

    #[test]
    fn a_flood_of_clients_takes_no_more_room() {
        let mut attempts = Attempts::new(100);
        for number in 0..10_000_u32 {
            attempts.add(key(number), u64::from(number));
        }
        assert!(attempts.records.len() <= 100 && attempts.order.len() <= 100);
    }
}
