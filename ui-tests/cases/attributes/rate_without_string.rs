use humanify::prelude::*;

#[rate_limit(5 / minute)]
async fn hello() {}

fn main() {}
