use humanify::prelude::*;

use std::rc::Rc;

#[block_bots]
async fn hello() -> String {
    let shared = Rc::new(7);
    tokio::task::yield_now().await;
    shared.to_string()
}

fn main() {}
