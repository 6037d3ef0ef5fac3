//! A baseline JPEG encoder (ITU-T T.81) for small pictures.
//!
//! A page of pictures has to be drawn and encoded within a few milliseconds. This encoder
//! halves the colour planes in both directions, transforms eight columns at a time, and
//! writes the example code tables of the standard's annex K.

use std::array::from_fn;
use std::sync::LazyLock;

/// Values of a block of 8 × 8, row by row.
type Block = [[f32; 8]; 8];

/// Encodes `side` × `side` pixels of red, green, blue and a fourth byte that is ignored.
/// There must be as many pixels as that, and a side must be below 65,536.
pub(super) fn encode(pixels: &[u8], side: usize, quality: u8) -> Vec<u8> {
    let tables = &*TABLES;
    let luminance = Quantiser::new(&LUMINANCE, quality);
    let chrominance = Quantiser::new(&CHROMINANCE, quality);
    let planes = Planes::new(pixels, side);

    let mut bytes = Vec::with_capacity(side * side / 2 + 1024);
    write_headers(&mut bytes, side, &luminance, &chrominance, tables);
    let mut writer = BitWriter::new(bytes);
    let (mut last_y, mut last_blue, mut last_red) = (0, 0, 0);
    for row in 0..planes.units {
        for column in 0..planes.units {
            for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let block = cut(
                    &planes.luminance,
                    planes.units * 16,
                    (row * 2 + down) * 8,
                    (column * 2 + right) * 8,
                );
                last_y = writer.block(&luminance.apply(block), last_y, &tables.luminance);
            }
            let block = cut(&planes.blue, planes.units * 8, row * 8, column * 8);
            last_blue = writer.block(&chrominance.apply(block), last_blue, &tables.chrominance);
            let block = cut(&planes.red, planes.units * 8, row * 8, column * 8);
            last_red = writer.block(&chrominance.apply(block), last_red, &tables.chrominance);
        }
    }
    writer.finish()
}

/// The picture as luminance and two halved planes of colour, with its last row and column
/// repeated until units of 16 × 16 are full. Values are around zero.
struct Planes {
    units: usize,
    luminance: Vec<f32>,
    blue: Vec<f32>,
    red: Vec<f32>,
}

impl Planes {
    fn new(pixels: &[u8], side: usize) -> Self {
        let units = side.div_ceil(16);
        let width = units * 16;
        let mut luminance = Vec::with_capacity(width * width);
        let mut blue = vec![0.0_f32; width * width / 4];
        let mut red = blue.clone();
        let rows = pixels.chunks_exact(side.max(1) * 4);
        let last = rows.clone().last().unwrap_or(&[]);
        let rows = rows.chain(std::iter::repeat(last)).take(width);
        for (index, row) in rows.enumerate() {
            let half = index / 2 * (width / 2);
            let cells = blue.iter_mut().skip(half).zip(red.iter_mut().skip(half));
            let mut colours = cells.take(width / 2);
            let pixels = row.chunks_exact(4);
            let last = pixels.clone().last().unwrap_or(&[0; 4]);
            let mut pixels = pixels.chain(std::iter::repeat(last)).take(width);
            while let (Some(left), Some(right)) = (pixels.next(), pixels.next()) {
                let mut sums = [0.0; 2];
                for pixel in [left, right] {
                    let &[r, g, b, _] = pixel else { continue };
                    let (r, g, b) = (f32::from(r), f32::from(g), f32::from(b));
                    luminance.push(0.299 * r + 0.587 * g + 0.114 * b - 128.0);
                    sums = [
                        sums[0] - 0.168_736 * r - 0.331_264 * g + 0.5 * b,
                        sums[1] + 0.5 * r - 0.418_688 * g - 0.081_312 * b,
                    ];
                }
                if let Some((blue, red)) = colours.next() {
                    *blue += sums[0] / 4.0;
                    *red += sums[1] / 4.0;
                }
            }
        }
        Planes {
            units,
            luminance,
            blue,
            red,
        }
    }
}

/// The block of a plane whose top left value is at `top` and `left`.
fn cut(plane: &[f32], width: usize, top: usize, left: usize) -> Block {
    from_fn(|row| {
        let start = (top + row) * width + left;
        plane
            .get(start..start + 8)
            .and_then(|values| values.try_into().ok())
            .unwrap_or_default()
    })
}

/// Transforms blocks and divides them, both in one multiplication per value.
struct Quantiser {
    /// In the order of the file.
    divisors: [u8; 64],
    factors: Block,
}

