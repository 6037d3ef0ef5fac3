//! The layouts of what is sealed. Each has one length.

use humanify_syntax::{ChallengeType, Hardness};

use crate::crypto::{Purpose, SealError, Sealer};

/// How long a challenge can be answered, in milliseconds.
pub(crate) const CHALLENGE_LIFE: u64 = 600_000;

/// How long a clearance holds, in milliseconds.
pub(crate) const CLEARANCE_LIFE: u64 = 4 * 3_600_000;

/// A challenge as it is demanded: type and level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) challenge_type: ChallengeType,
    pub(crate) hardness: Hardness,
}

impl Task {
    /// Whether having solved this is enough where `demand` was asked. Pictures and sound
    /// stand for each other: whoever cannot see must be able to get in by ear.
    pub(crate) fn satisfies(self, demand: Task) -> bool {
        const fn strength(challenge_type: ChallengeType) -> u8 {
            match challenge_type {
                ChallengeType::ProofOfWork => 0,
                ChallengeType::Grid => 2,
                _ => 1,
            }
        }
        strength(self.challenge_type) >= strength(demand.challenge_type)
            && self.hardness >= demand.hardness
    }

    fn to_bytes(self) -> [u8; 2] {
        let number = match self.challenge_type {
            ChallengeType::Grid => 2,
            ChallengeType::Audio => 3,
            ChallengeType::ProofOfWork => 4,
            _ => 1,
        };
        [number, self.hardness.level()]
    }

    fn from_bytes([number, level]: [u8; 2]) -> Option<Task> {
        Some(Task {
            challenge_type: match number {
                1 => ChallengeType::OneClick,
                2 => ChallengeType::Grid,
                3 => ChallengeType::Audio,
                4 => ChallengeType::ProofOfWork,
                _ => return None,
            },
            hardness: Hardness::new(level)?,
        })
    }
}

/// What was demanded of a client, in the address of the challenge. Sealed together with the
/// address to return to, which stands beside it in the open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DemandToken {
    pub(crate) task: Task,
    /// Whether the visitor sent a form, which was not accepted.
    pub(crate) form: bool,
}

impl DemandToken {
    pub(crate) fn seal(self, seal: &Sealer, next: &str) -> Result<String, SealError> {
        let [number, level] = self.task.to_bytes();
        seal.seal(
            Purpose::Demand,
            next.as_bytes(),
            &[number, level, u8::from(self.form)],
        )
    }

    pub(crate) fn open(seal: &Sealer, next: &str, token: &[u8]) -> Option<DemandToken> {
        let [number, level, form] = seal.open(Purpose::Demand, next.as_bytes(), token)?;
        Some(DemandToken {
            task: Task::from_bytes([number, level])?,
            form: form == 1,
        })
    }
}

/// The longest answer that a challenge can have, in bytes.
pub(crate) const ANSWER: usize = 16;

/// A challenge that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChallengeToken {
    /// In milliseconds since 1970.
    pub(crate) made: u64,
    /// Who may answer.
    pub(crate) binding: [u8; 16],
    pub(crate) id: [u8; 16],
    /// What the clearance will be worth.
    pub(crate) task: Task,
    /// How many in a row were solved before this one.
    pub(crate) streak: u8,
    /// How many wrong answers the client had when this was set. One more since, and the
    /// streak is worth nothing.
    pub(crate) failures: u8,
    /// The right answer, filled up with zeros.
    pub(crate) answer: [u8; ANSWER],
}

const CHALLENGE: usize = 8 + 16 + 16 + 2 + 1 + 1 + ANSWER;

impl ChallengeToken {
    pub(crate) fn seal(
        &self,
        seal: &Sealer,
        purpose: Purpose,
        next: &str,
    ) -> Result<String, SealError> {
        let mut content = Vec::with_capacity(CHALLENGE);
        content.extend_from_slice(&self.made.to_le_bytes());
        content.extend_from_slice(&self.binding);
        content.extend_from_slice(&self.id);
        content.extend_from_slice(&self.task.to_bytes());
        content.extend_from_slice(&[self.streak, self.failures]);
        content.extend_from_slice(&self.answer);
        seal.seal(purpose, next.as_bytes(), &content)
    }

    pub(crate) fn open(
        seal: &Sealer,
        purpose: Purpose,
        next: &str,
        token: &[u8],
    ) -> Option<ChallengeToken> {
        let content: [u8; CHALLENGE] = seal.open(purpose, next.as_bytes(), token)?;
        let mut fields = Fields(&content);
        Some(ChallengeToken {
            made: u64::from_le_bytes(fields.take()?),
            binding: fields.take()?,
            id: fields.take()?,
            task: Task::from_bytes(fields.take()?)?,
            streak: u8::from_le_bytes(fields.take()?),
            failures: u8::from_le_bytes(fields.take()?),
            answer: fields.take()?,
        })
    }

