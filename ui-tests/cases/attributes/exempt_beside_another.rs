use humanify::prelude::*;

#[rate_limit("5/minute")]
#[exempt]
async fn hello() {}

fn main() {}
