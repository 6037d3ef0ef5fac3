use axum::{Router, routing::get};
use humanify::prelude::*;

struct Site;

impl Site {
    #[require_human(hardnes = 3)]
    #[rate_limit("5/minut")]
    pub async fn hello() -> &'static str {
        "hello"
    }
}

fn main() {
    let _: Router = Router::new().route("/", get(Site::hello));
}
