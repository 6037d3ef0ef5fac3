//! Counts the memory allocations of a request that passes, beyond those of the bare application,
//! with every feature turned on.
//!
//! `cargo bench --manifest-path tests/benches/Cargo.toml --bench cost -- hold` also checks ceilings
//! of instructions.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE, HOST, USER_AGENT};
use axum::routing::get;
use humanify::prelude::*;
use humanify::{Lists, Secrets};
use tower::Service;

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// Requests before the measurement, to exclude allocations that happen once.
const WARM_UP: u64 = 64;

const REQUESTS: u64 = 256;

async fn hello() -> &'static str {
    "hello"
}

#[require_human]
async fn guarded() -> &'static str {
    "hello"
}

fn protected(rules: RuleSet, app: Router) -> Router {
    let builder = Humanify::builder()
        .lists(Lists::Embedded)
        .secrets(Secrets::new([7; 32]));
    builder.rules(rules).build().unwrap().protect(app).unwrap()
}

/// A browser's request. Building it is not measured.
fn browser() -> Request {
    let peer = SocketAddr::from((Ipv4Addr::new(84, 140, 1, 2), 1));
    Request::get("/")
        .header(HOST, "example.org")
        .header(USER_AGENT, CHROME)
        .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
        .header(ACCEPT_LANGUAGE, "en-US,en;q=0.9")
        .extension(ConnectInfo(peer))
        .body(Body::empty())
        .unwrap()
}

/// The allocations of a request to an application.
fn allocations(app: Router) -> f64 {
    let mut app = app.into_service::<Body>();
    let mut call = |request: Request| {
        let mut response = pin!(app.call(request));
        match response
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(Ok(response)) => assert_eq!(response.status(), 200),
            Poll::Pending => panic!("a request that passes waits for nothing"),
        }
    };
    (0..WARM_UP).for_each(|_| call(browser()));
    let requests: Vec<Request> = (0..REQUESTS).map(|_| browser()).collect();
    let measured = allocation_counter::measure(|| requests.into_iter().for_each(&mut call));
    measured.count_total as f64 / REQUESTS as f64
}

#[test]
fn a_passing_request_stays_within_its_allocations() {
    let app = |handler| Router::new().route("/", handler);
    let bare = allocations(app(get(hello)));
    assert!(bare > 1.0, "allocations are counted: {bare}");
    let limit = protect! { limit "1000000/second"; };
    let both = protect! {
        limit "1000000/second";
        deny_access on "/admin/*" when client.is_tor;
    };
    for (name, most, app) in [
        ("the layer", 4.0, protected(RuleSet::EMPTY, app(get(hello)))),
        ("a guard", 7.0, protected(RuleSet::EMPTY, app(get(guarded)))),
        ("a limit", 5.0, protected(limit, app(get(hello)))),
        ("all of it", 8.0, protected(both, app(get(guarded)))),
    ] {
        let beyond = allocations(app) - bare;
        assert!(
            beyond <= most + 0.1,
            "{name}: {beyond} allocations, and not {most}"
        );
    }
}

/// A cookie that is too long to be a clearance is not decoded.
#[test]
fn a_long_cookie_takes_no_memory() {
    let rules = protect! { always_challenge; };
    let app = protected(rules, Router::new().route("/", get(hello)));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.unwrap();
    let bytes = |cookie: &str| {
        let mut request = browser();
        let cookie = format!("humanify_clearance={cookie}");
        request
            .headers_mut()
            .insert(COOKIE, cookie.parse().unwrap());
        let answered = tower::ServiceExt::oneshot(app.clone(), request);
        let measured = allocation_counter::measure(|| {
            let response = runtime.block_on(answered).unwrap();
            assert_ne!(response.status(), 200);
        });
        measured.bytes_total
    };
    bytes("A");
    let (short, long) = (bytes("A"), bytes(&"A".repeat(60_000)));
    assert!(long < short + 10_000, "{short} {long}");
}
