//! What humanify costs a request: processor instructions and allocations beyond axum's own, and
//! requests that one core answers over HTTP, beside other crates.
//!
//! `cargo bench --manifest-path tests/benches/Cargo.toml --bench cost`
//!
//! With `-- hold` it fails where one of humanify's rows costs more than [`CEILINGS`] says, in
//! instructions or in allocations. With `--features contenders` it also measures `axum-guard-rs`.
//!
//! Instructions need `valgrind`, requests over HTTP `wrk` and `taskset`; each table is skipped,
//! aloud, where its program is missing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark fails by panicking, and prints"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use axum::routing::{any, get};
use http::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, COOKIE, HOST, USER_AGENT};
use http::{Request, StatusCode};
use humanify::prelude::*;
use humanify::{Group, Humanify, HumanifyBuilder, Lists, RuleSet, Secrets, Signals, testing};
use tower::{Layer, Service};
use tower_governor::GovernorLayer;
use tower_governor::governor::GovernorConfigBuilder;

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// Requests of one measurement of instructions; it is made with these and with twice as many, and
/// the difference is what they cost.
const REQUESTS: u64 = 4_000;

/// Requests before a measurement, for what is made at the first request.
const WARM_UP: u64 = 500;

/// An application, and the request that it gets.
struct Contender {
    name: &'static str,
    build: fn() -> Router,
    request: fn() -> Request<Body>,
    status: StatusCode,
}

const CONTENDERS: &[Contender] = &[
    passes("bare", bare),
    passes("identity layer", || bare().layer(Boxed)),
    passes("identity layer, boxed handler", || {
        Router::new().route("/", get(boxed)).layer(Boxed)
    }),
    passes("tower_governor with headers", || bare().layer(governor())),
    passes("tower-rate-tier", || bare().layer(rate_tier())),
    #[cfg(feature = "contenders")]
    passes("axum-guard-rs with limits and bans", guarded_by_another),
    passes("layer", || protected(Humanify::builder(), bare())),
    passes("guard", || protected(Humanify::builder(), guarded())),
    passes("limit", || {
        let rules = protect! { limit "1000000/second"; };
        protected(Humanify::builder().rules(rules), bare())
    }),
    passes("guard, two rules, limit", || {
        let rules = protect! {
            limit "1000000/second";
            deny_access on "/admin/*" when client.is_tor;
        };
        protected(Humanify::builder().rules(rules), guarded())
    }),
    passes("10 rules", || ruled(rules_10())),
    passes("100 rules", || ruled(rules_100())),
    passes("1000 rules", || ruled(rules_1000())),
    Contender {
        name: "clearance",
        build: || protected(Humanify::builder(), always()),
        request: || {
            let mut request = browser();
            let humanify = humanify(Humanify::builder());
            let cookie = testing::clearance(&humanify, PEER.into(), CHROME).unwrap();
            request
                .headers_mut()
                .insert(COOKIE, cookie.parse().unwrap());
            request
        },
        status: StatusCode::OK,
    },
    Contender {
        name: "challenge redirect",
        build: || protected(Humanify::builder(), always()),
        request: browser,
        status: StatusCode::SEE_OTHER,
    },
    Contender {
        name: "denied bot",
        build: || protected(Humanify::builder(), blocking()),
        request: crawler,
        status: StatusCode::FORBIDDEN,
    },
];

const PEER: Ipv4Addr = Ipv4Addr::new(84, 140, 1, 2);

const fn passes(name: &'static str, build: fn() -> Router) -> Contender {
    Contender {
        name,
        build,
        request: browser,
        status: StatusCode::OK,
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "run", name, count, ..] => {
            let _ = run(contender(name), count.parse().unwrap());
        }
        [_, "serve", name, ..] => serve(contender(name)),
        [_, "hold", ..] => hold(),
        _ => {
            in_process();
            over_http();
        }
    }
}

