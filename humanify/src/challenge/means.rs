//! What challenges can be made of, and so in which ways they can be given.

use std::sync::Arc;

use humanify_syntax::ChallengeType;

use super::{Dataset, Layout, Medium, Speaker, Task};

/// What challenges can be made of.
#[derive(Clone)]
pub(crate) struct Means {
    /// How pictures stand on the page where it is not said.
    pub(crate) layout: Layout,
    pub(crate) pictures: Option<Dataset>,
    pub(crate) speaker: Option<Arc<Speaker>>,
}

impl Means {
    /// In which way a task is given to a client that did not choose; none if there is no
    /// way that is as good as what is asked for.
    pub(crate) fn medium(&self, task: Task) -> Option<Medium> {
        let by_ear = self.speaker.as_ref().map(|_| Medium::Sound);
        let by_eye = self.pictures.as_ref().map(|_| Medium::Pictures);
        match task.challenge_type {
            ChallengeType::ProofOfWork => Some(Medium::Work),
            ChallengeType::Audio => by_ear.or(by_eye),
            _ => by_eye.or(by_ear),
        }
    }

    /// Whether a task can be given in this way.
    pub(crate) fn offers(&self, medium: Medium, task: Task) -> bool {
        match medium {
            Medium::Pictures => self.pictures.is_some(),
            Medium::Sound => self.speaker.is_some(),
            Medium::Work => task.challenge_type == ChallengeType::ProofOfWork,
        }
    }

    /// How its pictures stand on the page.
    pub(super) fn layout(&self, task: Task) -> Layout {
        match task.challenge_type {
            ChallengeType::Grid => Layout::Grid,
            ChallengeType::OneClick => Layout::OneClick,
            _ => self.layout,
        }
    }
}
