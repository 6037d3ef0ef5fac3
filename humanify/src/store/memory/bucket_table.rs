//! `BucketTable`: the bounded table of buckets, with the time at which each is full again.
//!
//! A table of sets of eight buckets, as in a cache of a processor. If a set is full, the least
//! important bucket is dropped: first one that is full again, then one that never refused a
//! request, and among those the bucket of which the smallest fraction is used. The fraction counts
//! and not the time, so that buckets of a day do not displace those of a second. The number of
//! buckets is fixed, so no flood makes the memory grow; memory is touched only as it is used.
//!
//! `governor` decides whether a request fits into a bucket. The rest is here: all or nothing over
//! several buckets, and requests that are peeked at, charged or refunded.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::bucket_set::{self, BucketSet, WAYS};
use super::decision::{GcraDecision, decide};
use crate::client::{ClientKey, CounterKey};
use crate::store::gcra::Gcra;
use crate::store::types::{Bucket, Count, CountList, CountMode};

/// The number of locks. Each guards the sets with the same eight bits in their position.
const SHARDS: usize = 1 << 8;

type Shard<'a> = MutexGuard<'a, Vec<BucketSet>>;

/// The table.
pub(super) struct BucketTable {
    shards: Box<[Mutex<Vec<BucketSet>>]>,
    sets_per_shard: usize,
    hasher: RandomState,
}

/// The position of a bucket in the table.
#[derive(Clone, Copy)]
struct BucketPlace {
    shard: usize,
    set: usize,
    tag: u64,
}

/// A request at one of its buckets.
struct BucketClaim<'a> {
    bucket: &'a Bucket,
    gcra: Gcra,
    place: BucketPlace,
    /// The index of the bucket in its set; `None` if the set does not have it.
    index: Option<usize>,
    arrival: u64,
    decision: GcraDecision,
}

impl BucketTable {
    /// A table with room for at least `capacity` buckets, at sixteen bytes each, rounded up
    /// to whole sets in each of 256 parts.
    pub(super) fn new(capacity: usize) -> Self {
        BucketTable {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            sets_per_shard: capacity.div_ceil(WAYS * SHARDS).max(1),
            hasher: RandomState::new(),
        }
    }

    /// Counts a request in all buckets or in none, atomically, and appends the counts to `counts`.
    /// If a client is given, the buckets are those of this client. Returns the time after which a
    /// request that does not fit will, in microseconds.
    pub(super) fn count(
        &self,
        (buckets, client): (&[Bucket], Option<ClientKey>),
        mode: CountMode,
        now: u64,
        counts: &mut CountList,
    ) -> Option<u64> {
        match buckets {
            [bucket] => self.count_one(self.claim(bucket, client), mode, now, counts),
            _ => self.count_all((buckets, client), mode, now, counts),
        }
    }

    /// Like [`count`](Self::count) for several buckets, which few requests have.
    #[inline(never)]
    fn count_all(
        &self,
        (buckets, client): (&[Bucket], Option<ClientKey>),
        mode: CountMode,
        now: u64,
        counts: &mut CountList,
    ) -> Option<u64> {
        let mut claims: Vec<BucketClaim<'_>> = buckets
            .iter()
            .map(|bucket| self.claim(bucket, client))
            .collect();
        // Each shard is locked once and in ascending order, so two requests never wait for each
        // other.
        let mut numbers: Vec<usize> = claims.iter().map(|claim| claim.place.shard).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut shards: Vec<(usize, Shard<'_>)> = numbers
            .into_iter()
            .filter_map(|number| Some((number, self.lock(number)?)))
            .collect();
        let mut wait = None;
        for claim in &mut claims {
            if let Some(set) = set_of(&mut shards, claim.place) {
                claim.ask(set, now);
            }
            wait = wait.max(claim.wait(mode));
        }
        for claim in &mut claims {
            let place = claim.place;
            if let Some(set) = set_of(&mut shards, place) {
                // An earlier claim may have put its bucket here.
                claim.index = set.find(place.tag).0;
                claim.write(set, mode, wait.is_some(), now);
            }
        }
        drop(shards);
        counts.extend(claims.iter().map(|claim| claim.counted(wait, now)));
        wait
    }

    /// Like [`count`](Self::count) for one bucket, which is all that most requests have, without
    /// allocating a list.
    fn count_one(
        &self,
        mut claim: BucketClaim<'_>,
        mode: CountMode,
        now: u64,
        counts: &mut CountList,
    ) -> Option<u64> {
        let mut wait = None;
        if let Some(mut shard) = self.lock(claim.place.shard)
            && let Some(set) = shard.get_mut(claim.place.set)
        {
            claim.ask(set, now);
            wait = claim.wait(mode);
            claim.write(set, mode, wait.is_some(), now);
        }
        counts.push(claim.counted(wait, now));
        wait
    }

    /// Removes a bucket.
    pub(super) fn forget(&self, bucket: &Bucket) {
        let place = self.place(bucket.key, bucket.gcra().span);
        if let Some(mut shard) = self.lock(place.shard)
            && let Some(set) = shard.get_mut(place.set)
        {
            set.forget(place.tag);
        }
    }

    fn claim<'a>(&self, bucket: &'a Bucket, client: Option<ClientKey>) -> BucketClaim<'a> {
        let gcra = bucket.gcra();
        BucketClaim {
            bucket,
            gcra,
            place: self.place(bucket.key_of(client), gcra.span),
            index: None,
            arrival: 0,
            decision: GcraDecision::Within(0),
        }
    }

    fn place(&self, key: CounterKey, span: u64) -> BucketPlace {
        let hash = self.hasher.hash_one(key);
        // The position depends on all bits of the hash, so the tag need not hold them all.
        let position = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let shard = position >> 56;
        let set = (u128::from(position << 8) * self.sets_per_shard as u128) >> 64;
        BucketPlace {
            shard: usize::try_from(shard).unwrap_or_default(),
            set: usize::try_from(set).unwrap_or_default(),
            tag: bucket_set::tag(hash, span),
        }
    }

    #[inline]
    fn lock(&self, number: usize) -> Option<Shard<'_>> {
        let mut shard = self
            .shards
            .get(number)?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if shard.is_empty() {
            self.make(&mut shard);
        }
        Some(shard)
    }

    /// Makes the sets of a shard, which takes no memory before its first use.
    #[cold]
    fn make(&self, shard: &mut Vec<BucketSet>) {
        shard.resize(self.sets_per_shard, BucketSet::default());
    }

    /// The size of the table in memory, in bytes.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| shard.lock().unwrap().capacity() * size_of::<BucketSet>())
            .sum()
    }
}

