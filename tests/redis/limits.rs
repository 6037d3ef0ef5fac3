//! Limits that several processes share.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::prelude::*;
use humanify::{ManualClock, Redis};

use super::{process, site_with_store, solved_but_for_the_last, status};
use crate::support::redis::RedisServer;
use crate::support::{HOME, Site};

#[test]
#[ignore = "what the next test starts, twice"]
fn worker() {
    let address = std::env::var("HUMANIFY_TEST_REDIS").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let passed = runtime.block_on(async {
        let site = process(Redis::new(address));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let visitor = site.program(HOME);
            tasks.spawn(async move {
                let mut passed = 0;
                for _ in 0..500 {
                    match status(&visitor, "/thousand").await {
                        StatusCode::OK => passed += 1,
                        status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
                    }
                }
                passed
            });
        }
        tasks.join_all().await.into_iter().sum::<usize>()
    });
    println!("passed={passed}");
}

#[test]
fn two_processes_and_eight_threads_let_exactly_a_thousand_through() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let workers: Vec<Child> = (0..2)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "redis::limits::worker",
                    "--ignored",
                    "--nocapture",
                ])
                .env("HUMANIFY_TEST_REDIS", server.address())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let passed: Vec<usize> = workers
        .into_iter()
        .map(|worker| {
            let output = worker.wait_with_output().unwrap();
            assert!(output.status.success());
            let text = String::from_utf8(output.stdout).unwrap();
            let (_, after) = text.split_once("passed=").unwrap();
            after.split_whitespace().next().unwrap().parse().unwrap()
        })
        .collect();
    assert_eq!(passed.iter().sum::<usize>(), 1_000, "{passed:?}");
}

#[tokio::test]
async fn a_request_is_one_script_for_all_its_windows_and_every_key_expires() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let site = site_with_store(&server);
    let visitor = site.program(HOME);
    status(&visitor, "/few").await;
    site.humanify.bans().list().await.unwrap();
    server.ask("CONFIG RESETSTAT");
    for expected in [200, 200, 429, 429] {
        assert_eq!(status(&visitor, "/few").await.as_u16(), expected);
    }
    // The list of bans is read once a second, beside the requests. Nothing else calls `HMGET`.
    assert_eq!(server.calls("evalsha") - server.calls("hmget"), 4);
    assert_eq!(server.calls("eval"), 0);

    let person = site.browser("84.140.1.3");
    let last = solved_but_for_the_last(&site, &person).await;
    person.post(&last.action, &last.body).await;
    site.browser("84.140.1.4").get("/.env").await;
    let keys = server.ask("KEYS *");
    assert!(keys.lines().count() >= 6, "{keys}");
    for key in keys.lines() {
        assert!(key.starts_with("{humanify}:"), "{key}");
        let left = server.ask(&format!("PTTL {key}"));
        let left: i64 = left.trim().parse().unwrap();
        // Redis returns -2 for a key that has expired meanwhile.
        let expires = left > 0 || left == -2;
        assert_eq!(expires, key != "{humanify}:run", "{key}");
    }
}

/// The same limit with two bursts, for different requests and for the same ones.
#[tokio::test]
async fn limits_with_different_bursts_have_buckets_of_their_own() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let redis = Redis::new(server.address()).timeout(Duration::from_secs(5));
    let stored = Humanify::builder().store(redis);
    for (store, builder) in [("Redis", stored), ("memory", Humanify::builder())] {
        let builder = builder.rules(protect! {
            limit "60/hour" on "/api" when args.heavy is missing;
            limit "60/hour", burst = 5 on "/api" when args.heavy is present;
            limit "60/hour", burst = 30 on "/lo*";
            limit "60/hour", burst = 3 on "/login";
        });
        let app = Router::new()
            .route("/api", get(|| async { "in" }))
            .route("/login", get(|| async { "in" }))
            .route("/log", get(|| async { "in" }));
        let site = Site::of(builder.build().unwrap(), ManualClock::default(), app);
        let visitor = site.browser(HOME);
        let passing = async |path| {
            let mut passed = 0;
            for _ in 0..70 {
                passed += usize::from(status(&visitor, path).await == StatusCode::OK);
            }
            passed
        };
        for (path, passed) in [
            ("/api", 60),
            ("/api?heavy", 5),
            // A request that is refused resets no other bucket.
            ("/api", 0),
            ("/login", 3),
            ("/log", 30),
        ] {
            assert_eq!(passing(path).await, passed, "{store} {path}");
        }
    }
}
