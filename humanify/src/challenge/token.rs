//! `DemandToken`, `ChallengeToken` and `Clearance`: sealed tokens of fixed length.

use super::evidence::Evidence;
use super::scriptless_wait::{ScriptlessWait, WAIT_BYTES};
use super::task::Task;
use crate::crypto::{Purpose, SealError, Sealer};

/// The lifetime of a challenge, in milliseconds.
pub(crate) const CHALLENGE_LIFE: u64 = 600_000;

/// A demand in the address of a challenge. It is sealed together with the return address, which
/// stands beside it in clear text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DemandToken {
    pub(crate) task: Task,
    /// Whether the visitor sent a form, which was not accepted.
    pub(crate) form: bool,
}

impl DemandToken {
    pub(crate) fn seal(self, sealer: &Sealer, next: &str) -> Result<String, SealError> {
        let [number, level] = self.task.to_bytes();
        sealer.seal(
            Purpose::Demand,
            next.as_bytes(),
            &[number, level, u8::from(self.form)],
        )
    }

    pub(crate) fn open(sealer: &Sealer, next: &str, token: &[u8]) -> Option<DemandToken> {
        let [number, level, form] = sealer.open(Purpose::Demand, next.as_bytes(), token)?;
        Some(DemandToken {
            task: Task::from_bytes([number, level])?,
            form: form == 1,
        })
    }
}

/// The longest answer of a challenge, in bytes.
pub(crate) const ANSWER_BYTES: usize = 16;

/// The token of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChallengeToken {
    /// The time of creation, in milliseconds since 1970.
    pub(crate) created_at: u64,
    /// The run of the store in which it was made.
    pub(crate) run: u64,
    /// The browser that may answer.
    pub(crate) binding: [u8; 16],
    pub(crate) id: [u8; 16],
    /// The task that the clearance will be worth.
    pub(crate) task: Task,
    /// The demanded task, to which each new challenge adds the step for open checks anew.
    pub(crate) demanded: Task,
    /// The evidence of the earlier right answers in the series, and of this one.
    pub(crate) proved: Evidence,
    pub(crate) evidence: Evidence,
    /// The number of right answers before this one, and the first challenge of the series.
    pub(crate) rounds: u8,
    pub(crate) series: [u8; 16],
    /// Whether the browser is the first of its address, and whether the page promised that this is
    /// the last round.
    pub(crate) is_first: bool,
    pub(crate) last: bool,
    /// Whether its network has exceeded its quota of clearances.
    pub(crate) crowded: bool,
    /// Whether the behaviour of the browser made the series harder already.
    pub(crate) is_hardened: bool,
    /// The wait of a browser without scripts.
    pub(crate) wait: ScriptlessWait,
    /// The arrival at which this was counted as an open challenge, in microseconds; zero if it was not
    /// counted.
    pub(crate) open_challenge_arrival: u64,
    /// The id of the browser's last wrong answer when this was set. If the browser has another
    /// one when it answers, the earlier evidence is void.
    pub(crate) error_id: u64,
    /// The right answer, padded with zeros; for proof of work, the seed.
    pub(crate) answer: [u8; ANSWER_BYTES],
    /// The seed of the proof of work beside it, if there is one.
    pub(crate) background_work: Option<[u8; ANSWER_BYTES]>,
}

const CHALLENGE_BYTES: usize =
    8 + 8 + 16 + 16 + 2 + 2 + 2 + 2 + 2 + 16 + WAIT_BYTES + 8 + 8 + 2 * ANSWER_BYTES;

