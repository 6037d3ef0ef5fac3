//! Bans that several processes share.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::prelude::*;
use humanify::{Clock, ManualClock, OnStoreFailure, Redis};

use super::{process, site_with_store, status};
use crate::support::redis::RedisServer;
use crate::support::wait::until;
use crate::support::{HOME, Site};

#[tokio::test]
async fn bans_survive_a_server_that_lost_them() {
    let Some(mut server) = RedisServer::start(&[]) else {
        return;
    };
    let sites = [site_with_store(&server), site_with_store(&server)];
    sites[0].browser(HOME).get("/.env").await;
    until("the other process learns of the ban", async || {
        status(&sites[1].browser(HOME), "/").await == StatusCode::FORBIDDEN
    })
    .await;
    server.kill();
    server.restart();
    for site in &sites {
        until("the server is found again", async || {
            site.humanify.bans().list().await.is_ok()
        })
        .await;
        server.ask("CONFIG RESETSTAT");
        until("the list is read from the server", async || {
            let status = status(&site.browser(HOME), "/").await;
            assert_eq!(status, StatusCode::FORBIDDEN);
            // The script that reads the list calls `HMGET` once, in each process once a second.
            server.calls("hmget") > 5
        })
        .await;
        assert_eq!(
            status(&site.browser(HOME), "/").await,
            StatusCode::FORBIDDEN
        );
    }
}

#[tokio::test]
async fn a_ban_is_kept_while_the_server_is_down_and_shared_afterwards() {
    let Some(mut server) = RedisServer::start(&[]) else {
        return;
    };
    let (early, late, other) = ("84.140.1.11", "84.140.1.12", "84.140.1.13");
    let is_out =
        async |site: &Site, ip: &str| status(&site.browser(ip), "/").await == StatusCode::FORBIDDEN;
    let modes = [
        OnStoreFailure::Fallback,
        OnStoreFailure::Deny,
        OnStoreFailure::Allow,
    ];
    for on_failure in modes {
        let site = process(Redis::new(server.address()).on_failure(on_failure));
        site.browser(early).get("/.env").await;
        assert!(is_out(&site, early).await, "{on_failure:?}");
        // This process gets no requests until the end.
        let idle = site_with_store(&server);
        until("it knows of the ban", async || is_out(&idle, early).await).await;
        server.kill();
        // A client that hits a trap is banned, whatever the setting for limits is.
        site.browser(late).get("/.env").await;
        assert!(is_out(&site, late).await, "{on_failure:?}");
        server.restart();
        // Another process bans another client before this one reads the list.
        let neighbour = site_with_store(&server);
        until("the server is found again", async || {
            neighbour.browser(other).get("/.env").await;
            let bans = neighbour.humanify.bans().list().await;
            bans.is_ok_and(|bans| !bans.is_empty())
        })
        .await;
        let both = async |ip: &str| is_out(&site, ip).await & is_out(&neighbour, ip).await;
        for ip in [early, late, other] {
            let what = format!("{on_failure:?}: both know {ip}");
            until(&what, async || both(ip).await).await;
        }
        // A ban that is lifted is lifted in both processes.
        neighbour
            .humanify
            .bans()
            .lift(early.parse().unwrap())
            .await
            .unwrap();
        for site in [&site, &neighbour, &idle] {
            until("the ban is lifted", async || !is_out(site, early).await).await;
        }
        // No process has written it again.
        let bans = neighbour.humanify.bans().list().await.unwrap();
        let mut banned: Vec<String> = bans.iter().map(|ban| ban.network.to_string()).collect();
        banned.sort();
        assert_eq!(banned, [late, other].map(|ip| format!("{ip}/32")));
        server.ask("FLUSHALL");
    }
}

#[tokio::test]
async fn an_endless_ban_is_not_an_error() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let site = site_with_store(&server);
    let ip = HOME.parse().unwrap();
    site.humanify.bans().ban(ip, Duration::MAX).await.unwrap();
    let bans = site.humanify.bans().list().await.unwrap();
    assert!(bans[0].wait > Duration::from_secs(9 * 365 * 86_400));
    let other = "84.140.1.9".parse().unwrap();
    let short = Duration::from_secs(60);
    site.humanify.bans().ban(other, short).await.unwrap();
}

