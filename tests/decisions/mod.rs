//! The reasons of refusals: pages, log, explanations, observation, metrics.

mod explaining;
mod hook;
mod layers;
mod logging;
mod measuring;
mod monitoring;
mod observed_statements;
mod observing;
mod references;

use axum::Router;
use axum::routing::{any, get};
use http::HeaderName;
use http::header::ACCEPT_LANGUAGE;
use humanify::HumanifyBuilder;
use humanify::prelude::*;

use crate::support::{Site, Visitor};

/// A site with one route for each way of being refused.
fn site(builder: HumanifyBuilder) -> Site {
    #[block_bots]
    async fn shop() -> &'static str {
        "in"
    }
    #[always_challenge]
    async fn account() -> &'static str {
        "in"
    }
    #[rate_limit("1/minute")]
    async fn report() -> &'static str {
        "in"
    }
    Site::new(
        builder.rules(protect! {
            logins: limit "2/minute" on "/login";
            trap on "/.env";
            always_deny on "/closed";
            deny_access on "/no-bots";
            challenge on "/humans";
            watched: observe deny_access on "/watched";
            ban "3 traps/hour" for "1 day";
        }),
        Router::new()
            .route("/", any(|| async { "in" }))
            .route("/login", any(|| async { "in" }))
            .route("/closed", any(|| async { "in" }))
            .route("/no-bots", any(|| async { "in" }))
            .route("/humans", any(|| async { "in" }))
            .route("/watched", any(|| async { "in" }))
            .route("/items/{number}", any(|| async { "in" }))
            .route("/shop", get(shop))
            .route("/account", get(account))
            .route("/report", get(report)),
    )
}

/// A person at an address, whose browser sends what it should.
fn browser_of_person(site: &Site, ip: &str) -> Visitor {
    site.browser(ip)
        .with(ACCEPT_LANGUAGE, "en-US,en;q=0.9")
        .with(HeaderName::from_static("sec-fetch-dest"), "document")
}

/// The reference that a page or a problem document shows.
fn reference(body: &str) -> Option<String> {
    let words = body.split(|byte: char| !(byte.is_ascii_alphanumeric() || byte == '-'));
    let mut references = words.filter(|word| {
        let bytes = word.as_bytes();
        let is_shouted = !bytes.iter().any(u8::is_ascii_lowercase);
        let is_grouped = bytes.len() == 9 && bytes[4] == b'-';
        is_shouted && is_grouped && word.parse::<humanify::Reference>().is_ok()
    });
    references.next().map(str::to_owned)
}
