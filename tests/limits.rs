//! Rate limits, as a client meets them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use axum::Router;
use axum::routing::{any, get};
use http::{Method, StatusCode};
use humanify::prelude::*;
use humanify_tests::{HOME, Site, Visitor};

/// How many of twenty requests pass.
async fn passing(visitor: &Visitor, method: Method, path: &str) -> usize {
    let mut passed = 0;
    for _ in 0..20 {
        let status = visitor.send(method.clone(), path, "").await.status;
        match status {
            StatusCode::OK => passed += 1,
            StatusCode::TOO_MANY_REQUESTS => {}
            status => panic!("{status}"),
        }
    }
    passed
}

fn site() -> Site {
    #[rate_limit("3/minute")]
    async fn three() -> &'static str {
        "in"
    }
    #[rate_limit("4/second; 6/hour")]
    async fn windows() -> &'static str {
        "in"
    }
    #[exempt(rate_limit)]
    async fn free() -> &'static str {
        "in"
    }
    #[exempt]
    async fn open() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/three", any(three))
        .route("/windows", any(windows))
        .route("/free", any(free))
        .route("/open", any(open))
        .route("/items/{id}", any(|| async { "in" }))
        .route("/special", any(|| async { "in" }))
        .route("/get", get(|| async { "in" }))
        .fallback(|| async { "in" });
    Site::new(
        Humanify::builder().rules(protect! {
            limit "5/minute";
            limit "7/minute" on "/special";
        }),
        app,
    )
}

#[tokio::test]
async fn the_limit_that_is_said_is_the_limit_that_holds() {
    for (path, expected) in [
        ("/get", 5),
        ("/three", 3),
        ("/windows", 4),
        ("/special", 7),
        ("/free", 20),
        ("/open", 20),
    ] {
        let visitor = site().browser(HOME);
        assert_eq!(
            passing(&visitor, Method::GET, path).await,
            expected,
            "{path}"
        );
    }
}

#[tokio::test]
async fn requests_are_counted_by_client_method_and_template() {
    let site = site();
    let home = site.browser(HOME);
    // A path for each request makes no bucket for each request.
    let mut passed = 0;
    for number in 0..20 {
        let reply = home.get(&format!("/items/{number}")).await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);
    for number in 0..20 {
        let reply = home.get(&format!("/nowhere/{number}")).await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 10);
    // Neither does a method of one's own, or HEAD beside GET.
    assert_eq!(passing(&home, Method::HEAD, "/items/1").await, 0);
    let odd = Method::from_bytes(b"ODD").unwrap();
    assert_eq!(passing(&home, odd, "/nowhere").await, 0);
    assert_eq!(passing(&home, Method::POST, "/items/1").await, 5);
    assert_eq!(
        passing(&home.clone().at("84.140.1.3"), Method::GET, "/items/1").await,
        5
    );
}

#[tokio::test]
async fn a_limit_that_is_said_twice_counts_once() {
    for ids in [false, true] {
        let site = Site::new(
            Humanify::builder().use_client_id(ids).rules(protect! {
                limit "6/minute" on "/*";
                limit "50/hour" on "/*";
                limit "6/minute" on regex "^/x";
            }),
            Router::new()
                .route("/", any(|| async { "in" }))
                .route("/x", any(|| async { "in" })),
        );
        let visitor = site.browser(HOME);
        visitor.get("/").await;
        assert_eq!(passing(&visitor, Method::GET, "/x").await, 6);
    }
}

