//! Attacks, a file for each kind.

mod cached_decisions;
mod connection_exhaustion;
mod exhaustion;
mod flood;
mod forged_addresses;
mod forged_tokens;
mod guessing;
mod host_confusion;
mod injection;
mod locking_out;
mod odd_headers;
mod open_redirect;
mod other_secrets;
mod other_spellings;
mod own_pages;
mod path_confusion;
mod preflights;
mod replay;
mod resent_forms;
mod slow_readers;
mod slow_senders;
mod stolen_clearances;
mod swapped_tokens;
mod tickets;
mod unread_bodies;
mod waits;

use axum::Router;
use axum::routing::any;
use humanify::prelude::*;
use humanify::{HumanifyBuilder, testing};

use crate::support::{Reply, Site, Visitor};

fn site() -> Site {
    with(Humanify::builder())
}

fn with(builder: HumanifyBuilder) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    #[require_human]
    async fn protected() -> &'static str {
        "in"
    }
    #[require_human(hardness = 5)]
    async fn hard() -> &'static str {
        "in"
    }
    #[block_bots]
    async fn robots() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/login", any(login))
        .route("/protected", any(protected))
        .route("/hard", any(hard))
        .route("/robots.txt", any(robots))
        .fallback(|| async { "in" });
    Site::new(builder, app)
}

/// The challenge in the last round, and the form that solves it.
async fn last_round(site: &Site, visitor: &Visitor, path: &str) -> (Reply, testing::FilledForm) {
    let asked = visitor.get(path).await;
    let first = visitor.follow(asked).await;
    let last = visitor.answer(&first).await;
    assert!(!last.clears(), "pictures have two rounds");
    let answer = testing::solve(&site.humanify, &last.body).unwrap();
    (last, answer)
}

fn field(form: &str, name: &str) -> String {
    form_urlencoded::parse(form.as_bytes())
        .find(|(key, _)| key == name)
        .unwrap()
        .1
        .into_owned()
}
