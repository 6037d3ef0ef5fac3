//! Challenges: creating them, checking answers, and issuing clearances.
//!
//! The server keeps no state of a challenge. The page carries it in a sealed token; the store
//! records the outcome of the first answer.

mod answer;
mod audio;
mod behaviour;
mod browser;
mod clearance;
mod clearance_terms;
mod clearances_by_network;
mod creation;
mod drawing_pool;
mod drawing_stock;
mod error;
mod evidence;
mod image;
#[cfg(feature = "metrics")]
mod opened_challenge;
mod own_check;
mod progress;
mod proof_of_work;
mod rng;
mod scriptless;
mod scriptless_wait;
mod sources;
mod task;
#[cfg(test)]
mod tests;
mod ticket;
mod token;

pub(crate) use answer::{AnswerOutcome, CheckedAnswer, SubmittedAnswer};
pub(crate) use audio::Speaker;
pub(crate) use behaviour::BehaviourSteps;
pub(crate) use browser::{BROWSER_LIFE, Browser};
#[cfg(feature = "testing")]
pub(crate) use clearance::NewClearance;
pub(crate) use clearance::{ClearanceRequest, Clearances, PresentedClearance};
#[cfg(feature = "testing")]
pub(crate) use clearance_terms::ClearanceTerms;
pub use clearance_terms::ManagedClearances;
pub(crate) use creation::ChallengeRequest;
pub(crate) use error::CreationError;
#[cfg(feature = "image-folder")]
pub use image::FolderError;
#[cfg(feature = "image-folder")]
pub(crate) use image::PictureFolder;
pub(crate) use image::{Dataset, Layout, PictureSubject};
pub use own_check::OwnCheck;
pub(crate) use progress::{Progress, ProgressNote};
pub(crate) use proof_of_work::{Puzzle, SCRIPT, script_hash};
pub(crate) use scriptless::Scriptless;
pub(crate) use scriptless_wait::ScriptlessWait;
pub(crate) use sources::ChallengeSources;
pub(crate) use task::Task;
pub(crate) use ticket::TicketError;
pub(crate) use token::DemandToken;

use std::sync::Arc;

use crate::client::{Client, CounterKey};
use crate::clock::SharedClock;
use crate::crypto::{Purpose, SealError, Sealer};
use crate::limit::Counter;
use crate::store::Store;
use drawing_pool::DrawingPool;
use drawing_stock::DrawingStock;
use token::ANSWER_BYTES;

/// The medium of a challenge.
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

    /// Whether answers can be guessed, so that wrong ones count.
    fn is_guessable(self) -> bool {
        self != Modality::Work
    }
}

/// A challenge, ready to be rendered.
#[derive(Debug, Clone)]
pub(crate) struct Challenge {
    pub(crate) token: String,
    /// The number of its round, from 1, and the number of rounds.
    pub(crate) round: u8,
    pub(crate) rounds: u8,
    pub(crate) content: ChallengeContent,
    /// The proof of work that the page computes beside a picture or a recording.
    pub(crate) work: Option<Puzzle>,
    /// The browser that has to answer.
    pub(crate) browser: Browser,
    /// The number of wrong answers that it may still give.
    pub(crate) tries_left: u32,
}

/// The content of a challenge.
#[derive(Debug, Clone)]
pub(crate) enum ChallengeContent {
    /// Pictures as `data:` addresses, with a preview if the question needs one.
    Pictures {
        layout: Layout,
        subject: PictureSubject,
        preview: Option<String>,
        tiles: Vec<String>,
    },
    /// A `data:` address, and the number of spoken characters.
    Recording {
        sound: String,
        characters: usize,
    },
    Work(Puzzle),
}

/// The client that has to solve a challenge, with its browser.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visitor<'a> {
    pub(crate) client: &'a Client,
    pub(crate) browser: Browser,
}

