use humanify::prelude::*;

#[block_bots]
#[require_human]
async fn hello() {}

fn main() {}
