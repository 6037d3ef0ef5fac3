use humanify::prelude::*;

#[require_human(hardnes = 3, challenge_type = "audio")]
async fn hello() {}

fn main() {}
