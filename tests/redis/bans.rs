//! Bans that several processes share.

use std::time::Duration;

use http::StatusCode;
use humanify::{OnStoreFailure, Redis};

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
        // The script that reads the list calls `GET` once.
        let reads = || {
            server
                .ask("INFO commandstats")
                .matches("cmdstat_get:")
                .count()
        };
        until("the list is read from the server", async || {
            let status = status(&site.browser(HOME), "/").await;
            assert_eq!(status, StatusCode::FORBIDDEN);
            reads() > 0
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
