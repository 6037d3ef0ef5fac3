//! A cache-hard function: from a key and a number to a tag, through 128 KiB of random access.
//!
//! The table is filled from the key and the number, then read and written at places that
//! depend on everything read before. Each number has a table of its own. The core of a
//! processor keeps that table in its second cache, whatever program runs there, and moves one
//! word in about a nanosecond. A graphics card has room for few such tables near its
//! arithmetic units and fetches 32 bytes from afar for each word of four.
//!
//! The function is not a cryptographic hash. Nobody gains by finding a number to a tag except by
//! trying the numbers of the range, and nothing else is asked of it.

use std::cell::RefCell;

/// The number of words in the table of one number: 128 KiB.
const WORDS: usize = 1 << 15;

/// The bits of a word that select a place in the table.
const MASK: u32 = 0x7fff;

/// The number of random accesses to a table: as many as it has words.
const STEPS: u32 = 1 << 15;

/// The number of rounds that mix the key and the number before the table is filled, and the state
/// at the end.
const ROUNDS: u32 = 16;

/// The key, which all numbers of a puzzle share.
pub(super) type PuzzleKey = [u32; 4];

/// The result of the function for a number.
pub(super) type Tag = [u32; 2];

/// The table of a number.
type Table = [u32; WORDS];

thread_local! {
    /// Two tables for each thread that has issued a puzzle, so that they are neither allocated nor
    /// cleared for each one.
    static TABLES: RefCell<[Box<Table>; 2]> =
        RefCell::new([Box::new([0; WORDS]), Box::new([0; WORDS])]);
}

/// The tags of two numbers.
///
/// The two are computed side by side, so that one waits for memory while the other computes.
pub(super) fn tags(key: PuzzleKey, numbers: [u32; 2]) -> [Tag; 2] {
    TABLES.with(|tables| match tables.try_borrow_mut() {
        Ok(mut tables) => {
            let [left, right] = &mut *tables;
            tags_in([left, right], key, numbers)
        }
        // Only a nested call would come here.
        Err(_) => tags_in(
            [&mut Box::new([0; WORDS]), &mut Box::new([0; WORDS])],
            key,
            numbers,
        ),
    })
}

fn tags_in(tables: [&mut Table; 2], key: PuzzleKey, numbers: [u32; 2]) -> [Tag; 2] {
    let [left_table, right_table] = tables;
    let [mut left, mut right] = numbers.map(|number| HashState::new(key, number));

    let (left_places, _) = left_table.as_chunks_mut();
    let (right_places, _) = right_table.as_chunks_mut();
    for (left_place, right_place) in left_places.iter_mut().zip(right_places) {
        *left_place = left.mixed();
        *right_place = right.mixed();
    }
    for step in (0..STEPS).step_by(4) {
        left.walk(left_table, step);
        right.walk(right_table, step);
    }
    [left.tag(), right.tag()]
}

/// Four words that depend on everything that was read.
#[derive(Clone, Copy)]
struct HashState {
    a: u32,
    b: u32,
    c: u32,
    d: u32,
}

impl HashState {
    fn new(key: PuzzleKey, number: u32) -> HashState {
        let [a, b, c, d] = key;
        let a = a ^ number;
        let mut state = HashState { a, b, c, d };
        state.mix_well();
        state
    }

    /// Each step is invertible, so different states stay different.
    fn mix(&mut self) {
        self.a = self.a.rotate_left(7).wrapping_add(self.b);
        self.b = self.b.rotate_left(9) ^ self.c;
        self.c = self.c.rotate_left(13).wrapping_add(self.d);
        self.d = self.d.rotate_left(18) ^ self.a;
    }

    fn mixed(&mut self) -> [u32; 4] {
        self.mix();
        [self.a, self.b, self.c, self.d]
    }

    fn mix_well(&mut self) {
        for round in 0..ROUNDS {
            self.mix();
            self.a = self.a.wrapping_add(round);
        }
    }

    /// Four accesses, whose places are known at once and whose words depend on each other.
    fn walk(&mut self, table: &mut Table, step: u32) {
        self.a = (self.a.rotate_left(13) ^ access(table, self.a, self.b)).wrapping_add(step);
        self.b = (self.b.rotate_left(13) ^ access(table, self.b, self.c)).wrapping_add(self.a);
        self.c = (self.c.rotate_left(13) ^ access(table, self.c, self.d)).wrapping_add(self.b);
        self.d = (self.d.rotate_left(13) ^ access(table, self.d, self.a)).wrapping_add(self.c);
    }

    fn tag(mut self) -> Tag {
        self.mix_well();
        [self.a, self.b]
    }
}

/// Reads a word of the table and adds to it.
fn access(table: &mut Table, place: u32, added: u32) -> u32 {
    // The mask keeps the place inside the table; the compiler sees it and removes the check.
    let Some(word) = table.get_mut((place & MASK) as usize) else {
        return 0;
    };
    let read = *word;
    *word = read.wrapping_add(added);
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: PuzzleKey = [0x0123_4567, 0x89ab_cdef, 0xfedc_ba98, 0x7654_3210];

    #[test]
    fn the_tag_of_a_number_does_not_depend_on_its_position() {
        let [first, second] = tags(KEY, [7, 8]);
        assert_eq!(tags(KEY, [8, 7]), [second, first]);
        assert_eq!(tags(KEY, [7, 7]), [first, first]);
        assert_ne!(first, second);
    }

    #[test]
    fn earlier_content_of_the_table_does_not_matter() {
        let mut dirty = [Box::new([1; WORDS]), Box::new([u32::MAX; WORDS])];
        let [left, right] = &mut dirty;
        assert_eq!(tags_in([left, right], KEY, [1, 2]), tags(KEY, [1, 2]));
    }

    #[test]
    fn one_bit_of_the_key_or_the_number_changes_about_half_of_the_tag() {
        let changed = |left: Tag, right: Tag| {
            let differing = left.iter().zip(right).map(|(a, b)| (a ^ b).count_ones());
            differing.sum::<u32>()
        };
        let mut sum = 0;
        for bit in 0..32 {
            let [one, other] = tags(KEY, [5, 5 ^ (1 << bit)]);
            let apart = changed(one, other);
            assert!(
                (10..=54).contains(&apart),
                "bit {bit} changes {apart} of 64"
            );
            sum += apart;
            for word in 0..4 {
                let mut key = KEY;
                key[word] ^= 1 << bit;
                let [other, _] = tags(key, [5, 5]);
                let apart = changed(one, other);
                assert!((10..=54).contains(&apart), "bit {bit} of word {word}");
                sum += apart;
            }
        }
        let mean = f64::from(sum) / 160.0;
        assert!((30.0..34.0).contains(&mean), "{mean} of 64");
    }

    #[test]
    fn no_two_numbers_of_a_small_range_share_a_tag() {
        let mut seen = std::collections::HashSet::new();
        for number in (0..512).step_by(2) {
            for tag in tags(KEY, [number, number + 1]) {
                assert!(seen.insert(tag), "{number}");
            }
        }
    }
}
