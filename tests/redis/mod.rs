//! Several processes behind one Redis. Each test starts a server of its own on a free port,
//! with a folder of its own, and ends it.

mod bans;
mod challenges;
mod connections;
mod failures;
mod limits;
mod outages;
mod spent_by_network;

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::StatusCode;
use humanify::prelude::*;
use humanify::{ManagedSteps, ManualClock, Redis, Secrets, testing};

use crate::support::redis::RedisServer;
use crate::support::{Site, Visitor};

/// One process of the site, with the computer's clock, which Redis uses, too.
fn process(redis: Redis) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    #[always_challenge(challenge_type = "managed")]
    async fn managed() -> &'static str {
        "in"
    }
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        // A loaded machine may take a while.
        .store(redis.timeout(Duration::from_secs(5)))
        // The few headers of these tests contradict the browser that they claim.
        .managed_steps(ManagedSteps::default().inconsistent(0))
        .rules(protect! {
            limit "1000/day" on "/thousand";
            limit "3/day; 5/2 days" on "/few";
            trap on "/.env";
            ban "1 trap/day" for "1 hour";
        })
        .build()
        .unwrap();
    let app = Router::new()
        .route("/", any(|| async { "in" }))
        .route("/thousand", any(|| async { "in" }))
        .route("/few", any(|| async { "in" }))
        .route("/login", any(login))
        .route("/managed", any(managed));
    Site {
        app: humanify.protect(app).unwrap(),
        humanify,
        clock: ManualClock::default(),
    }
}

fn site_with_store(server: &RedisServer) -> Site {
    process(Redis::new(server.address()))
}

async fn status(visitor: &Visitor, path: &str) -> StatusCode {
    visitor.get(path).await.status
}

/// The last answer of a challenge, not sent yet.
async fn solved_but_for_the_last(site: &Site, visitor: &Visitor) -> testing::FilledForm {
    let asked = visitor.get("/login").await;
    let mut page = visitor.follow(asked).await;
    let first = testing::solve(&site.humanify, &page.body).expect("a challenge");
    page = visitor.give(&first).await;
    assert!(!page.clears());
    testing::solve(&site.humanify, &page.body).expect("the second round")
}
