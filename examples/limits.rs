//! Limits, bans and traps, by rules and by attributes, and how a program reads and lifts them.
//!
//! Run with `cargo run --example limits`, then try
//!
//! ```text
//! for i in 1 2 3 4; do curl -si http://127.0.0.1:3000/report | grep -iE '^HTTP|^ratelimit|^retry'; done
//! for i in 1 2 3 4; do curl -so /dev/null -w '%{http_code}\n' -d password=guess http://127.0.0.1:3000/login; done
//! curl -s http://127.0.0.1:3000/stats
//! curl -s -X POST http://127.0.0.1:3000/reset
//! ```

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use humanify::prelude::*;
use humanify::{ClientSelector, Limiter};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let humanify = Humanify::builder()
        .rules(protect! {
            // Each route has its own bucket, unless a more specific limit applies.
            limit "100/hour";
            // All items share the buckets of two windows.
            limit "10/minute; 200/day" on "/items/{id}";
            // One bucket for the whole API, and one more for each API key.
            limit "60/minute", burst = 100, scope = "api", key = "headers.x-api-key" on "/api/*";
            // Clients that request pages which do not exist.
            limit "30/minute", count = "failures" on "/*" when method in [GET, HEAD];

            trap on "/wp-admin/*", "/.env";
            ban "2 traps/day" for "1 day";
            ban "50 denials/minute" for "1 hour";
        })
        .build()?;

    let app = Router::new()
        .route("/", get(|| async { "100 an hour: the default limit" }))
        .route(
            "/items/{id}",
            get(|| async { "10 a minute, all items together" }),
        )
        .route(
            "/api/users",
            get(|| async { "60 a minute, the whole API together" }),
        )
        .route("/report", get(report))
        .route("/export", get(export))
        .route("/login", post(login))
        .route("/health", get(health))
        .route("/stats", get(stats))
        .route("/reset", post(reset))
        .with_state(humanify.limiter());
    let app = humanify.protect(app)?;

    println!("{}", humanify.describe());
    println!(
        "what holds for /api/users\n{}",
        humanify.describe().path("/api/users")
    );

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://{}", listener.local_addr()?);
    humanify.serve(listener, app).await?;
    Ok(())
}

/// The attribute replaces the limits of the rules that count requests, too.
#[rate_limit("3/minute")]
async fn report() -> &'static str {
    "3 a minute"
}

/// An expensive request takes more units.
#[rate_limit("100/hour", cost = 20)]
async fn export() -> &'static str {
    "5 an hour, since each counts as 20"
}

#[derive(serde::Deserialize)]
struct Login {
    password: String,
}

/// Only failures count: nobody can guess passwords, and users may log in as often as they like.
#[rate_limit("3/minute", count = "failures")]
async fn login(Form(login): Form<Login>) -> StatusCode {
    if login.password == "open sesame" {
        StatusCode::OK
    } else {
        StatusCode::UNAUTHORIZED
    }
}

/// No limit applies, not even the default one.
#[exempt(rate_limit)]
async fn health() -> &'static str {
    "as often as you like"
}

/// Shows the state of the client's limits.
#[exempt(rate_limit)]
async fn stats(
    State(limiter): State<Limiter>,
    client: Client,
    request: Request,
) -> Result<Json<serde_json::Value>, StatusCode> {
    let key = ClientSelector::from(&client);
    let stats = limiter
        .stats(key)
        .await
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let routes: serde_json::Map<String, serde_json::Value> = stats
        .into_iter()
        .map(|stats| {
            let value = json!({
                "current_requests": stats.current_requests,
                "next_reset": stats.next_reset.as_secs_f64(),
            });
            (format!("{} {}", stats.route, stats.limit), value)
        })
        .collect();
    let limited = limiter.is_limited(&request).await;
    Ok(Json(json!({ "routes": routes, "is_limited": limited })))
}

/// Resets the limits of the client.
#[exempt(rate_limit)]
async fn reset(State(limiter): State<Limiter>, client: Client) -> StatusCode {
    match limiter.reset(&client, None).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
