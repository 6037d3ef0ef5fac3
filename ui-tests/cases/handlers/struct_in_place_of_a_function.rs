use humanify::prelude::*;

#[block_bots]
struct Page;

fn main() {}
