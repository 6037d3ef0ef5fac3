//! Rules for the whole site, and one statement that only observes.
//!
//! Run with `cargo run --example rules`, then try
//!
//! ```text
//! curl -i http://127.0.0.1:3000/                      # in
//! curl -i http://127.0.0.1:3000/admin/users           # 403: curl is a detected bot
//! curl -i http://127.0.0.1:3000/api/items             # 403: a challenge, and where it is
//! curl -i http://127.0.0.1:3000/%61dmin//users        # 403: no other spelling helps
//! curl -i http://127.0.0.1:3000/search?q=x            # in; the log says who would not be
//! ```

use axum::{Router, extract::Request, routing::any};
use humanify::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().init();
    let humanify = Humanify::builder()
        .rules(protect! {
            limit "100/minute";
            exempt on "/assets/*";
            deny_access on "/admin/*";
            challenge on "/api/*" except "/api/public/*"
                when method in [GET, POST, PUT, DELETE];
            challenge(hardness = 3) on "/api/*";
            always_deny when client.ip in ["203.0.113.0/24", "2001:db8::/32"];
            observe deny_access on "/search" when client.is_crawler;
        })
        .build()?;

    let app = Router::new().fallback(any(echo));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://{}", listener.local_addr()?);
    humanify.serve(listener, app).await?;
    Ok(())
}

async fn echo(request: Request) -> String {
    format!("{} {}\n", request.method(), request.uri().path())
}
