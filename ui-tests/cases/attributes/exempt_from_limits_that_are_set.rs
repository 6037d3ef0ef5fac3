use humanify::prelude::*;

#[exempt(rate_limit)]
#[rate_limit("5/minute")]
async fn hello() {}

fn main() {}
