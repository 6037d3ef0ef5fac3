use humanify::prelude::*;

#[always_challenge(challenge_type = "grid")]
async fn hello() {}

fn main() {}
