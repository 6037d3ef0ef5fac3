use axum::{Router, routing::get};
use humanify::prelude::*;

#[block_bots]
pub fn hello() -> &'static str {
    "hello"
}

fn main() {
    let _: Router = Router::new().route("/", get(hello));
}