impl ChallengeToken {
    pub(crate) fn seal(
        &self,
        sealer: &Sealer,
        purpose: Purpose,
        next: &str,
    ) -> Result<String, SealError> {
        let mut content = Vec::with_capacity(CHALLENGE_BYTES);
        content.extend_from_slice(&self.created_at.to_le_bytes());
        content.extend_from_slice(&self.run.to_le_bytes());
        content.extend_from_slice(&self.binding);
        content.extend_from_slice(&self.id);
        content.extend_from_slice(&self.task.to_bytes());
        content.extend_from_slice(&self.demanded.to_bytes());
        content.extend_from_slice(&self.proved.to_bytes());
        content.extend_from_slice(&self.evidence.to_bytes());
        let flags = [self.is_first, self.last, self.crowded, self.is_hardened];
        let flags = (0..)
            .zip(flags)
            .fold(0, |flags, (bit, flag)| flags | u8::from(flag) << bit);
        content.extend_from_slice(&[self.rounds, flags]);
        content.extend_from_slice(&self.series);
        content.extend_from_slice(&self.wait.to_bytes());
        content.extend_from_slice(&self.open_challenge_arrival.to_le_bytes());
        content.extend_from_slice(&self.error_id.to_le_bytes());
        content.extend_from_slice(&self.answer);
        content.extend_from_slice(&self.background_work.unwrap_or_default());
        sealer.seal(purpose, next.as_bytes(), &content)
    }

    pub(crate) fn open(
        sealer: &Sealer,
        purpose: Purpose,
        next: &str,
        token: &[u8],
    ) -> Option<ChallengeToken> {
        let content: [u8; CHALLENGE_BYTES] = sealer.open(purpose, next.as_bytes(), token)?;
        let mut fields = FieldReader(&content);
        let created_at = u64::from_le_bytes(fields.take()?);
        let run = u64::from_le_bytes(fields.take()?);
        let binding = fields.take()?;
        let id = fields.take()?;
        let task = Task::from_bytes(fields.take()?)?;
        let demanded = Task::from_bytes(fields.take()?)?;
        let proved = Evidence::from_bytes(fields.take()?);
        let evidence = Evidence::from_bytes(fields.take()?);
        let [rounds, flags] = fields.take()?;
        Some(ChallengeToken {
            created_at,
            run,
            binding,
            id,
            task,
            demanded,
            proved,
            evidence,
            rounds,
            series: fields.take()?,
            is_first: flags & 1 != 0,
            last: flags & 2 != 0,
            crowded: flags & 4 != 0,
            is_hardened: flags & 8 != 0,
            wait: ScriptlessWait::from_bytes(fields.take()?, fields.take()?),
            open_challenge_arrival: u64::from_le_bytes(fields.take()?),
            error_id: u64::from_le_bytes(fields.take()?),
            answer: fields.take()?,
            // A seed begins with its hardness, which is never zero.
            background_work: fields
                .take()
                .map(|seed| (seed != [0; ANSWER_BYTES]).then_some(seed))?,
        })
    }

    /// The expiry of the challenge, in milliseconds since 1970.
    pub(crate) fn expires(&self) -> u64 {
        self.created_at.saturating_add(CHALLENGE_LIFE)
    }
}

/// A clearance, which a solved challenge earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clearance {
    /// The time of creation, in milliseconds since 1970.
    pub(crate) created_at: u64,
    /// How long it holds, and its budget of requests; zero stands for no bound.
    pub(crate) seconds: u32,
    pub(crate) requests: u32,
    /// The client that it is bound to.
    pub(crate) binding: [u8; 16],
    pub(crate) id: [u8; 16],
    /// Its own network: the address that it is bound to or, if it is bound to an id, the network of
    /// the address.
    pub(crate) home: [u8; 16],
    /// The half of the binding that has to match alone in other networks: the user agent, if it is
    /// bound to an address; the id, if it is bound to an id.
    pub(crate) half: [u8; 16],
    /// The family of the address that it is bound to; `None` if it is bound to an id.
    pub(crate) family: Option<Family>,
    pub(crate) task: Task,
}

/// A family of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

const CLEARANCE_BYTES: usize = 8 + 4 + 4 + 16 + 16 + 16 + 16 + 1 + 2;

