//! How many DNS queries forged claims can cause.

use std::collections::HashMap;
use std::iter::once;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::Ordering;
use std::time::Duration;

use humanify::CrawlerVerification;

use super::resolvers::{Flaky, Held};
use super::{YANDEX, YANDEXBOT, ask, outcome_after_lookup, shop, site};
use crate::support::Site;

#[tokio::test]
async fn ten_thousand_forged_claims_flood_neither_the_dns_nor_the_memory() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    held.release(1);
    assert_eq!(
        outcome_after_lookup(&site, YANDEX, YANDEXBOT, "/shop").await,
        "pass"
    );

    // At first, the DNS answers no query.
    for number in 0..10_000 {
        let ip = Ipv4Addr::from_bits(0x5400_0000 + number * 97).to_string();
        assert_eq!(ask(&site, &ip, YANDEXBOT, "/shop").await, "later");
    }
    assert_eq!(held.questions().await, 1 + 64);
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");

    // Then it answers all queries at once, and the bounds per minute still hold.
    held.release(1_000_000);
    for number in 0..10_000 {
        let ip = Ipv4Addr::from_bits(0x5400_0000 + number * 97).to_string();
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
    }
    assert_eq!(held.questions().await, 600);
    let mut networks: HashMap<[u8; 3], usize> = HashMap::new();
    for address in held.queried() {
        let IpAddr::V4(v4) = address else {
            panic!("{address} was never a client");
        };
        let [a, b, c, _] = v4.octets();
        *networks.entry([a, b, c]).or_default() += 1;
    }
    assert_eq!(networks.values().sum::<usize>(), 600);
    assert!(networks.values().all(|number| *number <= 16));
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");

    // After hours of the flood, the crawler is still known and still looked up again.
    for minute in 0..60 * 13 {
        site.clock.advance(Duration::from_secs(60));
        for number in 0..40 {
            let ip = Ipv4Addr::from_bits(0x5500_0000 + (minute * 40 + number) * 256).to_string();
            ask(&site, &ip, YANDEXBOT, "/shop").await;
            tokio::task::yield_now().await;
        }
        assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
    }
    site.clock.advance(Duration::from_secs(12 * 3_600));
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
}

#[tokio::test]
async fn a_failing_dns_is_not_queried_for_a_while() {
    let flaky = Flaky::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(flaky.clone())));
    assert_eq!(
        outcome_after_lookup(&site, YANDEX, YANDEXBOT, "/shop").await,
        "pass"
    );
    flaky.fails.store(true, Ordering::Relaxed);
    site.clock.advance(Duration::from_secs(13 * 3_600));
    for minute in 1..4 {
        for _ in 0..100 {
            assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
            tokio::task::yield_now().await;
        }
        assert_eq!(flaky.asked.load(Ordering::Relaxed), 1 + minute);
        site.clock.advance(Duration::from_secs(61));
    }
}

#[tokio::test]
async fn one_subnet_has_no_more_than_its_share() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    held.release(1_000);
    for number in 0..=255 {
        let ip = format!("84.140.1.{number}");
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
        let ip = format!("2a02:6b8:1:{number:x}::1");
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
    }
    assert_eq!(held.questions().await, 32);
    assert_eq!(
        outcome_after_lookup(&site, YANDEX, YANDEXBOT, "/shop").await,
        "pass"
    );
}

/// Claims to be Yandex's crawler from the first addresses of /24s, and lets the look-ups end.
async fn claim(site: &Site, networks: impl Iterator<Item = String>, addresses: u32) {
    for network in networks {
        for number in 0..addresses {
            ask(site, &format!("{network}.{number}"), YANDEXBOT, "/shop").await;
            tokio::task::yield_now().await;
        }
    }
}

/// The first /24s of some /16s.
fn subnets_of_blocks(blocks: std::ops::Range<u32>, subnets: u32) -> impl Iterator<Item = String> {
    blocks.flat_map(move |block| (0..subnets).map(move |subnet| format!("85.{block}.{subnet}")))
}

