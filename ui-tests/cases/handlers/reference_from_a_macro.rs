use axum::{Router, routing::get};
use humanify::prelude::*;

macro_rules! guarded {
    ($name:ident, $type:ty) => {
        #[block_bots]
        async fn $name(name: $type) -> String {
            name.to_string()
        }
    };
}

guarded!(hello, &str);

fn main() {
    let _: Router = Router::new().route("/", get(hello));
}
