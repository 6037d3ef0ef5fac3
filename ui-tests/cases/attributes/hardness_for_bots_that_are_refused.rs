use humanify::prelude::*;

#[require_human(action = "deny_access", hardness = 3)]
async fn hello() {}

fn main() {}
