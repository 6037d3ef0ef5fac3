//! The file of clips: its format, and how a clip is decoded.
//!
//! `make_speech.py` describes the format and writes it. All of a file is checked when it is
//! read. Clips stay encoded, 4 bits a sample, until they are spoken.

use super::SpeechError;

const MAGIC: &[u8] = b"humanspk";
const VERSION: u16 = 1;

/// Bytes of the checksum at the end.
const CHECKSUM: usize = 8;

/// An alphabet of fewer characters is too easily guessed; there are 36 letters and digits.
const CHARACTERS: std::ops::RangeInclusive<u16> = 16..=36;

/// More clips of one character are not carried.
const MOST_CLIPS: u8 = 32;

/// More sound-alikes are not carried.
const MOST_ALIKE: u16 = 512;

/// Seconds that a clip may last.
const LONGEST_CLIP: u32 = 2;

/// Samples a second that every browser plays.
const RATES: std::ops::RangeInclusive<u16> = 8_000..=48_000;

/// Steps of the differences between samples: each is a tenth more than the one before. As
/// many as `make_speech.py` has, since the last one is a limit.
const STEPS: [i32; 87] = {
    let mut table = [7; 87];
    let (mut step, mut at) = (7, 0);
    while at < table.len() {
        #[allow(clippy::indexing_slicing, reason = "the loop's condition bounds it")]
        {
            table[at] = step;
        }
        step += if step < 10 { 1 } else { step / 10 };
        at += 1;
    }
    table
};

/// The clips of one language.
#[derive(Debug)]
pub(super) struct Clips {
    rate: u16,
    characters: Vec<char>,
    /// For each of `characters`, at least one.
    spoken: Vec<Vec<Clip>>,
    /// What may be typed, and what it stands for.
    alike: Vec<(char, char)>,
}

/// A way in which a character is said, encoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clip {
    samples: u16,
    first_step: u8,
    codes: &'static [u8],
}

impl Clips {
    pub(super) fn read(data: &'static [u8]) -> Result<Clips, SpeechError> {
        if !data.starts_with(MAGIC) {
            return Err(SpeechError::Format);
        }
        let (body, checksum) = data
            .split_last_chunk::<CHECKSUM>()
            .ok_or(SpeechError::Format)?;
        if fnv(body) != u64::from_le_bytes(*checksum) {
            return Err(SpeechError::Checksum);
        }
        let mut reader = Reader(body);
        reader.take(MAGIC.len())?;
        if reader.u16()? != VERSION {
            return Err(SpeechError::Version);
        }
        Clips::parse(reader)
    }

    pub(super) fn rate(&self) -> u32 {
        u32::from(self.rate)
    }

    pub(super) fn characters(&self) -> &[char] {
        &self.characters
    }

    /// The clips of a character.
    pub(super) fn of(&self, character: char) -> Option<&[Clip]> {
        let at = self.characters.iter().position(|own| *own == character)?;
        self.spoken.get(at).map(Vec::as_slice)
    }

    /// What was meant by a character that was typed.
    pub(super) fn meant(&self, typed: char) -> char {
        let pair = self.alike.iter().find(|(alike, _)| *alike == typed);
        pair.map_or(typed, |(_, meant)| *meant)
    }

    fn parse(mut reader: Reader) -> Result<Clips, SpeechError> {
        let rate = reader.u16()?;
        let count = reader.u16()?;
        let alike_count = reader.u16()?;
        if !RATES.contains(&rate) || !CHARACTERS.contains(&count) || alike_count > MOST_ALIKE {
            return Err(SpeechError::Table("a number is out of range"));
        }
        let mut characters = Vec::with_capacity(usize::from(count));
        let mut counts = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let character = reader.character()?;
            let clips = reader.u8()?;
            let plain = character.is_ascii_lowercase() || character.is_ascii_digit();
            if !plain || characters.contains(&character) {
                return Err(SpeechError::Table("a character cannot be part of a code"));
            }
            if clips == 0 || clips > MOST_CLIPS {
                return Err(SpeechError::Table("a character has no clips, or too many"));
            }
            characters.push(character);
            counts.push(clips);
        }
        let mut alike: Vec<(char, char)> = Vec::with_capacity(usize::from(alike_count));
        for _ in 0..alike_count {
            let (typed, meant) = (reader.character()?, reader.character()?);
            let again = alike.iter().any(|(known, _)| *known == typed);
            if again || characters.contains(&typed) || !characters.contains(&meant) {
                return Err(SpeechError::Table(
                    "a sound-alike is spoken, or has no meaning",
                ));
            }
            alike.push((typed, meant));
        }
        let mut spoken = Vec::with_capacity(counts.len());
        for clips in counts {
            let clips = (0..clips).map(|_| reader.clip(rate));
            spoken.push(clips.collect::<Result<_, _>>()?);
        }
        if !reader.0.is_empty() {
            return Err(SpeechError::Table("something follows the last clip"));
        }
        Ok(Clips {
            rate,
            characters,
            spoken,
            alike,
        })
    }
}

impl Clip {
    /// The samples, between -1 and 1.
    pub(super) fn decode(&self) -> Vec<f32> {
        let (mut value, mut at) = (0_i32, usize::from(self.first_step));
        let codes = self.codes.iter().flat_map(|pair| [pair & 15, pair >> 4]);
        codes
            .take(usize::from(self.samples))
            .map(|code| {
                let size = usize::from(code & 7);
                let step = STEPS.get(at).copied().unwrap_or_default();
                let difference = (2 * i32::from(code & 7) + 1) * step / 8;
                value += if code & 8 == 0 {
                    difference
                } else {
                    -difference
                };
                value = value.clamp(-32_768, 32_767);
                at = match size {
                    0..=3 => at.saturating_sub(1),
                    _ => (at + 2 * (size - 3)).min(STEPS.len() - 1),
                };
                value as f32 / 32_768.0
            })
            .collect()
    }
}

/// Takes a file apart from front to back; what is not there is an error.
struct Reader(&'static [u8]);

impl Reader {
    fn take(&mut self, count: usize) -> Result<&'static [u8], SpeechError> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or(SpeechError::Table("the end is missing"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], SpeechError> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| SpeechError::Format)
    }

    fn u8(&mut self) -> Result<u8, SpeechError> {
        self.array().map(u8::from_le_bytes)
    }

    fn u16(&mut self) -> Result<u16, SpeechError> {
        self.array().map(u16::from_le_bytes)
    }

    fn character(&mut self) -> Result<char, SpeechError> {
        let code_point = self.array().map(u32::from_le_bytes)?;
        char::from_u32(code_point).ok_or(SpeechError::Table("a character is none"))
    }

    fn clip(&mut self, rate: u16) -> Result<Clip, SpeechError> {
        let samples = self.u16()?;
        let first_step = self.u8()?;
        if samples == 0 || u32::from(samples) > LONGEST_CLIP * u32::from(rate) {
            return Err(SpeechError::Table("a clip is empty or too long"));
        }
        if usize::from(first_step) >= STEPS.len() {
            return Err(SpeechError::Table("a clip has no such step"));
        }
        let codes = self.take(usize::from(samples).div_ceil(2))?;
        Ok(Clip {
            samples,
            first_step,
            codes,
        })
    }
}

/// FNV-1a, against damage by accident: it notices every single byte that changed.
pub(super) fn fnv(data: &[u8]) -> u64 {
    data.iter().fold(0xcbf2_9ce4_8422_2325, |checksum, byte| {
        (checksum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
