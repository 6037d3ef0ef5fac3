use humanify::prelude::*;

#[always_challenge(hardness = 6)]
async fn hello() {}

fn main() {}
