//! An encoder for baseline JPEG (ITU-T T.81), with colour differences at half the resolution.
//!
//! Drawn pictures are small and mostly even areas. This encoder handles blocks of one value
//! separately and computes its tables once. It takes a fifth to a third of the time of the crate
//! `image` at equal size, and needs no dependency on `image` (ARCHITECTURE.md has the figures).

mod bits;
mod speckles;
mod tables;
#[cfg(test)]
mod tests;
mod transform;

use std::sync::LazyLock;

use rand::Rng;

use bits::{Bits, Block, Codes};
use speckles::Speckles;
use tables::{FIRST, OTHERS, ZIGZAG};
use transform::Scale;

/// The qualities at which a picture can be encoded, from 1 to 100, the best first.
pub(super) const QUALITIES: [u8; 14] = [82, 74, 66, 58, 50, 43, 36, 30, 25, 20, 16, 12, 9, 6];

/// Pixels along a block, and along the square that is encoded at once: four blocks of
/// brightness and one for each difference of colour.
const BLOCK: usize = 8;

const SQUARE: usize = 16;

/// An encoder for each quality.
static ENCODERS: LazyLock<[Encoder; QUALITIES.len()]> = LazyLock::new(|| {
    QUALITIES.map(|quality| Encoder {
        scales: Scale::both(quality),
    })
});

static CODES: LazyLock<[Codes; 2]> = LazyLock::new(|| {
    let [fine, coarse] = &FIRST;
    let [fine_others, coarse_others] = &OTHERS;
    [
        Codes::of(fine, fine_others),
        Codes::of(coarse, coarse_others),
    ]
});

struct Encoder {
    scales: [Scale; 2],
}

/// The offset of a comment: after the two bytes of the start and the 18 bytes of the format.
const COMMENT: usize = 20;

/// Bytes of a comment without content.
pub(super) const EMPTY_COMMENT: usize = 4;

/// Makes a picture `length` bytes long with a comment of random bytes, which a decoder skips. A
/// picture without room for a comment stays as it is.
pub(super) fn fill_up(bytes: &mut Vec<u8>, length: usize, generator: &mut impl Rng) {
    let missing = length.saturating_sub(bytes.len());
    let Some(content) = missing.checked_sub(EMPTY_COMMENT) else {
        return;
    };
    let mut comment = Vec::with_capacity(missing);
    let mut random = vec![0; content];
    generator.fill_bytes(&mut random);
    segment(&mut comment, 0xfe, &random);
    let place = COMMENT.min(bytes.len());
    bytes.splice(place..place, comment);
}

/// An encoded picture.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    /// The number of brightness blocks of one value.
    pub(crate) even_blocks: usize,
}

/// Encodes a square picture at one of the `QUALITIES`. Each plane has `side` times `side` values.
pub(super) fn encode(side: u16, planes: [&[u8]; 3], quality: usize) -> Encoded {
    encode_with(side, planes, quality, None)
}

/// Encodes a picture with faint noise in its brightness, which makes it about `more` bytes longer,
/// or a few bytes longer than that. Without noise, `even_blocks` of its blocks are of one value.
pub(super) fn encode_speckled(
    side: u16,
    planes: [&[u8]; 3],
    quality: usize,
    (more, even_blocks): (usize, usize),
    generator: &mut dyn Rng,
) -> Vec<u8> {
    let squares = usize::from(side).div_ceil(SQUARE);
    let speckles = Speckles::new(more, [even_blocks, squares * squares * 4], generator);
    encode_with(side, planes, quality, Some(speckles)).bytes
}

fn encode_with(
    side: u16,
    [brightness, blue, red]: [&[u8]; 3],
    quality: usize,
    mut speckles: Option<Speckles<'_>>,
) -> Encoded {
    let [.., worst] = &*ENCODERS;
    let encoder = ENCODERS.get(quality).unwrap_or(worst);
    let [fine, coarse] = &encoder.scales;
    let [fine_codes, coarse_codes] = &*CODES;
    let mut bits = Bits::after(encoder.head(side));
    let side = usize::from(side);
    let squares = side.div_ceil(SQUARE);
    let brightness = padded(brightness, side, squares * SQUARE);
    let differences =
        [blue, red].map(|plane| padded(&halved(plane, side), side.div_ceil(2), squares * BLOCK));
    let [mut light, mut blue, mut red] = [0; 3];
    let mut even_blocks = 0;
    for row in 0..squares {
        for column in 0..squares {
            for [across, down] in [[0, 0], [1, 0], [0, 1], [1, 1]] {
                let place = [2 * column + across, 2 * row + down];
                let is_even = write(
                    &mut bits,
                    fine,
                    fine_codes,
                    &mut light,
                    &block(&brightness, squares * SQUARE, place),
                    speckles.as_mut(),
                );
                even_blocks += usize::from(is_even);
            }
            for (plane, last) in differences.iter().zip([&mut blue, &mut red]) {
                write(
                    &mut bits,
                    coarse,
                    coarse_codes,
                    last,
                    &block(plane, squares * BLOCK, [column, row]),
                    None,
                );
            }
        }
    }
    let mut bytes = bits.finish();
    bytes.extend([0xff, 0xd9]);
    Encoded { bytes, even_blocks }
}

