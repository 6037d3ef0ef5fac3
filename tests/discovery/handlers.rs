//! Handlers with attributes: their state, extractors and responses, and direct calls.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::{ConnectInfo, FromRef, Path, Query, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use humanify::Secrets;
use humanify::prelude::*;
use tower::ServiceExt;

use super::{guarded, open, protect, request, statuses};
use crate::support::HOME;

#[derive(Clone)]
pub(crate) struct App {
    number: u32,
}

#[derive(Debug)]
struct Failure;

#[block_bots]
async fn with_everything(
    State(number): State<u32>,
    Path(id): Path<u32>,
    Query(query): Query<Vec<(String, String)>>,
    client: Client,
    detection: Detection,
    ConnectInfo(_peer): ConnectInfo<SocketAddr>,
    body: String,
) -> Result<Json<(u32, u32, usize, bool, bool, String)>, Failure> {
    let known = client.ip().is_some();
    Ok(Json((
        number,
        id,
        query.len(),
        known,
        detection.is_bot(),
        body,
    )))
}

/// Documentation stays.
#[require_human]
#[allow(clippy::unused_async)]
pub(crate) async fn visible(State(app): State<App>) -> impl IntoResponse {
    (StatusCode::CREATED, app.number.to_string())
}

#[require_human]
#[axum::debug_handler(state = App)]
async fn debugged(State(app): State<App>) -> Result<String, Failure> {
    if app.number == 0 {
        Err(Failure)
    } else {
        Ok("in".into())
    }
}

#[block_bots]
async fn nothing() {}

#[tokio::test]
async fn handlers_keep_their_state_their_extractors_and_their_answers() {
    let app = Router::new()
        .route("/all/{id}", post(with_everything))
        .route("/visible", get(visible))
        .route("/debugged", get(debugged))
        .route("/nothing", get(nothing))
        .with_state(App { number: 7 });
    let site = protect(app);
    let reply = site
        .browser(HOME)
        .send(Method::POST, "/all/5?a=1&b=2", "body")
        .await;
    assert_eq!(reply.body, r#"[7,5,2,true,false,"body"]"#);
    assert_eq!(statuses(&site, Method::POST, "/all/5").await, (403, 200));
    assert_eq!(statuses(&site, Method::GET, "/visible").await, (303, 201));
    assert_eq!(statuses(&site, Method::GET, "/debugged").await, (303, 200));
    assert_eq!(statuses(&site, Method::GET, "/nothing").await, (403, 200));
}

#[tokio::test]
async fn a_handler_can_be_called_in_a_test() {
    let (status, text) = {
        let response = visible(State(App { number: 7 })).await.into_response();
        let status = response.status();
        (
            status,
            axum::body::to_bytes(response.into_body(), 99)
                .await
                .unwrap(),
        )
    };
    assert_eq!((status, &text[..]), (StatusCode::CREATED, &b"7"[..]));
    assert!(debugged(State(App { number: 0 })).await.is_err());
    assert_eq!(guarded().await, "in");
    nothing().await;
}

#[tokio::test]
async fn a_panic_in_a_handlers_clone_leaves_nothing_behind() {
    struct Explosive(Arc<Mutex<bool>>);
    impl Clone for Explosive {
        fn clone(&self) -> Self {
            let armed = *self.0.lock().unwrap();
            assert!(!armed, "boom");
            Explosive(Arc::clone(&self.0))
        }
    }
    let armed = Arc::new(Mutex::new(false));
    let explosive = Explosive(Arc::clone(&armed));
    let app: Router = Router::new().route(
        "/",
        get(move || async move {
            drop(explosive);
            "in"
        }),
    );
    *armed.lock().unwrap() = true;
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .build()
        .unwrap();
    let layer = humanify.layer();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        app.layer(layer).with_state::<()>(())
    }));
    assert!(caught.is_err());
    let site = protect(Router::new().route("/", get(open)));
    assert_eq!(statuses(&site, Method::GET, "/").await, (200, 200));
}

impl FromRef<App> for u32 {
    fn from_ref(app: &App) -> u32 {
        app.number
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        StatusCode::IM_A_TEAPOT.into_response()
    }
}

#[tokio::test]
async fn a_router_is_discovered_once_it_has_its_state() {
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .build()
        .unwrap();
    let app: Router = Router::new()
        .route("/", get(visible))
        .layer(humanify.layer())
        .with_state(App { number: 7 });
    let bot = request("/", "127.0.0.1");
    assert_eq!(
        app.oneshot(bot).await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
}
