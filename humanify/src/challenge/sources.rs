//! The sources of challenges: pictures, recordings, proof of work.

use std::sync::Arc;

use humanify_syntax::ChallengeType;

use super::Modality;
use super::audio::Speaker;
use super::image::{Dataset, Layout};
use super::task::Task;

/// The sources of challenges.
#[derive(Clone)]
pub(crate) struct ChallengeSources {
    /// The default layout of pictures.
    pub(crate) layout: Layout,
    pub(crate) pictures: Option<Dataset>,
    pub(crate) speaker: Option<Arc<Speaker>>,
}

impl ChallengeSources {
    /// The modality of a task for a client that did not choose one; `None` if no enabled source
    /// satisfies the task.
    pub(crate) fn modality(&self, task: Task) -> Option<Modality> {
        let by_ear = self.speaker.as_ref().map(|_| Modality::Sound);
        let by_eye = self.pictures.as_ref().map(|_| Modality::Pictures);
        match task.challenge_type {
            ChallengeType::ProofOfWork | ChallengeType::Managed => Some(Modality::Work),
            ChallengeType::Audio => by_ear.or(by_eye),
            _ => by_eye.or(by_ear),
        }
    }

    /// Whether a task can be given in a modality.
    pub(crate) fn offers(&self, modality: Modality, task: Task) -> bool {
        match modality {
            Modality::Pictures => self.pictures.is_some(),
            Modality::Sound => self.speaker.is_some(),
            Modality::Work => matches!(
                task.challenge_type,
                ChallengeType::ProofOfWork | ChallengeType::Managed
            ),
        }
    }

    /// The layout of a task's pictures.
    pub(super) fn layout(&self, task: Task) -> Layout {
        match task.challenge_type {
            ChallengeType::Grid => Layout::Grid,
            ChallengeType::OneClick => Layout::OneClick,
            _ => self.layout,
        }
    }
}
