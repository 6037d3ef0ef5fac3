//! Proof of work: the browser searches for two numbers, and the visitor does nothing.
//!
//! The server draws two secret numbers from a range and publishes their tags, which a
//! [cache-hard function](cache_hard) makes of them. The browser computes the tag of one number
//! after the other until it has found both. Two hidden numbers and an end of the range give
//! nearly everyone the same work: the median is 0.71 of the range, and nobody does more than
//! the whole. Whoever gives up early and asks for another puzzle gains nothing, for the chance
//! to find the rest soon only grows.
//!
//! The server makes two tags when it sets a puzzle. It compares two numbers when it is given
//! an answer, and computes no tag then.
//!
//! It asks nothing of a person, and of a bot only time: it makes many clearances expensive,
//! not one impossible.

mod cache_hard;
#[cfg(test)]
mod tests;

use humanify_syntax::Hardness;

use crate::crypto::Sha256;
use cache_hard::PuzzleKey;

/// The program that the page runs.
pub(crate) const SCRIPT: &str = include_str!("work.js");

/// The range at hardness 1; each step of hardness doubles it.
const MIN_RANGE: u32 = 20_480;

/// The seed of a puzzle. It must be random, and sealed from the client.
pub(super) type Seed = [u8; 16];

/// The public part of a puzzle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Puzzle {
    /// The key of the function, as 32 hexadecimal digits.
    pub(crate) key: String,
    /// The tags of the two numbers, as 16 hexadecimal digits each, with a dot between them.
    pub(crate) tags: String,
    /// The numbers to search: from zero to below this one.
    pub(crate) range: u32,
}

/// The hardness of a puzzle with a demanded hardness and these additional steps for errors or a
/// crowd. It never exceeds the hardest: a desktop with four cores takes three seconds.
pub(super) fn hardness(demanded: Hardness, steps: u8) -> Hardness {
    let level = demanded.level().saturating_add(steps);
    Hardness::new(level).unwrap_or(Hardness::HARDEST)
}

/// The part of the script's name that depends on its content.
pub(crate) fn script_hash() -> String {
    let hash = Sha256::of(SCRIPT);
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The number of numbers to search.
pub(super) fn range(hardness: Hardness) -> u32 {
    MIN_RANGE << hardness.level().saturating_sub(1).min(8)
}

/// Makes the puzzle of a seed: the same one each time.
pub(super) fn issue(seed: &Seed, hardness: Hardness) -> Puzzle {
    let key = key(seed);
    let numbers = numbers(seed, hardness);
    // The tags are sorted by value, so their order reveals nothing about the numbers.
    let mut tags = cache_hard::tags(key, numbers);
    tags.sort_unstable();
    let [first, second] = tags.map(hexadecimal);
    Puzzle {
        key: hexadecimal(key),
        tags: format!("{first}.{second}"),
        range: range(hardness),
    }
}

/// Whether an answer solves the puzzle of this seed.
///
/// An answer is the two numbers in rising order, in hexadecimal digits without leading
/// noughts, with a dot between them.
pub(super) fn is_right(seed: &Seed, hardness: Hardness, answer: &str) -> bool {
    // The longest answer is two numbers of eight digits.
    answer.len() <= 17 && answer == right_answer(seed, hardness)
}

/// The answer to the puzzle of this seed, without a search.
pub(super) fn right_answer(seed: &Seed, hardness: Hardness) -> String {
    let [first, second] = numbers(seed, hardness);
    format!("{first:x}.{second:x}")
}

/// The public key of a seed.
fn key(seed: &Seed) -> PuzzleKey {
    let [a, b, c, d, ..] = derive(seed, b"work key");
    [a, b, c, d]
}

/// The two secret numbers, in rising order.
fn numbers(seed: &Seed, hardness: Hardness) -> [u32; 2] {
    let [a, b, c, d, ..] = derive(seed, b"work numbers");
    let range = range(hardness);
    let first = below(range, [a, b]);
    // Drawn from the numbers without the first, so that the two differ.
    let other = below(range.saturating_sub(1), [c, d]);
    let second = if other < first {
        other
    } else {
        other.saturating_add(1)
    };
    [first.min(second), first.max(second)]
}

/// A number below a bound, of 64 random bits, so that all are equally likely.
fn below(bound: u32, [high, low]: [u32; 2]) -> u32 {
    let random = (u128::from(high) << 32) | u128::from(low);
    u32::try_from((random * u128::from(bound)) >> 64).unwrap_or(0)
}

/// Eight words that are indistinguishable from random ones without the seed.
fn derive(seed: &Seed, purpose: &[u8]) -> [u32; 8] {
    let hash = Sha256::new().with(purpose).with(seed).finish();
    let (words, _) = hash.as_chunks();
    let mut derived = [0; 8];
    for (word, bytes) in derived.iter_mut().zip(words) {
        *word = u32::from_be_bytes(*bytes);
    }
    derived
}

fn hexadecimal<const N: usize>(words: [u32; N]) -> String {
    words.iter().map(|word| format!("{word:08x}")).collect()
}

/// Solves a puzzle by searching, as the script does.
#[cfg(test)]
pub(super) fn search(puzzle: &Puzzle) -> Option<String> {
    let key = words(&puzzle.key)?;
    let (first, second) = puzzle.tags.split_once('.')?;
    let wanted: [cache_hard::Tag; 2] = [words(first)?, words(second)?];
    let mut found = Vec::new();
    for number in (0..puzzle.range).step_by(2) {
        let tags = cache_hard::tags(key, [number, number + 1]);
        for (tag, number) in tags.iter().zip(number..) {
            if wanted.contains(tag) {
                found.push(format!("{number:x}"));
            }
        }
        if found.len() == 2 {
            return Some(found.join("."));
        }
    }
    None
}

#[cfg(test)]
fn words<const N: usize>(text: &str) -> Option<[u32; N]> {
    let mut words = [0; N];
    for (index, word) in words.iter_mut().enumerate() {
        *word = u32::from_str_radix(text.get(index * 8..index * 8 + 8)?, 16).ok()?;
    }
    Some(words)
}
