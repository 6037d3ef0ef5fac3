//! Tests of guessing: with one browser, with fresh browsers, and with stored challenges.

use super::*;

/// The page of the first round of an easy picture challenge.
async fn first_page(game: &mut Game, visitor: Visitor<'_>) -> Shown {
    let page = game.page(
        Modality::Pictures,
        task(ONE_CLICK),
        visitor,
        Progress::default(),
    );
    page.await.unwrap()
}

#[tokio::test]
async fn at_most_one_in_twenty_browsers_that_guess_for_an_hour_gets_in() {
    const CLIENTS: u32 = 2_000;
    for dataset in Dataset::BUILT_IN {
        for challenge_type in [ONE_CLICK, ChallengeType::Grid] {
            for retries in [1, 3, 10] {
                let mut game = Game::with(retries, 1_000_000, dataset.clone());
                let mut cleared = 0;
                for number in 0..CLIENTS {
                    let pictures = Modality::Pictures;
                    let task = task(challenge_type);
                    let guesses = game.guesses_in(client(number), pictures, task, 1_000, 1_000);
                    cleared += u32::from(guesses.await);
                }
                assert!(
                    cleared <= CLIENTS / 20,
                    "{cleared} with {dataset:?}, {challenge_type:?} and {retries} retries"
                );
            }
        }
    }
    for (modality, challenge_type) in [
        (Modality::Sound, ChallengeType::Audio),
        (Modality::Work, ChallengeType::ProofOfWork),
    ] {
        let mut game = Game::new(10);
        for number in 0..1_000 {
            let task = task(challenge_type);
            let guesses = game.guesses_in(client(number), modality, task, 1_000, 20);
            assert!(!guesses.await, "{modality:?}");
        }
    }
}

#[tokio::test]
async fn new_cookies_give_an_address_no_new_attempts() {
    const ADDRESSES: u32 = 1_000;
    for (fresh, tries) in [(1, 300), (2, 300), (7, 100)] {
        let mut game = Game::new(3);
        let mut cleared = 0;
        for number in 0..ADDRESSES {
            let pictures = Modality::Pictures;
            let guesses = game.guesses_in(client(number), pictures, task(ONE_CLICK), fresh, tries);
            cleared += u32::from(guesses.await);
        }
        assert!(
            cleared * 20 <= ADDRESSES,
            "{cleared} of {ADDRESSES} addresses got in with a cookie for each {fresh} tries"
        );
    }
}

#[tokio::test]
async fn easy_challenges_kept_in_reserve_are_useless_after_the_first_error() {
    const ADDRESSES: u32 = 3_000;
    let mut game = Game::new(3);
    let mut cleared = 0;
    for number in 0..ADDRESSES {
        let client = client(number);
        // Forty browsers get pages before the first wrong answer, and then guess one after the
        // other.
        let mut pages = Vec::new();
        for _ in 0..40 {
            let browser = game.browser(&client).await;
            let visitor = Visitor {
                client: &client,
                browser,
            };
            pages.push((browser, first_page(&mut game, visitor).await));
        }
        'series: for (browser, first) in pages {
            let visitor = Visitor {
                client: &client,
                browser,
            };
            let mut shown = first;
            loop {
                match game.answer(visitor, &shown, &shown.guess).await {
                    AnswerOutcome::Next(task, next) => {
                        let page = game.page(Modality::Pictures, task, visitor, next).await;
                        shown = page.unwrap();
                    }
                    AnswerOutcome::Wrong { .. } => continue 'series,
                    AnswerOutcome::Cleared(_) => {
                        cleared += 1;
                        break 'series;
                    }
                    outcome => panic!("{outcome:?}"),
                }
            }
        }
    }
    assert!(
        cleared * 20 <= ADDRESSES,
        "{cleared} of {ADDRESSES} addresses got in"
    );
}

#[tokio::test]
async fn a_wrong_answer_ends_every_series_that_began_before_it() {
    let mut game = Game::new(5);
    let client = client(1);
    let browser = game.browser(&client).await;
    let visitor = Visitor {
        client: &client,
        browser,
    };
    let mut rows = Vec::new();
    for _ in 0..3 {
        let page = first_page(&mut game, visitor).await;
        match game.answer(visitor, &page, &page.right).await {
            AnswerOutcome::Next(_, progress) => rows.push(progress),
            outcome => panic!("{outcome:?}"),
        }
    }
    // Two of three last rounds are open when the third is answered wrongly.
    let mut pages = Vec::new();
    for progress in &rows {
        let page = game
            .page(Modality::Pictures, task(ONE_CLICK), visitor, *progress)
            .await;
        pages.push(page.unwrap());
    }
    for first in [true, false, false] {
        let given = ["x".to_owned()];
        let wrong = game.answer_as(visitor, &pages[0], &given, false).await;
        assert!(
            matches!(wrong.outcome, AnswerOutcome::Wrong { .. }),
            "{wrong:?}"
        );
        assert_eq!(wrong.first, first, "the same answer counts once");
    }
    for page in &pages[1..] {
        match game.answer(visitor, page, &page.right).await {
            AnswerOutcome::Next(_, progress) => assert_eq!(progress.rounds, 1),
            outcome => panic!("{outcome:?}"),
        }
    }
    let page = game
        .page(Modality::Pictures, task(ONE_CLICK), visitor, rows[1])
        .await;
    assert_eq!(page.unwrap().left, 2);
}

#[tokio::test]
async fn one_series_gives_one_clearance_however_often_its_rounds_are_requested() {
    let mut game = Game::new(3);
    let client = client(1);
    let browser = game.browser(&client).await;
    let visitor = Visitor {
        client: &client,
        browser,
    };
    let first = first_page(&mut game, visitor).await;
    let mut ids = std::collections::HashSet::new();
    for _ in 0..5 {
        let AnswerOutcome::Next(task, progress) = game.answer(visitor, &first, &first.right).await
        else {
            panic!("the first round is not the last");
        };
        let last = game.page(Modality::Pictures, task, visitor, progress).await;
        let last = last.unwrap();
        for _ in 0..2 {
            let AnswerOutcome::Cleared(cookie) = game.answer(visitor, &last, &last.right).await
            else {
                panic!("the second round is the last");
            };
            let (_, value) = cookie.split_once('=').unwrap();
            let value = value.split(';').next().unwrap();
            let clearance = token::Clearance::open(&game.challenges.sealer, value.as_bytes());
            ids.insert(clearance.unwrap().id);
        }
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn an_answer_whose_record_was_evicted_is_refused_and_a_new_one_is_accepted() {
    // The store remembers one spent challenge, so each answer makes it forget the one before.
    let mut game = Game::with(5, 1, Dataset::Animals);
    let mut before = None;
    for number in 1..200 {
        let client = client(number);
        let browser = game.browser(&client).await;
        let visitor = Visitor {
            client: &client,
            browser,
        };
        let page = first_page(&mut game, visitor).await;
        let outcome = game.answer(visitor, &page, &page.right).await;
        let is_taken = matches!(outcome, AnswerOutcome::Next(..));
        assert!(is_taken, "{number}: {outcome:?}");
        if let Some((client, browser, page)) = before {
            let visitor = Visitor {
                client: &client,
                browser,
            };
            let again = game.answer(visitor, &page, &page.right).await;
            assert_eq!(again, AnswerOutcome::Stale, "{number}");
        }
        before = Some((client, browser, page));
    }
}