/// Sets challenges and checks answers.
pub(crate) struct Challenges {
    sealer: Arc<Sealer>,
    store: Arc<dyn Store>,
    clock: SharedClock,
    /// The number of wrong answers after which pictures and sound are closed to a browser.
    retries: u32,
    sources: ChallengeSources,
    /// The steps that behaviour adds to managed challenges.
    behaviour: BehaviourSteps,
    /// The terms of clearances for managed challenges.
    terms: ManagedClearances,
    pool: DrawingPool,
    stock: Arc<DrawingStock>,
    /// A pool of its own, so that many pictures never delay proof of work.
    puzzles: DrawingPool,
}

impl Challenges {
    pub(crate) fn new(
        sealer: Arc<Sealer>,
        store: Arc<dyn Store>,
        clock: SharedClock,
        retries: u32,
        sources: ChallengeSources,
        (behaviour, terms): (BehaviourSteps, ManagedClearances),
    ) -> Self {
        Challenges {
            sealer,
            store,
            clock,
            retries,
            sources,
            behaviour,
            terms,
            pool: DrawingPool::default(),
            stock: Arc::default(),
            puzzles: DrawingPool::default(),
        }
    }

    /// The browser in a cookie.
    pub(crate) fn browser(&self, cookie: &[u8]) -> Option<Browser> {
        Browser::open(&self.sealer, cookie, self.clock.milliseconds())
    }

    /// The value of the cookie of a browser.
    pub(crate) fn browser_cookie(&self, browser: Browser) -> Result<String, SealError> {
        browser.seal(&self.sealer, self.clock.milliseconds())
    }

    /// Seals the progress of a browser into an address that leads to `next`.
    pub(crate) fn seal_progress(
        &self,
        progress: Progress,
        browser: Option<Browser>,
        task: Task,
        next: &str,
    ) -> Result<String, SealError> {
        let now = self.clock.milliseconds();
        progress.seal(&self.sealer, browser, task, next, now)
    }

    /// The progress of a browser, from an address.
    pub(crate) fn progress(
        &self,
        browser: Option<Browser>,
        task: Task,
        next: &str,
        token: &str,
    ) -> Progress {
        let now = self.clock.milliseconds();
        Progress::open(&self.sealer, browser, task, next, token.as_bytes(), now).unwrap_or_default()
    }

    /// Whether the progress in an address is valid and that of a browser, whichever it is.
    pub(crate) fn is_progress_of_browser(&self, next: &str, token: &str) -> bool {
        let now = self.clock.milliseconds();
        Progress::is_of_browser(&self.sealer, next, token.as_bytes(), now)
    }

    /// The modality of a task; see [`ChallengeSources::modality`].
    pub(crate) fn modality(&self, task: Task) -> Option<Modality> {
        self.sources.modality(task)
    }

    /// Whether a task can be given in a modality.
    pub(crate) fn offers(&self, modality: Modality, task: Task) -> bool {
        self.sources.offers(modality, task)
    }

    /// The binding of a challenge: the browser of the cookie, and its user agent. The address may
    /// change between page and answer.
    fn bind(&self, visitor: Visitor<'_>) -> [u8; 16] {
        let agent = visitor.client.user_agent_bytes();
        self.sealer
            .digest(&[b"browser", &visitor.browser.id, agent])
    }

    fn is_bound(&self, binding: &[u8; 16], visitor: Visitor<'_>) -> bool {
        let agent = visitor.client.user_agent_bytes();
        let fields: [&[u8]; 3] = [b"browser", &visitor.browser.id, agent];
        self.sealer.is_digest(binding, &fields)
    }
}

/// The keys under which wrong answers are counted: for the browser, and for its address.
fn attempt_keys(visitor: Visitor<'_>) -> (CounterKey, CounterKey) {
    (
        Counter::Attempts.key(visitor.browser.key()),
        Counter::AddressAttempts.key(visitor.client.address()),
    )
}

/// The answer of a challenge, as its token contains it.
type SealedAnswer = [u8; ANSWER_BYTES];
