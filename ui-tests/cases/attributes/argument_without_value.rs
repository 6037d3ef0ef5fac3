use humanify::prelude::*;

#[require_human(hardness)]
async fn hello() {}

fn main() {}
