//! Limits by rule and by attribute, and how a client is told.
//!
//! Run with `cargo run --example rate_limits`, then try
//!
//! ```text
//! for i in 1 2 3 4; do curl -si http://127.0.0.1:3000/report | grep -iE '^HTTP|^ratelimit:|^retry'; done
//! ```

use axum::{Router, routing::get};
use humanify::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let humanify = Humanify::builder()
        .rules(protect! {
            limit "100/hour";
            limit "10/minute; 200/day" on "/items/{id}";
        })
        .build()?;

    let app = Router::new()
        .route("/", get(|| async { "100 an hour: the default limit" }))
        .route(
            "/items/{id}",
            get(|| async { "10 a minute, all items together" }),
        )
        .route("/report", get(report))
        .route("/health", get(health));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://{}", listener.local_addr()?);
    humanify.serve(listener, app).await?;
    Ok(())
}

/// The attribute replaces the rules' limits.
#[rate_limit("3/minute")]
async fn report() -> &'static str {
    "3 a minute"
}

/// Neither the default limit nor any other.
#[exempt(rate_limit)]
async fn health() -> &'static str {
    "as often as you like"
}
