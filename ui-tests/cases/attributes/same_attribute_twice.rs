use humanify::prelude::*;

#[block_bots]
#[humanify::block_bots]
async fn hello() {}

fn main() {}
