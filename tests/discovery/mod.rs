//! Tests of how the layer discovers the policies of handlers. If a version of axum changes one of
//! these cases, a test fails.

mod forwarding;
mod handlers;
mod hidden;
mod mistakes;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use humanify::prelude::*;

use crate::support::{DATACENTER, HOME, Site};

#[block_bots]
async fn guarded() -> &'static str {
    "in"
}

#[always_challenge]
async fn login() -> &'static str {
    "in"
}

async fn open() -> &'static str {
    "in"
}

/// The status that a bot and a person get.
async fn statuses(site: &Site, method: Method, path: &str) -> (u16, u16) {
    let bot = site
        .browser(DATACENTER)
        .send(method.clone(), path, "")
        .await;
    let human = site.browser(HOME).send(method, path, "").await;
    (bot.status.as_u16(), human.status.as_u16())
}

fn protect(app: Router) -> Site {
    Site::new(Humanify::builder(), app)
}

async fn pass(request: Request, next: Next) -> Response {
    next.run(request).await
}

#[tokio::test]
async fn each_method_has_its_own_policy() {
    let site = protect(Router::new().route("/", get(guarded).post(open).put(login)));
    assert_eq!(statuses(&site, Method::GET, "/").await, (403, 200));
    assert_eq!(statuses(&site, Method::HEAD, "/").await, (403, 200));
    assert_eq!(statuses(&site, Method::POST, "/").await, (200, 200));
    assert_eq!(statuses(&site, Method::PUT, "/").await, (403, 403));
    assert_eq!(statuses(&site, Method::DELETE, "/").await, (405, 405));
}

#[tokio::test]
async fn routers_may_be_nested_and_merged() {
    let inner = Router::new()
        .route("/guarded", get(guarded))
        .route("/open", get(open));
    let app = Router::new()
        .nest("/a", Router::new().nest("/b", inner.clone()))
        .nest("/fallback", inner.fallback(guarded))
        .merge(Router::new().route("/merged", get(guarded)))
        .route("/open", get(open));
    let site = protect(app);
    for (path, expected) in [
        ("/a/b/guarded", (403, 200)),
        ("/a/b/open", (200, 200)),
        ("/fallback/nothing", (403, 200)),
        ("/merged", (403, 200)),
        ("/open", (200, 200)),
        ("/nothing", (404, 404)),
    ] {
        assert_eq!(statuses(&site, Method::GET, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn layers_between_router_and_handler_hide_no_attribute() {
    let app = Router::new()
        .route("/from_fn", get(guarded).layer(middleware::from_fn(pass)))
        .route(
            "/timeout",
            get(guarded).layer(tower_http::timeout::TimeoutLayer::with_status_code(
                StatusCode::REQUEST_TIMEOUT,
                Duration::from_secs(9),
            )),
        )
        .route(
            "/handler",
            get(guarded.layer(tower_http::trace::TraceLayer::new_for_http())),
        )
        .route_layer(middleware::from_fn(pass))
        .layer(tower_http::set_header::SetResponseHeaderLayer::overriding(
            axum::http::header::SERVER,
            axum::http::HeaderValue::from_static("x"),
        ))
        .layer(middleware::from_fn(pass));
    let site = protect(app);
    for path in ["/from_fn", "/timeout", "/handler"] {
        assert_eq!(
            statuses(&site, Method::GET, path).await,
            (403, 200),
            "{path}"
        );
    }
}

fn request(path: &str, ip: &str) -> Request {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    let peer = SocketAddr::new(ip.parse().unwrap(), 80);
    request.extensions_mut().insert(ConnectInfo(peer));
    request.headers_mut().insert(
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
            .parse()
            .unwrap(),
    );
    request
}
