//! The pictures of one page, encoded at one quality into equally many bytes.

use rand::Rng;

use super::canvas::Canvas;
use super::jpeg::{EMPTY_COMMENT, QUALITIES, fill_up};

/// Pictures that do not fit into their room at any quality get a multiple of so many bytes.
const CLASS: usize = 512;

/// Encodes pictures at the best quality at which each fits into `room` bytes, and fills each up
/// to that size. So neither size nor quality tells one from another.
pub(crate) fn encode_alike(
    pictures: &[Canvas],
    room: usize,
    generator: &mut impl Rng,
) -> Vec<Vec<u8>> {
    let mut encoded = best_that_fits(pictures, room.saturating_sub(EMPTY_COMMENT));
    let largest = encoded.iter().map(Vec::len).max().unwrap_or_default();
    let length = match largest + EMPTY_COMMENT <= room {
        true => room,
        false => (largest + EMPTY_COMMENT).next_multiple_of(CLASS),
    };
    for bytes in &mut encoded {
        fill_up(bytes, length, generator);
    }
    encoded
}

/// The pictures at the best quality at which all fit, or at the worst.
fn best_that_fits(pictures: &[Canvas], room: usize) -> Vec<Vec<u8>> {
    let at = |quality: usize| pictures.iter().map(move |picture| picture.encode(quality));
    let fitting = |quality| -> Option<Vec<Vec<u8>>> {
        at(quality)
            .map(|bytes| Some(bytes).filter(|bytes| bytes.len() <= room))
            .collect()
    };
    // Which qualities are too good is found by halving.
    let (mut best, mut worst) = (0, QUALITIES.len() - 1);
    let mut found = None;
    while best < worst {
        let middle = usize::midpoint(best, worst);
        match fitting(middle) {
            Some(encoded) => {
                found = Some(encoded);
                worst = middle;
            }
            None => best = middle + 1,
        }
    }
    found
        .filter(|_| worst < QUALITIES.len() - 1)
        .unwrap_or_else(|| at(worst).collect())
}
