//! The bounded memory of the limits: for each bucket, when it will be full again.
//!
//! A table of sets of eight cells, as in a processor's cache. A new bucket takes the cell of
//! its set that matters least, which is the one that is full again soonest; a client that
//! keeps asking pushes that instant ahead of itself and so stays. Memory is fixed by the
//! number of cells and touched only as it is used; whatever the flood, nothing grows.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;

use super::Key;

/// Cells in a set.
const WAYS: usize = 8;

/// Locks over the table; each holds a part of the sets.
const SHARDS: usize = 256;

#[derive(Clone, Copy, Default)]
struct Cell {
    /// Which bucket it is; zero is nobody's.
    fingerprint: u64,
    /// The theoretical arrival time of its next request, in nanoseconds since the store was
    /// made: when the bucket is full again.
    arrival: u64,
}

type Set = [Cell; WAYS];

/// The table. Clones are the same table.
#[derive(Clone)]
pub(super) struct Cells {
    shards: Arc<[Mutex<Vec<Set>>]>,
    sets_per_shard: usize,
    hasher: RandomState,
}

/// A bucket, as the limiter of its rate asks for it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) key: Key,
    /// How long after the store its limiter was made, in nanoseconds: the limiter's zero.
    pub(super) offset: u64,
}

impl Cells {
    /// A table with room for at least `capacity` buckets.
    pub(super) fn new(capacity: usize) -> Self {
        Cells {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            sets_per_shard: capacity.div_ceil(WAYS * SHARDS).max(1),
            hasher: RandomState::new(),
        }
    }
}

impl StateStore for Cells {
    type Key = Place;

    fn measure_and_replace<T, F, E>(&self, place: &Place, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let fingerprint = self.hasher.hash_one((place.key, 0_u8)).max(1);
        let position = self.hasher.hash_one((place.key, 1_u8));
        let shard = usize::try_from(position % SHARDS as u64).unwrap_or_default();
        let set = usize::try_from(position / SHARDS as u64 % self.sets_per_shard as u64)
            .unwrap_or_default();

        let Some(shard) = self.shards.get(shard) else {
            return decide(None).map(|(outcome, _)| outcome);
        };
        let mut sets = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if sets.is_empty() {
            sets.resize(self.sets_per_shard, Set::default());
        }
        let Some(set) = sets.get_mut(set) else {
            return decide(None).map(|(outcome, _)| outcome);
        };

        if let Some(cell) = set.iter_mut().find(|cell| cell.fingerprint == fingerprint) {
            let arrival = Nanos::new(cell.arrival.saturating_sub(place.offset));
            let (outcome, arrival) = decide(Some(arrival))?;
            cell.arrival = arrival.as_u64().saturating_add(place.offset);
            return Ok(outcome);
        }
        let (outcome, arrival) = decide(None)?;
        if let Some(cell) = set.iter_mut().min_by_key(|cell| cell.arrival) {
            *cell = Cell {
                fingerprint,
                arrival: arrival.as_u64().saturating_add(place.offset),
            };
        }
        Ok(outcome)
    }
}
