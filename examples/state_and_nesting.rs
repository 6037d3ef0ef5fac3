//! Guarded handlers with state and extractors, in nested routers, in a module of their own.
//!
//! Run with `cargo run --example state_and_nesting`, and open the addresses that it prints.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::routing::get;
use humanify::prelude::*;

#[derive(Clone, Default)]
struct App {
    visits: Arc<AtomicU64>,
}

/// A guarded handler is a `const`, and a `const` cannot be shadowed: `let index = …` would not
/// compile beside a handler `index`. In a module of their own, handlers do not collide with other
/// names.
mod handlers {
    use super::{App, Ordering, always_challenge, block_bots, require_human};
    use axum::extract::{Path, State};
    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    #[require_human]
    pub(crate) async fn index(State(app): State<App>) -> impl IntoResponse {
        let visits = app.visits.fetch_add(1, Ordering::Relaxed) + 1;
        format!("visit {visits}")
    }

    #[block_bots]
    pub(crate) async fn item(Path(id): Path<u32>) -> Result<String, StatusCode> {
        if id == 0 {
            return Err(StatusCode::NOT_FOUND);
        }
        Ok(format!("item {id}"))
    }

    #[always_challenge(hardness = 3)]
    pub(crate) async fn account() -> &'static str {
        "your account"
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // On localhost, every client has an address that is not routable and so counts as a bot. During
    // development, do not count this sign.
    let humanify = Humanify::builder()
        .signals(Signals::default().invalid_ip(false))
        .error_pages(ErrorPages::default())
        .build()?;

    let shop = Router::new()
        .route("/items/{id}", get(handlers::item))
        .route("/account", get(handlers::account));
    let app = Router::new()
        .route("/", get(handlers::index))
        .nest("/shop", shop)
        .with_state(App::default());

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let address = listener.local_addr()?;
    println!("http://{address}\nhttp://{address}/shop/items/7\nhttp://{address}/shop/account");
    humanify
        .serve(listener, app)
        .with_graceful_shutdown(async {
            // If no signal handler can be installed, the server runs on.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    Ok(())
}
