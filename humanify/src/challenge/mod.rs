//! Challenges: setting them, looking at answers, giving clearances.
//!
//! Nothing is kept of a challenge that was set. What the server needs to know of it is in a
//! sealed token, which the page carries; the store remembers that a token had its answer.

mod audio;
mod clearance;
mod image;
#[cfg(feature = "metrics")]
mod opened;
mod proof_of_work;
mod render_pool;
mod rng;
mod rounds;
mod sources;
#[cfg(test)]
mod tests;
mod token;

pub use audio::RecordingsError;
pub(crate) use audio::Speaker;
pub(crate) use clearance::Clearances;
#[cfg(feature = "image-folder")]
pub(crate) use image::Folder;
#[cfg(feature = "image-folder")]
pub use image::FolderError;
pub(crate) use image::{Dataset, Layout, Subject};
#[cfg(feature = "metrics")]
pub(crate) use opened::type_name;
pub(crate) use proof_of_work::{SCRIPT, script_hash};
pub(crate) use sources::ChallengeSources;
pub(crate) use token::{CHALLENGE_LIFE, DemandToken, Task};

use std::sync::Arc;
use std::time::Duration;

use crate::client::{Client, ClientKey, CounterKey};
use crate::clock::SharedClock;
use crate::crypto::{NoRandomness, Purpose, SealError, Sealer, random_bytes};
use crate::language::Language;
use crate::limit::{Counter, IDS_PER_ADDRESS};
use crate::store::{Admission, Attempt, Failures, Standing, Store, StoreError};
use clearance::binding;
use render_pool::RenderPool;
use rounds::Rounds;
use token::{ANSWER, ChallengeToken};

/// The way in which a challenge is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modality {
    Pictures,
    Sound,
    Work,
}

impl Modality {
    #[cfg(feature = "testing")]
    pub(crate) const ALL: [Modality; 3] = [Modality::Pictures, Modality::Sound, Modality::Work];

    fn purpose(self) -> Purpose {
        match self {
            Modality::Pictures => Purpose::Pictures,
            Modality::Sound => Purpose::Sound,
            Modality::Work => Purpose::Work,
        }
    }
}

/// A challenge, ready to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Challenge {
    pub(crate) token: String,
    /// Which round it is, from 1, and how many there are.
    pub(crate) round: u8,
    pub(crate) rounds: u8,
    pub(crate) exhibit: ChallengeContent,
}

/// What is shown or played.
#[derive(Debug, Clone)]
pub(crate) enum ChallengeContent {
    /// The pictures are `data:` addresses; a grid has no preview.
    Pictures {
        subject: Subject,
        preview: Option<String>,
        tiles: Vec<String>,
    },
    /// A `data:` address.
    Recording(String),
    /// So many puzzles, each of which takes a hash with so many zero bits.
    Work { puzzles: u8, bits: u8 },
}

/// Where a client stands on its way to a clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    /// Challenges solved in a row.
    pub(crate) streak: u8,
    /// Wrong answers within the hour.
    pub(crate) failures: Failures,
}

/// No challenge could be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SetError {
    #[error("too many challenges are being drawn")]
    Busy,
    #[error("there were too many wrong answers")]
    Blocked { wait: Duration },
    #[error("the challenge could not be drawn: {0}")]
    Failed(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoRandomness> for SetError {
    fn from(_: NoRandomness) -> Self {
        SetError::Failed("no randomness")
    }
}

impl From<SealError> for SetError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NoRandomness(error) => error.into(),
            SealError::Cipher => SetError::Failed("the cipher seals nothing"),
        }
    }
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Right, and the last of its rounds: the `Set-Cookie` of the clearance.
    Cleared(String),
    /// Right, with more rounds to come.
    Next(Task, Progress),
    /// Wrong.
    Wrong { task: Task, failures: Failures },
    /// The challenge had an answer already.
    Used { task: Task, failures: Failures },
    /// Expired, made for somebody else, or never made. It costs nothing.
    Stale,
    /// There were too many wrong answers.
    Blocked { wait: Duration },
    /// It could not be recorded, so it does not count.
    Unavailable,
}

