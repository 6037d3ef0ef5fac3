use humanify::prelude::*;

struct Page;

impl Page {
    #[block_bots]
    async fn show(&self) -> &'static str {
        "page"
    }
}

fn main() {}