fn contender(name: &str) -> &'static Contender {
    CONTENDERS.iter().find(|one| one.name == name).unwrap()
}

/// The most that a request may cost beyond one to the bare application: instructions and
/// allocations.
const CEILINGS: &[(&str, u64, f64)] = &[
    ("layer", 4_700, 6.0),
    ("guard", 6_500, 9.0),
    ("limit", 8_100, 8.0),
    ("guard, two rules, limit", 9_900, 11.0),
    ("1000 rules", 5_900, 6.0),
];

/// Fails where a request costs more than it may.
fn hold() {
    let counts = has_valgrind();
    let instructions = |name| per_request(contender(name));
    let bare = (
        counts.then(|| instructions("bare")),
        allocations(contender("bare")),
    );
    for (name, most, most_allocations) in CEILINGS {
        let beyond = allocations(contender(name)) - bare.1;
        println!("{name}: {beyond:.1} allocations beyond bare, at most {most_allocations}");
        assert!(beyond <= *most_allocations, "{name}");
        if let Some(bare) = bare.0 {
            let beyond = instructions(name).saturating_sub(bare);
            println!("{name}: {beyond} instructions beyond bare, at most {most}");
            assert!(beyond <= *most, "{name}");
        }
    }
}

fn has_valgrind() -> bool {
    let is_there = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        eprintln!("SKIPPED: instructions are not counted, since valgrind is not installed");
    }
    is_there
}

/// The instructions of one request.
fn per_request(contender: &Contender) -> u64 {
    (instructions(contender, 2 * REQUESTS) - instructions(contender, REQUESTS)) / REQUESTS
}

/// Instructions, allocations and processor time of a request.
fn in_process() {
    let counts = has_valgrind();
    println!("| request | instructions | beyond bare | allocations | beyond bare | beyond bare, µs |");
    println!("|---|---|---|---|---|---|");
    let mut bare = None;
    let bare_time = time(contender("bare"));
    for contender in CONTENDERS {
        let allocations = allocations(contender);
        let instructions = counts.then(|| per_request(contender));
        let (least, fewest) = *bare.get_or_insert((instructions.unwrap_or(0), allocations));
        let told = |value: Option<u64>| value.map_or("–".to_owned(), |value| value.to_string());
        println!(
            "| {} | {} | {} | {allocations:.1} | {:.1} | {:.2} |",
            contender.name,
            told(instructions),
            told(instructions.map(|own| own.saturating_sub(least))),
            allocations - fewest,
            time(contender) - bare_time,
        );
    }
    println!();
}

/// The instructions of a process that makes so many requests.
fn instructions(contender: &Contender, requests: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args(["run", contender.name, &requests.to_string()])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let (_, collected) = told.rsplit_once("Collected :").expect(&told);
    collected
        .trim()
        .lines()
        .next()
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

/// The time of a request in microseconds, the least of seven runs. Valgrind knows no instructions
/// for SHA-256 and counts each byte of a long copy; a processor does neither.
fn time(contender: &Contender) -> f64 {
    const MANY: u64 = 50_000;
    let run = |_| run(contender, MANY).1;
    let least = (0..7).map(run).min().unwrap();
    least.as_secs_f64() * 1e6 / MANY as f64
}

/// The allocations of a request.
fn allocations(contender: &Contender) -> f64 {
    let (before, _) = run(contender, REQUESTS);
    let (after, _) = run(contender, 2 * REQUESTS);
    (after - before) as f64 / REQUESTS as f64
}

/// Makes requests one after another, and says how often memory was allocated and how long it took.
fn run(contender: &Contender, requests: u64) -> (u64, Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut app = (contender.build)().into_service::<Body>();
        let template = (contender.request)();
        let (head, _) = template.into_parts();
        let (mut before, mut begun) = (0, Instant::now());
        for number in 0..WARM_UP + requests {
            if number == WARM_UP {
                before = ALLOCATIONS.load(Ordering::Relaxed);
                begun = Instant::now();
            }
            let request = Request::from_parts(head.clone(), Body::empty());
            std::future::poll_fn(|context| Service::<Request<Body>>::poll_ready(&mut app, context))
                .await
                .unwrap();
            let response = app.call(request).await.unwrap();
            assert_eq!(response.status(), contender.status, "{}", contender.name);
        }
        let time = begun.elapsed();
        (ALLOCATIONS.load(Ordering::Relaxed) - before, time)
    })
}

