//! Guessing, without the drawing.

use std::net::{IpAddr, Ipv4Addr};

use humanify_syntax::{ChallengeType, Hardness};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::image::pictures::{self, Plan};
use super::*;
use crate::client::{Origin, Peer};
use crate::clock::ManualClock;
use crate::store::MemoryStore;

fn task(challenge_type: ChallengeType) -> Task {
    Task {
        challenge_type,
        hardness: Hardness::EASIEST,
    }
}

struct Game {
    challenges: Challenges,
    clearances: Clearances,
    generator: SmallRng,
}

impl Game {
    fn new(retries: u32) -> Game {
        Game::with(retries, 1_000_000, Dataset::Animals)
    }

    fn with(retries: u32, clients: usize, dataset: Dataset) -> Game {
        let clock = SharedClock::new(ManualClock::default());
        let seal = Arc::new(Sealer::new(&[vec![7; 32]]).unwrap());
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone(), clients));
        let means = ChallengeSources {
            layout: Layout::OneClick,
            pictures: Some(dataset),
            speaker: Some(Speaker::embedded().unwrap()),
        };
        let clearances = Clearances {
            seal: Arc::clone(&seal),
            store: Arc::clone(&store),
            clock: clock.clone(),
        };
        Game {
            challenges: Challenges::new(seal, store, clock, retries, false, means),
            clearances,
            generator: SmallRng::seed_from_u64(1),
        }
    }

    /// Sets a challenge, without drawing it, and guesses as well as one can.
    async fn guess(
        &mut self,
        medium: Modality,
        task: Task,
        client: &Client,
        progress: Progress,
    ) -> Outcome {
        let (answer, guess) = match medium {
            Modality::Pictures => {
                let dataset = self.challenges.means.pictures.clone().unwrap();
                let layout = self.challenges.means.layout(task);
                let [right, guess] =
                    [(); 2].map(|()| Plan::new(&dataset, layout, &mut self.generator).unwrap());
                (right.answer(), pictures::positions(&guess.answer()))
            }
            Modality::Sound => {
                // No language has fewer characters than the ten digits.
                let mut code = || format!("{:06}", self.generator.random_range(0..1_000_000));
                let mut right = SealedAnswer::default();
                right[..6].copy_from_slice(code().as_bytes());
                (right, vec![code()])
            }
            Modality::Work => {
                let numbers: Vec<String> = (0..proof_of_work::PUZZLES)
                    .map(|_| format!("{:x}", self.generator.random::<u32>()))
                    .collect();
                (SealedAnswer::default(), vec![numbers.join(".")])
            }
        };
        let token = self
            .challenges
            .token(medium, client, task, "/", progress, answer)
            .unwrap();
        self.challenges
            .answer(medium, client, &token, "/", &guess, &self.clearances)
            .await
    }

    async fn guess_one(&mut self, client: &Client, progress: Progress) -> Outcome {
        let task = task(ChallengeType::OneClick);
        self.guess(Modality::Pictures, task, client, progress).await
    }

    /// How many of so many clients get a clearance by guessing until they are shut out.
    async fn cleared(&mut self, clients: u32, medium: Modality, task: Task) -> u32 {
        let mut cleared = 0;
        for number in 0..clients {
            let client = client(number);
            let mut progress = Progress::default();
            loop {
                match self.guess(medium, task, &client, progress).await {
                    Outcome::Next(_, next) => progress = next,
                    Outcome::Wrong { failures, .. } => {
                        progress = Progress {
                            streak: 0,
                            failures,
                        };
                    }
                    Outcome::Cleared(_) => {
                        cleared += 1;
                        break;
                    }
                    Outcome::Blocked { .. } => break,
                    outcome => panic!("{outcome:?}"),
                }
            }
        }
        cleared
    }
}

fn client(number: u32) -> Client {
    let ip = IpAddr::V4(Ipv4Addr::from_bits(0x5b40_0000 + number));
    Client::new(Peer::Address(ip), Origin::of_peer(Some(ip)), None, None)
}

