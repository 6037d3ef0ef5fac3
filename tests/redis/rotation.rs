//! Secrets are changed while several processes share their state.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::StatusCode;
use humanify::prelude::*;
use humanify::{ManualClock, Redis, Secrets, testing};

use super::{solved_but_for_the_last, status};
use crate::support::redis::RedisServer;
use crate::support::{HOME, Site};

/// A process that has these secrets, each named by a letter; the first one seals.
fn process(server: &RedisServer, secrets: &str, clock: &ManualClock) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    let mut keys = secrets.bytes().map(|letter| [letter; 32]);
    let current = Secrets::new(keys.next().unwrap());
    let humanify = Humanify::builder()
        .secrets(keys.fold(current, Secrets::previous))
        // A loaded machine may take a while.
        .store(Redis::new(server.address()).timeout(Duration::from_secs(5)))
        .clock(clock.clone())
        .rules(protect! {
            limit "5/day" on "/five";
            limit "8/day" on "/eight";
            trap on "/.env";
            ban "2 traps/day" for "1 day";
        })
        .build()
        .unwrap();
    let app = Router::new()
        .route("/", any(|| async { "in" }))
        .route("/five", any(|| async { "in" }))
        .route("/eight", any(|| async { "in" }))
        .route("/login", any(login));
    Site::of(humanify, clock.clone(), app)
}

/// How many of six requests to each process pass, in turns.
async fn passing(sites: &[Site]) -> u32 {
    let mut passed = 0;
    for _ in 0..6 {
        for site in sites {
            passed += u32::from(status(&site.program(HOME), "/five").await == StatusCode::OK);
        }
    }
    passed
}

#[tokio::test]
async fn processes_with_a_secret_in_common_share_limits_whatever_their_order_is() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    for (secrets, expected) in [
        (&["o", "o"][..], 5),
        (&["o", "no"], 5),
        (&["no", "o"], 5),
        (&["o", "on"], 5),
        (&["on", "o"], 5),
        (&["on", "no"], 5),
        (&["no", "on"], 5),
        (&["no", "n"], 5),
        (&["n", "no"], 5),
        (&["mno", "om", "o"], 5),
        (&["oo", "o"], 5),
        // Other applications.
        (&["o", "n"], 10),
        (&["o", "nm", "m"], 10),
    ] {
        server.ask("FLUSHALL");
        let clock = RedisServer::clock();
        let sites: Vec<Site> = secrets
            .iter()
            .map(|secrets| process(&server, secrets, &clock))
            .collect();
        assert_eq!(passing(&sites).await, expected, "{secrets:?}");
    }
}

#[tokio::test]
async fn processes_that_start_at_the_same_time_agree() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    for _ in 0..5 {
        server.ask("FLUSHALL");
        let clock = RedisServer::clock();
        let mut tasks = tokio::task::JoinSet::new();
        for secrets in ["no", "on"].repeat(8) {
            let visitor = process(&server, secrets, &clock).program(HOME);
            tasks.spawn(async move { status(&visitor, "/five").await == StatusCode::OK });
        }
        let passed = tasks.join_all().await;
        assert_eq!(passed.into_iter().filter(|passed| *passed).count(), 5);
    }
}

/// What a visitor has done counts until the last step of a rotation, and of the next one.
#[tokio::test]
async fn a_rotation_resets_nothing() {
    for steps in [
        &["o", "on", "no", "n", "nm", "mn", "m"][..],
        &["o", "no", "n", "mn", "m"],
    ] {
        let Some(server) = RedisServer::start(&[]) else {
            return;
        };
        let clock = RedisServer::clock();
        let mut earlier: Option<(String, testing::FilledForm)> = None;
        for (number, secrets) in steps.iter().enumerate() {
            let site = process(&server, secrets, &clock);
            let visitor = site.program(HOME);
            assert_eq!(
                status(&visitor, "/eight").await,
                StatusCode::OK,
                "{secrets}"
            );
            if number == 0 {
                assert_eq!(passing(std::slice::from_ref(&site)).await, 5);
            } else {
                assert_eq!(
                    passing(std::slice::from_ref(&site)).await,
                    0,
                    "{secrets} of {steps:?}"
                );
            }
            // An answer that the process before has spent is not spent once more.
            if let Some((cookie, spent)) = earlier.take() {
                let spent_ids = || server.ask("KEYS {humanify}:s:*").lines().count();
                let before = spent_ids();
                let copy = site.browser(&format!("84.140.2.{}", number - 1));
                copy.set_cookie("humanify_browser", &cookie);
                assert!(copy.post(&spent.action, &spent.body).await.clears());
                assert_eq!(spent_ids(), before, "{secrets} of {steps:?}");
            }
            let person = site.browser(&format!("84.140.2.{number}"));
            let last = solved_but_for_the_last(&site, &person).await;
            assert!(person.post(&last.action, &last.body).await.clears());
            earlier = Some((person.cookie("humanify_browser").unwrap(), last));
        }
        // The offences of the first and of the last process.
        let [first, last] = [steps[0], steps[steps.len() - 1]].map(|secrets| {
            let site = process(&server, secrets, &clock);
            site.program("84.140.1.9")
        });
        for (visitor, expected) in [(&first, StatusCode::OK), (&last, StatusCode::FORBIDDEN)] {
            visitor.get("/.env").await;
            assert_eq!(status(visitor, "/").await, expected, "{steps:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_lost_everything_gets_the_key_of_the_processes_that_run() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let clock = RedisServer::clock();
    // Before, the state of these processes was that of `o` alone.
    let before = process(&server, "o", &clock);
    assert_eq!(status(&before.program(HOME), "/").await, StatusCode::OK);
    assert_eq!(passing(&[before]).await, 5);
    let running = process(&server, "no", &clock);
    assert_eq!(passing(std::slice::from_ref(&running)).await, 0);
    server.ask("FLUSHALL");
    let new = process(&server, "n", &clock);
    assert_eq!(status(&new.program(HOME), "/eight").await, StatusCode::OK);
    // A minute later, each reads its entries again, beside a request: the one that has run for
    // longer first.
    clock.advance(Duration::from_secs(60));
    let elsewhere = "84.140.1.3";
    for site in [&running, &new] {
        let status = status(&site.program(elsewhere), "/eight").await;
        assert_eq!(status, StatusCode::OK);
    }
    assert_eq!(passing(&[running, new]).await, 5);
    let entries = server.ask("KEYS {humanify}:names:*");
    assert_eq!(entries.lines().count(), 2, "{entries}");
}

#[tokio::test]
async fn applications_without_a_common_secret_keep_their_own_state_under_one_prefix() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let clock = RedisServer::clock();
    for round in 0..3 {
        for (secrets, expected) in [("o", 5), ("n", 5)] {
            let sites = [process(&server, secrets, &clock)];
            let expected = if round == 0 { expected } else { 0 };
            assert_eq!(passing(&sites).await, expected, "{secrets} {round}");
        }
        clock.advance(Duration::from_secs(60));
    }
}

#[tokio::test]
async fn a_damaged_entry_is_written_anew() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let clock = RedisServer::clock();
    let running = process(&server, "no", &clock);
    assert_eq!(passing(std::slice::from_ref(&running)).await, 5);
    for key in server.ask("KEYS {humanify}:names:*").lines() {
        server.ask(&format!("SET {key} damaged"));
    }
    clock.advance(Duration::from_secs(60));
    assert_eq!(passing(&[running]).await, 0);
    for secrets in ["o", "n"] {
        assert_eq!(passing(&[process(&server, secrets, &clock)]).await, 0);
    }
}
