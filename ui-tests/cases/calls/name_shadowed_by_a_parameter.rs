use humanify::prelude::*;

#[block_bots]
async fn data() -> &'static str {
    "data"
}

fn length(data: &str) {}

fn main() {
    length("text");
}
