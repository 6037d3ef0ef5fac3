//! Fuzzes sequences of requests to a protected application: nothing panics, no client gets in
//! without a clearance, no response is an error of humanify, and no page contains markup from a
//! client.

#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::routing::any;
use humanify::prelude::*;
use humanify::verify::SignedAgents;
use humanify::{CrawlerKind, CrawlerVerification, Memory, Proxies, Secrets, testing};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// The markup that requests contain. No page of humanify has such an element.
const MARKUP: &str = "<fuzz>";

/// The text of the protected page.
const INSIDE: &str = "1bdb6d23 is inside";

/// The address of a client with a clearance.
const CLEARED: IpAddr = IpAddr::V4(Ipv4Addr::new(84, 140, 1, 2));
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const METHODS: [Method; 6] = [
    Method::GET,
    Method::POST,
    Method::HEAD,
    Method::OPTIONS,
    Method::PUT,
    Method::CONNECT,
];

const PATHS: [&str; 10] = [
    "/login",
    "/shop/sale",
    "/open",
    "/humanify/verify",
    "/humanify/verify_audio",
    "/humanify/verify_work",
    "/humanify/access_denied",
    "/humanify/rate_limited",
    "/wp-admin/setup",
    "/health",
];

const NAMES: [&str; 22] = [
    "accept",
    "accept-language",
    "content-length",
    "content-type",
    "cookie",
    "forwarded",
    "host",
    "origin",
    "purpose",
    "referer",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "signature",
    "signature-agent",
    "signature-input",
    "user-agent",
    "x-api-key",
    "x-forwarded-for",
];

const FIELDS: [&str; 8] = [
    "answer",
    "challenge",
    "next",
    "for",
    "nonce",
    "ticket",
    "work",
    "grid",
];

