//! Measures the cost of limits: a whole route beside the same route under `tower_governor`, the
//! memory of ten million clients, and the store in Redis beside `redis-benchmark` with the same
//! script.
//!
//! `cargo bench --manifest-path tests/benches/Cargo.toml --bench limits`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::{Request, StatusCode};
use humanify::ManualClock;
use humanify::prelude::*;
use humanify::{Memory, Redis, Secrets};
use tower::ServiceExt;
use tower_governor::GovernorLayer;
use tower_governor::governor::GovernorConfigBuilder;

const CLIENTS: u32 = 10_000;
const REQUESTS: u32 = 200_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let routes = [
            ("bare", bare()),
            ("tower_governor", bare().layer(governor())),
            ("with headers", bare().layer(governor_with_headers())),
            ("humanify", limited(Humanify::builder())),
        ];
        println!("a route of {CLIENTS} clients, on one thread");
        let mut best = [Duration::MAX; 4];
        for _ in 0..5 {
            // In turns, so that all contenders run under the same conditions.
            for (best, (_, app)) in best.iter_mut().zip(&routes) {
                *best = (*best).min(time(app, REQUESTS).await);
            }
        }
        for (best, (name, _)) in best.iter().zip(&routes) {
            println!("  {name:16} {best:>10.1?} a request");
        }
    });
    http();
    runtime.block_on(flood());
    redis();
}

/// The same routes behind a server, requested over one connection, one request after the other.
fn http() {
    let connected = |app: Router| app.into_make_service_with_connect_info::<SocketAddr>();
    let apps = [
        ("bare", bare()),
        ("tower_governor", bare().layer(governor())),
        ("with headers", bare().layer(governor_with_headers())),
        ("humanify", limited(Humanify::builder())),
    ];
    let mut connections: Vec<(&str, TcpStream, Duration)> = apps
        .into_iter()
        .map(|(name, app)| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            let address = listener.local_addr().unwrap();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                    axum::serve(listener, connected(app)).await.unwrap();
                });
            });
            let connection = TcpStream::connect(address).unwrap();
            connection.set_nodelay(true).unwrap();
            (name, connection, Duration::MAX)
        })
        .collect();
    println!("the same over HTTP");
    for _ in 0..9 {
        for (_, connection, best) in &mut connections {
            *best = (*best).min(ask(connection, REQUESTS / 10));
        }
    }
    for (name, _, best) in connections {
        println!("  {name:16} {best:>10.1?} a request");
    }
}

fn ask(connection: &mut TcpStream, requests: u32) -> Duration {
    let started = Instant::now();
    let mut answer = [0; 1_024];
    for _ in 0..requests {
        connection
            .write_all(b"GET / HTTP/1.1\r\nhost: a.example\r\n\r\n")
            .unwrap();
        let length = connection.read(&mut answer).unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200"));
    }
    started.elapsed() / requests
}

fn bare() -> Router {
    Router::new().route("/", get(|| async { "in" }))
}

fn limited(builder: humanify::HumanifyBuilder) -> Router {
    let humanify = builder
        .secrets(Secrets::new([7; 32]))
        .rules(protect! {
            no_default_exemptions;
            limit "1000000/second";
        })
        .build()
        .unwrap();
    humanify.protect(bare()).unwrap()
}

fn governor() -> GovernorLayer<
    tower_governor::key_extractor::PeerIpKeyExtractor,
    governor::middleware::NoOpMiddleware<governor::clock::QuantaInstant>,
    Body,
> {
    let config = GovernorConfigBuilder::default()
        .period(Duration::from_nanos(1_000))
        .burst_size(1_000_000)
        .finish()
        .unwrap();
    GovernorLayer::new(Arc::new(config))
}

/// `tower_governor` with the header fields that humanify sends, too.
fn governor_with_headers() -> GovernorLayer<
    tower_governor::key_extractor::PeerIpKeyExtractor,
    governor::middleware::StateInformationMiddleware,
    Body,
> {
    let config = GovernorConfigBuilder::default()
        .period(Duration::from_nanos(1_000))
        .burst_size(1_000_000)
        .use_headers()
        .finish()
        .unwrap();
    GovernorLayer::new(Arc::new(config))
}

