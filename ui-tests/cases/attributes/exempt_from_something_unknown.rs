use humanify::prelude::*;

#[exempt(limits)]
async fn hello() {}

fn main() {}