impl Quantiser {
    fn new(base: &[u8; 64], quality: u8) -> Self {
        let quality = u32::from(quality.clamp(1, 100));
        let scale = if quality < 50 {
            5000 / quality
        } else {
            200 - 2 * quality
        };
        let natural = base.map(|value| {
            let scaled = (u32::from(value) * scale + 50) / 100;
            u8::try_from(scaled.clamp(1, 255)).unwrap_or(u8::MAX)
        });
        // The transform leaves each value too large by eight times these factors, of its row
        // and of its column.
        let scales: [f32; 8] = from_fn(|index| {
            if index == 0 {
                1.0
            } else {
                (index as f32 * std::f32::consts::PI / 16.0).cos() * std::f32::consts::SQRT_2
            }
        });
        // `apply` leaves rows and columns swapped, and so are these.
        let factors = from_fn(|column| {
            from_fn(|row| {
                let divisor = natural.get(row * 8 + column).copied().unwrap_or(1);
                let row = scales.get(row).copied().unwrap_or(1.0);
                let column = scales.get(column).copied().unwrap_or(1.0);
                1.0 / (f32::from(divisor) * row * column * 8.0)
            })
        });
        Quantiser {
            divisors: ZIGZAG
                .map(|(row, column)| natural.get(row * 8 + column).copied().unwrap_or(1)),
            factors,
        }
    }

    /// The quantised coefficients, in the order of the file.
    fn apply(&self, block: Block) -> [i32; 64] {
        let mut values = transform(transpose(transform(block)));
        for (values, factors) in values.iter_mut().zip(&self.factors) {
            for (value, factor) in values.iter_mut().zip(factors) {
                *value *= factor;
            }
        }
        ZIGZAG.map(|(row, column)| {
            let value = values.get(column).and_then(|values| values.get(row));
            value.map_or(0, |value| (value + value.signum() * 0.5) as i32)
        })
    }
}

fn transpose(block: Block) -> Block {
    let mut turned = Block::default();
    for (row, values) in block.iter().enumerate() {
        for (target, value) in turned.iter_mut().zip(values) {
            if let Some(cell) = target.get_mut(row) {
                *cell = *value;
            }
        }
    }
    turned
}

/// The scaled cosine transform of Arai, Agui and Nakajima down all eight columns at once.
fn transform([a, b, c, d, e, f, g, h]: Block) -> Block {
    let (s07, d07) = (add(a, h), subtract(a, h));
    let (s16, d16) = (add(b, g), subtract(b, g));
    let (s25, d25) = (add(c, f), subtract(c, f));
    let (s34, d34) = (add(d, e), subtract(d, e));

    let (outer, outer_difference) = (add(s07, s34), subtract(s07, s34));
    let (inner, inner_difference) = (add(s16, s25), subtract(s16, s25));
    let turned = scale(add(inner_difference, outer_difference), 0.707_106_77);

    let low = add(d34, d25);
    let middle = scale(add(d25, d16), 0.707_106_77);
    let high = add(d16, d07);
    let shared = scale(subtract(low, high), 0.382_683_43);
    let low = add(scale(low, 0.541_196_1), shared);
    let high = add(scale(high, 1.306_563), shared);
    let (sum, difference) = (add(d07, middle), subtract(d07, middle));
    [
        add(outer, inner),
        add(sum, high),
        add(outer_difference, turned),
        subtract(difference, low),
        subtract(outer, inner),
        add(difference, low),
        subtract(outer_difference, turned),
        subtract(sum, high),
    ]
}

fn add(mut left: [f32; 8], right: [f32; 8]) -> [f32; 8] {
    for (left, right) in left.iter_mut().zip(right) {
        *left += right;
    }
    left
}

fn subtract(mut left: [f32; 8], right: [f32; 8]) -> [f32; 8] {
    for (left, right) in left.iter_mut().zip(right) {
        *left -= right;
    }
    left
}

fn scale(values: [f32; 8], factor: f32) -> [f32; 8] {
    values.map(|value| value * factor)
}

