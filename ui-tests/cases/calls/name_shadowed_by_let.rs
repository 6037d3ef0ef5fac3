use humanify::prelude::*;

#[block_bots]
async fn data() -> &'static str {
    "data"
}

fn main() {
    let data = "a value of the same name";
}