#[tokio::test]
async fn of_the_clients_that_guess_for_an_hour_at_most_one_in_twenty_gets_in() {
    const CLIENTS: u32 = 2_000;
    for dataset in Dataset::BUILT_IN {
        for challenge_type in [ChallengeType::OneClick, ChallengeType::Grid] {
            for retries in [1, 3, 10] {
                let mut game = Game::with(retries, 1_000_000, dataset.clone());
                let cleared = game
                    .cleared(CLIENTS, Modality::Pictures, task(challenge_type))
                    .await;
                assert!(
                    cleared <= CLIENTS / 20,
                    "{cleared} with {dataset:?}, {challenge_type:?} and {retries} retries"
                );
            }
        }
    }
    for (medium, challenge_type) in [
        (Modality::Sound, ChallengeType::Audio),
        (Modality::Work, ChallengeType::ProofOfWork),
    ] {
        let cleared = Game::new(10)
            .cleared(1_000, medium, task(challenge_type))
            .await;
        assert_eq!(cleared, 0, "{medium:?}");
    }
}

#[tokio::test]
async fn the_ids_of_an_address_guess_no_better_than_one_client() {
    const ADDRESSES: u32 = 3_000;
    let mut game = Game::new(3);
    game.challenges.ids = true;
    let mut cleared = 0;
    for number in 0..ADDRESSES {
        // The address itself, and sixteen ids, which take turns.
        let mut players: Vec<_> = (0..17_u8)
            .map(|id| {
                let plain = client(number);
                let origin = Origin::of_peer(plain.ip());
                let peer = Peer::Address(plain.ip().unwrap());
                let id = (id > 0).then_some([id; 16]);
                (Client::new(peer, origin, id, None), Progress::default())
            })
            .collect();
        let mut won = false;
        while !won && !players.is_empty() {
            let mut left = Vec::new();
            for (client, mut progress) in players {
                match game.guess_one(&client, progress).await {
                    Outcome::Next(_, next) => progress = next,
                    Outcome::Wrong { failures, .. } => {
                        progress = Progress {
                            streak: 0,
                            failures,
                        };
                    }
                    Outcome::Cleared(_) => won = true,
                    Outcome::Blocked { .. } => continue,
                    outcome => panic!("{outcome:?}"),
                }
                left.push((client, progress));
            }
            players = left;
        }
        cleared += u32::from(won);
    }
    assert!(
        cleared * 20 <= ADDRESSES,
        "{cleared} of {ADDRESSES} addresses got in"
    );
}

#[tokio::test]
async fn a_row_that_was_begun_before_a_wrong_answer_is_worth_nothing_after_it() {
    let mut game = Game::new(5);
    // Two first rounds are won, side by side.
    let mut number = 0;
    let (client, rows) = loop {
        number += 1;
        let client = client(number);
        let first = game.guess_one(&client, Progress::default()).await;
        let second = game.guess_one(&client, Progress::default()).await;
        if let (Outcome::Next(_, first), Outcome::Next(_, second)) = (first, second) {
            break (client, [first, second]);
        }
        assert!(number < 10_000, "nobody wins two rounds");
    };
    // After a wrong answer in one, the other begins anew, and has more rounds.
    let failed = loop {
        match game.guess_one(&client, rows[0]).await {
            Outcome::Wrong { failures, .. } => break failures,
            Outcome::Cleared(_) => {}
            outcome => panic!("{outcome:?}"),
        }
    };
    assert_eq!(failed.client, 1);
    for _ in 0..4 {
        if let Outcome::Next(_, progress) = game.guess_one(&client, rows[1]).await {
            assert_eq!(progress.streak, 1);
        }
    }
}

#[tokio::test]
async fn without_a_record_of_the_spending_there_is_no_clearance() {
    // There is room for one spent challenge, and none is forgotten before it expires.
    let mut game = Game::with(5, 1, Dataset::Animals);
    game.guess_one(&client(1), Progress::default()).await;
    for number in 2..200 {
        let outcome = game.guess_one(&client(number), Progress::default()).await;
        assert_eq!(outcome, Outcome::Unavailable);
    }
}
