//! `OpenedChallenge`: the challenge that an answer belongs to, for metrics.

use humanify_syntax::ChallengeType;

use super::token::ChallengeToken;
use super::{Challenges, Modality, Task};

/// A challenge that a browser has answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenedChallenge {
    /// Its type.
    pub(crate) kind: &'static str,
    /// When it was made, in milliseconds since 1970.
    pub(crate) created_at: u64,
}

impl Challenges {
    /// The challenge that an answer belongs to, if the token is valid.
    pub(crate) fn opened(
        &self,
        modality: Modality,
        token: &str,
        next: &str,
    ) -> Option<OpenedChallenge> {
        let purpose = modality.purpose();
        let opened = ChallengeToken::open(&self.sealer, purpose, next, token.as_bytes())?;
        Some(OpenedChallenge {
            kind: type_name(modality, opened.task),
            created_at: opened.created_at,
        })
    }
}

/// The name of the type of challenge that was given, which may differ from the demanded type.
pub(crate) fn type_name(modality: Modality, task: Task) -> &'static str {
    match (modality, task.challenge_type) {
        (Modality::Sound, _) => ChallengeType::Audio.name(),
        (Modality::Work, _) => ChallengeType::ProofOfWork.name(),
        (Modality::Pictures, ChallengeType::Grid) => ChallengeType::Grid.name(),
        (Modality::Pictures, _) => ChallengeType::OneClick.name(),
    }
}
