use humanify::prelude::*;

#[block_bots]
fn hello() -> &'static str {
    "hello"
}

fn main() {}
