use axum::extract::State;
use humanify::prelude::*;

#[block_bots]
async fn double(State(number): State<u32>) -> String {
    (2 * number).to_string()
}

fn main() {
    drop(double(21));
}
