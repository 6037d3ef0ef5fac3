use humanify::prelude::*;

#[block_bots]
const unsafe extern "C" fn hello() {}

fn main() {}
