use humanify::prelude::*;

#[block_bots]
async fn data() -> &'static str {
    "data"
}

fn main() {
    if let Some(data) = std::env::args().next() {}
}