impl Clearance {
    pub(crate) fn seal(&self, sealer: &Sealer) -> Result<String, SealError> {
        let mut content = Vec::with_capacity(CLEARANCE_BYTES);
        content.extend_from_slice(&self.created_at.to_le_bytes());
        content.extend_from_slice(&self.seconds.to_le_bytes());
        content.extend_from_slice(&self.requests.to_le_bytes());
        content.extend_from_slice(&self.binding);
        content.extend_from_slice(&self.id);
        content.extend_from_slice(&self.home);
        content.extend_from_slice(&self.half);
        content.push(match self.family {
            None => 0,
            Some(Family::V4) => 4,
            Some(Family::V6) => 6,
        });
        content.extend_from_slice(&self.task.to_bytes());
        sealer.seal(Purpose::Clearance, b"", &content)
    }

    pub(crate) fn open(sealer: &Sealer, token: &[u8]) -> Option<Clearance> {
        let content: [u8; CLEARANCE_BYTES] = sealer.open(Purpose::Clearance, b"", token)?;
        let mut fields = FieldReader(&content);
        Some(Clearance {
            created_at: u64::from_le_bytes(fields.take()?),
            seconds: u32::from_le_bytes(fields.take()?),
            requests: u32::from_le_bytes(fields.take()?),
            binding: fields.take()?,
            id: fields.take()?,
            home: fields.take()?,
            half: fields.take()?,
            family: match fields.take()? {
                [4] => Some(Family::V4),
                [6] => Some(Family::V6),
                _ => None,
            },
            task: Task::from_bytes(fields.take()?)?,
        })
    }

    /// How long it holds, in milliseconds.
    pub(crate) fn life(&self) -> u64 {
        u64::from(self.seconds) * 1_000
    }

    pub(crate) fn expires(&self) -> u64 {
        self.created_at.saturating_add(self.life())
    }
}

/// Reads one field after another.
pub(super) struct FieldReader<'a>(pub(super) &'a [u8]);

impl FieldReader<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }
}

#[cfg(test)]
mod tests {
    use humanify_syntax::{ChallengeType, Hardness};

    use super::*;

    fn challenge(number: u8) -> ChallengeToken {
        ChallengeToken {
            created_at: u64::from(number) << 40,
            run: u64::from(number) << 20,
            binding: [number; 16],
            id: [number; 16],
            task: Task {
                challenge_type: ChallengeType::Audio,
                hardness: Hardness::new(1 + number % 5).unwrap(),
            },
            demanded: Task {
                challenge_type: ChallengeType::Managed,
                hardness: Hardness::new(1 + number % 3).unwrap(),
            },
            proved: Evidence::from_bytes([number; 2]),
            evidence: Evidence::from_bytes([number.wrapping_add(1); 2]),
            rounds: number,
            series: [number; 16],
            is_first: number.is_multiple_of(2),
            last: number.is_multiple_of(3),
            crowded: number.is_multiple_of(5),
            is_hardened: number.is_multiple_of(7),
            wait: ScriptlessWait::Since {
                at: 2 + u64::from(number),
                id: [number; 16],
            },
            open_challenge_arrival: u64::from(number) << 30,
            error_id: u64::from(number) << 50,
            answer: [number; ANSWER_BYTES],
            background_work: (number > 0).then_some([number; ANSWER_BYTES]),
        }
    }

    #[test]
    fn tokens_of_one_purpose_have_one_length() {
        let sealer = Sealer::new(&[vec![1; 32]]).unwrap();
        let length = |number, next| {
            let token = challenge(number).seal(&sealer, Purpose::Pictures, next);
            token.unwrap().len()
        };
        assert_eq!(length(0, "/"), length(255, "/long/path"));
    }

    #[test]
    fn a_sealed_token_is_read_back() {
        let sealer = Sealer::new(&[vec![1; 32]]).unwrap();
        for number in [0, 1, 2, 3, 255] {
            let challenge = challenge(number);
            let token = challenge.seal(&sealer, Purpose::Sound, "/a").unwrap();
            let open =
                |purpose, next| ChallengeToken::open(&sealer, purpose, next, token.as_bytes());
            assert_eq!(open(Purpose::Sound, "/a"), Some(challenge));
            assert_eq!(open(Purpose::Sound, "/b"), None);
            assert_eq!(open(Purpose::Pictures, "/a"), None);
        }
    }
}
