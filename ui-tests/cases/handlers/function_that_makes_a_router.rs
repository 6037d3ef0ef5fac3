use axum::{Router, routing::MethodRouter, routing::get};
use humanify::prelude::*;

#[require_human]
fn admin() -> Router {
    Router::new()
}

#[rate_limit("5/minute")]
fn hello() -> MethodRouter {
    get(|| async { "hello" })
}

fn main() {
    let _: Router = Router::new().route("/", hello()).nest("/admin", admin());
}