/// Ten million clients, half of them with IPv6, in a table for one million: the memory that they
/// take, and whether a thousand clients at their limit pass earlier because of the flood.
async fn flood() {
    let clock = ManualClock::default();
    let before = resident();
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .store(Memory::default().max_clients(1_000_000))
        .clock(clock.clone())
        .rules(protect! {
            no_default_exemptions;
            limit "10/hour";
        })
        .build()
        .unwrap();
    let app = humanify.protect(bare()).unwrap();
    let ask = async |ip: IpAddr| {
        let mut request = Request::get("/").body(Body::empty()).unwrap();
        let peer = ConnectInfo(SocketAddr::new(ip, 1));
        request.extensions_mut().insert(peer);
        app.clone().oneshot(request).await.unwrap().status() == StatusCode::OK
    };
    let heavy = |number: u32| IpAddr::from(Ipv4Addr::from_bits(0x5400_0000 + number));
    for number in 0..1_000 {
        while ask(heavy(number)).await {}
    }
    let started = Instant::now();
    for number in 0..10_000_000_u32 {
        let ip = if number % 2 == 0 {
            Ipv4Addr::from_bits(0x5b00_0000 + number).into()
        } else {
            Ipv6Addr::from_bits(0x2a02 << 112 | u128::from(number) << 64).into()
        };
        ask(ip).await;
        if number % 1_000_000 == 999_999 {
            clock.advance(Duration::from_secs(360));
            // By now each of them may send exactly one more request.
            for number in 0..1_000 {
                assert!(ask(heavy(number)).await);
                assert!(!ask(heavy(number)).await);
            }
        }
    }
    println!(
        "ten million clients: {:.1?} a request, {:?} bytes more resident",
        started.elapsed() / 10_000_000,
        resident().zip(before).map(|(after, before)| after - before)
    );
}

/// The resident memory of this process, in bytes.
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split(' ').nth(1)?.parse::<usize>().ok()? * 4_096)
}

async fn time(app: &Router, requests: u32) -> Duration {
    let started = Instant::now();
    for number in 0..requests {
        let bits = 0x5400_0000 + number.wrapping_mul(2_654_435_761) % CLIENTS;
        let ip = IpAddr::from(std::net::Ipv4Addr::from_bits(bits));
        let mut request = Request::get("/").body(Body::empty()).unwrap();
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(ip, 1)));
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
    started.elapsed() / requests
}

/// Fifty requests at a time through the whole route, and fifty connections of
/// `redis-benchmark` with the same script.
fn redis() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let Ok(mut server) = Command::new("redis-server")
        .args([
            "--port",
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
        ])
        .stdout(Stdio::null())
        .spawn()
    else {
        println!("there is no redis-server");
        return;
    };
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::yield_now();
    }
    println!("Redis, fifty at a time");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let app = limited(
        Humanify::builder()
            .store(Redis::new(format!("redis://127.0.0.1:{port}")).timeout(Duration::from_secs(5))),
    );
    let started = Instant::now();
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let app = app.clone();
            tasks.spawn(async move { time(&app, 1_000).await });
        }
        tasks.join_all().await;
    });
    println!(
        "  a limited route  {:>8.0} a second",
        50_000.0 / started.elapsed().as_secs_f64()
    );
    let script = include_str!("../../humanify/src/store/redis/limits.lua");
    let load = Command::new("redis-cli")
        .args(["-p", &port.to_string(), "SCRIPT", "LOAD", script])
        .output()
        .unwrap();
    let sha = String::from_utf8(load.stdout).unwrap();
    let benchmark = Command::new("redis-benchmark")
        .args([
            "-p",
            &port.to_string(),
            "-n",
            "50000",
            "-c",
            "50",
            "-r",
            "10000",
            "-q",
        ])
        .args([
            "EVALSHA",
            sha.trim(),
            "1",
            "{humanify}:l:84.0.0.0/32:__rand_int__",
        ])
        .args(["acquire", "1", "1000000", "1", "0"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&benchmark.stdout).replace('\r', "\n");
    if let Some(line) = text
        .lines()
        .rev()
        .find(|line| line.contains("requests per second"))
    {
        let (_, figures) = line.split_once(": ").unwrap_or(("", line));
        println!("  redis-benchmark  {figures}");
    }
    let _ = server.kill();
    let _ = server.wait();
}
