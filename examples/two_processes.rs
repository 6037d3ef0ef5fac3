//! Two processes behind one Redis, which count together and know each other's challenges.
//!
//! `redis-server` must be installed (or `valkey-server`, named by `REDIS_SERVER`). Paste this:
//!
//! ```text
//! cargo build --example two_processes --features redis && cargo run --example two_processes --features redis &
//! sleep 60; for i in $(seq 12); do
//!     curl -so /dev/null -w '%{http_code} ' http://127.0.0.1:300$((i % 2 + 1))/
//! done; kill %1
//! ```
//!
//! It prints 200 ten times and 429 twice: the limit is ten a minute over both processes.

use std::io;
use std::process::{Child, Command, Stdio};

use axum::{Router, routing::get};
use humanify::prelude::*;
use humanify::{OnStoreFailure, Redis, Secrets};

const REDIS: &str = "6399";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    match std::env::args().nth(1) {
        Some(port) => serve(&port).await,
        None => start_all().await,
    }
}

/// One process of the site.
async fn serve(port: &str) -> Result<(), Box<dyn std::error::Error>> {
    let redis =
        Redis::new(format!("redis://127.0.0.1:{REDIS}")).on_failure(OnStoreFailure::Fallback);
    let humanify = Humanify::builder()
        // All processes share the address of Redis, the secret and the limits.
        .store(redis)
        .secrets(Secrets::new(*b"an example's secret is no secret"))
        .rules(protect! {
            limit "10/minute";
            ban "30 denials/minute" for "1 minute";
        })
        .build()?;
    let app = Router::new().route("/", get(|| async { "ten a minute, on both together" }));
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}", listener.local_addr()?);
    humanify.serve(listener, app).await?;
    Ok(())
}

/// Starts Redis and two processes of this program, and ends them when it ends.
async fn start_all() -> Result<(), Box<dyn std::error::Error>> {
    let server = std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
    let redis = Command::new(server)
        .args(["--port", REDIS, "--bind", "127.0.0.1", "--save", ""])
        .stdout(Stdio::null())
        .spawn()?;
    let mut children = Children(vec![redis]);
    for port in ["3001", "3002"] {
        children
            .0
            .push(Command::new(std::env::current_exe()?).arg(port).spawn()?);
    }
    ended().await?;
    Ok(())
}

struct Children(Vec<Child>);

impl Drop for Children {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(unix)]
async fn ended() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn ended() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
