use humanify::prelude::*;

#[rate_limit("10/minute")]
#[rate_limit("100/minute")]
async fn hello() {}

fn main() {}
