//! Tests of crowded networks: the challenges of an innocent visitor, and the cost of many
//! clearances.

use super::*;

#[tokio::test]
async fn an_honest_visitor_in_a_crowded_network_never_waits_and_has_at_most_two_rounds() {
    let client = client(1);
    // All visitors have their page before the first wrong answer, or they come one after the other.
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
        // The visitors who answer wrongly come first.
        crowd.sort_by_key(|(number, ..)| number % 11 != 1);
        for person in crowd {
            solve_or_err(&mut game, &client, person).await;
        }
    }
}

/// One visitor in eleven answers wrongly three times; the others solve their challenges in at most
/// two rounds.
async fn solve_or_err(
    game: &mut Game,
    client: &Client,
    (number, browser, mut shown): (u32, Browser, Shown),
) {
    let visitor = Visitor { client, browser };
    if number % 11 == 1 {
        for _ in 0..3 {
            let wrong = game.answer(visitor, &shown, &["x".to_owned()]).await;
            assert!(matches!(wrong, AnswerOutcome::Wrong { .. }), "{wrong:?}");
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
            AnswerOutcome::Cleared(_) => return,
            AnswerOutcome::Next(task, next) => {
                let page = game.page(shown.modality, task, visitor, next).await;
                shown = page.expect("nobody waits");
                assert_eq!(shown.left, 1, "{number}");
            }
            outcome => panic!("{outcome:?}"),
        }
    }
}

/// The work of a clearance.
#[derive(Debug, Clone, Copy)]
struct Price {
    /// The size of the range that was searched.
    range: u32,
    /// How many numbers were searched until both hidden ones were found.
    searched: u32,
}

/// Gets a clearance for a new browser of a client, and returns its cost.
async fn price(game: &mut Game, client: &Client) -> Price {
    let browser = game.browser(client).await;
    let visitor = Visitor { client, browser };
    let work = task(ChallengeType::ProofOfWork);
    let page = game.page(Modality::Work, work, visitor, Progress::default());
    let page = page.await.expect("work is never closed");
    let outcome = game.answer(visitor, &page, &page.right).await;
    assert!(matches!(outcome, AnswerOutcome::Cleared(_)), "{outcome:?}");
    // A browser searches from zero until it has found both numbers.
    let (_, last) = page.right[0].split_once('.').unwrap();
    Price {
        range: page.range,
        searched: u32::from_str_radix(last, 16).unwrap() + 1,
    }
}

/// The ranges of the easiest and of the hardest puzzle.
const EASIEST: u32 = 20_480;

const HARDEST: u32 = 327_680;

/// How many numbers four cores of a desktop search in ten seconds, at 44 microseconds a number.
const TEN_SECONDS_OF_A_DESKTOP: u32 = 4 * 10 * 1_000_000 / 44;

const _: () = assert!(HARDEST <= TEN_SECONDS_OF_A_DESKTOP);

fn at(ip: IpAddr) -> Client {
    Client::new(Peer::Address(ip), Origin::of_peer(Some(ip)), None, None)
}

/// Asserts that clearances cost two thirds of their ranges on average, within 5 %, if `easy` of
/// them had the easiest puzzle and the others the hardest.
fn assert_work(prices: &[Price], easy: usize) {
    let searched: usize = prices.iter().map(|price| price.searched as usize).sum();
    let hard = prices.len() - easy;
    let expected = (easy * EASIEST as usize + hard * HARDEST as usize) * 2 / 3;
    assert!(
        searched.abs_diff(expected) * 20 <= expected,
        "{searched} {expected}"
    );
}

fn easy(prices: &[Price]) -> usize {
    prices.iter().filter(|price| price.range == EASIEST).count()
}

#[tokio::test]
async fn a_routed_48_pays_the_full_step_for_each_clearance_past_its_quota() {
    let mut game = Game::new(3);
    let mut prices = Vec::new();
    for number in 0..2_000_u128 {
        // One /64 after the other, scattered over the /48.
        let net = number.wrapping_mul(0x9e37) & 0xffff;
        let ip = IpAddr::V6(Ipv6Addr::from_bits(0x2a02_8100_0001 << 80 | net << 64 | 1));
        prices.push(price(&mut game, &at(ip)).await);
    }
    let (within, past) = prices.split_at(512);
    assert_eq!(easy(within), 512, "the quota of a /48");
    assert!(past.iter().all(|price| price.range == HARDEST));
    // The figures of SECURITY.md for a thousand clearances, and for the next thousand.
    assert_work(&prices[..1_000], 512);
    assert_work(&prices[1_000..], 0);
    // A client in the next /48 is not affected.
    let ip = IpAddr::V6(Ipv6Addr::from_bits(0x2a02_8100_0002 << 80 | 1));
    assert_eq!(price(&mut game, &at(ip)).await.range, EASIEST);
}

#[tokio::test]
async fn all_phones_of_a_carrier_get_in_and_known_ones_at_the_usual_hardness() {
    for v6 in [false, true] {
        let mut game = Game::new(3);
        let mut prices = Vec::new();
        let telephone = |number: u32| match v6 {
            true => {
                let net = u128::from(number.wrapping_mul(0x9e37) & 0xffff);
                IpAddr::V6(Ipv6Addr::from_bits(0x2a02_8100_0001 << 80 | net << 64 | 1))
            }
            false => IpAddr::V4(Ipv4Addr::from_bits(0x5b40_0100 | (number % 256))),
        };
        // Ten thousand telephones within an hour. Each gets in.
        for number in 0..10_000 {
            game.clock.advance(Duration::from_millis(360));
            prices.push(price(&mut game, &at(telephone(number))).await);
        }
        let most = prices.iter().map(|price| price.searched).max().unwrap();
        assert!(most <= TEN_SECONDS_OF_A_DESKTOP, "{most}");
        // The figures of SECURITY.md for the first and for the last thousand.
        let (first, last) = (&prices[..1_000], &prices[9_000..]);
        assert!((512..=550).contains(&easy(first)), "{}", easy(first));
        assert_eq!(easy(last), 0);
        for thousand in [first, last] {
            assert_work(thousand, easy(thousand));
        }
        // Pictures have two rounds there, and one round for a browser with an earlier clearance.
        let client = at(telephone(10_001));
        let browser = game.browser(&client).await;
        for (browser, left) in [(browser, 2), (browser.cleared(), 1)] {
            let visitor = Visitor {
                client: &client,
                browser: Browser {
                    first_until: 0,
                    ..browser
                },
            };
            let grid = task(ChallengeType::Grid);
            let page = game.page(Modality::Pictures, grid, visitor, Progress::default());
            assert_eq!(page.await.unwrap().left, left);
        }
        // The number of clearances for one browser cookie is bounded, whoever presents it.
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
        assert!(
            matches!(again.outcome, AnswerOutcome::Next(..)),
            "{again:?}"
        );
        // The same answer without the script's findings.
        for _ in 0..2 {
            let cleared = game.answer(visitor, &page, &page.right).await;
            assert!(matches!(cleared, AnswerOutcome::Cleared(_)), "{cleared:?}");
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
async fn proof_of_work_replaces_no_round_of_pictures() {
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
    let AnswerOutcome::Next(harder, progress) = answer.outcome else {
        panic!("a driven browser works twice");
    };
    let plain = game.page(Modality::Pictures, managed, visitor, Progress::default());
    let plain = plain.await.unwrap();
    let after = game.page(Modality::Pictures, harder, visitor, progress);
    let after = after.await.unwrap();
    assert_eq!(after.left, plain.left);
}
