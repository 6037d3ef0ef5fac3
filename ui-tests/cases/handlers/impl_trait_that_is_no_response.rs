use humanify::prelude::*;

#[block_bots]
async fn hello() -> impl ToString {
    7
}

fn main() {}
