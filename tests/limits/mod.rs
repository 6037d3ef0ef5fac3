//! Rate limits, as a client meets them.

mod answers;
mod client_ids;
mod counting;
mod failures;
mod limiter;
mod settings;
mod without_targets;

use axum::Router;
use axum::routing::{any, get};
use http::{Method, StatusCode};
use humanify::prelude::*;

use crate::support::{Site, Visitor};

/// How many of twenty requests pass.
async fn count_passing(visitor: &Visitor, method: Method, path: &str) -> usize {
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
