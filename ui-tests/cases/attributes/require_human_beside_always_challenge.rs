use humanify::prelude::*;

#[require_human]
#[always_challenge]
async fn hello() {}

fn main() {}
