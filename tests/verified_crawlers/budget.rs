//! How many DNS queries forged claims can cause.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::Ordering;
use std::time::Duration;

use humanify::CrawlerVerification;

use super::resolvers::{Flaky, Held};
use super::{YANDEX, YANDEXBOT, ask, settled, shop, site};

#[tokio::test]
async fn ten_thousand_forged_claims_flood_neither_the_dns_nor_the_memory() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    held.let_go(1);
    assert_eq!(settled(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");

    // At first, the DNS answers no query.
    for number in 0..10_000 {
        let ip = Ipv4Addr::from_bits(0x5400_0000 + number * 97).to_string();
        assert_eq!(ask(&site, &ip, YANDEXBOT, "/shop").await, "later");
    }
    assert_eq!(held.questions().await, 1 + 64);
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");

    // Then it answers all queries at once, and the bounds per minute still hold.
    held.let_go(1_000_000);
    for number in 0..10_000 {
        let ip = Ipv4Addr::from_bits(0x5400_0000 + number * 97).to_string();
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
    }
    assert_eq!(held.questions().await, 600);
    let mut networks: HashMap<[u8; 3], usize> = HashMap::new();
    for address in held.asked() {
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
    assert_eq!(settled(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
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
async fn one_network_has_no_more_than_its_share() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    held.let_go(1_000);
    for number in 0..=255 {
        let ip = format!("84.140.1.{number}");
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
        let ip = format!("2a02:6b8:1:{number:x}::1");
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
    }
    assert_eq!(held.questions().await, 32);
    assert_eq!(settled(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
}
