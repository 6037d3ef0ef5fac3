//! A guarded handler is called like the function that it was.

use axum::extract::State;
use humanify::prelude::*;

#[block_bots]
async fn double(State(number): State<u32>) -> u32Text {
    (2 * number).to_string()
}

#[allow(non_camel_case_types)]
type u32Text = String;

#[always_challenge]
async fn nothing() {}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(double(State(21)).await, "42");
    nothing().await;
    let spawned = tokio::spawn(double(State(4)));
    assert_eq!(spawned.await.unwrap(), "8");
}
