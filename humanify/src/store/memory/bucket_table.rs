//! The bounded memory of the limits: for each bucket, when it will be full again.
//!
//! A table of sets of eight cells, as in a processor's cache. Where a set has no room for
//! another bucket, the one that matters least makes way: first what is full again, then what
//! never had to refuse anybody, and of those the bucket of which the smallest part is used.
//! The part, and not the time, decides, so that buckets of a day do not flush those of a
//! second. Memory is fixed by the number of cells and touched only as it is used; whatever
//! the flood, nothing grows.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use smallvec::smallvec;

use crate::client::CounterKey;
use crate::store::gcra::{Cell as MatchContext, Gcra};
use crate::store::types::{Bucket, Count, CountMode, Counted};

/// Cells in a set.
const WAYS: usize = 8;

/// Locks over the table; each holds a part of the sets, by eight bits of a position.
const SHARDS: usize = 1 << 8;

/// The bits of a tag that say how long the bucket takes to fill, in quarters of a power of two.
const SPAN: u64 = 0xff;

/// The bit of a tag that says that the bucket refused somebody.
const REFUSED: u64 = 0x100;

/// Sixteen bytes for a bucket.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// Which bucket it is, in 55 bits, and the bits above; zero is nobody's.
    tag: u64,
    /// When the bucket is full again, in microseconds since 1970.
    arrival: u64,
}

/// Two lines of a processor's cache, and no part of a third.
#[derive(Clone, Copy, Default)]
#[repr(align(128))]
struct Set([Cell; WAYS]);

type Shard<'a> = MutexGuard<'a, Vec<Set>>;

/// The table.
pub(super) struct BucketTable {
    shards: Box<[Mutex<Vec<Set>>]>,
    sets_per_shard: usize,
    hasher: RandomState,
}

/// Where a bucket is in the table.
#[derive(Clone, Copy)]
struct Place {
    shard: usize,
    set: usize,
    tag: u64,
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

    /// Counts a request in all the buckets or in none, in one step.
    pub(super) fn count(&self, buckets: &[Bucket], counting: CountMode, now: u64) -> Counted {
        if let [bucket] = buckets {
            return self.count_one(bucket, counting, now);
        }
        let mut asked: Vec<Line> = buckets
            .iter()
            .map(|bucket| {
                let pace = Gcra::new(bucket.rate, bucket.cost);
                Line {
                    place: self.place(bucket.key, pace.span),
                    pace,
                    arrival: 0,
                }
            })
            .collect();
        // Each part is locked once, and always in the same order, so that two requests never
        // wait for each other.
        let mut numbers: Vec<usize> = asked.iter().map(|line| line.place.shard).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut shards: Vec<(usize, Shard<'_>)> = numbers
            .into_iter()
            .filter_map(|number| Some((number, self.lock(number)?)))
            .collect();
        let mut wait = None;
        for line in &mut asked {
            let found = set_of(&mut shards, line.place).map_or(0, |set| set.find(line.place.tag).1);
            line.arrival = line.pace.believed(found, now);
            if let MatchContext::Over(more) = line.pace.ask(line.arrival, now)
                && counting.asks()
            {
                wait = wait.max(Some(more));
            }
        }
        for (line, bucket) in asked.iter_mut().zip(buckets) {
            let arrival = line.after(counting, bucket, wait.is_some(), now);
            let refuses = matches!(line.pace.ask(line.arrival, now), MatchContext::Over(_));
            if let Some(set) = set_of(&mut shards, line.place)
                && (arrival != line.arrival || refuses)
                && counting != CountMode::Peek
            {
                set.put(None, line.place.tag, arrival, refuses, now);
            }
            line.arrival = arrival;
        }
        drop(shards);

        let counts = buckets
            .iter()
            .zip(&asked)
            .map(|(bucket, line)| {
                let over = wait.is_some()
                    && matches!(line.pace.ask(line.arrival, now), MatchContext::Over(_));
                Count::new(bucket, line.arrival, now, over)
            })
            .collect();
        Counted::new(counts, wait)
    }

    /// The same for the one bucket that most requests have, without a list of anything.
    fn count_one(&self, bucket: &Bucket, counting: CountMode, now: u64) -> Counted {
        let pace = Gcra::new(bucket.rate, bucket.cost);
        let mut line = Line {
            place: self.place(bucket.key, pace.span),
            pace,
            arrival: 0,
        };
        let mut wait = None;
        if let Some(mut shard) = self.lock(line.place.shard)
            && let Some(set) = shard.get_mut(line.place.set)
        {
            let (index, found) = set.find(line.place.tag);
            let before = pace.believed(found, now);
            line.arrival = before;
            let mut refuses = false;
            if let MatchContext::Over(more) = pace.ask(before, now) {
                wait = Some(more).filter(|_| counting.asks());
                refuses = counting != CountMode::Peek;
            }
            line.arrival = line.after(counting, bucket, wait.is_some(), now);
            if refuses || line.arrival != before {
                set.put(index, line.place.tag, line.arrival, refuses, now);
            }
        }
        let count = Count::new(bucket, line.arrival, now, wait.is_some());
        Counted::new(smallvec![count], wait)
    }

    /// Forgets a bucket.
    pub(super) fn forget(&self, bucket: &Bucket) {
        let place = self.place(bucket.key, Gcra::new(bucket.rate, 1).span);
        if let Some(mut shard) = self.lock(place.shard)
            && let Some(set) = shard.get_mut(place.set)
            && let (Some(index), _) = set.find(place.tag)
            && let Some(cell) = set.0.get_mut(index)
        {
            *cell = Cell::default();
        }
    }

    fn place(&self, key: CounterKey, span: u64) -> Place {
        let hash = self.hasher.hash_one(key);
        // The position depends on all bits of the hash, so that the tag need not hold them all.
        let position = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let shard = position >> 56;
        let set = (u128::from(position << 8) * self.sets_per_shard as u128) >> 64;
        Place {
            shard: usize::try_from(shard).unwrap_or_default(),
            set: usize::try_from(set).unwrap_or_default(),
            // Whichever it is, it is not zero.
            tag: (hash & !(SPAN | REFUSED)).max(REFUSED << 1) | logarithm(span),
        }
    }

    fn lock(&self, number: usize) -> Option<Shard<'_>> {
        let mut shard = self
            .shards
            .get(number)?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if shard.is_empty() {
            shard.resize(self.sets_per_shard, Set::default());
        }
        Some(shard)
    }

