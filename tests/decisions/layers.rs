//! Layers around the protection see its refusals.

use std::io::{Read, Write};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::{Request, StatusCode};
use humanify::prelude::*;
use tower::ServiceExt;
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::Level;

use crate::support::Events;

const RULES: RuleSet = protect! {
    always_deny on "/closed";
};

fn routes() -> Router {
    Router::new().route("/closed", get(|| async { "in" }))
}

#[tokio::test]
async fn an_applications_own_trace_logs_the_refusal() {
    let humanify = Humanify::builder().rules(RULES).build().unwrap();
    let on_response = DefaultOnResponse::new().level(Level::INFO);
    let trace = TraceLayer::new_for_http().on_response(on_response);
    let app = humanify.protect(routes()).unwrap().layer(trace);
    let (events, _guard) = Events::collect(Level::INFO);
    let mut request = Request::get("/closed").body(Body::empty()).unwrap();
    let peer = std::net::SocketAddr::from(([84, 140, 1, 2], 4_000));
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let told = events.all();
    let traced = told
        .iter()
        .find(|told| told.target.starts_with("tower_http"));
    assert_eq!(traced.unwrap().get("status"), Some("403"), "{told:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_takes_layers_of_its_own() {
    let humanify = Humanify::builder().rules(RULES).build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let id = http::HeaderName::from_static("x-request-id");
    let ids = SetResponseHeaderLayer::overriding(id, http::HeaderValue::from_static("17"));
    let server = humanify
        .serve(listener, routes())
        .layer(CorsLayer::new().allow_origin(Any))
        .layer(ids)
        .with_graceful_shutdown(async move { stopped.await.unwrap() });
    let server = tokio::spawn(server.into_future());
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let request =
            "GET /closed HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(
        answer.contains("access-control-allow-origin: *"),
        "{answer}"
    );
    assert!(answer.contains("x-request-id: 17"), "{answer}");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
