//! `Speaker`: sets audio challenges in the language of the visitor.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanify_assets::speech;
use once_cell::sync::OnceCell;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::{Speech, SpeechError};
use crate::challenge::{ChallengeContent, SealedAnswer, SetError, audio};
use crate::crypto::random_bytes;
use crate::language::Language;

/// The number of characters of the shortest code.
const MIN_CODE_LENGTH: i32 = 6;

/// The embedded recordings are damaged, so the crate has to be built again from intact sources.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the embedded recordings of the language `{language}` cannot be read")]
pub struct RecordingsError {
    language: &'static str,
    #[source]
    source: SpeechError,
}

crate::error_chain::debug_as_message!(RecordingsError);

/// The speech of every language that humanify's pages are written in.
pub(crate) struct Speaker(Vec<(Language, Speech)>);

impl Speaker {
    /// The clips that come with the crate. All instances of a process share them.
    ///
    /// # Errors
    /// The problem with the clips.
    pub(crate) fn embedded() -> Result<Arc<Speaker>, RecordingsError> {
        static EMBEDDED: OnceCell<Arc<Speaker>> = OnceCell::new();
        EMBEDDED
            .get_or_try_init(|| Speaker::read().map(Arc::new))
            .cloned()
    }

    /// Checks all clips, and decodes none.
    fn read() -> Result<Speaker, RecordingsError> {
        Language::ALL
            .into_iter()
            .map(|language| {
                Speech::embedded(clips(language))
                    .map(|speech| (language, speech))
                    .map_err(|source| RecordingsError {
                        language: language.tag(),
                        source,
                    })
            })
            .collect::<Result<_, _>>()
            .map(Speaker)
    }

    /// The probability of a right guess, in the language that is easiest to guess.
    pub(crate) fn chance(&self) -> f64 {
        let characters = self.0.iter().map(|(_, speech)| speech.characters().len());
        let fewest = characters
            .min()
            .and_then(|fewest| u32::try_from(fewest).ok());
        f64::from(fewest.unwrap_or(1).max(1)).powi(-MIN_CODE_LENGTH)
    }

    /// Speaks a new code. The sealed answer contains the language, so that the answer is compared
    /// in the spoken language, whichever its request prefers.
    pub(crate) fn speak(
        &self,
        language: Language,
        hardness: u8,
    ) -> Result<(SealedAnswer, ChallengeContent), SetError> {
        let at = self.0.iter().position(|(own, _)| *own == language);
        let number = at.and_then(|at| u8::try_from(at).ok());
        let (number, speech) = number
            .and_then(|number| Some((number, self.speech(number)?)))
            .ok_or(SetError::Failed("the language is not spoken"))?;
        // The code has a seed of its own, so that the background reveals nothing about it.
        let code = speech.code(hardness, &mut generator()?);
        let recording = speech
            .recording(&code, hardness, &mut generator()?)
            .map_err(|_| SetError::Failed("a recording could not be made"))?;
        let mut answer = SealedAnswer::default();
        if code.len() >= answer.len() {
            return Err(SetError::Failed("the code is too long"));
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

    fn speech(&self, number: u8) -> Option<&Speech> {
        let (_, speech) = self.0.get(usize::from(number))?;
        Some(speech)
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

fn generator() -> Result<SmallRng, SetError> {
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
        let embedded = || Speaker::embedded().unwrap();
        assert!(Arc::ptr_eq(&embedded(), &embedded()));
    }

    #[test]
    fn every_language_is_spoken_and_judged_by_itself() {
        let speaker = Speaker::embedded().unwrap();
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
        let speaker = Speaker::embedded().unwrap();
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
        let chance = Speaker::embedded().unwrap().chance();
        assert!((1e-9..1e-5).contains(&chance), "{chance}");
    }
}
