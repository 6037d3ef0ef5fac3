use humanify::prelude::*;

#[rate_limit(burst = 10, "5/minute")]
async fn hello() {}

fn main() {}