impl BucketClaim<'_> {
    /// Checks whether the request fits into the bucket.
    fn ask(&mut self, set: &BucketSet, now: u64) {
        let (index, stored) = set.find(self.place.tag);
        self.index = index;
        self.arrival = self.gcra.capped_arrival(stored, now);
        self.decision = decide(&self.gcra, self.arrival, now);
    }

    /// The time that the request has to wait for this bucket, if the mode requires it to fit in.
    fn wait(&self, mode: CountMode) -> Option<u64> {
        match self.decision {
            GcraDecision::Over(wait) if mode.asks() => Some(wait),
            GcraDecision::Over(_) | GcraDecision::Within(_) => None,
        }
    }

    /// Applies the request to the bucket; `refused` if it exceeds one of its buckets.
    fn write(&mut self, set: &mut BucketSet, mode: CountMode, refused: bool, now: u64) {
        let after = match (mode, self.decision) {
            (CountMode::Acquire, GcraDecision::Within(next)) if !self.bucket.peek && !refused => {
                next
            }
            (CountMode::Charge, _) => self.gcra.charged(self.arrival, now),
            (CountMode::Refund, _) => self.gcra.refunded(self.arrival, self.bucket.taken, now),
            (CountMode::Acquire | CountMode::Peek, _) => self.arrival,
        };
        let refuses = matches!(self.decision, GcraDecision::Over(_));
        if mode != CountMode::Peek && (refuses || after != self.arrival) {
            set.put(self.index, self.place.tag, after, refuses, now);
        }
        self.arrival = after;
    }

    /// The state of the bucket; `wait` if the request exceeds one of its buckets.
    fn counted(&self, wait: Option<u64>, now: u64) -> Count {
        let over = wait.is_some() && matches!(self.decision, GcraDecision::Over(_));
        Count::new(self.bucket, self.arrival, now, over)
    }
}

fn set_of<'a>(
    shards: &'a mut [(usize, Shard<'_>)],
    place: BucketPlace,
) -> Option<&'a mut BucketSet> {
    let (_, shard) = shards
        .iter_mut()
        .find(|(number, _)| *number == place.shard)?;
    shard.get_mut(place.set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_blocks_nobody_for_longer_than_two_periods() {
        const DAY: u64 = 86_400_000_000;
        let table = BucketTable::new(100);
        let bucket = [Bucket::new(
            CounterKey {
                client: crate::client::ClientKey::Unknown,
                counter: 0,
            },
            humanify_syntax::Rate::new(5, 60),
        )];
        let wait = |now| {
            table.count(
                (&bucket, None),
                CountMode::Acquire,
                now,
                &mut CountList::new(),
            )
        };
        while wait(2 * DAY).is_none() {}
        for _ in 0..3 {
            // Two minutes, until a fifth of one is there.
            assert_eq!(wait(DAY), Some(72_000_000));
        }
        assert_eq!(wait(DAY + 72_000_000), None);
    }

    #[test]
    fn each_of_several_new_buckets_is_stored_in_a_full_set() {
        let table = BucketTable::new(1);
        let key = |number| CounterKey {
            client: crate::client::ClientKey::Unknown,
            counter: number,
        };
        let place = |number| {
            let place = table.place(key(number), 1);
            (place.shard, place.set)
        };
        let numbers: Vec<u64> = (0..1_000_000)
            .filter(|number| place(*number) == place(0))
            .take(9)
            .collect();
        let bucket = |index: usize, requests| {
            let rate = humanify_syntax::Rate::new(requests, 3_600);
            Bucket::new(key(numbers[index]), rate)
        };
        let fits = |buckets: &[Bucket]| {
            let mode = CountMode::Acquire;
            let counts = &mut CountList::new();
            table
                .count((buckets, None), mode, 1_000_000, counts)
                .is_none()
        };
        // A set has room for eight buckets. The first two are the first to make room.
        let (first, second) = (bucket(0, 100), bucket(1, 50));
        assert!(fits(&[first]) && fits(&[second]));
        for index in 2..8 {
            assert!(fits(&[bucket(index, 1)]));
        }
        let new = bucket(8, 1);
        assert!(fits(&[new, first]));
        assert!(!fits(&[new]), "the request before was counted");
    }
}