/// Sets challenges and looks at answers.
pub(crate) struct Challenges {
    pub(crate) seal: Arc<Sealer>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: SharedClock,
    pub(crate) retries: u32,
    /// Whether clients are known by ids, so that an address may have several.
    pub(crate) ids: bool,
    means: ChallengeSources,
    workshop: RenderPool,
}

impl Challenges {
    pub(crate) fn new(
        seal: Arc<Sealer>,
        store: Arc<dyn Store>,
        clock: SharedClock,
        retries: u32,
        ids: bool,
        means: ChallengeSources,
    ) -> Self {
        Challenges {
            seal,
            store,
            clock,
            retries,
            ids,
            means,
            workshop: RenderPool::default(),
        }
    }

    /// How a client stands; an error if the challenge is closed to it.
    pub(crate) async fn progress(&self, client: &Client) -> Result<Progress, SetError> {
        let (own, address) = self.attempt_keys(client);
        match self.store.standing(own, address).wait().await? {
            Standing::Failures(failures) => Ok(Progress {
                streak: 0,
                failures,
            }),
            Standing::Blocked { wait } => Err(SetError::Blocked { wait }),
        }
    }

    /// Sets a challenge for `client`, who understands `language` and returns to `next`. It is
    /// drawn on a thread of its own; if too many are, this fails at once.
    pub(crate) async fn set(
        &self,
        medium: Modality,
        language: Language,
        client: &Client,
        task: Task,
        next: &str,
        progress: Progress,
    ) -> Result<Challenge, SetError> {
        let hardness = task.hardness.level();
        let address = client.address();
        let (answer, exhibit) = match medium {
            Modality::Pictures => {
                let dataset = self.means.pictures.clone().ok_or(NO_MEANS)?;
                let layout = self.means.layout(task);
                let draw = move || image::pictures::draw(&dataset, layout, hardness);
                self.workshop.run(address, draw).await?
            }
            Modality::Sound => {
                let speaker = self.means.speaker.clone().ok_or(NO_MEANS)?;
                let speak = move || speaker.speak(language, hardness);
                self.workshop.run(address, speak).await?
            }
            // What is to be hashed is the token itself.
            Modality::Work => {
                let (puzzles, bits) = (proof_of_work::PUZZLES, proof_of_work::bits(task.hardness));
                (
                    SealedAnswer::default(),
                    ChallengeContent::Work { puzzles, bits },
                )
            }
        };
        let rounds = self.rounds(medium, task).needed(progress.failures);
        Ok(Challenge {
            token: self.token(medium, client, task, next, progress, answer)?,
            round: progress.streak.saturating_add(1).min(rounds),
            rounds,
            exhibit,
        })
    }

    /// Seals what has to be known of a challenge once it is answered.
    fn token(
        &self,
        medium: Modality,
        client: &Client,
        task: Task,
        next: &str,
        progress: Progress,
        answer: SealedAnswer,
    ) -> Result<String, SealError> {
        let token = ChallengeToken {
            made: self.clock.milliseconds(),
            binding: binding(&self.seal, client, client.who()),
            id: random_bytes()?,
            task,
            streak: progress.streak,
            failures: u8::try_from(progress.failures.client).unwrap_or(u8::MAX),
            answer,
        };
        token.seal(&self.seal, medium.purpose(), next)
    }

    /// Looks at an answer. Whatever the client sends, at most one answer to a challenge is
    /// looked at, and it counts as an attempt before it is.
    pub(crate) async fn answer(
        &self,
        medium: Modality,
        client: &Client,
        token: &str,
        next: &str,
        answer: &[String],
        clearances: &Clearances,
    ) -> Outcome {
        let now = self.clock.milliseconds();
        let opened = ChallengeToken::open(&self.seal, medium.purpose(), next, token.as_bytes());
        let Some(opened) = opened.filter(|opened| self.is_answerable(opened, client, now)) else {
            return Outcome::Stale;
        };
        let (own, address) = self.attempt_keys(client);
        let attempt = Attempt {
            challenge: opened.id,
            made: opened.made,
            expires: opened.expires(),
            client: own,
            address,
            network: match client.address() {
                ClientKey::Address(network) => Some(network),
                _ => None,
            },
        };
        let task = opened.task;
        let failures = match self.store.admit(attempt).wait().await {
            Ok(Admission::Granted { failures }) => failures,
            Ok(Admission::Spent { failures }) => return Outcome::Used { task, failures },
            Ok(Admission::Forgotten) => return Outcome::Stale,
            Ok(Admission::Blocked { wait }) => return Outcome::Blocked { wait },
            Err(_) => return Outcome::Unavailable,
        };
        if !self.is_right(medium, token, &opened, answer) {
            return Outcome::Wrong {
                task,
                failures: failures.and_one(),
            };
        }
        if self.store.forgive(attempt).wait().await.is_err() {
            return Outcome::Unavailable;
        }
        // A wrong answer since the challenge was set ends the row.
        let streak = if u32::from(opened.failures) == failures.client {
            opened.streak.saturating_add(1)
        } else {
            1
        };
        if streak < self.rounds(medium, task).needed(failures) {
            return Outcome::Next(task, Progress { streak, failures });
        }
        clearances
            .cookie(client, task)
            .map_or(Outcome::Unavailable, Outcome::Cleared)
    }

