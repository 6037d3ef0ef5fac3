//! Audio challenges: codes of spoken characters, their recordings, and the comparison of typed
//! answers.
//!
//! A language is one file of clips, and the code depends on nothing else of the language. No two
//! characters of its alphabet sound alike; sound-alikes outside of the alphabet are accepted for
//! them.

mod clips;
mod mix;
pub(super) mod speaker;
#[cfg(test)]
mod tests;
mod wav;

pub(crate) use speaker::Speaker;

use rand::{Rng, RngExt};

use clips::Clips;

/// The media type of a recording, which every browser plays: 8-bit PCM, one channel.
pub(crate) const MEDIA_TYPE: &str = "audio/wav";

/// The number of characters at the lowest hardness; each step adds one.
const MIN_CODE_LENGTH: usize = 6;

/// The longest code that is spoken or accepted.
const MAX_CODE_LENGTH: usize = 16;

/// The longest answer that is compared, in bytes; longer ones are wrong.
const MAX_ANSWER_LENGTH: usize = 128;

/// The zeros of the scripts in which people type digits: Arabic-Indic, its eastern variant,
/// Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam, Thai, Lao,
/// Myanmar, Khmer, full-width.
const ZEROS: [char; 16] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{1040}', '\u{17e0}', '\u{ff10}',
];

/// Why there is no speech, or no recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SpeechError {
    #[error("the clips are of no format that is known; make them with `make_speech.py`")]
    Format,
    #[error("the clips are of another version; make them with this version's `make_speech.py`")]
    Version,
    #[error("the clips are damaged; the crate needs to be built from intact sources")]
    Checksum,
    #[error("the clips contradict themselves: {0}")]
    Table(&'static str),
    #[error("a code has between 1 and {MAX_CODE_LENGTH} characters")]
    Length,
    #[error("the code has a character that no clip speaks")]
    Unspoken,
}

/// The spoken characters of one language.
#[derive(Debug)]
pub(crate) struct Speech {
    clips: Clips,
}

impl Speech {
    /// Checks the clips completely; afterwards they cannot fail.
    ///
    /// # Errors
    /// The problem with the clips.
    pub(crate) fn embedded(data: &'static [u8]) -> Result<Speech, SpeechError> {
        Clips::read(data).map(|clips| Speech { clips })
    }

    /// The alphabet from which codes are drawn: lower-case ASCII letters and digits.
    pub(crate) fn characters(&self) -> &[char] {
        self.clips.characters()
    }

    /// A new code, of six characters at hardness 1 and one more for each step above.
    pub(crate) fn code(&self, hardness: u8, generator: &mut impl Rng) -> String {
        let length = MIN_CODE_LENGTH + usize::from(hardness.clamp(1, 5) - 1);
        let characters = self.characters();
        (0..length)
            .filter_map(|_| characters.get(generator.random_range(0..characters.len())))
            .collect()
    }

    /// The spoken code, as a WAV file. Each generator makes a different one.
    ///
    /// # Errors
    /// The code is too long or has a character outside of the alphabet.
    pub(crate) fn recording(
        &self,
        code: &str,
        hardness: u8,
        generator: &mut impl Rng,
    ) -> Result<Vec<u8>, SpeechError> {
        if code.is_empty() || code.len() > MAX_CODE_LENGTH {
            return Err(SpeechError::Length);
        }
        let samples = mix::mix(&self.clips, code, hardness.clamp(1, 5), generator)?;
        Ok(wav::write(self.clips.rate(), &samples))
    }

    /// Whether the answer equals the code as it is heard. Case, spaces, punctuation, the script of
    /// digits and sound-alikes make no difference. The comparison takes the same time wherever they
    /// differ.
    pub(crate) fn accepts(&self, code: &str, answer: &str) -> bool {
        if code.is_empty() || code.len() > MAX_CODE_LENGTH || answer.len() > MAX_ANSWER_LENGTH {
            return false;
        }
        let typed: Vec<char> = answer
            .chars()
            .map(plain)
            .filter(|character| character.is_alphanumeric())
            .map(|character| self.clips.canonical_character(character))
            .collect();
        let mut difference = u32::from(typed.len() != code.chars().count());
        for (meant, typed) in code.chars().zip(typed) {
            difference |= u32::from(meant) ^ u32::from(typed);
        }
        std::hint::black_box(difference) == 0
    }
}

/// The character without its case, width, and script of digits.
fn plain(character: char) -> char {
    let digit = ZEROS.iter().find_map(|zero| {
        let value = u32::from(character).checked_sub(u32::from(*zero))?;
        char::from_digit(value, 10)
    });
    if let Some(digit) = digit {
        return digit;
    }
    let narrow = match character {
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        _ => character,
    };
    narrow.to_lowercase().next().unwrap_or(narrow)
}
