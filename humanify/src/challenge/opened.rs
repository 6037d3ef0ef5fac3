//! `OpenedChallenge`: the challenge that an answer belongs to, for metrics.

use humanify_syntax::ChallengeType;

use super::token::ChallengeToken;
use super::{Challenges, Modality, Task};

/// A challenge that was answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenedChallenge {
    /// Its type.
    pub(crate) kind: &'static str,
    /// When it was made, in milliseconds since 1970.
    pub(crate) made: u64,
}

impl Challenges {
    /// What an answered challenge was, if it was one of ours.
    pub(crate) fn opened(
        &self,
        medium: Modality,
        token: &str,
        next: &str,
    ) -> Option<OpenedChallenge> {
        let purpose = medium.purpose();
        let opened = ChallengeToken::open(&self.seal, purpose, next, token.as_bytes())?;
        Some(OpenedChallenge {
            kind: type_name(medium, opened.task),
            made: opened.made,
        })
    }
}

/// The type of a challenge as it is given, which may be another one than was demanded.
pub(crate) fn type_name(medium: Modality, task: Task) -> &'static str {
    match (medium, task.challenge_type) {
        (Modality::Sound, _) => ChallengeType::Audio.name(),
        (Modality::Work, _) => ChallengeType::ProofOfWork.name(),
        (Modality::Pictures, ChallengeType::Grid) => ChallengeType::Grid.name(),
        (Modality::Pictures, _) => ChallengeType::OneClick.name(),
    }
}
