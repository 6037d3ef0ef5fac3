//! Writes coefficients as bits.

use super::tables::{Code, PLACES};

/// The Huffman code of each value: its bits, and their number.
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

/// The Huffman codes for one kind of block.
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

/// The coefficients of a block except the first, in zigzag order.
pub(super) struct Block {
    ordered: [i16; 64],
    /// A bit for each nonzero coefficient.
    present: u64,
}

impl Block {
    /// The block of coefficients in column order.
    pub(super) fn of(coefficients: &[i16; 64]) -> Block {
        let mut block = Block::flat();
        for (column, places) in coefficients.as_chunks().0.iter().zip(&PLACES) {
            if *column == [0; 8] {
                continue;
            }
            for (value, place) in column.iter().zip(places) {
                if let Some(to) = block.ordered.get_mut(usize::from(*place)) {
                    *to = *value;
                    block.present |= u64::from(*value != 0) << place;
                }
            }
        }
        block.present &= !1;
        block
    }

    /// A block of one value.
    pub(super) fn flat() -> Block {
        Block {
            ordered: [0; 64],
            present: 0,
        }
    }

    /// Whether the block is of one value.
    pub(super) fn is_even(&self) -> bool {
        self.present == 0
    }

    /// Sets a coefficient if it is zero. Returns whether it was.
    pub(super) fn set(&mut self, place: u32, value: i16) -> bool {
        let bit = 1_u64.checked_shl(place).unwrap_or(0);
        let to = self.ordered.get_mut(place as usize);
        match to.filter(|_| self.present & bit == 0) {
            Some(to) => {
                *to = value;
                self.present |= bit;
                true
            }
            None => false,
        }
    }

    /// The encoded length in bits.
    pub(super) fn length(&self, codes: &Codes) -> i64 {
        let mut sum = 0;
        self.each_word(codes, |(_, code), _, length| {
            sum += i64::from(code) + i64::from(length);
        });
        sum
    }

    /// Calls `take` with each code, and the bits of the value after it and their number.
    fn each_word(&self, codes: &Codes, mut take: impl FnMut((u16, u8), u16, u8)) {
        let mut present = self.present;
        let mut before = 0;
        while present != 0 {
            let at = present.trailing_zeros();
            present &= present - 1;
            let mut zeros = at - before - 1;
            before = at;
            while zeros > 15 {
                take(codes.others.word(0xf0), 0, 0);
                zeros -= 16;
            }
            let value = self.ordered.get(at as usize).copied().unwrap_or(0);
            let (bits, length) = magnitude(value);
            take(codes.others.word((zeros << 4) as u8 | length), bits, length);
        }
        if before < 63 {
            take(codes.others.word(0), 0, 0);
        }
    }
}

/// A writer of bits.
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Bits that do not fill a byte yet, at the lower end.
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

    /// Writes a block. `change` is the difference between its first coefficient and that of the
    /// previous block.
    pub(super) fn block(&mut self, codes: &Codes, change: i16, block: &Block) {
        self.level(codes, change);
        block.each_word(codes, |word, bits, length| self.valued(word, bits, length));
    }

    /// Writes a block of one value.
    pub(super) fn flat(&mut self, codes: &Codes, change: i16) {
        self.level(codes, change);
        self.word(codes.others.word(0));
    }

    /// The bytes. The last one is padded with ones.
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

    /// Writes a code and the bits of the value after it.
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

    /// A byte of ones is escaped, since it would look like the start of a marker.
    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xff {
            self.bytes.push(0);
        }
    }
}

/// The bits of a number, and their count. The bits of a negative number are inverted.
fn magnitude(value: i16) -> (u16, u8) {
    let length = 16 - value.unsigned_abs().leading_zeros();
    let bits = if value < 0 { value - 1 } else { value };
    let kept = (1_u32 << length) - 1;
    (bits as u16 & kept as u16, length as u8)
}
