//! Writes coefficients as bits.

use super::tables::{Code, PLACES};

/// The code of each value: its bits, and how many.
struct Words([(u16, u8); 256]);

impl Words {
    fn of(code: &Code) -> Words {
        let mut words = [(0, 0); 256];
        let (mut next, mut values) = (0_u16, code.values.iter());
        for (count, length) in code.lengths.iter().zip(1..) {
            for value in values.by_ref().take(usize::from(*count)) {
                if let Some(word) = words.get_mut(usize::from(*value)) {
                    *word = (next, length);
                }
                next = next.wrapping_add(1);
            }
            next = next.wrapping_shl(1);
        }
        Words(words)
    }

    fn word(&self, value: u8) -> (u16, u8) {
        self.0.get(usize::from(value)).copied().unwrap_or_default()
    }
}

/// The codes for one kind of block.
pub(super) struct Codes {
    first: Words,
    others: Words,
}

impl Codes {
    pub(super) fn of(first: &Code, others: &Code) -> Codes {
        Codes {
            first: Words::of(first),
            others: Words::of(others),
        }
    }
}

/// What is written, bit by bit.
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Bits that are not yet bytes, at the lower end.
    pending: u64,
    count: u32,
}

impl Bits {
    pub(super) fn after(bytes: Vec<u8>) -> Bits {
        Bits {
            bytes,
            pending: 0,
            count: 0,
        }
    }

    /// Writes a block's coefficients, which are given column by column, and how much the first
    /// differs from that of the block before.
    pub(super) fn block(&mut self, codes: &Codes, change: i16, coefficients: &[i16; 64]) {
        self.level(codes, change);
        let mut ordered = [0_i16; 64];
        let mut present = 0_u64;
        for (column, places) in coefficients.as_chunks().0.iter().zip(&PLACES) {
            if *column == [0; 8] {
                continue;
            }
            for (value, place) in column.iter().zip(places) {
                if let Some(to) = ordered.get_mut(usize::from(*place)) {
                    *to = *value;
                    present |= u64::from(*value != 0) << place;
                }
            }
        }
        present &= !1;
        let mut before = 0;
        while present != 0 {
            let at = present.trailing_zeros();
            present &= present - 1;
            let mut zeros = at - before - 1;
            before = at;
            while zeros > 15 {
                self.word(codes.others.word(0xf0));
                zeros -= 16;
            }
            let value = ordered.get(at as usize).copied().unwrap_or(0);
            let (bits, length) = magnitude(value);
            self.valued(codes.others.word((zeros << 4) as u8 | length), bits, length);
        }
        if before < 63 {
            self.word(codes.others.word(0));
        }
    }

    /// Writes a block that is of one value.
    pub(super) fn flat(&mut self, codes: &Codes, change: i16) {
        self.level(codes, change);
        self.word(codes.others.word(0));
    }

    /// The bytes, the last filled up with ones.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.put(0x7f, 7);
        while self.count >= 8 {
            self.count -= 8;
            self.byte((self.pending >> self.count) as u8);
        }
        self.bytes
    }

    fn level(&mut self, codes: &Codes, change: i16) {
        let (bits, length) = magnitude(change);
        self.valued(codes.first.word(length), bits, length);
    }

    /// Writes a code and the bits of the value that it announces.
    fn valued(&mut self, (code, code_length): (u16, u8), bits: u16, length: u8) {
        let both = u32::from(code) << length | u32::from(bits);
        self.put(both, code_length + length);
    }

    fn word(&mut self, (bits, length): (u16, u8)) {
        self.put(bits.into(), length);
    }

    fn put(&mut self, bits: u32, length: u8) {
        self.pending = self.pending << length | u64::from(bits);
        self.count += u32::from(length);
        if self.count >= 32 {
            self.count -= 32;
            let word = (self.pending >> self.count) as u32;
            let bytes = word.to_be_bytes();
            if bytes.contains(&0xff) {
                bytes.into_iter().for_each(|byte| self.byte(byte));
            } else {
                self.bytes.extend_from_slice(&bytes);
            }
        }
    }

    /// A byte of ones would look like the beginning of a marker.
    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xff {
            self.bytes.push(0);
        }
    }
}

/// A number's bits, and how many: a negative one's are turned around.
fn magnitude(value: i16) -> (u16, u8) {
    let length = 16 - value.unsigned_abs().leading_zeros();
    let bits = if value < 0 { value - 1 } else { value };
    let kept = (1_u32 << length) - 1;
    (bits as u16 & kept as u16, length as u8)
}
