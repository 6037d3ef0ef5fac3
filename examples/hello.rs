//! Run with `cargo run --example hello`, and open the address that it prints.

use axum::{Router, routing::get};
use humanify::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::new().route("/", get(hello));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://{}", listener.local_addr()?);
    Humanify::builder().build()?.serve(listener, app).await?;
    Ok(())
}

#[require_human]
async fn hello() -> &'static str {
    "Hello, human!"
}
