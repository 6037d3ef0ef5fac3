use axum::{Router, routing::get};
use humanify::prelude::*;

struct Page;

#[block_bots]
async fn hello(_: Page) {}

fn main() {
    let _: Router = Router::new().route("/", get(hello));
}
