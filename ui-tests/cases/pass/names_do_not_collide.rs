//! A module may call its own items as it likes.
#![deny(warnings)]
#![allow(dead_code)]

use axum::{Router, routing::get};

struct Result;
struct Option;
struct Some;
struct None;
struct Box;
struct String;
struct Policy;
struct Guarded;
struct Response;
struct T;
trait IntoResponse {}
trait Send {}
mod std {}
mod core {}
mod axum_core {}

const POLICY: u32 = 3;
const RULES: u32 = 4;

#[humanify::require_human(hardness = 3)]
#[humanify::rate_limit("5/minute")]
#[humanify::endpoint("named")]
async fn guarded() -> ::std::string::String {
    POLICY.to_string()
}

#[humanify::block_bots]
async fn r#move() -> impl axum::response::IntoResponse {
    RULES.to_string()
}

/// Inside a handler, its own name is free.
#[humanify::block_bots]
async fn data(text: ::std::string::String) -> ::std::string::String {
    let data = text;
    data
}

fn main() {
    #[humanify::block_bots]
    async fn local() {}

    let _ = humanify::protect! {
        challenge(audio, hardness = 2) those on "/a" when method == POST || client.is_vpn;
    };
    let app: Router = Router::new()
        .route("/guarded", get(guarded).post(r#move))
        .route("/data", get(data).put(local).post(Page::show));
    ::std::mem::drop(app);
}

struct Page;

impl Page {
    #[humanify::block_bots]
    async fn show() {}
}
