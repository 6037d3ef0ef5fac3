//! The sound challenge: characters are spoken, and typed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::audio::{self, Speech};
use super::{Exhibit, SealedAnswer, SetError, random};

/// The fewest characters of a code.
const SHORTEST_CODE: i32 = 6;

/// One who speaks.
pub(crate) struct Speaker(Speech);

impl Speaker {
    /// The clips that come with the crate.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn embedded() -> Result<Speaker, String> {
        Speech::embedded(humanify_assets::speech::ENGLISH)
            .map(Speaker)
            .map_err(|error| error.to_string())
    }

    /// How often a guess is right.
    pub(super) fn chance(&self) -> f64 {
        let characters = u32::try_from(self.0.characters().len()).unwrap_or(1).max(1);
        f64::from(characters).powi(-SHORTEST_CODE)
    }

    /// Speaks a new code.
    pub(super) fn speak(&self, hardness: u8) -> Result<(SealedAnswer, Exhibit), SetError> {
        // The code has a seed of its own, so that nothing heard of the background tells it.
        let code = self.0.code(hardness, &mut generator()?);
        let recording = self
            .0
            .recording(&code, hardness, &mut generator()?)
            .map_err(|_| SetError::Failed("a recording could not be made"))?;
        let mut answer = SealedAnswer::default();
        if code.len() > answer.len() {
            return Err(SetError::Failed("the code is too long"));
        }
        for (to, from) in answer.iter_mut().zip(code.bytes()) {
            *to = from;
        }
        let recording = format!(
            "data:{};base64,{}",
            audio::MEDIA_TYPE,
            STANDARD.encode(recording)
        );
        Ok((answer, Exhibit::Recording(recording)))
    }

    /// Whether what was typed is what was spoken.
    pub(super) fn is_right(&self, sealed: &SealedAnswer, answer: &str) -> bool {
        text(sealed).is_some_and(|code| self.0.accepts(code, answer))
    }
}

/// The code that a token holds.
pub(super) fn text(sealed: &SealedAnswer) -> Option<&str> {
    let code = sealed.split(|byte| *byte == 0).next()?;
    std::str::from_utf8(code)
        .ok()
        .filter(|code| !code.is_empty())
}

fn generator() -> Result<SmallRng, SetError> {
    Ok(SmallRng::from_seed(random::bytes()?))
}