    /// How much memory the table takes, in bytes.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| shard.lock().unwrap().capacity() * size_of::<Set>())
            .sum()
    }
}

/// A bucket while it is looked at.
struct Line {
    place: Place,
    pace: Gcra,
    arrival: u64,
}

impl Line {
    /// When the bucket is full again after the request, if it was over a bucket or not.
    fn after(&self, counting: CountMode, bucket: &Bucket, over: bool, now: u64) -> u64 {
        match counting {
            CountMode::Acquire if !bucket.look && !over => self.pace.charged(self.arrival, now),
            CountMode::Charge => self.pace.owed(self.arrival, now),
            CountMode::Refund => self.pace.returned(self.arrival, bucket.taken, now),
            CountMode::Acquire | CountMode::Peek => self.arrival,
        }
    }
}

fn set_of<'a>(shards: &'a mut [(usize, Shard<'_>)], place: Place) -> Option<&'a mut Set> {
    let (_, shard) = shards
        .iter_mut()
        .find(|(number, _)| *number == place.shard)?;
    shard.get_mut(place.set)
}

impl Set {
    /// Where a bucket is, and when it is full again.
    fn find(&self, tag: u64) -> (Option<usize>, u64) {
        let mut found = (None, 0);
        for (index, cell) in self.0.iter().enumerate() {
            if cell.tag & !REFUSED == tag {
                found = (Some(index), cell.arrival);
            }
        }
        found
    }

    /// Writes a bucket where it is, or where the one is that matters least.
    fn put(&mut self, index: Option<usize>, tag: u64, arrival: u64, refuses: bool, now: u64) {
        let index = index.or_else(|| self.find(tag).0);
        let cell = match index {
            Some(index) => self.0.get_mut(index),
            None => self.0.iter_mut().min_by_key(|cell| weight(cell, now)),
        };
        if let Some(cell) = cell {
            // Who was refused counts as such until the bucket was full once.
            let again = cell.tag & !REFUSED == tag && cell.arrival > now && cell.tag & REFUSED != 0;
            *cell = Cell {
                tag: tag | if refuses || again { REFUSED } else { 0 },
                arrival,
            };
        }
    }
}

/// How much a bucket matters.
fn weight(cell: &Cell, now: u64) -> (bool, u64, u64) {
    let used = cell.arrival.saturating_sub(now);
    if cell.tag == 0 || used == 0 {
        return (false, 0, 0);
    }
    let part = used.saturating_mul(256) / span(cell.tag).max(1);
    (cell.tag & REFUSED != 0, part, used)
}

/// A span in eight bits, to a fifth.
fn logarithm(span: u64) -> u64 {
    let power = u64::from(span.max(4).ilog2());
    let quarter = (span.max(4) >> (power - 2)) & 3;
    (power << 2 | quarter) & SPAN
}

/// About the span of which these bits are the logarithm.
fn span(tag: u64) -> u64 {
    let bits = tag & SPAN;
    let (power, quarter) = (bits >> 2, bits & 3);
    (4 | quarter) << power.saturating_sub(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_out_for_longer_than_two_fillings() {
        const DAY: u64 = 86_400_000_000;
        let cells = BucketTable::new(100);
        let bucket = [Bucket::new(
            CounterKey {
                who: crate::client::ClientKey::Unknown,
                what: 0,
            },
            humanify_syntax::Rate::new(5, 60),
        )];
        let count = |now| cells.count(&bucket, CountMode::Acquire, now);
        while matches!(count(2 * DAY), Counted::Within(_)) {}
        for _ in 0..3 {
            let Counted::Over { wait, .. } = count(DAY) else {
                panic!("that it is another time is not known");
            };
            assert_eq!(
                wait.as_secs(),
                72,
                "two minutes, until a fifth of one is there"
            );
        }
        assert!(matches!(count(DAY + 72_000_000), Counted::Within(_)));
    }

    #[test]
    fn a_cell_takes_sixteen_bytes_and_knows_its_span_to_a_fifth() {
        assert_eq!(size_of::<Cell>(), 16);
        for power in 2..62 {
            for step in 0..16_u64 {
                let exact = (1_u64 << power) + (step << power >> 4);
                let about = span(logarithm(exact));
                assert!(
                    about <= exact && exact - about <= exact / 5,
                    "{exact} {about}"
                );
            }
        }
    }
}
