//! Measures the cost of challenges and of protection, through the whole router.
//!
//! Run with `cargo bench --manifest-path tests/benches/Cargo.toml --bench challenges`.
//!
//! Requests are made one after another, and the time is the processor time of all threads (elapsed
//! time if the system does not report it), so the figures are for one core, whatever else the
//! machine does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]

#[path = "../support/site.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod site;

use std::fs::read_to_string;
use std::hint::black_box;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::{RouterIntoService, get};
use http::header::{ACCEPT, COOKIE, HOST, USER_AGENT};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use humanify::prelude::*;
use tower::ServiceExt;

use site::{DATACENTER, HOME, Site};

/// A page of the reference, Flask-Humanify 0.2.8.6 with its defaults, as measured on one
/// core of a server with one synchronous worker: 90 ms for a page of pictures (11 a second,
/// 350 KB), 240 ms for one of sound (4 a second, 140 KB). At hardness 5 it answers 500.
struct Reference {
    pages_per_second: f64,
    kilobytes: f64,
}

const KINDS: [(&str, &str, Reference); 2] = [
    (
        "one_click",
        "/humanify/challenge",
        Reference {
            pages_per_second: 11.0,
            kilobytes: 350.0,
        },
    ),
    (
        "audio",
        "/humanify/audio_challenge",
        Reference {
            pages_per_second: 4.0,
            kilobytes: 140.0,
        },
    ),
];

/// The number of pages of each kind before the measurement, and its duration.
const WARM_UP: u32 = 50;
const MEASURED: Duration = Duration::from_secs(3);

/// The number of pages while the memory is measured.
const WATCHED: u32 = 2_000;

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        pages().await;
        memory().await;
        requests().await;
    });
}

/// Measures challenge pages at each hardness.
async fn pages() {
    println!("| page | hardness | pages/s | ms | times hardness 1 | KB | reference | times |");
    println!("|---|---|---|---|---|---|---|---|");
    for (kind, path, reference) in KINDS {
        let mut easiest = None;
        for hardness in [1, 3, 5] {
            let mut site = Client::new(site(hardness), HOME);
            let mut bytes = 0;
            for _ in 0..WARM_UP {
                site.page(path).await;
            }
            let mut count = 0;
            let start = Moment::now();
            while start.elapsed() < MEASURED {
                bytes += site.page(path).await;
                count += 1;
            }
            let each = start.elapsed().as_secs_f64() / f64::from(count);
            let pace = 1.0 / each;
            println!(
                "| {kind} | {hardness} | {pace:.0} | {:.2} | {:.2} | {:.1} | {:.0}/s, {:.0} KB | {:.0} |",
                each * 1e3,
                each / *easiest.get_or_insert(each),
                bytes as f64 / f64::from(count) / 1e3,
                reference.pages_per_second,
                reference.kilobytes,
                pace / reference.pages_per_second,
            );
        }
    }
    println!();
}

/// Measures whether the memory of the process grows.
async fn memory() {
    let Some(mut before) = resident() else {
        println!("This system does not report how much memory is resident.\n");
        return;
    };
    println!("| resident memory | before, MB | after {WATCHED} pages, MB |");
    println!("|---|---|---|");
    for (kind, path, _) in KINDS {
        let mut site = Client::new(site(1), HOME);
        for _ in 0..WARM_UP {
            site.page(path).await;
        }
        before = resident().unwrap_or(before);
        for _ in 0..WATCHED {
            site.page(path).await;
        }
        let after = resident().unwrap_or(before);
        println!("| {kind} | {before:.1} | {after:.1} |");
    }
    println!();
}

