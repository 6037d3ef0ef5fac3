//! Limits that no statement restricts to certain requests: of the whole site, and of a handler alone.
//! humanify keeps the buckets of such a limit for each route where they depend on the client alone.

use axum::Router;
use axum::routing::{any, get};
use http::{HeaderName, StatusCode, Uri};
use humanify::prelude::*;

use crate::support::Site;

fn answered(uri: &Uri) -> StatusCode {
    match uri.query() {
        Some("wrong") => StatusCode::UNAUTHORIZED,
        _ => StatusCode::OK,
    }
}

async fn plain(uri: Uri) -> StatusCode {
    answered(&uri)
}

#[rate_limit("3/hour", count = "failures")]
async fn failures(uri: Uri) -> StatusCode {
    answered(&uri)
}

#[rate_limit("3/hour", key = "headers.x-api-key")]
async fn keyed(uri: Uri) -> StatusCode {
    answered(&uri)
}

/// A site whose only limit is that of a handler, and one whose only limit is its own.
fn sites(handler: Router, rules: RuleSet) -> [Site; 2] {
    let ruled = Router::new().route("/", any(plain));
    [
        Site::new(Humanify::builder(), handler),
        Site::new(Humanify::builder().rules(rules), ruled),
    ]
}

#[tokio::test]
async fn a_key_is_one_bucket_for_all_clients() {
    let handler = Router::new().route("/", any(keyed));
    for site in sites(
        handler,
        protect! { limit "3/hour", key = "headers.x-api-key"; },
    ) {
        let key = HeaderName::from_static("x-api-key");
        for name in ["first", "second"] {
            let mut passed = 0;
            for client in 0..6 {
                let visitor = site.browser(&format!("84.140.7.{client}"));
                let status = visitor.with(key.clone(), name).get("/").await.status;
                passed += usize::from(status == StatusCode::OK);
            }
            // Each client counts at most one request for each key, and has three of its own.
            assert_eq!(passed, 3, "{name}");
        }
    }
}

#[tokio::test]
async fn failures_are_charged_to_the_client_that_fails() {
    let handler = Router::new().route("/", any(failures));
    for site in sites(handler, protect! { limit "3/hour", count = "failures"; }) {
        // The first client makes humanify compute the buckets of the route.
        let right = site.browser("84.140.7.1");
        let wrong = site.browser("84.140.7.2");
        for _ in 0..5 {
            assert_eq!(right.get("/").await.status, StatusCode::OK);
        }
        for _ in 0..3 {
            assert_eq!(wrong.get("/?wrong").await.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(
            wrong.get("/?wrong").await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
        assert_eq!(right.get("/").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn each_handler_method_and_route_keeps_its_own_limit() {
    #[rate_limit("2/hour")]
    async fn two() -> &'static str {
        "in"
    }
    #[rate_limit("4/hour")]
    async fn four() -> &'static str {
        "in"
    }
    #[exempt(rate_limit)]
    async fn free() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/a", get(two).post(four).put(free))
        .route("/b", get(four).post(free).put(two));
    let site = Site::new(
        Humanify::builder().rules(protect! { limit "5/hour"; }),
        app.route("/c", any(plain)),
    );
    for client in 0..3 {
        for (path, expected) in [("/a", [2, 4, 20]), ("/b", [4, 20, 2]), ("/c", [5, 5, 5])] {
            for (method, expected) in ["GET", "POST", "PUT"].into_iter().zip(expected) {
                let visitor = site.browser(&format!("84.140.8.{client}"));
                let method = http::Method::from_bytes(method.as_bytes()).unwrap();
                let passed = super::count_passing(&visitor, method.clone(), path).await;
                assert_eq!(passed, expected, "{method} {path}");
            }
        }
    }
}