/// Requests that one core answers over HTTP, as a part of what it answers bare. The server has a
/// core of its own, and so has `wrk`, with 256 connections: with fewer, what is measured is how
/// long it takes to wake the client up.
fn over_http() {
    let is_missing = |program: &str| {
        let found = Command::new("which")
            .arg(program)
            .stdout(Stdio::null())
            .status();
        !found.is_ok_and(|status| status.success())
    };
    if is_missing("wrk") || is_missing("taskset") {
        eprintln!("SKIPPED: nothing is measured over HTTP, since wrk or taskset is not installed");
        return;
    }
    let names = [
        "bare",
        "identity layer",
        "tower_governor with headers",
        "layer",
        "guard",
        "limit",
        "guard, two rules, limit",
    ];
    let mut rates = vec![Vec::new(); names.len()];
    for _ in 0..3 {
        // In turns, so that all of them meet the same machine.
        for (rates, name) in rates.iter_mut().zip(names) {
            rates.push(rate(name));
        }
    }
    println!("| over HTTP | requests of bare's in the same processor time |");
    println!("|---|---|");
    let best = |rates: &[f64]| rates.iter().copied().fold(0.0, f64::max);
    let most = best(&rates[0]);
    for (rates, name) in rates.iter().zip(names) {
        println!("| {name} | {:.3} |", best(rates) / most);
    }
}

/// Requests a second of the server's processor time.
fn rate(name: &str) -> f64 {
    let mut server = Command::new("taskset")
        .args(["-c", "0"])
        .arg(std::env::current_exe().unwrap())
        .args(["serve", name])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = std::io::BufReader::new(server.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut output, &mut line).unwrap();
    let load = |seconds: u32| {
        let output = Command::new("taskset")
            .args(["-c", "1", "wrk", "-t1", "-c256"])
            .arg(format!("-d{seconds}s"))
            .args(["-H", &format!("User-Agent: {CHROME}")])
            .args(["-H", "Accept: text/html,application/xhtml+xml,*/*;q=0.8"])
            .args(["-H", "Accept-Language: en-US,en;q=0.9"])
            .arg(format!("http://{}/", line.trim()))
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!told.contains("Non-2xx"), "{name}: {told}");
        let (before, _) = told.split_once(" requests in ").expect(&told);
        let count = before.rsplit(char::is_whitespace).next().unwrap();
        count.parse::<f64>().unwrap()
    };
    load(1);
    let before = processor_time(server.id());
    let requests = load(3);
    let used = processor_time(server.id()) - before;
    server.kill().unwrap();
    server.wait().unwrap();
    requests / used.as_secs_f64()
}

/// The processor time of a process so far.
fn processor_time(process: u32) -> Duration {
    let line = std::fs::read_to_string(format!("/proc/{process}/schedstat")).unwrap();
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let all: u64 = threads
        .filter_map(|thread| {
            let line = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            line.split(' ').next()?.parse::<u64>().ok()
        })
        .sum();
    assert!(!line.is_empty());
    Duration::from_nanos(all)
}

fn serve(contender: &Contender) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        let app = (contender.build)().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, app).await.unwrap();
    });
}

async fn hello() -> &'static str {
    "hello"
}

fn boxed() -> std::pin::Pin<Box<dyn Future<Output = &'static str> + Send>> {
    Box::pin(hello())
}

fn bare() -> Router {
    Router::new().route("/", get(hello))
}

