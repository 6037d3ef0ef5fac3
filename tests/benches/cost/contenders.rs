//! `CONTENDERS`: the applications that are measured, and their requests.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

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

pub(super) const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// An application with its request.
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) build: fn() -> Router,
    pub(super) request: fn() -> Request<Body>,
    pub(super) status: StatusCode,
}

pub(super) const CONTENDERS: &[Contender] = &[
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

pub(super) fn contender(name: &str) -> &'static Contender {
    CONTENDERS.iter().find(|one| one.name == name).unwrap()
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

/// A site with a page for people, one that denies bots, and one that challenges everyone.
pub(super) fn site() -> Router {
    #[block_bots]
    async fn denied() -> &'static str {
        "hello"
    }
    #[always_challenge]
    async fn challenged() -> &'static str {
        "hello"
    }
    let site = guarded()
        .route("/denied", get(denied))
        .route("/challenged", get(challenged));
    protected(Humanify::builder(), site)
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

/// Default settings, with bans and a limit that no client reaches.
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

/// A layer that only boxes a future, as the baseline of all layers.
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
