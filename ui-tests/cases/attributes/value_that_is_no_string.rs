use humanify::prelude::*;

#[require_human(challenge_type = audio)]
async fn hello() {}

fn main() {}
