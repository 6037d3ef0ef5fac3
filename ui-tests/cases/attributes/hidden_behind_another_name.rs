use humanify::{block_bots, exempt as free};

#[block_bots]
#[free]
async fn hello() {}

fn main() {}