#[tokio::test]
async fn false_claims_do_not_delay_a_network_that_has_shown_a_crawler() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    held.release(1);
    assert_eq!(
        outcome_after_lookup(&site, YANDEX, YANDEXBOT, "/shop").await,
        "pass"
    );

    // All look-ups that may run at once are slow ones of others.
    claim(&site, subnets_of_blocks(0..10, 4), 16).await;
    assert_eq!(held.questions().await, 1 + 64);
    assert_eq!(ask(&site, "77.88.47.2", YANDEXBOT, "/shop").await, "later");
    assert_eq!(held.questions().await, 1 + 64 + 1);

    // All look-ups of the minute have begun.
    held.release(1_000_000);
    claim(&site, subnets_of_blocks(0..10, 4), 16).await;
    assert_eq!(held.questions().await, 600 + 1);
    assert_eq!(
        outcome_after_lookup(&site, "77.88.47.2", YANDEXBOT, "/shop").await,
        "pass"
    );
    assert_eq!(
        outcome_after_lookup(&site, "77.88.47.3", YANDEXBOT, "/shop").await,
        "pass"
    );
    // Another network waits, though not for long.
    assert_eq!(ask(&site, "5.255.253.1", YANDEXBOT, "/shop").await, "later");
    assert_eq!(held.questions().await, 600 + 2);
    site.clock.advance(Duration::from_secs(60));
    claim(&site, subnets_of_blocks(0..10, 4), 16).await;
    assert_eq!(
        outcome_after_lookup(&site, "5.255.253.1", YANDEXBOT, "/shop").await,
        "pass"
    );

    // A liar beside a crawler has a share of its network's, and no more.
    let before = held.questions().await;
    claim(&site, once("5.255.253".to_owned()), 200).await;
    assert_eq!(held.questions().await, before + 16);
    // Days later, the network is still known.
    site.clock.advance(Duration::from_secs(6 * 86_400));
    claim(&site, subnets_of_blocks(20..40, 4), 16).await;
    assert_eq!(
        outcome_after_lookup(&site, "5.255.253.250", YANDEXBOT, "/shop").await,
        "pass"
    );
}

#[tokio::test]
async fn a_wide_network_has_no_more_than_its_share() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    // Its slow look-ups leave room for others.
    claim(&site, subnets_of_blocks(1..2, 60), 16).await;
    assert_eq!(held.questions().await, 16);
    claim(&site, subnets_of_blocks(2..3, 1), 1).await;
    assert_eq!(held.questions().await, 16 + 1);
    site.clock.advance(Duration::from_secs(60));
    held.release(1_000_000);
    let before = held.questions().await;
    claim(&site, subnets_of_blocks(3..4, 60), 16).await;
    assert_eq!(held.questions().await, before + 64);
    for number in 0..1_000 {
        let ip = format!("2a02:6b8:{number:x}::1");
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
    }
    assert_eq!(held.questions().await, before + 128);
    assert_eq!(
        outcome_after_lookup(&site, YANDEX, YANDEXBOT, "/shop").await,
        "pass"
    );
}

#[tokio::test]
async fn networks_that_claimed_falsely_begin_fewer_look_ups() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    held.release(1_000_000);
    // In the first network nobody is a crawler. The servers of the second one fail.
    for block in ["84.149", "84.150"] {
        let mut begun = Vec::new();
        for minute in 0..4 {
            // Others are answered.
            let elsewhere = format!("86.{minute}.{}", usize::from(block == "84.150"));
            claim(&site, once(elsewhere), 1).await;
            let before = held.questions().await;
            let same = (0..4).map(|subnet| format!("{block}.{subnet}"));
            claim(&site, same, 16 + 10 * minute).await;
            let of_same = held.questions().await - before;
            // Their neighbours have a share that they cannot take.
            let others = (0..30).map(|subnet| format!("{block}.{}", 10 + 30 * minute + subnet));
            claim(&site, others, 1).await;
            begun.push((of_same, held.questions().await - before));
            site.clock.advance(Duration::from_secs(60));
        }
        assert_eq!(begun, [(64, 64), (4, 16), (4, 16), (4, 16)], "{block}");
    }
    // One /24 that claimed falsely has one look-up a minute.
    claim(&site, subnets_of_blocks(7..8, 1), 16).await;
    site.clock.advance(Duration::from_secs(60));
    let before = held.questions().await;
    claim(&site, once("85.7.0".to_owned()), 100).await;
    assert_eq!(held.questions().await, before + 1);
    // After an hour without claims, it is as any other.
    site.clock.advance(Duration::from_secs(3_600));
    let before = held.questions().await;
    claim(&site, once("85.7.0".to_owned()), 100).await;
    assert_eq!(held.questions().await, before + 16);
}

#[tokio::test]
async fn a_dns_outage_counts_against_nobody() {
    let flaky = Flaky::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(flaky.clone())));
    flaky.fails.store(true, Ordering::Relaxed);
    claim(&site, subnets_of_blocks(1..2, 8), 8).await;
    site.clock.advance(Duration::from_secs(61));
    flaky.fails.store(false, Ordering::Relaxed);
    for network in subnets_of_blocks(1..2, 8) {
        let ip = format!("{network}.200");
        assert_eq!(
            outcome_after_lookup(&site, &ip, YANDEXBOT, "/shop").await,
            "pass"
        );
    }
}
