//! Challenges: setting them, looking at answers, giving clearances.
//!
//! Nothing is kept of a challenge that was set. What the server needs to know of it is in a
//! sealed token, which the page carries; the store remembers what its first answer came to.

mod answer;
mod audio;
mod behaviour;
mod browser;
mod clearance;
mod crowd;
mod error;
mod evidence;
mod image;
#[cfg(feature = "metrics")]
mod opened;
mod own_check;
mod progress;
mod proof_of_work;
mod render_pool;
mod rng;
mod scriptless;
mod set;
mod sources;
mod terms;
#[cfg(test)]
mod tests;
mod ticket;
mod token;
mod wait;

pub(crate) use answer::{Answer, Given, Outcome};
pub use audio::RecordingsError;
pub(crate) use audio::Speaker;
pub(crate) use behaviour::BehaviourSteps;
pub(crate) use browser::{BROWSER_LIFE, Browser};
pub(crate) use clearance::{Clearances, Grant, Presented, Showing};
pub(crate) use error::SetError;
#[cfg(feature = "image-folder")]
pub(crate) use image::Folder;
#[cfg(feature = "image-folder")]
pub use image::FolderError;
pub(crate) use image::{Dataset, Layout, Subject};
#[cfg(feature = "metrics")]
pub(crate) use opened::type_name;
pub use own_check::OwnCheck;
pub(crate) use progress::{Note, Progress};
pub(crate) use proof_of_work::{Puzzle, SCRIPT, script_hash};
pub(crate) use scriptless::Scriptless;
pub(crate) use set::ChallengeRequest;
pub(crate) use sources::ChallengeSources;
pub use terms::ManagedClearances;
#[cfg(feature = "testing")]
pub(crate) use terms::Terms;
pub(crate) use ticket::TicketError;
pub(crate) use token::{DemandToken, Task};
pub(crate) use wait::Wait;

use std::sync::Arc;

use crate::client::{Client, CounterKey};
use crate::clock::SharedClock;
use crate::crypto::{Purpose, SealError, Sealer};
use crate::limit::Counter;
use crate::store::Store;
use render_pool::RenderPool;
use token::ANSWER;

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

    /// Whether an answer can be guessed, so that wrong ones count.
    fn is_guessable(self) -> bool {
        self != Modality::Work
    }
}

/// A challenge, ready to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Challenge {
    pub(crate) token: String,
    /// Which round it is, from 1, and how many there are.
    pub(crate) round: u8,
    pub(crate) rounds: u8,
    pub(crate) content: ChallengeContent,
    /// What the page computes beside a picture or a recording.
    pub(crate) work: Option<Puzzle>,
    /// The browser that is to answer.
    pub(crate) browser: Browser,
    /// How many wrong answers it has left.
    pub(crate) tries_left: u32,
}

/// What is shown or played.
#[derive(Debug, Clone)]
pub(crate) enum ChallengeContent {
    /// The pictures are `data:` addresses. There is a preview where the question needs one.
    Pictures {
        layout: Layout,
        subject: Subject,
        preview: Option<String>,
        tiles: Vec<String>,
    },
    /// A `data:` address, and how many characters are spoken.
    Recording {
        sound: String,
        characters: usize,
    },
    Work(Puzzle),
}

/// Who is to solve a challenge: the client, and its browser.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visitor<'a> {
    pub(crate) client: &'a Client,
    pub(crate) browser: Browser,
}

/// Sets challenges and looks at answers.
pub(crate) struct Challenges {
    seal: Arc<Sealer>,
    store: Arc<dyn Store>,
    clock: SharedClock,
    /// How many wrong answers close pictures and sound to a browser.
    retries: u32,
    sources: ChallengeSources,
    /// What behaviour adds to managed challenges.
    behaviour: BehaviourSteps,
    /// What clearances of managed challenges are given for.
    terms: ManagedClearances,
    pool: RenderPool,
    /// Apart from pictures, so that a crowd there keeps nobody from computing.
    puzzles: RenderPool,
}

impl Challenges {
    pub(crate) fn new(
        seal: Arc<Sealer>,
        store: Arc<dyn Store>,
        clock: SharedClock,
        retries: u32,
        sources: ChallengeSources,
        (behaviour, terms): (BehaviourSteps, ManagedClearances),
    ) -> Self {
        Challenges {
            seal,
            store,
            clock,
            retries,
            sources,
            behaviour,
            terms,
            pool: RenderPool::default(),
            puzzles: RenderPool::default(),
        }
    }

    /// The browser that shows this cookie.
    pub(crate) fn browser(&self, cookie: &[u8]) -> Option<Browser> {
        Browser::open(&self.seal, cookie, self.clock.milliseconds())
    }

    /// The value of the cookie by which a browser is known.
    pub(crate) fn browser_cookie(&self, browser: Browser) -> Result<String, SealError> {
        browser.seal(&self.seal, self.clock.milliseconds())
    }

    /// Seals how far a browser is, for an address that leads to `next`.
    pub(crate) fn seal_progress(
        &self,
        progress: Progress,
        browser: Option<Browser>,
        task: Task,
        next: &str,
    ) -> Result<String, SealError> {
        let now = self.clock.milliseconds();
        progress.seal(&self.seal, browser, task, next, now)
    }

    /// How far a browser is by what an address says.
    pub(crate) fn progress(
        &self,
        browser: Option<Browser>,
        task: Task,
        next: &str,
        token: &str,
    ) -> Progress {
        let now = self.clock.milliseconds();
        Progress::open(&self.seal, browser, task, next, token.as_bytes(), now).unwrap_or_default()
    }

    /// In which way a task is given; see [`ChallengeSources::modality`].
    pub(crate) fn modality(&self, task: Task) -> Option<Modality> {
        self.sources.modality(task)
    }

    /// Whether a task can be given in this way.
    pub(crate) fn offers(&self, modality: Modality, task: Task) -> bool {
        self.sources.offers(modality, task)
    }

    /// To whom a challenge is bound: the browser that shows the cookie, by its user agent. Its
    /// address may change between the page and the answer.
    fn bind(&self, visitor: Visitor<'_>) -> [u8; 16] {
        let agent = visitor.client.user_agent_bytes();
        self.seal.digest(&[b"browser", &visitor.browser.id, agent])
    }

    fn is_bound(&self, binding: &[u8; 16], visitor: Visitor<'_>) -> bool {
        let agent = visitor.client.user_agent_bytes();
        let fields: [&[u8]; 3] = [b"browser", &visitor.browser.id, agent];
        self.seal.is_digest(binding, &fields)
    }
}

/// By what wrong answers are counted: for the browser, and for its address.
fn attempt_keys(visitor: Visitor<'_>) -> (CounterKey, CounterKey) {
    (
        Counter::Attempts.key(visitor.browser.key()),
        Counter::AddressAttempts.key(visitor.client.address()),
    )
}

/// The answer of a challenge, as a token holds it.
type SealedAnswer = [u8; ANSWER];
