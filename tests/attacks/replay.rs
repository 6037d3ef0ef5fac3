//! The same answer sent again: at once, later, after a restart.

use std::time::Duration;

use axum::Router;
use http::StatusCode;
use humanify::Secrets;
use humanify::prelude::*;

use super::{last_round, site};
use crate::support::{HOME, Site};

#[tokio::test]
async fn one_answer_sent_fifty_times_at_once_gives_one_clearance() {
    let site = site();
    let visitor = site.browser(HOME);
    let (_, answer) = last_round(&site, &visitor, "/login").await;
    let mut answers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (visitor, answer) = (visitor.clone(), answer.clone());
        answers.spawn(async move { visitor.post(&answer.action, &answer.body).await });
    }
    let replies = answers.join_all().await;
    assert_eq!(replies.iter().filter(|reply| reply.clears()).count(), 1);
    assert!(replies.iter().all(|reply| !reply.status.is_server_error()));
}

#[tokio::test]
async fn a_solved_challenge_gives_no_second_clearance() {
    let site = site();
    let visitor = site.browser(HOME);
    let (_, answer) = last_round(&site, &visitor, "/login").await;
    assert!(visitor.post(&answer.action, &answer.body).await.clears());
    let other = site.browser(HOME);
    assert!(!other.post(&answer.action, &answer.body).await.clears());
}

#[tokio::test]
async fn a_restart_in_memory_refuses_what_was_sealed_before() {
    let before = site();
    let visitor = before.browser(HOME);
    let (_, answer) = last_round(&before, &visitor, "/login").await;
    assert!(visitor.post(&answer.action, &answer.body).await.clears());

    // The same secret, a store that remembers nothing, a moment later.
    let clock = before.clock.clone();
    clock.advance(Duration::from_millis(5));
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .clock(clock.clone())
        .build()
        .unwrap();
    let after = Site::of(humanify, clock, Router::new());
    let reply = after.browser(HOME).post(&answer.action, &answer.body).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(!reply.clears());
}

#[tokio::test]
async fn an_expired_challenge_is_refused_and_costs_nothing() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.get("/humanify/challenge").await;
    site.clock.advance(Duration::from_secs(600));
    for _ in 0..4 {
        assert_eq!(visitor.err(&page).await.status, StatusCode::FORBIDDEN);
    }
    assert!(visitor.get_in("/login").await.clears());
}

#[tokio::test]
async fn an_answer_stays_spent_for_as_long_as_its_challenge_is_valid() {
    let site = site();
    let visitor = site.browser(HOME);
    let (page, answer) = last_round(&site, &visitor, "/login").await;
    assert!(visitor.post(&answer.action, &answer.body).await.clears());
    // A challenge is valid for ten minutes.
    for second in [1, 300, 298] {
        site.clock.advance(Duration::from_secs(second));
        let other = site.browser(HOME);
        let again = other.post(&answer.action, &answer.body).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN, "{second}");
        assert!(!again.clears());
        assert!(!other.answer(&page).await.clears());
    }
}
