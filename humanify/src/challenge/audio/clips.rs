//! The file format of clips, and their decoder.
//!
//! `make_speech.py` describes the format and writes it. All of a file is checked when it is
//! read. Clips stay encoded, 3 bits a sample, until they are spoken.

use super::SpeechError;

const MAGIC: &[u8] = b"humanspk";

const VERSION: u16 = 2;

/// The length of the checksum at the end, in bytes.
const CHECKSUM: usize = 8;

/// Codes of fewer than ten characters are too easily guessed; there are 36 letters and digits.
const CHARACTERS: std::ops::RangeInclusive<u16> = 10..=36;

/// The maximum number of clips of one character.
const MAX_CLIPS: u8 = 32;

/// The maximum number of sound-alikes.
const MAX_ALIKE: u16 = 512;

/// The longest clip, in seconds.
const MAX_CLIP_SECONDS: u32 = 2;

/// Sample rates that every browser plays.
const RATES: std::ops::RangeInclusive<u16> = 8_000..=48_000;

/// The step sizes of the differences between samples; each is a tenth larger than the one before.
/// There must be as many as in `speech_codec.py`, since the last one is a limit.
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

/// How the index of the step changes after a code of 0 to 3.
const CHANGES: [isize; 4] = [-2, 0, 3, 6];

/// The predicted sample is a weighted sum of this many earlier ones. The weights are in units of `1
/// << SHIFT` and adapt by the difference `>> LEARNING`.
const TAPS: usize = 8;

const SHIFT: u32 = 13;

const LEARNING: u32 = 4;

/// The number of samples whose codes fill three bytes.
const PACKED: usize = 8;

/// The clips of one language.
#[derive(Debug)]
pub(super) struct Clips {
    rate: u16,
    characters: Vec<char>,
    /// The clips of each of `characters`, at least one.
    spoken: Vec<Vec<Clip>>,
    /// Typed characters, and the characters that they stand for.
    alike: Vec<(char, char)>,
}

/// An encoded pronunciation of a character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clip {
    samples: u16,
    first_step: u8,
    packed: &'static [u8],
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
        let mut reader = ClipReader(body);
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

    /// The length of the longest clip, in samples.
    pub(super) fn longest(&self) -> usize {
        let clips = self.spoken.iter().flatten();
        clips
            .map(|clip| usize::from(clip.samples))
            .max()
            .unwrap_or(0)
    }

    /// The character that a typed one stands for.
    pub(super) fn canonical_character(&self, typed: char) -> char {
        let pair = self.alike.iter().find(|(alike, _)| *alike == typed);
        pair.map_or(typed, |(_, meant)| *meant)
    }

    fn parse(mut reader: ClipReader) -> Result<Clips, SpeechError> {
        let rate = reader.u16()?;
        let count = reader.u16()?;
        let alike_count = reader.u16()?;
        if !RATES.contains(&rate) || !CHARACTERS.contains(&count) || alike_count > MAX_ALIKE {
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
            if clips == 0 || clips > MAX_CLIPS {
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
        let mut weights = [0_i32; TAPS];
        let mut last = [0_i32; TAPS];
        weights[0] = 1 << SHIFT;
        let mut at = usize::from(self.first_step);
        self.codes()
            .take(usize::from(self.samples))
            .map(|code| {
                let size = code & 3;
                let step = STEPS.get(at).copied().unwrap_or_default();
                let moved = (2 * i32::from(size) + 1) * step / 4;
                let moved = if code & 4 == 0 { moved } else { -moved };
                let sum: i64 = weights
                    .iter()
                    .zip(last)
                    .map(|(weight, old)| i64::from(*weight) * i64::from(old))
                    .sum();
                let expected = i32::try_from(sum >> SHIFT).unwrap_or_default();
                let value = expected.saturating_add(moved).clamp(-32_768, 32_767);
                let learned = moved >> LEARNING;
                for (weight, old) in weights.iter_mut().zip(last) {
                    *weight = weight.saturating_add(if old >= 0 { learned } else { -learned });
                }
                last.rotate_right(1);
                last[0] = value;
                let change = CHANGES.get(usize::from(size)).copied().unwrap_or_default();
                at = at.saturating_add_signed(change).min(STEPS.len() - 1);
                value as f32 / 32_768.0
            })
            .collect()
    }

    /// Three bits for each sample, and padding at the end.
    fn codes(&self) -> impl Iterator<Item = u8> {
        let (threes, _) = self.packed.as_chunks::<3>();
        threes.iter().flat_map(|[low, middle, high]| {
            let bits = u32::from_le_bytes([*low, *middle, *high, 0]);
            (0..PACKED).map(move |place| (bits >> (3 * place) & 7) as u8)
        })
    }
}

/// Parses a file from front to back; missing data is an error.
struct ClipReader(&'static [u8]);

impl ClipReader {
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
        if samples == 0 || u32::from(samples) > MAX_CLIP_SECONDS * u32::from(rate) {
            return Err(SpeechError::Table("a clip is empty or too long"));
        }
        if usize::from(first_step) >= STEPS.len() {
            return Err(SpeechError::Table("a clip has no such step"));
        }
        let packed = self.take(3 * usize::from(samples).div_ceil(PACKED))?;
        Ok(Clip {
            samples,
            first_step,
            packed,
        })
    }
}

/// FNV-1a, against accidental damage: it detects every change of a single byte.
pub(super) fn fnv(data: &[u8]) -> u64 {
    data.iter().fold(0xcbf2_9ce4_8422_2325, |checksum, byte| {
        (checksum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
