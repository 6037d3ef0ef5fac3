//! Creates challenges: chooses the next round, draws it and seals its token.

use super::browser::{Browser, FIRST_BROWSER_MILLISECONDS};
use super::drawing_stock::{self, Draw, Drawing, Drawn};
use super::error::CreationError;
use super::evidence::Evidence;
use super::image::Layout;
use super::progress::Progress;
use super::scriptless_wait::ScriptlessWait;
use super::task::Task;
use super::token::ChallengeToken;
use super::{
    Challenge, ChallengeContent, Challenges, Modality, SealedAnswer, Visitor, attempt_keys, image,
    proof_of_work,
};
use std::sync::Arc;

use humanify_syntax::{ChallengeType, Hardness};

use crate::client::{Client, ClientKey};
use crate::crypto::{NoRandomness, random_bytes};
use crate::language::Language;
use crate::limit::{Counter, FIRST_BROWSERS};
use crate::store::{AttemptState, Bucket, CountMode, CountOutcome, WrongAnswers, spendable_id};

/// A request for a challenge.
#[derive(Clone, Copy)]
pub(crate) struct ChallengeRequest<'a> {
    pub(crate) modality: Modality,
    /// The language that the visitor reads and hears.
    pub(crate) language: Language,
    pub(crate) client: &'a Client,
    /// The browser, if it is known.
    pub(crate) browser: Option<Browser>,
    pub(crate) task: Task,
    /// The address to which the visitor returns.
    pub(crate) next: &'a str,
    pub(crate) progress: Progress,
    /// Whether a visitor followed a link to the challenge. Only then does it count as an opened
    /// check.
    pub(crate) navigated: bool,
}

/// The largest number of kinds that are drawn before the first request.
const MAX_DRAWN_AHEAD: usize = 4;

impl Challenges {
    /// Creates a challenge. It is drawn on a blocking thread; if too many drawings wait, this fails at
    /// once.
    pub(crate) async fn create(
        &self,
        request: ChallengeRequest<'_>,
    ) -> Result<Challenge, CreationError> {
        let ChallengeRequest {
            modality,
            language,
            client,
            progress,
            ..
        } = request;
        let (browser, attempts) = self.browser_with_attempts(client, request.browser).await?;
        let visitor = Visitor { client, browser };
        let AttemptState {
            wrong_answers,
            closed,
            ..
        } = attempts;
        if let Some(wait) = closed.filter(|_| modality.is_guessable()) {
            return Err(CreationError::LockedOut { wait });
        }
        let (task, taken) = match request.navigated {
            true => self.open_check(visitor, request.task).await,
            false => (request.task, 0),
        };
        let crowded = self.is_crowded(visitor).await;
        let (round, background_work) = match has_background_work(modality, task, progress) {
            true => {
                let steps = self.steps(wrong_answers, crowded);
                let seed = work_seed(proof_of_work::hardness(task.hardness, steps))?;
                let round =
                    self.round(modality, visitor, task, progress, wrong_answers, crowded)?;
                (
                    self.with_background_work(round, task, wrong_answers),
                    Some(seed),
                )
            }
            false => {
                let round =
                    self.round(modality, visitor, task, progress, wrong_answers, crowded)?;
                (round, None)
            }
        };
        let level = task.hardness.level();
        let address = client.address();
        let (answer, content) = match modality {
            Modality::Pictures => {
                self.draw(Drawing::Pictures(round.layout, level), address)
                    .await?
            }
            Modality::Sound => self.draw(Drawing::Sound(language, level), address).await?,
            Modality::Work => {
                let steps = self.steps(wrong_answers, crowded);
                let hardness = proof_of_work::hardness(task.hardness, steps);
                let seed = work_seed(hardness)?;
                let issue = move || Ok(proof_of_work::issue(&seed, hardness));
                let puzzle = self.puzzles.run(address, issue).await?;
                (seed, ChallengeContent::Work(puzzle))
            }
        };
        let work = match background_work {
            Some(seed) => {
                let issue = move || Ok(proof_of_work::issue(&seed, work_hardness(&seed)));
                Some(self.puzzles.run(address, issue).await?)
            }
            None => None,
        };
        let token = ChallengeToken {
            demanded: request.task,
            open_challenge_arrival: taken,
            background_work,
            ..self.token(visitor, task, round, attempts, answer)?
        };
        Ok(Challenge {
            token: token.seal(&self.sealer, modality.purpose(), request.next)?,
            round: round.progress.rounds.saturating_add(1),
            rounds: round.progress.rounds.saturating_add(round.remaining_rounds),
            content,
            work,
            browser,
            tries_left: self.retries.saturating_sub(wrong_answers.browser),
        })
    }

