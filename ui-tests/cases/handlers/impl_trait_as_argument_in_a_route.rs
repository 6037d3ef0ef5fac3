use axum::{Router, routing::get};
use humanify::prelude::*;

#[block_bots]
async fn hello(name: impl ToString + Send) -> String {
    name.to_string()
}

fn main() {
    let _: Router = Router::new().route("/", get(hello));
}
