//! Every attribute, alone and with those that go together, by every path to its name.
#![deny(warnings)]

use axum::extract::{Query, State};
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::{Json, Router, routing::get};
use humanify::{always_challenge, block_bots, endpoint, exempt, rate_limit, require_human};

#[require_human]
async fn plain() -> &'static str {
    "plain"
}

#[require_human(action = "challenge", hardness = 5, challenge_type = "audio")]
async fn audio() -> String {
    "audio".to_owned()
}

#[require_human(action = "deny_access")]
#[always_challenge(hardness = 2, challenge_type = "one_click")]
async fn refused(State(number): State<u32>) -> impl IntoResponse {
    number.to_string()
}

#[block_bots]
#[always_challenge]
#[rate_limit("5/minute")]
#[rate_limit("100/day")]
#[endpoint("billing.pay")]
async fn everything(method: Method, query: Query<Vec<(String, String)>>) -> Json<usize> {
    Json(method.as_str().len() + query.0.len())
}

#[rate_limit("5/minute; 100/day")]
async fn limited() -> Result<impl IntoResponse, StatusCode> {
    Ok("limited")
}

#[exempt(rate_limit)]
#[::humanify::require_human()]
async fn unlimited() {}

#[humanify::endpoint("open")]
#[humanify::exempt]
async fn open() -> (StatusCode, &'static str) {
    (StatusCode::CREATED, "open")
}

fn main() {
    let app: Router = Router::new()
        .route("/plain", get(plain))
        .route("/audio", get(audio).post(refused))
        .route("/everything", get(everything))
        .route("/limited", get(limited))
        .route("/unlimited", get(unlimited))
        .route("/open", get(open))
        .with_state(7);
    drop(app);
}