/// Measures requests without a challenge.
async fn requests() {
    #[require_human]
    async fn human() -> &'static str {
        "hello"
    }
    #[rate_limit("1000000/second")]
    async fn limited() -> &'static str {
        "hello"
    }
    #[block_bots]
    async fn closed() -> &'static str {
        "hello"
    }
    let app = Router::new()
        .route("/plain", get(|| async { "hello" }))
        .route("/human", get(human))
        .route("/limited", get(limited))
        .route("/closed", get(closed));
    let bare = Router::new().route("/plain", get(|| async { "hello" }));

    println!("| request | µs | times bare |");
    println!("|---|---|---|");
    let mut cheapest = None;
    let site = || Site::new(Humanify::builder(), app.clone());
    for (name, site, bare, ip, path, status) in [
        ("bare axum", site(), Some(bare), HOME, "/plain", 200),
        ("with the layer", site(), None, HOME, "/plain", 200),
        ("one limit", site(), None, HOME, "/limited", 200),
        (
            "`#[require_human]`, nobody's bot",
            site(),
            None,
            HOME,
            "/human",
            200,
        ),
        (
            "`#[require_human]`, with a clearance",
            site(),
            None,
            DATACENTER,
            "/human",
            200,
        ),
        ("denied bot", site(), None, DATACENTER, "/closed", 403),
    ] {
        let visitor = site.browser(ip).with(USER_AGENT, AGENT);
        if ip == DATACENTER {
            visitor.get_in("/human").await;
        }
        let mut client = Client::new(site, ip);
        client.cookie = visitor
            .cookie("humanify_clearance")
            .map(|value| format!("humanify_clearance={value}"));
        if let Some(bare) = bare {
            client.service = bare.into_service();
        }
        let mut most = Duration::MAX;
        for _ in 0..5 {
            let start = Moment::now();
            for _ in 0..40_000 {
                assert_eq!(client.get(path).await.0, status);
            }
            most = most.min(start.elapsed());
        }
        let each = most.as_secs_f64() / 40_000.0;
        println!(
            "| {name} | {:.2} | {:.1} |",
            each * 1e6,
            each / *cheapest.get_or_insert(each),
        );
    }
}

fn site(hardness: u8) -> Site {
    Site::new(Humanify::builder().hardness(hardness), Router::new())
}

/// One client of a site.
struct Client {
    site: Site,
    service: RouterIntoService<Body>,
    peer: SocketAddr,
    cookie: Option<String>,
}

impl Client {
    fn new(site: Site, ip: &str) -> Client {
        Client {
            service: site.app.clone().into_service(),
            site,
            peer: SocketAddr::new(ip.parse().unwrap(), 40_000),
            cookie: None,
        }
    }

    /// The bytes of a challenge page.
    async fn page(&mut self, path: &str) -> usize {
        // No client gets more than one page a second in the long run.
        self.site.clock.advance(Duration::from_secs(1));
        let (status, bytes) = self.get(path).await;
        assert_eq!(status, StatusCode::OK);
        bytes
    }

    /// The status and the bytes of an answer.
    async fn get(&mut self, path: &str) -> (StatusCode, usize) {
        let mut request = Request::get(path)
            .header(HOST, "site.example")
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let (head, body) = (&mut self.service)
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        let body = black_box(body.collect().await.unwrap().to_bytes());
        (head.status, body.len())
    }
}

/// A point in processor time or, if that is unknown, in wall-clock time.
struct Moment {
    processor: Option<Duration>,
    wall: Instant,
}

impl Moment {
    fn now() -> Moment {
        Moment {
            processor: processor_time(),
            wall: Instant::now(),
        }
    }

    fn elapsed(&self) -> Duration {
        match (self.processor, processor_time()) {
            (Some(then), Some(now)) => now.saturating_sub(then),
            _ => self.wall.elapsed(),
        }
    }
}

/// The processor time of all threads of this process, from Linux, in hundredths of a second.
fn processor_time() -> Option<Duration> {
    let stat = read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let ticks = fields.split(' ').skip(11).take(2);
    let ticks: u64 = ticks.map(|ticks| ticks.parse().unwrap_or(0)).sum();
    Some(Duration::from_millis(ticks * 10))
}

/// Resident memory, in megabytes.
fn resident() -> Option<f64> {
    let status = read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1_024.0 / 1e6)
}
