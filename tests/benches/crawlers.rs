//! Measures how fast and how often crawlers are recognised by their user agent, beside the crates
//! `isbot` and `woothee`, and the cost of comparing a browser's headers with its user agent.
//!
//! `cargo bench --manifest-path tests/benches/Cargo.toml --bench crawlers`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

#[path = "../support/agents.rs"]
mod agents;

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::{Request, StatusCode};
use humanify::prelude::*;
use humanify::{Crawlers, RuleSet, Secrets};
use isbot::Bots;
use tower::ServiceExt;
use woothee::parser::Parser;

use agents::Agents;

/// How often each contender judges the same user agents, in turns.
const ROUNDS: u32 = 20;

type Tell<'a> = Box<dyn Fn(&str) -> bool + 'a>;

fn main() {
    recognition();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(fit());
}

fn recognition() {
    let started = Instant::now();
    let crawlers = Crawlers::embedded().unwrap();
    println!("humanify's list is ready after {:.1?}", started.elapsed());
    let bots = Bots::default();
    let parser = Parser::new();
    let contenders: [(&str, Tell<'_>); 3] = [
        (
            "humanify",
            Box::new(|agent| crawlers.find(agent.as_bytes()).is_some()),
        ),
        ("isbot", Box::new(|agent| bots.is_bot(agent))),
        (
            "woothee",
            Box::new(|agent| {
                let result = parser.parse(agent);
                result.is_some_and(|result| result.category == "crawler")
            }),
        ),
    ];
    for (table, agents) in [
        ("browsers of people", Agents::People.read()),
        ("crawlers", Agents::Crawlers.read()),
    ] {
        let bytes: usize = agents.iter().map(String::len).sum();
        println!(
            "{table}: {} agents of {} bytes on average",
            agents.len(),
            bytes / agents.len()
        );
        let mut best = [Duration::MAX; 3];
        for _ in 0..ROUNDS {
            for (best, (_, find)) in best.iter_mut().zip(&contenders) {
                let started = Instant::now();
                for agent in &agents {
                    black_box(find(black_box(agent)));
                }
                *best = (*best).min(started.elapsed());
            }
        }
        for (best, (name, find)) in best.iter().zip(&contenders) {
            let found = agents.iter().filter(|agent| find(agent)).count();
            println!(
                "  {name:10} {:>6.0} ns an agent, {found:>6} are crawlers ({:.2} %)",
                best.as_secs_f64() * 1e9 / f64::from(u32::try_from(agents.len()).unwrap()),
                100.0 * found as f64 / agents.len() as f64
            );
        }
    }
}

/// Measures requests of a browser, with all its headers, to handlers and rules that need more and
/// more facts.
async fn fit() {
    const REQUESTS: u32 = 20_000;
    let route = || Router::new().route("/", get(async || "in"));
    let sites = [
        ("nothing is asked", site(protect! {}, route())),
        (
            "the handler asks for the crawler",
            site(
                protect! {},
                Router::new().route(
                    "/",
                    get(async |detection: Detection| detection.crawler().unwrap_or("none")),
                ),
            ),
        ),
        (
            "the handler asks for what does not fit",
            site(
                protect! {},
                Router::new().route(
                    "/",
                    get(async |detection: Detection| detection.inconsistencies().len().to_string()),
                ),
            ),
        ),
        (
            "a rule asks for the crawler",
            site(protect! { deny_access when client.is_crawler; }, route()),
        ),
        (
            "a rule asks for what does not fit",
            site(
                protect! { deny_access when client.is_inconsistent; },
                route(),
            ),
        ),
    ];
    println!("a request of a browser with 13 headers");
    let mut best = [Duration::MAX; 5];
    for _ in 0..ROUNDS {
        for (best, (_, app)) in best.iter_mut().zip(&sites) {
            let started = Instant::now();
            for _ in 0..REQUESTS {
                let response = app.clone().oneshot(request()).await.unwrap();
                assert_eq!(response.status(), StatusCode::OK);
            }
            *best = (*best).min(started.elapsed());
        }
    }
    for (best, (name, _)) in best.iter().zip(&sites) {
        println!(
            "  {name:40} {:>6.0} ns",
            best.as_secs_f64() * 1e9 / f64::from(REQUESTS)
        );
    }
}

fn site(rules: RuleSet, app: Router) -> Router {
    let builder = Humanify::builder()
        .https(true)
        .secrets(Secrets::new([7; 32]));
    builder.rules(rules).build().unwrap().protect(app).unwrap()
}

fn request() -> Request<Body> {
    let peer = SocketAddr::from(([84, 140, 1, 2], 40_000));
    Request::get("/")
        .extension(ConnectInfo(peer))
        .header("host", "site.example")
        .header(
            "user-agent",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36",
        )
        .header("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8")
        .header("accept-language", "en-US,en;q=0.9")
        .header("accept-encoding", "gzip, deflate, br, zstd")
        .header(
            "sec-ch-ua",
            r#""Google Chrome";v="147", "Not.A/Brand";v="8", "Chromium";v="147""#,
        )
        .header("sec-ch-ua-mobile", "?0")
        .header("sec-ch-ua-platform", "\"Windows\"")
        .header("sec-fetch-site", "none")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-user", "?1")
        .header("sec-fetch-dest", "document")
        .header("upgrade-insecure-requests", "1")
        .body(Body::empty())
        .unwrap()
}
