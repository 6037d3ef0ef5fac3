use humanify::prelude::*;

#[endpoint("billing pay")]
async fn hello() {}

fn main() {}
