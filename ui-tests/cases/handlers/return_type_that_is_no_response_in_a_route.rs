use axum::{Router, routing::get};
use humanify::prelude::*;

#[block_bots]
async fn hello() -> Page {
    Page
}

struct Page;

fn main() {
    let _: Router = Router::new().route("/", get(hello));
}