#[tokio::test]
async fn an_ipv6_client_is_a_64() {
    let site = site();
    let mut passed = 0;
    for number in 1..20 {
        let visitor = site.browser(&format!("2a02:8100:1:2::{number:x}"));
        passed += usize::from(visitor.get("/get").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);
    let visitor = site.browser("::ffff:84.140.1.2");
    assert_eq!(passing(&visitor, Method::GET, "/get").await, 5);
    assert_eq!(passing(&site.browser(HOME), Method::GET, "/get").await, 0);
}

#[tokio::test]
async fn who_waits_as_long_as_is_said_is_let_in() {
    let site = site();
    for visitor in [site.browser(HOME), site.program("84.140.1.9")] {
        assert_eq!(passing(&visitor, Method::GET, "/three").await, 3);
        let refused = visitor.get("/three").await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert_eq!(wait, 20);
        site.clock.advance(Duration::from_secs(wait - 1));
        assert_eq!(
            visitor.get("/three").await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
        site.clock.advance(Duration::from_secs(1));
        assert_eq!(visitor.get("/three").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_client_is_told_how_it_stands() {
    let site = site();
    let home = site.browser(HOME);
    let first = home.get("/three").await;
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"3/minute\";q=3;w=60")
    );
    assert_eq!(first.header("ratelimit"), Some("\"3/minute\";r=2;t=20"));
    passing(&home, Method::GET, "/three").await;
    let refused = home.get("/three").await;
    assert!(
        refused
            .header("ratelimit")
            .unwrap()
            .starts_with("\"3/minute\";r=0;t=")
    );
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    assert!(refused.body.contains("<!doctype html>"));

    let program = site.program("84.140.1.8");
    passing(&program, Method::GET, "/three").await;
    let refused = program.get("/three").await;
    assert_eq!(
        refused.header("content-type"),
        Some("application/problem+json")
    );
    let problem: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!(problem["status"], 429);
}

#[tokio::test]
async fn without_a_limit_nothing_is_limited() {
    let site = Site::new(
        Humanify::builder(),
        Router::new().route("/", any(|| async { "in" })),
    );
    assert_eq!(passing(&site.browser(HOME), Method::GET, "/").await, 20);
}

#[tokio::test]
async fn dropping_the_id_cookie_buys_nothing() {
    let app = || Router::new().route("/", any(|| async { "in" }));
    let site = Site::new(
        Humanify::builder().use_client_id(true).rules(protect! {
            limit "5/hour";
        }),
        app(),
    );
    // Without the cookie, everyone at an address is one client.
    let forgetful = site.browser(HOME);
    let mut passed = 0;
    for _ in 0..20 {
        let reply = forgetful.clone().forgetful().get("/").await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);

    // With it, two at an address are two clients.
    let site = Site::new(
        Humanify::builder().use_client_id(true).rules(protect! {
            limit "5/hour";
        }),
        app(),
    );
    for _ in 0..2 {
        let visitor = site.browser(HOME);
        assert_eq!(visitor.get("/").await.status, StatusCode::OK);
        assert!(visitor.cookie("humanify_id").is_some());
        assert_eq!(passing(&visitor, Method::GET, "/").await, 5);
    }
}

#[tokio::test]
async fn an_address_gets_sixteen_ids_and_sixteen_times_the_limit() {
    let site = Site::new(
        Humanify::builder().use_client_id(true).rules(protect! {
            limit "100/hour";
            limit "5/hour" on "/";
        }),
        Router::new()
            .route("/", any(|| async { "in" }))
            .route("/home", any(|| async { "in" })),
    );
    let mut visitors = Vec::new();
    for _ in 0..40 {
        let visitor = site.browser(HOME);
        visitor.get("/home").await;
        if visitor.cookie("humanify_id").is_some() {
            visitors.push(visitor);
        }
    }
    assert_eq!(visitors.len(), 16);
    let mut passed = 0;
    for visitor in &visitors {
        passed += passing(visitor, Method::GET, "/").await;
    }
    assert_eq!(passed, 16 * 5);
    // A made-up id is no id.
    let forger = site.browser(HOME);
    forger.set_cookie(
        "humanify_id",
        &visitors[0].cookie("humanify_id").unwrap().replace('A', "B"),
    );
    forger.set_cookie("humanify_id", "x");
    assert!(passing(&forger, Method::GET, "/").await <= 5);
}
