//! Mistakes in an application: no layer, two layers, colliding routes, no address.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::routing::{get, post};
use humanify::Secrets;
use humanify::prelude::*;
use tower::ServiceExt;

use super::{guarded, open, protect, request};
use crate::support::HOME;

#[tokio::test]
async fn a_guard_without_a_layer_is_closed() {
    let app: Router = Router::new().route("/", get(guarded));
    let response = app.oneshot(request("/", HOME)).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    // Tests have debug assertions, so the response contains the fix.
    let body = axum::body::to_bytes(response.into_body(), 9_999).await;
    let body = String::from_utf8(body.unwrap().to_vec()).unwrap();
    assert!(body.contains("humanify.protect(app)"), "{body}");

    // A route added after the layer is not protected, so its guarded handler refuses.
    let site = protect(Router::new());
    let app = site.app.route("/late", get(guarded));
    let response = app.oneshot(request("/late", HOME)).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn protecting_a_router_twice_counts_each_request_once() {
    #[rate_limit("2/hour")]
    async fn limited() -> &'static str {
        "in"
    }
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .build()
        .unwrap();
    let app = Router::new().route("/", get(limited));
    let twice = humanify.protect(humanify.protect(app).unwrap()).unwrap();
    let other = Router::new().route("/other", get(limited));
    let merged = twice.merge(humanify.protect(other).unwrap());
    for path in ["/", "/other"] {
        for expected in [200, 200, 429] {
            let response = merged.clone().oneshot(request(path, HOME)).await.unwrap();
            assert_eq!(response.status().as_u16(), expected, "{path}");
        }
    }
    let response = merged
        .oneshot(request("/humanify/challenge", HOME))
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_route_collision_is_an_error_and_not_a_panic() {
    let humanify = Humanify::builder().build().unwrap();
    let app = Router::new().route("/humanify/verify", post(open));
    let error = humanify.protect(app).unwrap_err().to_string();
    assert!(
        error.contains("/humanify/verify") && error.contains("Pages::at"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_without_peer_addresses_responds_with_the_correction() {
    let site = protect(Router::new().route("/", get(open)));
    let request = Request::get("/").body(Body::empty()).unwrap();
    let response = site.app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = axum::body::to_bytes(response.into_body(), 9_999)
        .await
        .unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    assert!(
        body.contains("into_make_service_with_connect_info") && body.contains("MockConnectInfo"),
        "{body}"
    );
}
