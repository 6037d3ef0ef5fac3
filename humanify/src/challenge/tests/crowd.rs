//! What an innocent meets behind a crowd, and what a network pays for many clearances.

use super::*;

#[tokio::test]
async fn an_innocent_behind_a_crowd_never_waits_and_has_two_rounds_at_most() {
    let client = client(1);
    // All have the page before them when the first errs, or come one after the other.
    for at_once in [true, false] {
        let mut game = Game::new(3);
        let mut crowd = Vec::new();
        for number in 0..110 {
            let browser = game.browser(&client).await;
            let visitor = Visitor {
                client: &client,
                browser,
            };
            let pictures = Modality::Pictures;
            let page = game.page(pictures, task(ONE_CLICK), visitor, Progress::default());
            let page = page.await.unwrap();
            crowd.push((number, browser, page));
            if !at_once {
                solve_or_err(&mut game, &client, crowd.pop().unwrap()).await;
            }
        }
        // Those who err come first.
        crowd.sort_by_key(|(number, ..)| number % 11 != 1);
        for person in crowd {
            solve_or_err(&mut game, &client, person).await;
        }
    }
}

/// One in eleven errs three times; the others solve what they are shown, in two rounds at most.
async fn solve_or_err(
    game: &mut Game,
    client: &Client,
    (number, browser, mut shown): (u32, Browser, Shown),
) {
    let visitor = Visitor { client, browser };
    if number % 11 == 1 {
        for _ in 0..3 {
            let wrong = game.answer(visitor, &shown, &["x".to_owned()]).await;
            assert!(matches!(wrong, Outcome::Wrong { .. }), "{wrong:?}");
            let page = game.page(
                shown.modality,
                task(ONE_CLICK),
                visitor,
                Progress::default(),
            );
            match page.await {
                Some(page) => shown = page,
                None => return,
            }
        }
        panic!("the challenge is not closed to a browser that erred three times");
    }
    for round in 1.. {
        assert!(round <= 2, "{number} has a third round");
        match game.answer(visitor, &shown, &shown.right).await {
            Outcome::Cleared(_) => return,
            Outcome::Next(task, next) => {
                let page = game.page(shown.modality, task, visitor, next).await;
                shown = page.expect("nobody waits");
                assert_eq!(shown.left, 1, "{number}");
            }
            outcome => panic!("{outcome:?}"),
        }
    }
}

/// How many numbers a new browser there has to search at most, which then gets a clearance.
async fn price(game: &Game, client: &Client) -> u32 {
    let browser = game.browser(client).await;
    let visitor = Visitor { client, browser };
    let crowded = game.challenges.is_crowded(visitor).await;
    game.challenges.count_clearance(visitor).await;
    let steps = game.challenges.steps(Failures::default(), crowded);
    proof_of_work::range(proof_of_work::hardness(Hardness::EASIEST, steps))
}

/// The ranges of the easiest and of the hardest puzzle. A desktop with four cores has the latter
/// done in less than four seconds.
const EASIEST: u32 = 20_480;

const HARDEST: u32 = 327_680;

fn at(ip: IpAddr) -> Client {
    Client::new(Peer::Address(ip), Origin::of_peer(Some(ip)), None, None)
}

/// The minutes that a core of a browser takes for so many challenges, of 44 microseconds a number,
/// and of two thirds of the range in the mean.
fn minutes(prices: &[u32]) -> f64 {
    let numbers: f64 = prices.iter().copied().map(f64::from).sum();
    numbers * 2.0 / 3.0 * 44e-6 / 60.0
}

#[tokio::test]
async fn a_routed_48_pays_for_each_clearance_past_its_quota() {
    let game = Game::new(3);
    let mut prices = Vec::new();
    for number in 0..4_096_u128 {
        // A /64 after the other, from all over the /48.
        let net = number.wrapping_mul(0x9e37) & 0xffff;
        let ip = IpAddr::V6(Ipv6Addr::from_bits(0x2a02_8100_0001 << 80 | net << 64 | 1));
        prices.push(price(&game, &at(ip)).await);
    }
    let easy = prices.iter().filter(|range| **range == EASIEST).count();
    assert_eq!(easy, 512, "the quota of a /48");
    assert!(prices[512..].iter().all(|range| *range == HARDEST));
    println!(
        "a thousand clearances of a /48: {:?}",
        minutes(&prices[..1_000])
    );
    println!(
        "the thousand after them: {:?}",
        minutes(&prices[1_000..2_000])
    );
    // A neighbour beyond the /48 pays nothing for it.
    let ip = IpAddr::V6(Ipv6Addr::from_bits(0x2a02_8100_0002 << 80 | 1));
    assert_eq!(price(&game, &at(ip)).await, EASIEST);
}