#[tokio::test]
async fn a_client_whose_ban_was_lifted_is_banned_again_while_the_server_is_down() {
    let Some(mut server) = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"])
    else {
        return;
    };
    let site = site_with_store(&server);
    let is_out =
        async |site: &Site| status(&site.browser(HOME), "/").await == StatusCode::FORBIDDEN;
    site.browser(HOME).get("/.env").await;
    let bans = site.humanify.bans();
    assert!(bans.lift(HOME.parse().unwrap()).await.unwrap());
    assert!(!is_out(&site).await);
    server.kill();
    site.browser(HOME).get("/.env").await;
    assert!(is_out(&site).await);
    server.restart();
    let neighbour = site_with_store(&server);
    until("the other process learns of the ban", async || {
        is_out(&site).await && is_out(&neighbour).await
    })
    .await;
    // A process that has not heard of a lifting does not write the ban again.
    let bans = neighbour.humanify.bans();
    assert!(bans.lift(HOME.parse().unwrap()).await.unwrap());
    until("both learn of it", async || {
        !is_out(&site).await && !is_out(&neighbour).await
    })
    .await;
    assert!(bans.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn bans_with_the_same_offence_and_duration_count_by_themselves() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let rules: [fn() -> RuleSet; 2] = [
        || {
            protect! {
                always_deny on "/denied";
                ban "4 denials/minute" for "1 hour";
                ban "100 denials/day" for "1 hour";
            }
        },
        || {
            protect! {
                always_deny on "/denied";
                ban "100 denials/day" for "1 hour";
                ban "4 denials/minute" for "1 hour";
            }
        },
    ];
    for (number, rules) in rules.into_iter().enumerate() {
        let redis = Redis::new(server.address()).timeout(Duration::from_secs(5));
        let stored = Humanify::builder().store(redis);
        for (store, builder) in [("Redis", stored), ("memory", Humanify::builder())] {
            let humanify = builder.rules(rules()).build().unwrap();
            let app = Router::new().route("/", get(|| async { "in" }));
            let site = Site::of(humanify, ManualClock::default(), app);
            let visitor = site.browser(&format!("84.140.1.{}", 20 + number));
            for denied in 1..=4 {
                assert_eq!(
                    status(&visitor, "/").await,
                    StatusCode::OK,
                    "{store} {denied}"
                );
                visitor.get("/denied").await;
            }
            assert_eq!(
                status(&visitor, "/").await,
                StatusCode::FORBIDDEN,
                "{store}"
            );
        }
    }
}

/// The computer's clock, and an error in seconds that can be corrected.
#[derive(Clone, Default)]
struct WrongClock(Arc<AtomicI64>);

impl Clock for WrongClock {
    fn now(&self) -> Duration {
        let right = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        right + Duration::from_secs(self.0.load(Ordering::Relaxed).try_into().unwrap())
    }
}

#[tokio::test]
async fn bans_are_shared_after_a_clock_that_was_ahead_is_set_back() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let clock = WrongClock::default();
    clock.0.store(8 * 3_600, Ordering::Relaxed);
    let redis = Redis::new(server.address()).timeout(Duration::from_secs(5));
    let humanify = Humanify::builder().store(redis).clock(clock.clone());
    let app = Router::new().route("/", get(|| async { "in" }));
    let site = Site::of(humanify.build().unwrap(), ManualClock::default(), app);
    let (early, late) = (HOME, "84.140.1.12");
    let is_out = async |ip| status(&site.browser(ip), "/").await == StatusCode::FORBIDDEN;
    let other = site_with_store(&server);
    other.browser(early).get("/.env").await;
    until("it knows of the ban", async || is_out(early).await).await;
    clock.0.store(0, Ordering::Relaxed);
    other.browser(late).get("/.env").await;
    until("it knows of the other ban", async || is_out(late).await).await;
    let bans = other.humanify.bans();
    assert!(bans.lift(early.parse().unwrap()).await.unwrap());
    until("it knows that one is lifted", async || !is_out(early).await).await;
}
