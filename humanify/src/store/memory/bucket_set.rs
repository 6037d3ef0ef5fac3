//! `BucketSet`: eight buckets of the table in two cache lines, and the choice of the one to evict.

/// The number of cells in a set.
pub(super) const WAYS: usize = 8;

/// The bits of a tag that hold the time in which the bucket fills, in quarters of a power of two.
const SPAN: u64 = 0xff;

/// The bit of a tag that is set if the bucket has refused a request.
const REFUSED: u64 = 0x100;

/// A bucket in sixteen bytes.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// 55 bits that identify the bucket, beside the bits of `SPAN` and `REFUSED`. Zero stands for
    /// no bucket.
    tag: u64,
    /// The time when the bucket is full again, in microseconds since 1970.
    arrival: u64,
}

/// Exactly two cache lines of the processor.
#[derive(Clone, Copy, Default)]
#[repr(align(128))]
pub(super) struct BucketSet([Cell; WAYS]);

impl BucketSet {
    /// The index of a bucket, and the time when it is full again.
    pub(super) fn find(&self, tag: u64) -> (Option<usize>, u64) {
        for (index, cell) in self.0.iter().enumerate() {
            if cell.tag & !REFUSED == tag {
                return (Some(index), cell.arrival);
            }
        }
        (None, 0)
    }

    /// Writes a bucket over the one at `index`, or over the least important one.
    pub(super) fn put(
        &mut self,
        index: Option<usize>,
        tag: u64,
        arrival: u64,
        refuses: bool,
        now: u64,
    ) {
        let cell = match index {
            Some(index) => self.0.get_mut(index),
            None => self.0.iter_mut().min_by_key(|cell| weight(cell, now)),
        };
        if let Some(cell) = cell {
            // A refusal stays recorded until the bucket is full again.
            let again = cell.tag & !REFUSED == tag && cell.arrival > now && cell.tag & REFUSED != 0;
            *cell = Cell {
                tag: tag | if refuses || again { REFUSED } else { 0 },
                arrival,
            };
        }
    }

    /// Removes a bucket.
    pub(super) fn forget(&mut self, tag: u64) {
        if let (Some(index), _) = self.find(tag)
            && let Some(cell) = self.0.get_mut(index)
        {
            *cell = Cell::default();
        }
    }
}

/// The tag of a bucket, by the hash of its key and the time in which it fills.
pub(super) fn tag(hash: u64, span: u64) -> u64 {
    // The tag is never zero, whatever the hash.
    (hash & !(SPAN | REFUSED)).max(REFUSED << 1) | logarithm(span)
}

/// The importance of a bucket: whether it refused a request, which fraction of it is used, for how
/// long.
fn weight(cell: &Cell, now: u64) -> (bool, u64, u64) {
    let used = cell.arrival.saturating_sub(now);
    if cell.tag == 0 || used == 0 {
        return (false, 0, 0);
    }
    let part = used.saturating_mul(256) / span(cell.tag).max(1);
    (cell.tag & REFUSED != 0, part, used)
}

/// The logarithm of a span in eight bits, exact to a fifth.
fn logarithm(span: u64) -> u64 {
    let power = u64::from(span.max(4).ilog2());
    let quarter = (span.max(4) >> (power - 2)) & 3;
    (power << 2 | quarter) & SPAN
}

/// The approximate span of a tag.
fn span(tag: u64) -> u64 {
    let bits = tag & SPAN;
    let (power, quarter) = (bits >> 2, bits & 3);
    (4 | quarter) << power.saturating_sub(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_takes_sixteen_bytes_and_keeps_its_period_within_a_fifth() {
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

    #[test]
    fn a_bucket_that_refuses_stays_in_a_full_set_until_it_is_full_again() {
        const MINUTE: u64 = 60_000_000;
        let now = 1_000 * MINUTE;
        let mut set = BucketSet::default();
        let refusing = tag(1 << 20, MINUTE);
        // Its last unit is back in a second, and each bucket of the flood is used for a day.
        let flood = |set: &mut BucketSet| {
            for number in 2..100 {
                let (other, day) = (tag(number << 20, 1_440 * MINUTE), 1_440 * MINUTE);
                set.put(None, other, now + day, false, now);
            }
            set.find(refusing).0
        };
        set.put(None, refusing, now + 1_000_000, true, now);
        let index = flood(&mut set);
        assert!(index.is_some());
        // A request that passes meanwhile does not change that.
        set.put(index, refusing, now + 1_000_001, false, now);
        assert!(flood(&mut set).is_some());
    }
}
