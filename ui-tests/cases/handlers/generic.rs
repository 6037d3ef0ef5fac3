use humanify::prelude::*;

#[block_bots]
async fn hello<T: ToString>(value: axum::Json<T>) -> String {
    value.0.to_string()
}

fn main() {}
