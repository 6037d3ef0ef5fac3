use humanify::prelude::*;

#[always_challenge(challenge_type = "proof-of-work")]
async fn hello() {}

fn main() {}
