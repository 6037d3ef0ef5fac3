//! Tests of challenges, without drawings. This file has the visitors, who answer rightly, wrongly
//! or by guessing.

mod crowd;
mod drawn_ahead;
mod guessing;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use humanify_syntax::{ChallengeType, Hardness};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::image::pictures::{self, Plan};
use super::*;
use crate::client::{Origin, Peer};
use crate::clock::ManualClock;
use crate::http::{CookieNames, SameSite};
use crate::store::{AttemptState, MemoryStore};

fn task(challenge_type: ChallengeType) -> Task {
    Task {
        challenge_type,
        hardness: Hardness::EASIEST,
    }
}

struct Game {
    challenges: Challenges,
    clearances: Clearances,
    clock: ManualClock,
    generator: SmallRng,
}

impl Game {
    fn new(retries: u32) -> Game {
        Game::with(retries, 1_000_000, Dataset::Animals)
    }

    fn with(retries: u32, clients: usize, dataset: Dataset) -> Game {
        let manual = ManualClock::default();
        let clock = SharedClock::new(manual.clone());
        let sealer = Arc::new(Sealer::new(&[vec![7; 32]]).unwrap());
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone(), clients));
        let sources = ChallengeSources {
            layout: Layout::OneClick,
            pictures: Some(dataset),
            speaker: Some(Speaker::embedded()),
        };
        let clearances = Clearances {
            sealer: Arc::clone(&sealer),
            store: Arc::clone(&store),
            clock: clock.clone(),
            cookies: Arc::new(CookieNames::new("humanify", SameSite::Lax)),
        };
        Game {
            challenges: Challenges::new(
                sealer,
                store,
                clock,
                retries,
                sources,
                (BehaviourSteps::default(), ManagedClearances::default()),
            ),
            clearances,
            clock: manual,
            generator: SmallRng::seed_from_u64(1),
        }
    }

    /// The browser of a client that gets a challenge.
    async fn browser(&self, client: &Client) -> Browser {
        self.challenges
            .browser_with_attempts(client, None)
            .await
            .unwrap()
            .0
    }

    /// Sets a challenge without drawing it: its token, the right answer, a best guess, and the
    /// number of rounds left. `None` if the challenge is closed.
    async fn page(
        &mut self,
        modality: Modality,
        task: Task,
        visitor: Visitor<'_>,
        progress: Progress,
    ) -> Option<Shown> {
        let Visitor { client, browser } = visitor;
        let result = self
            .challenges
            .browser_with_attempts(client, Some(browser))
            .await;
        let attempts = result.unwrap().1;
        let AttemptState {
            wrong_answers,
            closed,
            ..
        } = attempts;
        if closed.is_some() {
            return None;
        }
        let crowded = self.challenges.is_crowded(visitor).await;
        let challenges = &self.challenges;
        let round = challenges
            .round(modality, visitor, task, progress, wrong_answers, crowded)
            .unwrap();
        let mut range = 0;
        let (answer, right, guess) = match modality {
            Modality::Pictures => {
                let dataset = challenges.sources.pictures.clone().unwrap();
                let mut plan = || {
                    let plan = Plan::new(&dataset, round.layout, &mut self.generator);
                    plan.unwrap().answer()
                };
                let (right, guess) = (plan(), plan());
                (
                    right,
                    pictures::positions(&right),
                    pictures::positions(&guess),
                )
            }
            Modality::Sound => {
                // No language has fewer characters than the ten digits.
                let mut code = || format!("{:06}", self.generator.random_range(0..1_000_000));
                let (code, guess) = (code(), code());
                let mut right = SealedAnswer::default();
                right[1..7].copy_from_slice(code.as_bytes());
                (right, vec![code], vec![guess])
            }
            Modality::Work => {
                let mut seed: SealedAnswer = self.generator.random();
                let steps = challenges.steps(wrong_answers, crowded);
                let hardness = proof_of_work::hardness(task.hardness, steps);
                seed[0] = hardness.level();
                range = proof_of_work::range(hardness);
                let mut number = || self.generator.random_range(0..range);
                let [one, other] = [number(), number()];
                let guess = format!("{:x}.{:x}", one.min(other), one.max(other));
                let right = proof_of_work::right_answer(&seed, hardness);
                (seed, vec![right], vec![guess])
            }
        };
        let token = challenges
            .token(visitor, task, round, attempts, answer)
            .unwrap();
        Some(Shown {
            token: token
                .seal(&challenges.sealer, modality.purpose(), "/")
                .unwrap(),
            modality,
            right,
            guess,
            range,
            left: round.remaining_rounds,
        })
    }

    async fn answer(
        &self,
        visitor: Visitor<'_>,
        shown: &Shown,
        answer: &[String],
    ) -> AnswerOutcome {
        self.answer_as(visitor, shown, answer, false).await.outcome
    }

    /// Answers as an automated or as an ordinary browser.
    async fn answer_as(
        &self,
        visitor: Visitor<'_>,
        shown: &Shown,
        answer: &[String],
        is_automated: bool,
    ) -> CheckedAnswer {
        let given = SubmittedAnswer {
            modality: shown.modality,
            token: &shown.token,
            next: "/",
            answer,
            work: "",
            is_automated,
        };
        self.challenges
            .answer(visitor, given, &self.clearances)
            .await
    }

    /// Whether an address gets a clearance by guessing for an hour, with a new browser after every
    /// `fresh` tries.
    async fn guesses_in(
        &mut self,
        client: Client,
        modality: Modality,
        task: Task,
        fresh: u32,
        tries: u32,
    ) -> bool {
        let mut progress = Progress::default();
        let mut browser = self.browser(&client).await;
        for number in 1..=tries {
            if number % fresh == 0 && progress.rounds == 0 {
                browser = self.browser(&client).await;
            }
            let visitor = Visitor {
                client: &client,
                browser,
            };
            let Some(shown) = self.page(modality, task, visitor, progress).await else {
                return false;
            };
            match self.answer(visitor, &shown, &shown.guess).await {
                AnswerOutcome::Next(_, next) => progress = next,
                AnswerOutcome::Wrong { .. } => progress = Progress::default(),
                AnswerOutcome::Cleared(_) => return true,
                outcome => panic!("{outcome:?}"),
            }
        }
        false
    }
}

/// A challenge as a visitor sees it.
struct Shown {
    token: String,
    modality: Modality,
    right: Vec<String>,
    guess: Vec<String>,
    /// The size of the range to search, for proof of work.
    range: u32,
    left: u8,
}

/// Clients in distant networks, so that none uses another's share of the room.
fn client(number: u32) -> Client {
    let ip = IpAddr::V4(Ipv4Addr::from_bits(number.wrapping_mul(0x9e37_79b1)));
    Client::new(Peer::Address(ip), Origin::of_peer(Some(ip)), None, None)
}

const ONE_CLICK: ChallengeType = ChallengeType::OneClick;