#[derive(Arbitrary, Debug)]
struct Question<'a> {
    method: u8,
    path: Path<'a>,
    query: Vec<(u8, Value<'a>)>,
    headers: Vec<(u8, Value<'a>)>,
    body: Vec<(u8, Value<'a>)>,
    peer: Peer,
}

#[derive(Arbitrary, Debug)]
enum Path<'a> {
    Known(u8),
    Under(u8, &'a str),
    Any(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Value<'a> {
    Bytes(&'a [u8]),
    Text(&'a str),
    Markup(&'a str),
    Agent,
    /// A clearance with one byte changed.
    Forged(u16, u8),
}

#[derive(Arbitrary, Debug)]
enum Peer {
    Cleared,
    Proxy,
    V4(u32),
    V6(u128),
}

struct Site {
    app: Router,
    clearance: String,
    runtime: Runtime,
}

static SITE: LazyLock<Site> = LazyLock::new(|| {
    let agents = SignedAgents::new(["site.example"])
        .and_then(|agents| {
            // The private key is not known to the fuzzer.
            let key = "E8RV3L0jWgJNvTsGpadnvVVn6zebxdm_UKYQNvyz0HE";
            agents.key("Acme", CrawlerKind::AiAssistant, key)
        })
        .expect("a key");
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .proxies(Proxies::networks(["10.0.0.0/8"]))
        .use_client_id(true)
        .store(Memory::default().max_clients(1_000))
        .crawlers(CrawlerVerification::new().signed_agents(agents))
        .rules(protect! {
            no_default_exemptions;
            ban "10000 denials/minute" for "1 second";
            trap on "/wp-admin/*";
            limit "100000/second", key = "headers.x-api-key";
            limit "100000/second", count = "failures" on "/login";
            exempt on "/open";
            always_deny when client.ip in ["192.0.2.0/24"] || args.evil == "1";
            always_challenge on regex "^/login" when host != "evil.example";
            always_challenge;
        })
        .build()
        .expect("settings that fit");
    let clearance = testing::clearance(&humanify, CLEARED, AGENT).expect("randomness");
    let app = Router::new()
        .route("/open", any(|| async { "open" }))
        .route("/{*path}", any(|| async { INSIDE }))
        .fallback(|| async { INSIDE });
    let runtime = Builder::new_current_thread().enable_all().build();
    Site {
        app: humanify.protect(app).expect("an application"),
        clearance,
        runtime: runtime.expect("a runtime"),
    }
});

fuzz_target!(|questions: Vec<Question<'_>>| {
    for question in questions.into_iter().take(4) {
        SITE.ask(question);
    }
});

impl Site {
    fn ask(&self, question: Question<'_>) {
        let Some(request) = self.request(question) else {
            return;
        };
        let shown = format!("{request:?}");
        let answer = self.app.clone().oneshot(request);
        let (status, html, body) = self.runtime.block_on(async {
            let answer = answer.await.expect("an answer");
            let html = answer.headers().get(header::CONTENT_TYPE);
            let html = html.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
            let status = answer.status();
            let body = to_bytes(answer.into_body(), usize::MAX).await;
            (status, html, body.expect("a body"))
        });
        let body = String::from_utf8_lossy(&body);
        assert!(!body.contains(INSIDE), "{shown} was let in");
        assert!(
            !status.is_server_error() || status == StatusCode::SERVICE_UNAVAILABLE,
            "{shown} {status} {body}"
        );
        assert!(!html || !body.contains(MARKUP), "{shown} {body}");
    }

    fn request(&self, question: Question<'_>) -> Option<Request<Body>> {
        let known = |number: u8| PATHS[usize::from(number) % PATHS.len()];
        let path = match question.path {
            Path::Known(number) => known(number).to_owned(),
            Path::Under(number, rest) => format!("{}{rest}", known(number)),
            Path::Any(path) => path.to_owned(),
        };
        let query = self.form(&question.query);
        let path = PathAndQuery::try_from(format!("{path}?{query}")).ok()?;
        let mut uri = Uri::default().into_parts();
        uri.path_and_query = Some(path);
        let method = &METHODS[usize::from(question.method) % METHODS.len()];
        let body = self.form(&question.body);
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = method.clone();
        *request.uri_mut() = Uri::from_parts(uri).ok()?;
        for (name, value) in &question.headers {
            let name = NAMES[usize::from(*name) % NAMES.len()];
            let value = HeaderValue::from_bytes(&self.bytes(value)).ok()?;
            let headers = request.headers_mut();
            headers.append(HeaderName::from_static(name), value);
        }
        let ip = match question.peer {
            Peer::Cleared => CLEARED,
            Peer::Proxy => Ipv4Addr::new(10, 1, 2, 3).into(),
            Peer::V4(bits) => Ipv4Addr::from_bits(bits).into(),
            Peer::V6(bits) => Ipv6Addr::from_bits(bits).into(),
        };
        let peer = ConnectInfo(SocketAddr::new(ip, 40_000));
        request.extensions_mut().insert(peer);
        Some(request)
    }

    fn form(&self, fields: &[(u8, Value<'_>)]) -> String {
        let fields = fields.iter().map(|(name, value)| {
            let name = FIELDS[usize::from(*name) % FIELDS.len()];
            let value = self.bytes(value);
            let value = value.iter().map(|byte| format!("%{byte:02x}"));
            format!("{name}={}", value.collect::<String>())
        });
        fields.collect::<Vec<_>>().join("&")
    }

    fn bytes(&self, value: &Value<'_>) -> Vec<u8> {
        match value {
            Value::Bytes(bytes) => bytes.to_vec(),
            Value::Text(text) => text.as_bytes().to_vec(),
            Value::Markup(text) => format!("{text}{MARKUP}").into_bytes(),
            Value::Agent => AGENT.into(),
            Value::Forged(place, by) => {
                let mut forged = self.clearance.clone().into_bytes();
                let place = usize::from(*place) % forged.len();
                forged[place] ^= (*by).max(1);
                forged
            }
        }
    }
}
