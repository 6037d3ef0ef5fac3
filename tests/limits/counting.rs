//! Which requests share a bucket, and how many of them pass.

use axum::Router;
use axum::routing::any;
use http::{Method, StatusCode};
use humanify::prelude::*;

use super::{count_passing, site};
use crate::support::{HOME, Site};

#[tokio::test]
async fn each_route_lets_as_many_requests_pass_as_its_limit_says() {
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
            count_passing(&visitor, Method::GET, path).await,
            expected,
            "{path}"
        );
    }
}

#[tokio::test]
async fn requests_are_counted_by_client_method_and_template() {
    let site = site();
    let home = site.browser(HOME);
    // Different paths of one template share a bucket.
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
    // Neither do unknown methods, or HEAD beside GET, make further buckets.
    assert_eq!(count_passing(&home, Method::HEAD, "/items/1").await, 0);
    let odd = Method::from_bytes(b"ODD").unwrap();
    assert_eq!(count_passing(&home, odd, "/nowhere").await, 0);
    assert_eq!(count_passing(&home, Method::POST, "/items/1").await, 5);
    assert_eq!(
        count_passing(&home.clone().at("84.140.1.3"), Method::GET, "/items/1").await,
        5
    );
}

#[tokio::test]
async fn a_repeated_limit_counts_once() {
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
        assert_eq!(count_passing(&visitor, Method::GET, "/x").await, 6);
    }
}

#[tokio::test]
async fn all_addresses_of_a_64_network_are_one_client() {
    let site = site();
    let mut passed = 0;
    for number in 1..20 {
        let visitor = site.browser(&format!("2a02:8100:1:2::{number:x}"));
        passed += usize::from(visitor.get("/get").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);
    let visitor = site.browser("::ffff:84.140.1.2");
    assert_eq!(count_passing(&visitor, Method::GET, "/get").await, 5);
    assert_eq!(
        count_passing(&site.browser(HOME), Method::GET, "/get").await,
        0
    );
}

#[tokio::test]
async fn without_a_limit_nothing_is_limited() {
    let site = Site::new(
        Humanify::builder(),
        Router::new().route("/", any(|| async { "in" })),
    );
    assert_eq!(
        count_passing(&site.browser(HOME), Method::GET, "/").await,
        20
    );
}
