//! The quotas of networks for spent ids, in Redis.

use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use humanify::prelude::*;
use humanify::{ManagedSteps, ManualClock, OwnCheck, Redis, Secrets};

use crate::own_check::{App, check_page, managed, ticket};
use crate::support::redis::RedisServer;
use crate::support::{Site, Visitor};

/// A site by Redis's own time, whose check lets everybody pass who shows a ticket. A /24 has room
/// for 256 spent tickets, and a /16 for a sixteenth of `max_clients`, but at least as many.
fn site(server: &RedisServer, max_clients: usize) -> Site {
    // A busy machine must not fail the test.
    let redis = Redis::new(server.address());
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .store(
            redis
                .max_clients(max_clients)
                .timeout(Duration::from_secs(5)),
        )
        .managed_steps(ManagedSteps::default().inconsistent(0))
        .own_check(OwnCheck::at("/prove"))
        .build()
        .unwrap();
    let app = Router::new()
        .route("/managed", get(managed))
        .route("/prove", post(check_page))
        .with_state(App(humanify.clone()));
    Site {
        app: humanify.protect(app).unwrap(),
        humanify,
        clock: ManualClock::default(),
    }
}

async fn redeem(visitor: &Visitor, ticket: &str) -> bool {
    let passed = visitor.post("/prove", &format!("ticket={ticket}")).await;
    passed.clears()
}

#[tokio::test]
async fn a_flood_from_one_network_evicts_nothing_of_others_and_opens_nothing() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let site = site(&server, 1_000);
    let [unused, first, neighbour, elsewhere] =
        ["84.140.7.1", "84.140.7.2", "84.140.8.1", "84.141.7.1"].map(|ip| site.browser(ip));
    let mut tickets = Vec::new();
    for visitor in [&unused, &first, &neighbour, &elsewhere] {
        tickets.push(ticket(visitor, "/managed").await);
    }
    for (visitor, ticket) in [&first, &neighbour].into_iter().zip(&tickets[1..]) {
        assert!(redeem(visitor, ticket).await);
    }
    for number in 0..256 {
        let visitor = site.browser(&format!("84.140.7.{}", 10 + number % 32));
        let ticket = ticket(&visitor, "/managed").await;
        assert!(redeem(&visitor, &ticket).await, "{number}");
    }
    // The first ticket of the network was forgotten, so none as old counts there.
    assert!(!redeem(&first, &tickets[1]).await);
    assert!(!redeem(&unused, &tickets[0]).await);
    let fresh = ticket(&unused, "/managed").await;
    assert!(redeem(&unused, &fresh).await);
    // Others' are neither forgotten nor refused.
    assert!(!redeem(&neighbour, &tickets[2]).await);
    assert!(redeem(&elsewhere, &tickets[3]).await);
}

#[tokio::test]
async fn a_flood_from_one_network_takes_no_more_of_the_wider_network_than_its_own_room() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let site = site(&server, 16 * 512);
    let [unused, neighbour] = ["84.140.8.1", "84.140.9.1"].map(|ip| site.browser(ip));
    let [unused_ticket, spent] = [
        ticket(&unused, "/managed").await,
        ticket(&neighbour, "/managed").await,
    ];
    assert!(redeem(&neighbour, &spent).await);
    for number in 0..600 {
        let visitor = site.browser(&format!("84.140.7.{}", 10 + number % 200));
        let ticket = ticket(&visitor, "/managed").await;
        assert!(redeem(&visitor, &ticket).await, "{number}");
    }
    assert!(!redeem(&neighbour, &spent).await);
    assert!(redeem(&unused, &unused_ticket).await);
    assert!(!redeem(&unused, &unused_ticket).await);
}