#[tokio::test]
async fn a_carriers_telephones_all_get_in_and_those_that_were_in_before_are_spared() {
    for v6 in [false, true] {
        let mut game = Game::new(3);
        let mut prices = Vec::new();
        let telephone = |number: u32| match v6 {
            true => {
                let net = u128::from(number) << 64;
                IpAddr::V6(Ipv6Addr::from_bits(0x2a02_8100_0001 << 80 | net | 1))
            }
            false => IpAddr::V4(Ipv4Addr::from_bits(0x5b40_0100 | (number % 256))),
        };
        // Ten thousand within an hour.
        for number in 0..10_000 {
            game.clock.advance(Duration::from_millis(360));
            prices.push(price(&game, &at(telephone(number))).await);
        }
        assert!(
            prices.iter().all(|range| *range <= HARDEST),
            "never beyond the hardest step"
        );
        println!(
            "a thousand telephones of a carrier: {:?}",
            minutes(&prices[9_000..])
        );
        // Pictures have two rounds there, and somebody who was in before has one.
        let client = at(telephone(10_001));
        let browser = game.browser(&client).await;
        for (browser, left) in [(browser, 2), (browser.cleared(), 1)] {
            let visitor = Visitor {
                client: &client,
                browser: Browser {
                    early_until: 0,
                    ..browser
                },
            };
            let grid = task(ChallengeType::Grid);
            let page = game.page(Modality::Pictures, grid, visitor, Progress::default());
            assert_eq!(page.await.unwrap().left, left);
        }
        // But not for any number of clearances, whoever shows its cookie.
        let cookie = Visitor {
            client: &client,
            browser: browser.cleared(),
        };
        for _ in 0..8 {
            assert!(!game.challenges.is_crowded(cookie).await);
            game.challenges.count_clearance(cookie).await;
        }
        assert!(game.challenges.is_crowded(cookie).await);
    }
}

#[tokio::test]
async fn an_answer_is_counted_once_whatever_its_probes_say() {
    let mut game = Game::new(3);
    let client = client(1);
    let managed = task(ChallengeType::Managed);
    for number in 0..512 {
        let browser = game.browser(&client).await;
        let visitor = Visitor {
            client: &client,
            browser,
        };
        assert!(!game.challenges.is_crowded(visitor).await, "{number}");
        let page = game.page(Modality::Work, managed, visitor, Progress::default());
        let page = page.await.unwrap();
        let again = game.answer_as(visitor, &page, &page.right, true).await;
        assert!(matches!(again.outcome, Outcome::Next(..)), "{again:?}");
        // The same answer, without what the script has found.
        for _ in 0..2 {
            let cleared = game.answer(visitor, &page, &page.right).await;
            assert!(matches!(cleared, Outcome::Cleared(_)), "{cleared:?}");
        }
    }
    let browser = game.browser(&client).await;
    let visitor = Visitor {
        client: &client,
        browser,
    };
    assert!(game.challenges.is_crowded(visitor).await);
}

#[tokio::test]
async fn work_spares_nobody_a_round_of_pictures() {
    let mut game = Game::new(3);
    let client = client(1);
    let managed = task(ChallengeType::Managed);
    let browser = game.browser(&client).await;
    let visitor = Visitor {
        client: &client,
        browser,
    };
    let page = game.page(Modality::Work, managed, visitor, Progress::default());
    let page = page.await.unwrap();
    let answer = game.answer_as(visitor, &page, &page.right, true).await;
    let Outcome::Next(harder, progress) = answer.outcome else {
        panic!("a driven browser works twice");
    };
    let plain = game.page(Modality::Pictures, managed, visitor, Progress::default());
    let plain = plain.await.unwrap();
    let after = game.page(Modality::Pictures, harder, visitor, progress);
    let after = after.await.unwrap();
    assert_eq!(after.left, plain.left);
}