    /// Takes a ready drawing, or makes one for a client at this address.
    async fn draw(&self, drawing: Drawing, address: ClientKey) -> Result<Drawn, CreationError> {
        let drawn = match self.stock.take(drawing) {
            Some(drawn) => drawn,
            None => {
                let (stock, draw) = (Arc::clone(&self.stock), self.drawer(drawing)?);
                self.pool
                    .run(address, move || stock.draw(drawing, draw))
                    .await?
            }
        };
        if self.stock.wants(drawing) {
            let drawers =
                (0..drawing_stock::MAX_READY_PER_KIND).filter_map(|_| self.drawer(drawing).ok());
            drawing_stock::order(&self.stock, drawers.map(|draw| (drawing, draw)));
        }
        Ok(drawn)
    }

    /// Draws pictures of these tasks in the background.
    pub(crate) fn draw_ahead(&self, tasks: impl Iterator<Item = Task>) {
        let mut first: Vec<Drawing> = Vec::new();
        for task in tasks.filter(|task| self.modality(*task) == Some(Modality::Pictures)) {
            let drawing = Drawing::Pictures(self.sources.layout(task), task.hardness.level());
            if !first.contains(&drawing) && first.len() < MAX_DRAWN_AHEAD {
                first.push(drawing);
            }
        }
        let drawer = |drawing: &Drawing| Some((*drawing, self.drawer(*drawing).ok()?));
        // One of each kind comes before a second one of any.
        for _ in 0..drawing_stock::MAX_READY_PER_KIND {
            drawing_stock::order(&self.stock, first.iter().filter_map(drawer));
        }
    }

    fn drawer(&self, drawing: Drawing) -> Result<Draw, CreationError> {
        Ok(match drawing {
            Drawing::Pictures(layout, level) => {
                let dataset = self.sources.pictures.clone().ok_or(NO_SOURCE)?;
                Box::new(move || image::pictures::draw(&dataset, layout, level))
            }
            Drawing::Sound(language, level) => {
                let speaker = self.sources.speaker.clone().ok_or(NO_SOURCE)?;
                Box::new(move || speaker.speak(language, level))
            }
        })
    }

    /// The next round for a browser with this progress and these wrong answers.
    pub(super) fn round(
        &self,
        modality: Modality,
        visitor: Visitor<'_>,
        task: Task,
        progress: Progress,
        wrong_answers: WrongAnswers,
        crowded: bool,
    ) -> Result<Round, CreationError> {
        let unbroken = wrong_answers.error_id == 0 || wrong_answers.error_id == progress.error_id;
        let progress = match unbroken {
            true => progress,
            false => Progress {
                wait: progress.wait,
                ..Progress::default()
            },
        };
        let is_first = visitor.browser.is_first(self.clock.milliseconds());
        let wrong_answers = wrong_answers.in_a_crowd(crowded);
        let needed = Evidence::needed(wrong_answers, is_first);
        let own = self.sources.layout(task);
        let (layout, left, chance) = match modality {
            Modality::Pictures => {
                let gentle = is_first && wrong_answers.address == 0;
                let (layout, left) = progress.proved.next(needed, own, gentle);
                (layout, left, layout.chance())
            }
            Modality::Sound => {
                let speaker = self.sources.speaker.as_ref().ok_or(NO_SOURCE)?;
                let chance = speaker.chance();
                (own, progress.proved.next_of(needed, chance), chance)
            }
            // One right answer is enough for proof of work.
            Modality::Work => (own, 1, 0.0),
        };
        Ok(Round {
            progress,
            layout,
            remaining_rounds: left,
            evidence: Evidence::of(chance),
            is_first,
            crowded,
        })
    }

    /// The round with proof of work beside it, which needs fewer rounds.
    pub(super) fn with_background_work(
        &self,
        round: Round,
        task: Task,
        wrong_answers: WrongAnswers,
    ) -> Round {
        let left = rounds_with_background_work(wrong_answers).saturating_sub(round.progress.rounds);
        let layout = self.sources.layout(task);
        Round {
            layout,
            evidence: match round.layout == layout {
                true => round.evidence,
                false => Evidence::of(layout.chance()),
            },
            remaining_rounds: left.max(1),
            ..round
        }
    }

