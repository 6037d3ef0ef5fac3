use humanify::prelude::*;

#[block_bots]
async fn hello() -> Page {
    Page
}

struct Page;

fn main() {}
