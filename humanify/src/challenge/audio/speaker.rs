//! `Speaker`: makes audio challenges in the language of the visitor.

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanify_assets::speech;
use once_cell::sync::OnceCell;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::Speech;
use crate::challenge::{ChallengeContent, CreationError, SealedAnswer, audio};
use crate::crypto::random_bytes;
use crate::language::Language;

/// The number of characters of the shortest code.
const MIN_CODE_LENGTH: i32 = 6;

/// The size of the smallest alphabet of a language. A test compares it with the clips.
const SMALLEST_ALPHABET: u32 = 10;

/// The speech of every language that humanify's pages are written in, by the number of the
/// language. The clips of a language are read when it is first spoken: they are most of
/// humanify's data, and most sites speak few languages.
pub(crate) struct Speaker([OnceCell<Speech>; Language::ALL.len()]);

impl Speaker {
    /// The clips that come with the crate. All instances of a process share them.
    pub(crate) fn embedded() -> Arc<Speaker> {
        static EMBEDDED: LazyLock<Arc<Speaker>> =
            LazyLock::new(|| Arc::new(Speaker([const { OnceCell::new() }; Language::ALL.len()])));
        Arc::clone(&EMBEDDED)
    }

    /// The probability of a right guess, in the language that is easiest to guess.
    pub(crate) fn chance(&self) -> f64 {
        f64::from(SMALLEST_ALPHABET).powi(-MIN_CODE_LENGTH)
    }

    /// Speaks a new code. The sealed answer contains the language, so that the answer is compared
    /// in the spoken language, whichever its request prefers.
    pub(crate) fn speak(
        &self,
        language: Language,
        hardness: u8,
    ) -> Result<(SealedAnswer, ChallengeContent), CreationError> {
        let at = Language::ALL.iter().position(|own| *own == language);
        let number = at.and_then(|at| u8::try_from(at).ok());
        let number = number.ok_or(CreationError::Failed("the language is not spoken"))?;
        let speech = self.speech(number);
        let speech = speech.ok_or(CreationError::Failed("the embedded clips cannot be read"))?;
        // The code has a seed of its own, so that the background reveals nothing about it.
        let code = speech.code(hardness, &mut generator()?);
        let recording = speech
            .recording(&code, hardness, &mut generator()?)
            .map_err(|_| CreationError::Failed("a recording could not be made"))?;
        let mut answer = SealedAnswer::default();
        if code.len() >= answer.len() {
            return Err(CreationError::Failed("the code is too long"));
        }
        let bytes = std::iter::once(number).chain(code.bytes());
        for (to, from) in answer.iter_mut().zip(bytes) {
            *to = from;
        }
        let recording = format!(
            "data:{};base64,{}",
            audio::MEDIA_TYPE,
            STANDARD.encode(recording)
        );
        let content = ChallengeContent::Recording {
            sound: recording,
            characters: code.len(),
        };
        Ok((answer, content))
    }

    /// Whether the typed characters are the spoken ones.
    pub(crate) fn is_right(&self, sealed: &SealedAnswer, answer: &str) -> bool {
        let speech = sealed.first().and_then(|number| self.speech(*number));
        match (speech, text(sealed)) {
            (Some(speech), Some(code)) => speech.accepts(code, answer),
            _ => false,
        }
    }

    /// Whether fewer characters were typed than spoken.
    pub(crate) fn is_shorter(&self, sealed: &SealedAnswer, answer: &str) -> bool {
        let spoken = text(sealed).map_or(0, str::len);
        let typed = answer.chars().filter(|typed| typed.is_alphanumeric());
        typed.take(spoken).count() < spoken
    }

    /// The speech of the language of this number. `None` if there is no such language, or if its
    /// clips are damaged, which the log says: no challenge is spoken in it, and no answer is right.
    fn speech(&self, number: u8) -> Option<&Speech> {
        let number = usize::from(number);
        let (language, speech) = (Language::ALL.get(number)?, self.0.get(number)?);
        let read = speech.get_or_try_init(|| Speech::embedded(clips(*language)));
        read.inspect_err(|error| {
            let language = language.tag();
            tracing::error!(language, "the embedded clips cannot be read: {error}");
        })
        .ok()
    }
}

