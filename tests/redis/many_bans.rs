//! Many bans in Redis, reads of bans that fail, and processes that get no requests.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use http::StatusCode;
use humanify::{OnStoreFailure, Redis};
use tracing::Level;

use super::{process, site_with_store, status};
use crate::support::redis::RedisServer;
use crate::support::wait::until;
use crate::support::{Events, HOME, Site};

/// Three pages, and a part of one.
const MANY: u32 = 3_500;

/// An address of the /64 with this number.
fn address(number: u32) -> String {
    let [a, b] = [number >> 16, number & 0xffff].map(|part| u16::try_from(part).unwrap());
    Ipv6Addr::new(0x2a02, 0x8100, a, b, 0, 0, 0, 1).to_string()
}

async fn is_out(site: &Site, ip: &str) -> bool {
    status(&site.browser(ip), "/").await == StatusCode::FORBIDDEN
}

/// How often the list of bans has been read.
fn reads(server: &RedisServer) -> u32 {
    // Nothing else calls this command.
    server.calls("hmget")
}

#[tokio::test]
async fn processes_learn_the_bans_of_a_whole_network_page_by_page() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let [first, second] = [site_with_store(&server), site_with_store(&server)];
    let bans = first.humanify.bans();
    for number in 0..MANY {
        let ip: IpAddr = address(number).parse().unwrap();
        let hours = 1 + u64::from(number % 3);
        bans.ban(ip, Duration::from_secs(3_600 * hours))
            .await
            .unwrap();
    }
    let before = reads(&server);
    assert_eq!(bans.list().await.unwrap().len(), MANY as usize);
    assert!(reads(&server) >= before + 4, "four pages");
    let late = process(Redis::new(server.address()).on_failure(OnStoreFailure::Deny));
    for site in [&second, &late] {
        for number in [0, MANY / 2, MANY - 1] {
            let ip = address(number);
            until("it knows the ban", async || is_out(site, &ip).await).await;
        }
        assert!(!is_out(site, &address(MANY)).await);
    }
    // A change among many is learned, too.
    let lifted = address(MANY / 3);
    assert!(bans.lift(lifted.parse().unwrap()).await.unwrap());
    for site in [&first, &second, &late] {
        until("it knows the lifting", async || {
            !is_out(site, &lifted).await
        })
        .await;
        assert!(is_out(site, &address(0)).await);
    }
    assert_eq!(
        late.humanify.bans().list().await.unwrap().len(),
        MANY as usize - 1
    );
}

#[tokio::test]
async fn the_shared_list_keeps_the_longest_bans_that_it_has_room_for() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let site = process(Redis::new(server.address()).max_clients(10));
    let bans = site.humanify.bans();
    for number in 0..30 {
        let ip = address(number).parse().unwrap();
        let minutes = u64::from(if number % 3 == 0 {
            100 + number
        } else {
            number
        });
        bans.ban(ip, Duration::from_secs(60 * minutes))
            .await
            .unwrap();
        bans.lift(address(1_000 + number).parse().unwrap())
            .await
            .unwrap();
    }
    let other = process(Redis::new(server.address()).max_clients(1_000));
    let list = other.humanify.bans().list().await.unwrap();
    assert_eq!(list.len(), 10);
    let long = Duration::from_secs(60 * 99);
    // The tenth is the ban that was imposed last.
    assert!(list[..9].iter().all(|ban| ban.wait > long), "{list:?}");
    for number in [3, 27] {
        let ip = address(number);
        until("it knows the ban", async || is_out(&other, &ip).await).await;
    }
}

#[tokio::test]
async fn bans_that_cannot_be_read_stop_nothing_else() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let (events, _guard) = Events::collect(Level::WARN);
    let told = |text: &str| {
        let all = events.all();
        all.iter()
            .filter(|told| told.get("message").is_some_and(|told| told.contains(text)))
            .count()
    };
    let site = process(Redis::new(server.address()).on_failure(OnStoreFailure::Deny));
    let visitor = site.program(HOME);
    assert_eq!(status(&visitor, "/thousand").await, StatusCode::OK);
    let other = site_with_store(&server);
    server.ask("ACL SETUSER default -hmget");
    until("the bans cannot be read", async || {
        let passed = status(&visitor, "/thousand").await;
        assert_eq!(passed, StatusCode::OK);
        told("bans cannot be read") > 0
    })
    .await;
    for _ in 0..20 {
        assert_eq!(status(&visitor, "/thousand").await, StatusCode::OK);
    }
    // Bans hold where they are imposed, and are written for the others.
    site.browser("84.140.1.9").get("/.env").await;
    assert!(is_out(&site, "84.140.1.9").await);
    server.ask("ACL SETUSER default +hmget");
    until("the other process learns of the ban", async || {
        is_out(&other, "84.140.1.9").await
    })
    .await;
    assert_eq!(site.humanify.limiter().store_failures(), 0);
    assert_eq!(told("store cannot be reached"), 0);
}

#[tokio::test]
async fn a_process_without_requests_learns_of_bans() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let [busy, quiet] = [site_with_store(&server), site_with_store(&server)];
    assert!(!is_out(&quiet, HOME).await);
    busy.browser(HOME).get("/.env").await;
    server.ask("CONFIG RESETSTAT");
    // Each process reads once a second.
    until("both have read", async || reads(&server) >= 6).await;
    assert!(is_out(&quiet, HOME).await);
}
