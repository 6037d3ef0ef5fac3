use humanify::prelude::*;

#[rate_limit("5/fortnight")]
async fn hello() {}

fn main() {}
