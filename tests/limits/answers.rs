//! What a client is told of its limits, and when it may return.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::{Method, StatusCode};
use humanify::prelude::*;

use super::{count_passing, site};
use crate::support::{HOME, Site};

#[tokio::test]
async fn after_retry_after_a_client_passes() {
    let site = site();
    for visitor in [site.browser(HOME), site.program("84.140.1.9")] {
        assert_eq!(count_passing(&visitor, Method::GET, "/three").await, 3);
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
async fn the_headers_have_the_remaining_requests() {
    let site = site();
    let home = site.browser(HOME);
    let first = home.get("/three").await;
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"3/minute\";q=3;w=60")
    );
    assert_eq!(first.header("ratelimit"), Some("\"3/minute\";r=2;t=20"));
    count_passing(&home, Method::GET, "/three").await;
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
    count_passing(&program, Method::GET, "/three").await;
    let refused = program.get("/three").await;
    assert_eq!(
        refused.header("content-type"),
        Some("application/problem+json")
    );
    let problem: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!(problem["status"], 429);
}

#[tokio::test]
async fn the_headers_have_the_remaining_requests_after_counting() {
    #[rate_limit("3/hour", count = "failures")]
    async fn login(method: Method, uri: http::Uri) -> StatusCode {
        match (method, uri.query()) {
            (_, Some("right")) => StatusCode::OK,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
    let site = Site::new(
        Humanify::builder(),
        Router::new().route("/login", any(login)),
    );
    let visitor = site.browser(HOME);
    for (method, path, remaining) in [
        (Method::POST, "/login?right", ";r=3;"),
        (Method::POST, "/login", ";r=2;"),
        (Method::GET, "/login?right", ";r=3;"),
        (Method::GET, "/login", ";r=2;"),
        (Method::GET, "/login?right", ";r=2;"),
    ] {
        let reply = visitor.send(method, path, "").await;
        let limits = reply.header("ratelimit").unwrap();
        assert!(limits.contains(remaining), "{path}: {limits}");
    }
}

#[tokio::test]
async fn after_retry_after_a_client_of_several_windows_passes() {
    #[rate_limit("3/second; 5/minute; 20/hour")]
    async fn windows() -> &'static str {
        "in"
    }
    let site = Site::new(Humanify::builder(), Router::new().route("/", any(windows)));
    let visitor = site.program(HOME);
    let mut refused = 0;
    for number in 0..300 {
        // At odd instants, so that the waits are not whole seconds.
        site.clock
            .advance(Duration::from_millis(137 * (number % 7)));
        let reply = visitor.get("/").await;
        if reply.status != StatusCode::TOO_MANY_REQUESTS {
            continue;
        }
        refused += 1;
        let wait: u64 = reply.header("retry-after").unwrap().parse().unwrap();
        let t = reply.header("ratelimit").unwrap().to_owned();
        let ends = t
            .split("t=")
            .skip(1)
            .map(|part| part.split(',').next().unwrap().parse::<u64>().unwrap());
        let over = t.split(", ").filter(|item| item.contains(";r=0;"));
        assert!(over.count() > 0 && ends.max() >= Some(wait), "{t} {wait}");
        let problem: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(
            problem["type"],
            "https://iana.org/assignments/http-problem-types#quota-exceeded"
        );
        assert!(!problem["violated-policies"].as_array().unwrap().is_empty());
        site.clock.advance(Duration::from_secs(wait - 1));
        assert_eq!(
            visitor.get("/").await.status,
            StatusCode::TOO_MANY_REQUESTS,
            "a second before {wait}"
        );
        site.clock.advance(Duration::from_secs(1));
        assert_eq!(visitor.get("/").await.status, StatusCode::OK, "{wait}");
    }
    assert!(refused > 50, "{refused}");
}
