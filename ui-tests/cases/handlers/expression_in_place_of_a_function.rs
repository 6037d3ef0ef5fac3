use axum::{Router, routing::get};
use humanify::prelude::*;

async fn hello() {}

fn main() {
    let _: Router = Router::new().route("/", #[block_bots] get(hello));
}
