use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get};
use humanify::prelude::*;

struct Page(String);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl Page {
    fn title() -> String {
        "title".to_owned()
    }

    #[block_bots]
    async fn show() -> Self {
        Page(Page::title())
    }

    #[rate_limit("5/minute")]
    async fn edit() -> String {
        Self::title()
    }

    #[block_bots]
    async fn list() -> String {
        struct Row(String);
        impl Row {
            fn new() -> Self {
                Self(Page::title())
            }
        }
        Row::new().0
    }
}

fn main() {
    let _: Router = Router::new()
        .route("/", get(Page::show).post(Page::edit))
        .route("/list", get(Page::list));
}
