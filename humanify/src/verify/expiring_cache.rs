//! `ExpiringCache`: a bounded cache of values by address or network, with an expiry for each.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use crate::clock::is_current;

/// A cache of values by key. When it is full, the oldest entry is dropped.
pub(super) struct ExpiringCache<K, T> {
    entries: HashMap<K, CacheEntry<T>>,
    /// The keys in the order in which they were stored, with the time of each in milliseconds.
    order: VecDeque<(K, u64)>,
    room: usize,
}

struct CacheEntry<T> {
    value: T,
    stored_at: u64,
    /// How long it is valid, in milliseconds.
    life: u64,
}

impl<K: Copy + Eq + Hash, T: Copy> ExpiringCache<K, T> {
    pub(super) fn new(room: usize) -> Self {
        ExpiringCache {
            entries: HashMap::new(),
            order: VecDeque::new(),
            room,
        }
    }

    /// The value of a key, and when it was stored, in milliseconds; `None` if it has expired,
    /// or if the clock was set back since.
    pub(super) fn get(&self, key: K, now: u64) -> Option<(T, u64)> {
        let entry = self.entries.get(&key)?;
        is_current(entry.stored_at, entry.life, now).then_some((entry.value, entry.stored_at))
    }

    /// Stores a value for `time` milliseconds.
    pub(super) fn put(&mut self, key: K, value: T, now: u64, time: u64) {
        if self.order.len() >= self.room
            && let Some((oldest, noted)) = self.order.pop_front()
        {
            let known = self.entries.get(&oldest);
            // A key that was stored again has another, later entry in the order.
            if known.is_some_and(|entry| entry.stored_at == noted) {
                self.entries.remove(&oldest);
            }
        }
        let entry = CacheEntry {
            value,
            stored_at: now,
            life: time,
        };
        self.entries.insert(key, entry);
        self.order.push_back((key, now));
    }

    pub(super) fn forget(&mut self, key: K) {
        self.entries.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn address(number: u32) -> IpAddr {
        std::net::Ipv4Addr::from_bits(number).into()
    }

    #[test]
    fn values_expire() {
        let mut memory = ExpiringCache::new(10);
        memory.put(address(1), 'a', 100, 50);
        assert_eq!(memory.get(address(1), 149), Some(('a', 100)));
        assert_eq!(memory.get(address(1), 150), None);
        assert_eq!(memory.get(address(2), 100), None);
        memory.put(address(1), 'b', 150, 50);
        assert_eq!(memory.get(address(1), 199), Some(('b', 150)));
        memory.forget(address(1));
        assert_eq!(memory.get(address(1), 199), None);
    }

    #[test]
    fn values_from_before_the_clock_was_set_back_have_expired() {
        let mut memory = ExpiringCache::new(10);
        memory.put(address(1), 'a', 100_000, 50_000);
        assert_eq!(memory.get(address(1), 40_000), Some(('a', 100_000)));
        assert_eq!(memory.get(address(1), 39_999), None);
    }

    #[test]
    fn the_cache_never_exceeds_its_size() {
        let mut memory = ExpiringCache::new(100);
        for number in 0..10_000 {
            // One address is stored again and again.
            memory.put(address(number), (), u64::from(number), 1_000_000);
            memory.put(address(7), (), u64::from(number), 1_000_000);
            assert!(memory.entries.len() <= 100 && memory.order.len() <= 100);
        }
        assert!(memory.get(address(7), 10_000).is_some());
        assert!(memory.get(address(9_999), 10_000).is_some());
        assert!(memory.get(address(9_000), 10_000).is_none());
    }
}
