//! The same answer sent again: at once, later, after a restart.

use std::collections::HashSet;
use std::time::Duration;

use axum::Router;
use http::StatusCode;
use humanify::Secrets;
use humanify::prelude::*;

use super::{last_round, site};
use crate::support::{HOME, Site};

#[tokio::test]
async fn one_answer_sent_fifty_times_at_once_gives_one_clearance_id() {
    let site = site();
    let visitor = site.browser(HOME);
    let (_, answer) = last_round(&site, &visitor, "/login").await;
    let mut answers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (visitor, answer) = (visitor.clone(), answer.clone());
        answers.spawn(async move { visitor.post(&answer.action, &answer.body).await });
    }
    let replies = answers.join_all().await;
    let ids: HashSet<String> = replies
        .iter()
        .filter_map(|reply| reply.clearance_id(&site))
        .collect();
    assert_eq!(ids.len(), 1);
    for reply in replies {
        assert_eq!(reply.location().as_deref(), Some("/login"));
    }
}

#[tokio::test]
async fn a_solution_is_worth_nothing_to_another_browser() {
    let site = site();
    let visitor = site.browser(HOME);
    let (_, answer) = last_round(&site, &visitor, "/login").await;
    assert!(visitor.post(&answer.action, &answer.body).await.clears());
    let other = site.browser(HOME);
    assert!(!other.post(&answer.action, &answer.body).await.clears());
}

#[tokio::test]
async fn a_restart_in_memory_refuses_earlier_tokens() {
    let before = site();
    let visitor = before.browser(HOME);
    let (_, answer) = last_round(&before, &visitor, "/login").await;
    assert!(visitor.post(&answer.action, &answer.body).await.clears());

    // The same secret with an empty store, a moment later.
    let clock = before.clock.clone();
    clock.advance(Duration::from_millis(5));
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .clock(clock.clone())
        .build()
        .unwrap();
    let after = Site::of(humanify, clock, Router::new());
    let replaying = after.browser(HOME);
    let cookie = visitor.cookie("humanify_browser").unwrap();
    replaying.set_cookie("humanify_browser", &cookie);
    let reply = replaying.post(&answer.action, &answer.body).await;
    assert!(reply.demands_challenge() && !reply.clears(), "{reply:?}");
}

#[tokio::test]
async fn an_expired_challenge_is_refused_and_costs_nothing() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.get("/humanify/challenge").await;
    site.clock.advance(Duration::from_secs(600));
    for _ in 0..4 {
        let late = visitor.err(&page).await;
        assert!(late.body.contains("ran out of time"), "{}", late.body);
    }
    assert!(visitor.get_in("/login").await.clears());
}

#[tokio::test]
async fn an_answer_stays_spent_for_as_long_as_its_challenge_is_valid() {
    let site = site();
    let visitor = site.browser(HOME);
    let (page, answer) = last_round(&site, &visitor, "/login").await;
    let first = visitor.post(&answer.action, &answer.body).await;
    let id = first.clearance_id(&site);
    assert!(id.is_some());
    // A challenge is valid for ten minutes.
    for second in [1, 300, 298] {
        site.clock.advance(Duration::from_secs(second));
        let other = site.browser(HOME);
        assert!(!other.answer(&page).await.clears(), "{second}");
        let cookie = visitor.cookie("humanify_browser").unwrap();
        other.set_cookie("humanify_browser", &cookie);
        let again = other.post(&answer.action, &answer.body).await;
        assert_eq!(again.clearance_id(&site), id, "{second}");
    }
}

#[tokio::test]
async fn an_answer_sent_again_does_not_renew_its_clearance() {
    let site = site();
    let visitor = site.browser(HOME);
    let (_, answer) = last_round(&site, &visitor, "/login").await;
    assert!(visitor.post(&answer.action, &answer.body).await.clears());
    site.clock.advance(Duration::from_secs(500));
    let copy = site.browser(HOME);
    let cookie = visitor.cookie("humanify_browser").unwrap();
    copy.set_cookie("humanify_browser", &cookie);
    assert!(copy.post(&answer.action, &answer.body).await.clears());
    // The clearance holds for four hours after the first answer.
    site.clock.advance(Duration::from_secs(4 * 3_600 - 501));
    assert_eq!(copy.get("/login").await.status, StatusCode::OK);
    site.clock.advance(Duration::from_secs(1));
    assert!(copy.get("/login").await.demands_challenge());
}
