use humanify::prelude::*;

#[rate_limit("10/minute; 10/minute")]
async fn hello() {}

fn main() {}
