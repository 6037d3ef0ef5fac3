//! `OpenedChallenge`: the challenge that an answer belongs to, and the types of challenges, for metrics.

use humanify_syntax::ChallengeType;

use super::evidence::Evidence;
use super::token::ChallengeToken;
use super::{Challenge, ChallengeContent, Challenges, Layout, Modality};

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
        let layout = match opened.evidence == Evidence::of(Layout::Grid.chance()) {
            true => Layout::Grid,
            false => Layout::OneClick,
        };
        let kind = match modality {
            Modality::Pictures => pictures(layout),
            Modality::Sound => ChallengeType::Audio,
            Modality::Work => ChallengeType::ProofOfWork,
        };
        Some(OpenedChallenge {
            kind: kind.name(),
            created_at: opened.created_at,
        })
    }
}

impl Challenge {
    /// The name of its type, which may differ from the demanded type.
    pub(crate) fn type_name(&self) -> &'static str {
        let kind = match &self.content {
            ChallengeContent::Pictures { layout, .. } => pictures(*layout),
            ChallengeContent::Recording { .. } => ChallengeType::Audio,
            ChallengeContent::Work(_) => ChallengeType::ProofOfWork,
        };
        kind.name()
    }
}

const fn pictures(layout: Layout) -> ChallengeType {
    match layout {
        Layout::Grid => ChallengeType::Grid,
        Layout::OneClick => ChallengeType::OneClick,
    }
}
