use axum::{Router, extract::Request, middleware::Next, middleware::from_fn, response::Response};
use humanify::prelude::*;

#[require_human]
async fn log(request: Request, next: Next) -> Response {
    next.run(request).await
}

fn main() {
    let _: Router = Router::new().layer(from_fn(log));
}
