use humanify::prelude::*;

#[block_bots(hardness = 3)]
async fn hello() {}

fn main() {}
