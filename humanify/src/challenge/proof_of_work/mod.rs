//! Proof of work: the browser computes, and nothing is asked of the person.
//!
//! The token of a challenge is hashed to a prefix; for each of a number of puzzles, a number
//! is to be found which, hashed behind the prefix and the puzzle's index, gives a hash that
//! begins with so many zero bits (hashcash, [Back 2002]). Several small puzzles take about
//! the same time for everyone, where one large one would be luck.
//!
//! It asks nothing of a person, and of a bot only time: it makes many clearances expensive,
//! not one impossible.
//!
//! [Back 2002]: http://www.hashcash.org/papers/hashcash.pdf

use humanify_syntax::Hardness;
use sha2::{Digest, Sha256};

/// The program that the page runs.
pub(crate) const SCRIPT: &str = include_str!("work.js");

/// Puzzles in a challenge.
pub(crate) const PUZZLES: u8 = 16;

/// Zero bits at hardness 1; each step of hardness adds one, and doubles the work.
const EASIEST_BITS: u8 = 16;

/// The most zero bits that errors raise a challenge to: a desktop has it done in ten seconds.
const MOST_BITS: u8 = 21;

/// How many zero bits the hashes of a challenge have to begin with, where errors make it harder
/// by so many steps.
pub(super) fn bits(hardness: Hardness, steps: u8) -> u8 {
    let bits = EASIEST_BITS.saturating_add(hardness.level().saturating_sub(1));
    bits.saturating_add(steps).min(MOST_BITS.max(bits))
}

/// The part of the script's name that changes with its content.
pub(crate) fn script_hash() -> String {
    let hash = Sha256::digest(SCRIPT.as_bytes());
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whether the answer solves every puzzle of the challenge with this token.
///
/// An answer is a hexadecimal number of up to eight digits for each puzzle, with dots
/// between them.
pub(super) fn is_right(token: &str, bits: u8, answer: &str) -> bool {
    let prefix = prefix(token);
    let mut numbers = answer.split('.');
    let solved = (0..PUZZLES).all(|puzzle| {
        numbers
            .next()
            .and_then(number)
            .is_some_and(|number| zeros(&prefix, puzzle, number) >= u32::from(bits))
    });
    solved && numbers.next().is_none()
}

/// Solves a challenge, as the script does.
#[cfg(any(test, feature = "testing"))]
pub(super) fn solve(token: &str, bits: u8) -> String {
    let prefix = prefix(token);
    let bits = u32::from(bits);
    let numbers: Vec<String> = (0..PUZZLES)
        .filter_map(|puzzle| {
            (0..=u32::MAX)
                .find(|number| zeros(&prefix, puzzle, *number) >= bits)
                .map(|number| format!("{number:x}"))
        })
        .collect();
    numbers.join(".")
}

fn prefix(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn number(text: &str) -> Option<u32> {
    let is_plain = (1..=8).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_plain.then(|| u32::from_str_radix(text, 16).ok())?
}

/// How many zero bits the hash begins with.
fn zeros(prefix: &[u8; 32], puzzle: u8, number: u32) -> u32 {
    let mut hasher = Sha256::new();
    hasher.update(prefix);
    hasher.update(u32::from(puzzle).to_be_bytes());
    hasher.update(number.to_be_bytes());
    let hash: [u8; 32] = hasher.finalize().into();
    let (first, _) = hash.split_first_chunk::<4>().unwrap_or((&[0xff; 4], &[]));
    u32::from_be_bytes(*first).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_solves_every_puzzle_is_right() {
        let right = solve("a token", bits(Hardness::EASIEST, 0));
        let numbers: Vec<&str> = right.split('.').collect();
        let swapped = [&[numbers[1], numbers[0]], &numbers[2..]]
            .concat()
            .join(".");
        for (token, hardness, answer, expected) in [
            ("a token", Hardness::EASIEST, right.clone(), true),
            ("another", Hardness::EASIEST, right.clone(), false),
            ("a token", Hardness::HARDEST, right.clone(), false),
            ("a token", Hardness::EASIEST, swapped, false),
            ("a token", Hardness::EASIEST, numbers[1..].join("."), false),
            ("a token", Hardness::EASIEST, format!("{right}.0"), false),
            ("a token", Hardness::EASIEST, format!("{right}."), false),
            (
                "a token",
                Hardness::EASIEST,
                format!("000000000{right}"),
                false,
            ),
            ("a token", Hardness::EASIEST, format!("+{right}"), false),
            ("a token", Hardness::EASIEST, right.to_uppercase(), false),
            ("a token", Hardness::EASIEST, ".".repeat(15), false),
            ("a token", Hardness::EASIEST, "0.".repeat(8_000), false),
            ("a token", Hardness::EASIEST, String::new(), false),
        ] {
            assert_eq!(
                is_right(token, bits(hardness, 0), &answer),
                expected,
                "{answer}"
            );
        }
    }

    #[test]
    fn the_script_is_plain_ascii() {
        assert!(SCRIPT.is_ascii());
    }
}
