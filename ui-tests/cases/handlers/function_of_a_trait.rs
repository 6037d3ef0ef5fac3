use std::{future::Future, pin::Pin};

use humanify::prelude::*;

trait Site {
    fn show<'async_trait>() -> Pin<Box<dyn Future<Output = &'static str> + Send + 'async_trait>>;
}

struct Shop;

impl Site for Shop {
    // What `#[async_trait]` makes of `async fn show() -> &'static str`.
    #[require_human]
    fn show<'async_trait>() -> Pin<Box<dyn Future<Output = &'static str> + Send + 'async_trait>> {
        Box::pin(async move { "shop" })
    }
}

fn main() {}