    /// When the challenge can be answered no more, in milliseconds since 1970.
    pub(crate) fn expires(&self) -> u64 {
        self.made.saturating_add(CHALLENGE_LIFE)
    }
}

/// What a solved challenge is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clearance {
    /// In milliseconds since 1970.
    pub(crate) made: u64,
    /// Whose it is.
    pub(crate) binding: [u8; 16],
    pub(crate) id: [u8; 16],
    /// The network in which it was made.
    pub(crate) home: [u8; 16],
    pub(crate) task: Task,
}

const CLEARANCE: usize = 8 + 16 + 16 + 16 + 2;

impl Clearance {
    pub(crate) fn seal(&self, seal: &Sealer) -> Result<String, SealError> {
        let mut content = Vec::with_capacity(CLEARANCE);
        content.extend_from_slice(&self.made.to_le_bytes());
        content.extend_from_slice(&self.binding);
        content.extend_from_slice(&self.id);
        content.extend_from_slice(&self.home);
        content.extend_from_slice(&self.task.to_bytes());
        seal.seal(Purpose::Clearance, b"", &content)
    }

    pub(crate) fn open(seal: &Sealer, token: &[u8]) -> Option<Clearance> {
        let content: [u8; CLEARANCE] = seal.open(Purpose::Clearance, b"", token)?;
        let mut fields = Fields(&content);
        Some(Clearance {
            made: u64::from_le_bytes(fields.take()?),
            binding: fields.take()?,
            id: fields.take()?,
            home: fields.take()?,
            task: Task::from_bytes(fields.take()?)?,
        })
    }

    pub(crate) fn expires(&self) -> u64 {
        self.made.saturating_add(CLEARANCE_LIFE)
    }
}

/// Reads one field after the other.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
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
    fn the_easy_challenge_does_not_open_the_hard_door() {
        use ChallengeType::{Audio, Grid, OneClick, ProofOfWork};
        for (solved, demanded, enough) in [
            (task(OneClick, 2), task(OneClick, 2), true),
            (task(OneClick, 3), task(OneClick, 2), true),
            (task(OneClick, 1), task(OneClick, 2), false),
            (task(Audio, 2), task(OneClick, 2), true),
            (task(OneClick, 2), task(Audio, 2), true),
            (task(Grid, 2), task(OneClick, 2), true),
            (task(OneClick, 5), task(Grid, 1), false),
            (task(ProofOfWork, 5), task(OneClick, 1), false),
        ] {
            assert_eq!(
                solved.satisfies(demanded),
                enough,
                "{solved:?} {demanded:?}"
            );
        }
    }

    #[test]
    fn tokens_of_one_purpose_have_one_length() {
        let seal = Sealer::new(&[vec![1; 32]]).unwrap();
        let lengths: Vec<usize> = [(0, 0, [0; ANSWER]), (3, 200, [255; ANSWER])]
            .into_iter()
            .map(|(streak, failures, answer)| {
                ChallengeToken {
                    made: u64::from(streak) << 40,
                    binding: [streak; 16],
                    id: [streak; 16],
                    task: task(ChallengeType::OneClick, 1 + streak),
                    streak,
                    failures,
                    answer,
                }
                .seal(
                    &seal,
                    Purpose::Pictures,
                    if streak == 0 { "/" } else { "/long/path" },
                )
                .unwrap()
                .len()
            })
            .collect();
        assert_eq!(lengths[0], lengths[1]);
    }

    #[test]
    fn what_is_sealed_is_read_back() {
        let seal = Sealer::new(&[vec![1; 32]]).unwrap();
        let challenge = ChallengeToken {
            made: 123_456_789,
            binding: [1; 16],
            id: [2; 16],
            task: task(ChallengeType::Audio, 4),
            streak: 1,
            failures: 2,
            answer: [9; ANSWER],
        };
        let token = challenge.seal(&seal, Purpose::Sound, "/a").unwrap();
        let open = |purpose, next| ChallengeToken::open(&seal, purpose, next, token.as_bytes());
        assert_eq!(open(Purpose::Sound, "/a"), Some(challenge));
        assert_eq!(open(Purpose::Sound, "/b"), None);
        assert_eq!(open(Purpose::Pictures, "/a"), None);
    }
}