/// Collects bits into bytes, with a zero byte stuffed behind each `0xff`.
struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl BitWriter {
    fn new(bytes: Vec<u8>) -> Self {
        BitWriter {
            bytes,
            pending: 0,
            count: 0,
        }
    }

    fn push(&mut self, bits: u32, count: u32) {
        self.pending = self.pending << count | u64::from(bits);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.pending >> self.count) as u8;
            self.bytes.push(byte);
            if byte == 0xff {
                self.bytes.push(0);
            }
        }
    }

    /// Writes a block and returns its first coefficient, from which the next one is counted.
    fn block(&mut self, coefficients: &[i32; 64], last: i32, codes: &Codes) -> i32 {
        let [first, rest @ ..] = coefficients;
        self.value(&codes.first, 0, first - last);
        let mut zeros = 0;
        for &coefficient in rest {
            if coefficient == 0 {
                zeros += 1;
                continue;
            }
            while zeros > 15 {
                self.code(&codes.rest, 0xf0);
                zeros -= 16;
            }
            self.value(&codes.rest, zeros, coefficient);
            zeros = 0;
        }
        if zeros > 0 {
            self.code(&codes.rest, 0);
        }
        *first
    }

    /// Writes how many zeros went before, how many bits the value has, and those bits.
    fn value(&mut self, table: &Table, zeros: u8, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        self.code(table, zeros << 4 | size as u8);
        let bits = if value < 0 { value - 1 } else { value };
        self.push(bits as u32 & ((1 << size) - 1), size);
    }

    fn code(&mut self, table: &Table, symbol: u8) {
        if let Some(&(bits, count)) = table.codes.get(usize::from(symbol)) {
            self.push(bits, count);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.push(0x7f, 7);
        self.bytes.extend([0xff, 0xd9]);
        self.bytes
    }
}

fn write_headers(
    bytes: &mut Vec<u8>,
    side: usize,
    luminance: &Quantiser,
    chrominance: &Quantiser,
    tables: &Tables,
) {
    let [.., high, low] = side.to_be_bytes();
    bytes.extend([0xff, 0xd8]);
    for (number, quantiser) in [(0, luminance), (1, chrominance)] {
        bytes.extend([0xff, 0xdb, 0, 67, number]);
        bytes.extend(quantiser.divisors);
    }
    bytes.extend([0xff, 0xc0, 0, 17, 8, high, low, high, low, 3]);
    bytes.extend([1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    for (number, table) in [
        (0x00, &tables.luminance.first),
        (0x10, &tables.luminance.rest),
        (0x01, &tables.chrominance.first),
        (0x11, &tables.chrominance.rest),
    ] {
        let [.., high, low] = (19 + table.symbols.len()).to_be_bytes();
        bytes.extend([0xff, 0xc4, high, low, number]);
        bytes.extend(table.lengths);
        bytes.extend(&table.symbols);
    }
    bytes.extend([0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]);
}

struct Tables {
    luminance: Codes,
    chrominance: Codes,
}

/// The codes of a plane: for the first coefficient of a block and for the others.
struct Codes {
    first: Table,
    rest: Table,
}

struct Table {
    /// How many codes have 1, 2, … 16 bits.
    lengths: [u8; 16],
    symbols: Vec<u8>,
    /// Bits and their number, by symbol.
    codes: Vec<(u32, u32)>,
}

impl Table {
    fn new(lengths: [u8; 16], symbols: Vec<u8>) -> Self {
        let mut codes = vec![(0, 0); 256];
        let mut remaining = symbols.iter();
        let mut code = 0;
        for (bits, count) in (1..).zip(lengths) {
            for symbol in remaining.by_ref().take(usize::from(count)) {
                if let Some(entry) = codes.get_mut(usize::from(*symbol)) {
                    *entry = (code, bits);
                }
                code += 1;
            }
            code <<= 1;
        }
        Table {
            lengths,
            symbols,
            codes,
        }
    }

    /// The symbols that are given and, behind them in ascending order, all others that a
    /// coefficient of ten bits may need.
    fn complete(lengths: [u8; 16], given: &[u8]) -> Self {
        let others = (0..=u8::MAX).filter(|symbol| (1..=10).contains(&(symbol & 15)));
        let mut symbols = given.to_vec();
        symbols.extend(others.filter(|symbol| !given.contains(symbol)));
        Table::new(lengths, symbols)
    }
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    luminance: Codes {
        first: Table::new(
            [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
            (0..12).collect(),
        ),
        rest: Table::complete(
            [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
            &[
                0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51,
                0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1,
                0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82,
            ],
        ),
    },
    chrominance: Codes {
        first: Table::new(
            [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
            (0..12).collect(),
        ),
        rest: Table::complete(
            [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
            &[
                0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07,
                0x61, 0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09,
                0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25,
                0xf1,
            ],
        ),
    },
});

/// Annex K.1, row by row.
const LUMINANCE: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMINANCE: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/// Row and column of each coefficient in the order of the file: diagonal by diagonal.
const ZIGZAG: [(usize, usize); 64] = {
    let mut order = [(0, 0); 64];
    let mut index = 0;
    let mut diagonal: usize = 0;
    while diagonal < 15 {
        let first = diagonal.saturating_sub(7);
        let last = if diagonal < 7 { diagonal } else { 7 };
        let mut step = first;
        while step <= last {
            order[index] = if diagonal % 2 == 1 {
                (step, diagonal - step)
            } else {
                (diagonal - step, step)
            };
            index += 1;
            step += 1;
        }
        diagonal += 1;
    }
    order
};
