//! What a handler's signature may hold.
#![deny(warnings)]

use std::borrow::Cow;
use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, body::Bytes, http::HeaderMap, routing::get};
use humanify::prelude::*;

#[derive(Clone)]
struct Settings(Cow<'static, str>);

#[block_bots]
async fn elided(State(settings): State<Settings>) -> Cow<'static, str> {
    settings.0
}

#[block_bots]
async fn many(
    Path((a, b)): Path<(u32, u32)>,
    Query(mut query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    State(Settings(text)): State<Settings>,
    _: Bytes,
) -> Result<Html<String>, (axum::http::StatusCode, &'static str)> {
    query.clear();
    Ok(Html(format!("{a}{b}{}{text}{}", headers.len(), query.len())))
}

#[block_bots]
async fn parts() -> (axum::http::StatusCode, [(&'static str, String); 1], impl IntoResponse) {
    (axum::http::StatusCode::OK, [("x-y", "z".into())], "text")
}

#[block_bots]
async fn response() -> Response {
    "response".into_response()
}

#[block_bots]
pub(crate) async fn sixteen(
    _0: HeaderMap, _1: HeaderMap, _2: HeaderMap, _3: HeaderMap, _4: HeaderMap, _5: HeaderMap,
    _6: HeaderMap, _7: HeaderMap, _8: HeaderMap, _9: HeaderMap, _a: HeaderMap, _b: HeaderMap,
    _c: HeaderMap, _d: HeaderMap, _e: HeaderMap, _f: Bytes,
) {
}

fn main() {
    let app: Router = Router::new()
        .route("/{a}/{b}", get(many).post(elided).put(parts).patch(response).delete(sixteen))
        .with_state(Settings("text".into()));
    drop(app);
}
