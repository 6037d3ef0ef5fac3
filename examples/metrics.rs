//! A site whose decisions are counted, and the page from which Prometheus reads the counts:
//! `cargo run --example metrics --features metrics`, then `http://127.0.0.1:9000/metrics`.
//!
//! `monitoring/` has a Grafana dashboard and alerts on these metrics.

use axum::{Router, routing::get};
use humanify::prelude::*;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};

/// Bounds of the histograms, in seconds: judging takes microseconds, people take seconds.
const BUCKETS: [f64; 12] = [
    1e-6, 5e-6, 25e-6, 1e-4, 5e-4, 25e-4, 0.01, 0.05, 0.25, 2.5, 15.0, 60.0,
];

#[block_bots]
async fn shop() -> &'static str {
    "Buy something!"
}

async fn hello() -> &'static str {
    "Hello!"
}

/// The routes of the site.
pub fn routes() -> Router {
    Router::new()
        .route("/", get(hello))
        .route("/login", get(hello))
        .route("/shop", get(shop))
}

/// The rules. A statement with a name has that name in the metrics.
pub const RULES: RuleSet = protect! {
    logins: limit "3/minute" on "/login";
    scanners: trap on "/.env";
    people: always_challenge on "/";
};

/// Installs the recorder of the metrics. The handle renders them as text.
///
/// # Errors
/// If the program has another recorder already.
pub fn record() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .with_recommended_naming(true)
        .set_buckets(&BUCKETS)?
        .install_recorder()
}

/// The page that Prometheus reads. It is for your own network, so it has a listener of its own.
pub fn metrics_page(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(move || async move { handle.render() }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Before `build`, so that the recorder has the descriptions of the metrics.
    let handle = record()?;
    let humanify = Humanify::builder().rules(RULES).build()?;
    let monitoring = tokio::net::TcpListener::bind("127.0.0.1:9000").await?;
    tokio::spawn(async move { axum::serve(monitoring, metrics_page(handle)).await });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://{}", listener.local_addr()?);
    humanify.serve(listener, routes()).await?;
    Ok(())
}
