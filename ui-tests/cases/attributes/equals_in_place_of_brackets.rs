use humanify::prelude::*;

#[require_human = "audio"]
async fn hello() {}

fn main() {}
