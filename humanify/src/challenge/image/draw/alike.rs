//! Encodes the pictures of one page at one quality into the same number of bytes.

use rand::{Rng, RngExt};

use super::canvas::Canvas;
use super::jpeg::{EMPTY_COMMENT, Encoded, QUALITIES, fill_up};

/// Pictures that do not fit into `room` bytes at any quality get a multiple of this many bytes.
const CLASS: usize = 512;

/// The bytes that are left for the comment. The length with noise may differ from the wanted length
/// by as much, since bytes of ones are escaped.
const LEEWAY: usize = 32;

/// How often a picture is encoded again if its length with noise differs more.
const RETRIES: usize = 6;

/// Encodes pictures at the best quality at which each fits into `room` bytes, and fills them up to
/// the same length: with faint noise, and a comment for the last bytes. So neither the size, nor
/// the quality, nor the length of the comment distinguishes them.
pub(crate) fn encode_alike(
    pictures: &[Canvas],
    room: usize,
    generator: &mut impl Rng,
) -> Vec<Vec<u8>> {
    let beside = EMPTY_COMMENT + 2 * LEEWAY;
    let (quality, plain) = best_that_fits(pictures, room.saturating_sub(beside));
    let sizes = plain.iter().map(|picture| picture.bytes.len());
    let largest = sizes.max().unwrap_or_default();
    let length = match largest + beside <= room {
        true => room,
        false => (largest + beside).next_multiple_of(CLASS),
    };
    let filled = pictures.iter().zip(plain).map(|(picture, plain)| {
        let most = length - EMPTY_COMMENT;
        // The number of escaped bytes depends on the picture. A random number of further bytes
        // hides it.
        let wanted = most.saturating_sub(LEEWAY + generator.random_range(0..LEEWAY));
        let mut more = wanted.saturating_sub(plain.bytes.len());
        let mut bytes = picture.encode_speckled(quality, &plain, more, generator);
        for _ in 0..RETRIES {
            if (wanted.saturating_sub(LEEWAY)..=most).contains(&bytes.len()) {
                break;
            }
            more = (more + wanted).saturating_sub(bytes.len());
            bytes = picture.encode_speckled(quality, &plain, more, generator);
        }
        if bytes.len() > most {
            bytes = plain.bytes;
        }
        fill_up(&mut bytes, length, generator);
        bytes
    });
    filled.collect()
}

/// The best quality at which all pictures fit, or the worst, and the pictures at that quality.
fn best_that_fits(pictures: &[Canvas], room: usize) -> (usize, Vec<Encoded>) {
    let at = |quality: usize| pictures.iter().map(move |picture| picture.encode(quality));
    let fitting = |quality| -> Option<Vec<Encoded>> {
        at(quality)
            .map(|encoded| Some(encoded).filter(|encoded| encoded.bytes.len() <= room))
            .collect()
    };
    // A binary search for the best quality that fits.
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
    let found = found
        .filter(|_| worst < QUALITIES.len() - 1)
        .unwrap_or_else(|| at(worst).collect());
    (worst, found)
}