/// The code in a token, after the number of its language.
pub(crate) fn text(sealed: &SealedAnswer) -> Option<&str> {
    let (_, code) = sealed.split_first()?;
    let code = code.split(|byte| *byte == 0).next()?;
    std::str::from_utf8(code)
        .ok()
        .filter(|code| !code.is_empty())
}

pub(super) fn clips(language: Language) -> &'static [u8] {
    match language {
        Language::Arabic => speech::ARABIC,
        Language::Chinese | Language::TraditionalChinese => speech::CHINESE,
        Language::English => speech::ENGLISH,
        Language::French => speech::FRENCH,
        Language::German => speech::GERMAN,
        Language::Hindi => speech::HINDI,
        Language::Italian => speech::ITALIAN,
        Language::Japanese => speech::JAPANESE,
        Language::Korean => speech::KOREAN,
        Language::Portuguese | Language::EuropeanPortuguese => speech::PORTUGUESE,
        Language::Russian => speech::RUSSIAN,
        Language::Spanish => speech::SPANISH,
    }
}

fn generator() -> Result<SmallRng, CreationError> {
    Ok(SmallRng::from_seed(random_bytes()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(speaker: &Speaker, language: Language) -> (SealedAnswer, String) {
        let (answer, exhibit) = speaker.speak(language, 5).unwrap();
        let ChallengeContent::Recording {
            sound: recording, ..
        } = exhibit
        else {
            panic!("{exhibit:?}");
        };
        (answer, recording)
    }

    #[test]
    fn every_instance_shares_the_clips_that_came_with_the_crate() {
        assert!(Arc::ptr_eq(&Speaker::embedded(), &Speaker::embedded()));
    }

    #[test]
    fn only_the_clips_of_spoken_languages_are_read() {
        let speaker = Speaker([const { OnceCell::new() }; Language::ALL.len()]);
        speaker.speak(Language::German, 1).unwrap();
        let read = Language::ALL.into_iter().zip(&speaker.0);
        let read = read.filter(|(_, speech)| speech.get().is_some());
        let read: Vec<Language> = read.map(|(language, _)| language).collect();
        assert_eq!(read, [Language::German]);
    }

    #[test]
    fn every_language_is_spoken_and_judged_by_itself() {
        let speaker = Speaker::embedded();
        for language in Language::ALL {
            let (answer, recording) = spoken(&speaker, language);
            assert!(recording.starts_with("data:audio/wav;base64,"));
            let code = text(&answer).unwrap();
            assert_eq!(code.len(), 10, "{language:?}");
            assert!(speaker.is_right(&answer, code), "{language:?}");
            assert!(!speaker.is_right(&answer, &code[1..]), "{language:?}");
        }
    }

    #[test]
    fn an_answer_is_compared_in_the_spoken_language() {
        let speaker = Speaker::embedded();
        let sealed = |language: Language, code: &[u8; 6]| {
            let mut answer = SealedAnswer::default();
            answer[0] = Language::ALL
                .iter()
                .position(|own| *own == language)
                .unwrap() as u8;
            answer[1..7].copy_from_slice(code);
            answer
        };
        for (language, code, typed, right) in [
            (Language::English, b"111222", "yyyuuu", true),
            (Language::German, b"111222", "yyyuuu", false),
            (Language::Japanese, b"111999", "hhhqqq", true),
            (Language::English, b"111999", "hhhqqq", false),
        ] {
            let answer = sealed(language, code);
            assert_eq!(speaker.is_right(&answer, typed), right, "{language:?}");
        }
        assert!(!speaker.is_right(&[255; 16], "111222"));
        assert!(!speaker.is_right(&[0; 16], ""));
    }

    #[test]
    fn a_guess_is_hardly_ever_right() {
        let alphabet = |language| {
            let speech = Speech::embedded(clips(language)).unwrap();
            speech.characters().len()
        };
        let smallest = Language::ALL.into_iter().map(alphabet).min();
        assert_eq!(smallest, Some(SMALLEST_ALPHABET as usize));
        let chance = Speaker::embedded().chance();
        assert!((1e-9..1e-5).contains(&chance), "{chance}");
    }
}