/// Writes a block. `last` is the level of the previous block in the plane. Returns whether it was
/// written as a block of one value.
fn write(
    bits: &mut Bits,
    scale: &Scale,
    codes: &Codes,
    last: &mut i16,
    rows: &[[u8; 8]; 8],
    speckles: Option<&mut Speckles<'_>>,
) -> bool {
    let [[first, ..], ..] = *rows;
    let is_flat = rows.iter().all(|row| *row == [first; 8]);
    if is_flat && speckles.is_none() {
        let level = scale.level(first);
        bits.flat(codes, level - *last);
        *last = level;
        return true;
    }
    let (level, mut block) = match is_flat {
        true => (scale.level(first), Block::flat()),
        false => {
            let coefficients = scale.coefficients(rows);
            let [level, ..] = coefficients;
            (level, Block::of(&coefficients))
        }
    };
    if let Some(speckles) = speckles {
        speckles.add(&mut block, codes);
    }
    bits.block(codes, level - *last, &block);
    *last = level;
    block.is_even()
}

/// The rows of the block at a column and a row of blocks.
fn block(plane: &[u8], width: usize, [column, row]: [usize; 2]) -> [[u8; 8]; 8] {
    let start = row * BLOCK * width + column * BLOCK;
    let lines = plane.get(start..).unwrap_or_default().chunks(width);
    let mut rows = [[0; 8]; 8];
    for (row, line) in rows.iter_mut().zip(lines) {
        if let Some(pixels) = line.first_chunk() {
            *row = *pixels;
        }
    }
    rows
}

/// The plane with its last column and row repeated until it is `width` wide and high.
fn padded(plane: &[u8], side: usize, width: usize) -> Vec<u8> {
    let mut padded = Vec::with_capacity(width * width);
    for row in plane.chunks_exact(side) {
        padded.extend_from_slice(row);
        let last = row.last().copied().unwrap_or_default();
        padded.resize(padded.len() + width - side, last);
    }
    let last = padded.len().saturating_sub(width);
    while padded.len() < width * width {
        padded.extend_from_within(last..last + width);
    }
    padded
}

/// The plane at half the resolution, each value the mean of two by two.
fn halved(plane: &[u8], side: usize) -> Vec<u8> {
    let mut halved = Vec::with_capacity(side.div_ceil(2) * side.div_ceil(2));
    for rows in plane.chunks(2 * side) {
        let (upper, lower) = rows.split_at(side);
        let lower = if lower.is_empty() { upper } else { lower };
        let (upper, upper_rest) = upper.as_chunks();
        let (lower, lower_rest) = lower.as_chunks();
        let pairs = upper.iter().zip(lower);
        halved.extend(pairs.map(|([a, b], [c, d])| {
            let [a, b, c, d] = [a, b, c, d].map(|value| u16::from(*value));
            ((a + b + c + d + 2) / 4) as u8
        }));
        let rest = upper_rest.iter().zip(lower_rest);
        halved.extend(rest.map(|(a, b)| u16::midpoint(u16::from(*a), u16::from(*b)) as u8));
    }
    halved
}

impl Encoder {
    /// The bytes before the blocks.
    fn head(&self, side: u16) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 * 1_024);
        bytes.extend([0xff, 0xd8]);
        // JFIF 1.1, pixels as high as wide, no thumbnail.
        segment(&mut bytes, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
        for (number, scale) in (0..).zip(&self.scales) {
            let mut table = vec![number];
            let step = |place| scale.steps.get(usize::from(place)).copied().unwrap_or(1);
            table.extend(ZIGZAG.map(step));
            segment(&mut bytes, 0xdb, &table);
        }
        // Three planes of 8 bits: number, blocks across and down, quantisation table.
        let [high, low] = side.to_be_bytes();
        let frame = [
            8, high, low, high, low, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1,
        ];
        segment(&mut bytes, 0xc0, &frame);
        for (class, codes) in [(0x00, &FIRST), (0x10, &OTHERS)] {
            for (number, code) in (0..).zip(codes) {
                let mut table = vec![class | number];
                table.extend(code.lengths);
                table.extend(code.values);
                segment(&mut bytes, 0xc4, &table);
            }
        }
        // All planes in one scan: number, code tables; then all coefficients at once.
        segment(&mut bytes, 0xda, &[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
        bytes
    }
}

fn segment(bytes: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    bytes.extend([0xff, marker]);
    bytes.extend(length.to_be_bytes());
    bytes.extend_from_slice(content);
}