    /// The token of a challenge.
    pub(super) fn token(
        &self,
        visitor: Visitor<'_>,
        task: Task,
        round: Round,
        attempts: AttemptState,
        answer: SealedAnswer,
    ) -> Result<ChallengeToken, NoRandomness> {
        let Round {
            progress,
            remaining_rounds: left,
            ..
        } = round;
        let id = spendable_id(visitor.client.network())?;
        Ok(ChallengeToken {
            created_at: self.clock.milliseconds(),
            run: attempts.run,
            binding: self.bind(visitor),
            id,
            task,
            demanded: task,
            proved: progress.proved,
            evidence: round.evidence,
            rounds: progress.rounds,
            series: progress.series.unwrap_or(id),
            is_first: round.is_first,
            crowded: round.crowded,
            is_hardened: progress.is_hardened,
            wait: progress.wait,
            open_challenge_arrival: 0,
            // Only a page after a right answer promises to be the last one.
            last: left == 1 && progress.proved > Evidence::default(),
            error_id: attempts.wrong_answers.error_id,
            answer,
            background_work: None,
        })
    }

    /// The browser that gets a challenge, known or new, with its attempts. It becomes the first of its
    /// address if that has no wrong answers and no other first browser, and stays so for the lifetime of
    /// one challenge.
    pub(super) async fn browser_with_attempts(
        &self,
        client: &Client,
        known: Option<Browser>,
    ) -> Result<(Browser, AttemptState), CreationError> {
        let now = self.clock.milliseconds();
        let mut browser = match known {
            Some(browser) => browser,
            None => Browser::new()?,
        };
        let (own, address) = attempt_keys(Visitor { client, browser });
        let attempts = self.store.attempt_state(own, address, self.retries);
        let attempts = attempts.wait().await?;
        if attempts.wrong_answers.address == 0 && !browser.is_first(now) {
            let key = Counter::FirstBrowsers.key(client.address());
            let bucket = Bucket::new(key, FIRST_BROWSERS);
            let counted = self.store.count(&[bucket], CountMode::Acquire).wait().await;
            if matches!(counted, Ok(CountOutcome::Within(_))) {
                browser.first_until = now.saturating_add(FIRST_BROWSER_MILLISECONDS);
            }
        }
        Ok((browser, attempts))
    }

    /// The steps by which wrong answers and a crowded network make proof of work harder.
    pub(super) fn steps(&self, wrong_answers: WrongAnswers, crowded: bool) -> u8 {
        if crowded {
            return u8::MAX;
        }
        u8::from(wrong_answers.browser >= self.retries)
            + u8::from(wrong_answers.address > 60)
            + u8::from(wrong_answers.address > 600)
    }
}

/// A round of a challenge, before it is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    progress: Progress,
    /// The layout of its pictures, if it has any.
    pub(super) layout: Layout,
    /// The number of rounds that are left, including this one.
    pub(super) remaining_rounds: u8,
    /// The evidence of a right answer.
    evidence: Evidence,
    is_first: bool,
    crowded: bool,
}

/// Whether the page computes a proof of work beside a picture or a recording: for managed
/// challenges, unless the browser waits because it runs no scripts.
pub(super) fn has_background_work(modality: Modality, task: Task, progress: Progress) -> bool {
    task.challenge_type == ChallengeType::Managed
        && modality.is_guessable()
        && progress.wait == ScriptlessWait::No
}

/// The number of pictures or recordings beside work: one, and two for a browser with a wrong answer
/// within the hour.
pub(super) fn rounds_with_background_work(wrong_answers: WrongAnswers) -> u8 {
    1 + u8::from(wrong_answers.browser > 0)
}

/// A random seed for a puzzle. Its first byte is the hardness.
fn work_seed(hardness: Hardness) -> Result<SealedAnswer, NoRandomness> {
    let mut seed: SealedAnswer = random_bytes()?;
    if let Some(first) = seed.first_mut() {
        *first = hardness.level();
    }
    Ok(seed)
}

/// The hardness of the puzzle of a seed.
pub(super) fn work_hardness(seed: &SealedAnswer) -> Hardness {
    let level = seed.first().copied().unwrap_or_default();
    Hardness::new(level).unwrap_or(Hardness::HARDEST)
}

/// The challenge needs a source that the builder has switched off.
const NO_SOURCE: CreationError = CreationError::Failed("there is nothing to make it of");
