//! Attributes of others work above and beneath ours; lints, docs and `cfg` are seen.
#![deny(warnings, missing_docs, deprecated)]

use axum::{Router, extract::State, routing::get};
use humanify::prelude::*;

/// Documented.
#[block_bots]
#[axum::debug_handler(state = u32)]
pub async fn checked_beneath(State(number): State<u32>) -> String {
    number.to_string()
}

/// Documented.
#[axum::debug_handler(state = u32)]
#[block_bots]
pub async fn checked_above(State(number): State<u32>) -> String {
    number.to_string()
}

/// There is only one of the two.
#[block_bots]
#[cfg(any())]
pub async fn chosen(_: NoSuchType) {}

/// There is only one of the two.
#[block_bots]
#[cfg(all())]
#[cfg_attr(all(), rate_limit("5/minute"), doc = "limited")]
pub async fn chosen() {}

#[block_bots]
#[deprecated = "use another"]
#[allow(dead_code)]
async fn old() {}

#[block_bots]
#[expect(unused_variables)]
async fn lints(State(number): State<u32>) {}

#[block_bots]
#[expect(clippy::unused_async)]
#[must_use]
async fn inner(#[allow(unused_variables)] State(number): State<u32>) {}

fn main() {
    let app: Router = Router::new()
        .route("/a", get(checked_beneath).post(checked_above))
        .route("/b", get(chosen).post(lints).put(inner))
        .with_state(7);
    drop(app);
}
