//! Guessing, without the drawing.

use std::net::{IpAddr, Ipv4Addr};

use humanify_syntax::{ChallengeType, Hardness};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::client::{Origin, Peer};
use crate::clock::ManualClock;
use crate::store::Memory;

const TASK: Task = Task {
    challenge_type: ChallengeType::OneClick,
    hardness: Hardness::EASIEST,
};

struct Game {
    challenges: Challenges,
    clearances: Clearances,
    generator: SmallRng,
}

impl Game {
    fn new(retries: u32) -> Game {
        Game::with_room(retries, 1_000_000)
    }

    fn with_room(retries: u32, clients: usize) -> Game {
        let clock = SharedClock::new(ManualClock::default());
        let seal = Arc::new(Seal::new(&[vec![7; 32]]).unwrap());
        let store: Arc<dyn Store> = Arc::new(Memory::new(clock.clone(), clients));
        let clearances = Clearances {
            seal: Arc::clone(&seal),
            store: Arc::clone(&store),
            clock: clock.clone(),
        };
        Game {
            challenges: Challenges::new(seal, store, clock, retries, None),
            clearances,
            generator: SmallRng::seed_from_u64(1),
        }
    }

    /// Sets a challenge and guesses.
    async fn guess(&mut self, client: &Client, progress: Progress) -> Outcome {
        let mut answer = SealedAnswer::default();
        answer[0] = self.generator.random_range(0..6);
        let token = self
            .challenges
            .token(Sense::Sight, client, TASK, "/", progress, answer)
            .unwrap();
        let guess = self.generator.random_range(0..6_u8).to_string();
        self.challenges
            .answer(Sense::Sight, client, &token, "/", &guess, &self.clearances)
            .await
    }
}

fn client(number: u32) -> Client {
    let ip = IpAddr::V4(Ipv4Addr::from_bits(0x5b40_0000 + number));
    let origin = Origin {
        ip: Some(ip),
        proxied: false,
        https: false,
    };
    Client::new(Peer::Address(ip), origin, None, None)
}

#[tokio::test]
async fn of_the_clients_that_guess_for_an_hour_at_most_one_in_twenty_gets_in() {
    for retries in [1, 3, 10] {
        let mut game = Game::new(retries);
        let mut cleared = 0;
        for number in 0..5_000 {
            let client = client(number);
            let mut progress = Progress::default();
            loop {
                match game.guess(&client, progress).await {
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
        assert!(
            cleared <= 1_000,
            "{cleared} of 20,000 with {retries} retries"
        );
    }
}

#[tokio::test]
async fn a_row_that_was_begun_before_a_wrong_answer_is_worth_nothing_after_it() {
    let mut game = Game::new(5);
    // Two first rounds are won, side by side.
    let mut number = 0;
    let (client, rows) = loop {
        number += 1;
        let client = client(number);
        let first = game.guess(&client, Progress::default()).await;
        let second = game.guess(&client, Progress::default()).await;
        if let (Outcome::Next(_, first), Outcome::Next(_, second)) = (first, second) {
            break (client, [first, second]);
        }
        assert!(number < 10_000, "nobody wins two rounds");
    };
    // After a wrong answer in one, the other begins anew, and has more rounds.
    let failed = loop {
        match game.guess(&client, rows[0]).await {
            Outcome::Wrong { failures, .. } => break failures,
            Outcome::Cleared(_) => {}
            outcome => panic!("{outcome:?}"),
        }
    };
    assert_eq!(failed, 1);
    for _ in 0..4 {
        if let Outcome::Next(_, progress) = game.guess(&client, rows[1]).await {
            assert_eq!(progress.streak, 1);
        }
    }
}

#[tokio::test]
async fn without_a_record_of_the_spending_there_is_no_clearance() {
    // There is room for one spent challenge, and none is forgotten before it expires.
    let mut game = Game::with_room(5, 1);
    game.guess(&client(1), Progress::default()).await;
    for number in 2..200 {
        let outcome = game.guess(&client(number), Progress::default()).await;
        assert_eq!(outcome, Outcome::Unavailable);
    }
}
