use humanify::prelude::*;

#[block_bots]
async fn hello(#[cfg(debug_assertions)] _method: axum::http::Method) {}

fn main() {}