    /// How many wrong answers a client has left.
    pub(crate) fn tries_left(&self, failures: Failures) -> u32 {
        self.retries.saturating_sub(failures.client)
    }

    /// The right answer to a challenge, for the tests of an application.
    #[cfg(feature = "testing")]
    pub(crate) fn reveal(&self, medium: Modality, token: &str, next: &str) -> Option<Vec<String>> {
        let opened = ChallengeToken::open(&self.seal, medium.purpose(), next, token.as_bytes())?;
        Some(match medium {
            Modality::Pictures => image::pictures::positions(&opened.answer),
            Modality::Sound => vec![audio::speaker::text(&opened.answer)?.to_owned()],
            Modality::Work => vec![proof_of_work::solve(token, opened.task.hardness)],
        })
    }

    /// In which way a task is given; see [`ChallengeSources::medium`].
    pub(crate) fn medium(&self, task: Task) -> Option<Modality> {
        self.means.medium(task)
    }

    /// Whether a task can be given in this way.
    pub(crate) fn offers(&self, medium: Modality, task: Task) -> bool {
        self.means.offers(medium, task)
    }

    fn is_answerable(&self, token: &ChallengeToken, client: &Client, now: u64) -> bool {
        let bound = [client.who(), client.address()]
            .iter()
            .any(|who| token.binding == binding(&self.seal, client, *who));
        bound && now < token.expires() && token.made <= now
    }

    fn is_right(
        &self,
        medium: Modality,
        token: &str,
        opened: &ChallengeToken,
        answer: &[String],
    ) -> bool {
        match (medium, answer) {
            (Modality::Pictures, chosen) => image::pictures::is_right(&opened.answer, chosen),
            (Modality::Sound, [typed]) => {
                let speaker = self.means.speaker.as_ref();
                speaker.is_some_and(|speaker| speaker.is_right(&opened.answer, typed))
            }
            (Modality::Work, [numbers]) => {
                proof_of_work::is_right(token, opened.task.hardness, numbers)
            }
            _ => false,
        }
    }

    fn rounds(&self, medium: Modality, task: Task) -> Rounds {
        let chance = match medium {
            Modality::Pictures => self.means.layout(task).chance(),
            Modality::Sound => self.means.speaker.as_ref().map_or(1.0, |it| it.chance()),
            // Whoever does the work has done it.
            Modality::Work => 0.0,
        };
        Rounds::new(
            chance,
            self.retries,
            if self.ids { IDS_PER_ADDRESS } else { 1 },
        )
    }

    /// By what wrong answers are counted, and how many are allowed: for the client and, where
    /// clients have ids, for its address, also while a client has none yet.
    fn attempt_keys(&self, client: &Client) -> ((CounterKey, u32), Option<(CounterKey, u32)>) {
        let own = (Counter::Attempts.key(client.who()), self.retries);
        let address = self.ids.then(|| {
            let allowed = self.retries.saturating_mul(IDS_PER_ADDRESS);
            (Counter::AddressAttempts.key(client.address()), allowed)
        });
        (own, address)
    }
}

/// A challenge of something that the builder has switched off.
const NO_MEANS: SetError = SetError::Failed("there is nothing to make it of");

/// The answer of a challenge, as a token holds it.
type SealedAnswer = [u8; ANSWER];
