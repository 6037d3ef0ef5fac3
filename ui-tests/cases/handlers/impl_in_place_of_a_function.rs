use humanify::prelude::*;

struct Page;

#[block_bots]
impl Page {
    async fn show() {}
}

fn main() {}
