//! What an innocent meets behind a crowd.

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