fn guarded() -> Router {
    #[require_human]
    async fn hello() -> &'static str {
        "hello"
    }
    Router::new().route("/", get(hello))
}

fn always() -> Router {
    #[always_challenge]
    async fn hello() -> &'static str {
        "hello"
    }
    Router::new().route("/", any(hello))
}

fn blocking() -> Router {
    #[block_bots]
    async fn hello() -> &'static str {
        "hello"
    }
    Router::new().route("/", get(hello))
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

fn ruled(rules: RuleSet) -> Router {
    protected(Humanify::builder().rules(rules), bare())
}

fn humanify(builder: HumanifyBuilder) -> Humanify {
    builder
        .secrets(Secrets::new([7; 32]))
        .lists(Lists::Embedded)
        // Over HTTP the client is on this machine.
        .signals(Signals::default().invalid_ip(false))
        .add_network(Group::Datacenter, "84.140.200.0/24")
        .build()
        .unwrap()
}

fn protected(builder: HumanifyBuilder, app: Router) -> Router {
    humanify(builder).protect(app).unwrap()
}

fn request(agent: &str) -> Request<Body> {
    let mut request = Request::get("/")
        .header(HOST, "site.example")
        .header(USER_AGENT, agent)
        .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
        .header(ACCEPT_LANGUAGE, "en-US,en;q=0.9")
        .header(ACCEPT_ENCODING, "gzip, deflate, br")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-site", "none")
        .header("sec-fetch-dest", "document")
        .body(Body::empty())
        .unwrap();
    let peer = SocketAddr::from((PEER, 40_000));
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

fn browser() -> Request<Body> {
    request(CHROME)
}

fn crawler() -> Request<Body> {
    request("curl/8.5.0")
}

fn governor() -> GovernorLayer<
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

fn rate_tier() -> tower_rate_tier::TierLimitLayer {
    let tiers = tower_rate_tier::RateTier::builder()
        .tier("all", tower_rate_tier::Quota::per_second(1_000_000))
        .default_tier("all")
        .build();
    tower_rate_tier::TierLimitLayer::new(tiers).identifier_fn(|headers| {
        let agent = headers.get(USER_AGENT)?.to_str().ok()?.to_owned();
        Some(tower_rate_tier::TierIdentity::new(agent, "all"))
    })
}

/// Its default settings, with a limit that nobody reaches and bans.
#[cfg(feature = "contenders")]
fn guarded_by_another() -> Router {
    use axum_guard_rs::{IpBanConfig, IpBanManager, RateLimitConfig, RateLimiter, ThreatBanEntry};

    let limiter = RateLimiter::new(RateLimitConfig {
        enable_rate_limiting: true,
        rate_limit: 1_000_000,
        rate_limit_window: 1,
        ..RateLimitConfig::default()
    });
    let bans = IpBanConfig::new(true, 10, 3_600, [] as [(String, ThreatBanEntry); 0]);
    let layer = axum_guard_rs::with_guard(axum_guard_rs::default_config())
        .with_rate_limiting(limiter.unwrap())
        .with_ip_banning(IpBanManager::new(), bans.unwrap());
    bare().layer(layer).layer(axum_guard_rs::client_ip_layer())
}

/// A layer that does nothing but what every layer does: it boxes a future.
#[derive(Clone)]
struct Boxed;

#[derive(Clone)]
struct BoxedService<S>(S);

impl<S> Layer<S> for Boxed {
    type Service = BoxedService<S>;

    fn layer(&self, inner: S) -> BoxedService<S> {
        BoxedService(inner)
    }
}

impl<S> Service<Request<Body>> for BoxedService<S>
where
    S: Service<Request<Body>, Response = Response>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let inner = self.0.call(request);
        Box::pin(inner)
    }
}

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

struct Counting;

#[allow(unsafe_code, reason = "an allocator is unsafe")]
// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
