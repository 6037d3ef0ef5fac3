//! `Reference`: a short code on the page of a refusal and in its log line, to find one by the
//! other.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use once_cell::sync::OnceCell;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde::{Serialize, Serializer};

use crate::crypto::random_bytes;

/// Crockford's base 32: no two digits are confused when they are read aloud.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The number of digits, and the number before the hyphen.
const LENGTH: usize = 8;
const GROUP: usize = 4;

/// The reference of one decision, such as `7K3M-Q9TD`: the visitor reads it on the page, the log
/// has it in the field `reference`.
///
/// It is random and reveals nothing about the client. Parsing is lenient, for references that are
/// read out on the telephone: case, hyphen and spaces do not matter, `O` is read as `0`, `I` and
/// `L` as `1`.
///
/// ```
/// use humanify::Reference;
///
/// let read_out: Reference = "7k3m q9td".parse().expect("eight digits");
/// assert_eq!(read_out.as_str(), "7K3M-Q9TD");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference([u8; LENGTH + 1]);

impl Reference {
    /// A new reference. Two decisions have the same one with a probability of 2^-40.
    ///
    /// It is no secret, so the operating system is asked for randomness once a process only.
    pub(crate) fn new() -> Reference {
        static START: OnceCell<u64> = OnceCell::new();
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let start = START.get_or_init(|| random_bytes().map_or(0, u64::from_le_bytes));
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let mut bits = SmallRng::seed_from_u64(start.wrapping_add(number)).next_u64();
        let mut digits = [b'0'; LENGTH];
        for digit in &mut digits {
            let index = usize::try_from(bits % 32).unwrap_or_default();
            *digit = DIGITS.get(index).copied().unwrap_or(b'0');
            bits /= 32;
        }
        Reference::grouped(digits)
    }

    fn grouped(digits: [u8; LENGTH]) -> Reference {
        let mut text = [b'-'; LENGTH + 1];
        let places = (0..=LENGTH).filter(|place| *place != GROUP);
        for (place, digit) in places.zip(digits) {
            if let Some(character) = text.get_mut(place) {
                *character = digit;
            }
        }
        Reference(text)
    }

    /// The reference as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The reference is ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The text is not a [`Reference`].
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reference has eight digits and letters, such as 7K3M-Q9TD")]
#[non_exhaustive]
pub struct ReferenceError;

crate::error_chain::debug_as_message!(ReferenceError);

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let mut digits = [0; LENGTH];
        let mut places = digits.iter_mut();
        for character in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            let digit = match character.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let place = places.next().filter(|_| DIGITS.contains(&digit));
            *place.ok_or(ReferenceError)? = digit;
        }
        match places.next() {
            None => Ok(Reference::grouped(digits)),
            Some(_) => Err(ReferenceError),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_that_is_read_out_is_the_one_that_is_shown() {
        let shown = Reference::new();
        for typed in [
            shown.to_string(),
            shown.to_string().to_lowercase(),
            shown.to_string().replace('-', " "),
            shown.to_string().replace('-', ""),
            shown.to_string().replace('0', "o").replace('1', "l"),
        ] {
            assert_eq!(typed.parse(), Ok(shown), "{typed}");
        }
        for wrong in ["", "7K3M", "7K3M-Q9TDX", "7K3M-Q9TU", "7K3M-Q9T\u{e9}"] {
            assert_eq!(wrong.parse::<Reference>(), Err(ReferenceError), "{wrong}");
        }
    }

    #[test]
    fn references_differ() {
        let many: std::collections::HashSet<Reference> =
            (0..1_000).map(|_| Reference::new()).collect();
        assert_eq!(many.len(), 1_000);
    }
}
