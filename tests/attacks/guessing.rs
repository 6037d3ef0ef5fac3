//! Guessed answers, and what a page reveals of the right one.

use std::collections::HashSet;
use std::time::Duration;

use http::StatusCode;
use humanify::testing;

use super::{field, site};
use crate::support::HOME;

#[tokio::test]
async fn a_token_takes_one_answer_and_every_guess_is_an_attempt() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.get("/humanify/challenge").await;
    let right = testing::solve(&site.humanify, &page.body).unwrap();
    assert!(!visitor.err(&page).await.clears());
    // The right answer comes too late: it has the outcome of the wrong one, and is not counted.
    for _ in 0..5 {
        let late = visitor.give(&right).await;
        assert!(late.body.contains("not the right answer"), "{}", late.body);
        assert!(late.body.contains("Tries left: 2"), "{}", late.body);
    }

    // Twenty concurrent guesses on separate tokens: three are checked, and afterwards all clients
    // find the challenge closed.
    let visitor = site.browser("84.140.1.77");
    let mut pages = Vec::new();
    for _ in 0..20 {
        pages.push(visitor.get("/humanify/challenge").await);
    }
    let mut guesses = tokio::task::JoinSet::new();
    for page in pages {
        let visitor = visitor.clone();
        let wrong = testing::fail(&site.humanify, &page.body).unwrap();
        guesses.spawn(async move { visitor.post(&wrong.action, &wrong.body).await.status });
    }
    let statuses = guesses.join_all().await;
    let looked_at = statuses
        .iter()
        .filter(|status| **status == StatusCode::SEE_OTHER)
        .count();
    assert_eq!(looked_at, 3, "{statuses:?}");
    let again = visitor.get("/humanify/challenge").await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn clients_that_guess_stay_out() {
    // The unit tests check the bound of 5 % with thousands of clients. Here sixty clients guess
    // through the whole application, of which two or three may be expected to get in.
    let site = site();
    let (mut cleared, mut guesses) = (0, 0);
    for client in 0..60_u32 {
        let visitor = site.browser(&format!("91.64.{client}.7"));
        let mut page = visitor.get("/humanify/challenge").await;
        for guess in 0.. {
            let Some(wrong) = testing::fail(&site.humanify, &page.body) else {
                break;
            };
            guesses += 1;
            let position = (client * 7 + guess * 5) % 6;
            let body = wrong.body.rsplit_once('=').unwrap().0;
            let guessed = testing::FilledForm {
                body: format!("{body}={position}"),
                ..wrong
            };
            page = visitor.give(&guessed).await;
            if page.clears() {
                cleared += 1;
                break;
            }
        }
    }
    // Three wrong answers close the challenge to a client, and about one in six answers is right.
    assert!((120..300).contains(&guesses), "{guesses} guesses");
    assert!(cleared <= 11, "{cleared} of sixty");
}

#[tokio::test]
async fn no_page_reveals_the_right_picture() {
    let site = site();
    let visitor = site.browser(HOME);
    let (mut tokens, mut positions) = (HashSet::new(), [0_u32; 6]);
    for _ in 0..120 {
        let page = visitor.get("/humanify/challenge").await;
        let answer = testing::solve(&site.humanify, &page.body).unwrap();
        tokens.insert(field(&answer.body, "token").len());
        let position: usize = field(&answer.body, "answer").parse().unwrap();
        positions[position] += 1;
        site.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(tokens.len(), 1, "tokens of one purpose have one length");
    assert!(positions.iter().all(|count| *count >= 5), "{positions:?}");
}
