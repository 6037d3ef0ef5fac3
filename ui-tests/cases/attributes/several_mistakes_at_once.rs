use humanify::prelude::*;

#[require_human(hardness = 9)]
#[rate_limit("never")]
fn hello<T>() {}

fn main() {}
