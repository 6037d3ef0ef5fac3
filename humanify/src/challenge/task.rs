//! `Task`: type and hardness of a demanded challenge, and of a clearance.

use humanify_syntax::{ChallengeType, Hardness};

use super::Modality;

/// A demanded challenge: type and hardness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) challenge_type: ChallengeType,
    pub(crate) hardness: Hardness,
}

impl Task {
    /// Whether a clearance for this task satisfies `demand`. Sound satisfies pictures and the
    /// reverse, since visitors who cannot see must be able to get in by ear.
    pub(crate) fn satisfies(self, demand: Task) -> bool {
        const fn strength(challenge_type: ChallengeType) -> u8 {
            match challenge_type {
                ChallengeType::ProofOfWork | ChallengeType::Managed => 0,
                ChallengeType::Grid => 2,
                _ => 1,
            }
        }
        strength(self.challenge_type) >= strength(demand.challenge_type)
            && self.hardness >= demand.hardness
    }

    /// The task that this one counts as if it is solved in a modality: pictures or sound in place
    /// of a managed challenge count as challenges of their own type.
    pub(super) fn solved_by(self, modality: Modality) -> Task {
        match (self.challenge_type, modality) {
            (ChallengeType::Managed, Modality::Pictures | Modality::Sound) => Task {
                challenge_type: ChallengeType::OneClick,
                ..self
            },
            _ => self,
        }
    }

    /// The same task, harder by some steps, up to the hardest.
    pub(crate) fn harder(self, steps: u8) -> Task {
        let level = self.hardness.level().saturating_add(steps);
        Task {
            hardness: Hardness::new(level).unwrap_or(Hardness::HARDEST),
            ..self
        }
    }

    pub(super) fn to_bytes(self) -> [u8; 2] {
        let number = match self.challenge_type {
            ChallengeType::Grid => 2,
            ChallengeType::Audio => 3,
            ChallengeType::ProofOfWork => 4,
            ChallengeType::Managed => 5,
            _ => 1,
        };
        [number, self.hardness.level()]
    }

    pub(super) fn from_bytes([number, level]: [u8; 2]) -> Option<Task> {
        Some(Task {
            challenge_type: match number {
                1 => ChallengeType::OneClick,
                2 => ChallengeType::Grid,
                3 => ChallengeType::Audio,
                4 => ChallengeType::ProofOfWork,
                5 => ChallengeType::Managed,
                _ => return None,
            },
            hardness: Hardness::new(level)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(challenge_type: ChallengeType, level: u8) -> Task {
        Task {
            challenge_type,
            hardness: Hardness::new(level).unwrap(),
        }
    }

    #[test]
    fn an_easy_clearance_does_not_satisfy_a_hard_demand() {
        use ChallengeType::{Audio, Grid, Managed, OneClick, ProofOfWork};
        for (solved, demanded, enough) in [
            (task(OneClick, 2), task(OneClick, 2), true),
            (task(OneClick, 3), task(OneClick, 2), true),
            (task(OneClick, 1), task(OneClick, 2), false),
            (task(Audio, 2), task(OneClick, 2), true),
            (task(OneClick, 2), task(Audio, 2), true),
            (task(Grid, 2), task(OneClick, 2), true),
            (task(OneClick, 5), task(Grid, 1), false),
            (task(ProofOfWork, 5), task(OneClick, 1), false),
            (task(Managed, 2), task(Managed, 2), true),
            (task(Managed, 2), task(ProofOfWork, 2), true),
            (task(ProofOfWork, 2), task(Managed, 2), true),
            (task(Managed, 1), task(Managed, 2), false),
            (task(Managed, 5), task(OneClick, 1), false),
            (task(OneClick, 2), task(Managed, 2), true),
        ] {
            assert_eq!(
                solved.satisfies(demanded),
                enough,
                "{solved:?} {demanded:?}"
            );
        }
    }
}
