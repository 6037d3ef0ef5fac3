use humanify::prelude::*;

#[exempt]
#[block_bots]
#[always_challenge]
async fn hello() {}

fn main() {}
