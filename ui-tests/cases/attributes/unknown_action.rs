use humanify::prelude::*;

#[require_human(action = "deny")]
async fn hello() {}

fn main() {}
