//! Verification by DNS names.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use http::header::{RETRY_AFTER, USER_AGENT};
use humanify::prelude::*;
use humanify::{CrawlerVerification, Signals};

use super::resolvers::{Flaky, Held};
use super::{
    GOOGLEBOT, MOJEEKBOT, YANDEX, YANDEXBOT, ask, crawler, outcome_after_lookup, shop, site,
};
use crate::support::name_server::{DnsBehaviour, NameServer};
use crate::support::wait::until_some;
use crate::support::{HOME, Site};

#[tokio::test]
async fn dns_names_are_confirmed_forward() {
    let crawl = "spider-77-88-47-1.yandex.com";
    let server = NameServer::start([
        (YANDEX, DnsBehaviour::Names(vec!["other.example", crawl])),
        (crawl, DnsBehaviour::Addresses(vec!["203.0.113.9", YANDEX])),
        // The owner of an address can give it any name.
        ("84.140.1.1", DnsBehaviour::Names(vec![crawl])),
        ("84.140.1.2", DnsBehaviour::Names(vec!["xyandex.com"])),
        ("xyandex.com", DnsBehaviour::Addresses(vec!["84.140.1.2"])),
        (
            "84.140.1.3",
            DnsBehaviour::Names(vec!["spider.yandex.com.evil.example"]),
        ),
        (
            "spider.yandex.com.evil.example",
            DnsBehaviour::Addresses(vec!["84.140.1.3"]),
        ),
        (
            "84.140.1.4",
            DnsBehaviour::Names(vec!["missing.yandex.com"]),
        ),
        ("84.140.1.5", DnsBehaviour::Names(vec![])),
        // A proof for one operator proves nothing for another.
        (
            "84.140.1.7",
            DnsBehaviour::Names(vec!["msnbot-1.search.msn.com"]),
        ),
        (
            "msnbot-1.search.msn.com",
            DnsBehaviour::Addresses(vec!["84.140.1.7"]),
        ),
        // Google publishes its networks; new ones have DNS names before they are published.
        (
            "84.140.1.8",
            DnsBehaviour::Names(vec!["crawl-84-140-1-8.googlebot.com"]),
        ),
        (
            "crawl-84-140-1-8.googlebot.com",
            DnsBehaviour::Addresses(vec!["84.140.1.8"]),
        ),
        (
            "84.140.1.11",
            DnsBehaviour::Names(vec!["rate-limited-proxy-84-140-1-11.google.com"]),
        ),
        (
            "rate-limited-proxy-84-140-1-11.google.com",
            DnsBehaviour::Addresses(vec!["84.140.1.11"]),
        ),
        // The addresses of both families are not confused.
        (
            "2a02:6b8::1",
            DnsBehaviour::Names(vec!["spider6.yandex.com"]),
        ),
        (
            "spider6.yandex.com",
            DnsBehaviour::Addresses(vec!["84.140.1.9", "2a02:6b8::1"]),
        ),
        (
            "84.140.1.10",
            DnsBehaviour::Names(vec!["spider6.yandex.com"]),
        ),
    ])
    .await;
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(server.resolver())));
    for (ip, agent, expected) in [
        (YANDEX, YANDEXBOT, "pass"),
        ("::ffff:77.88.47.1", YANDEXBOT, "pass"),
        ("84.140.1.1", YANDEXBOT, "deny"),
        ("84.140.1.2", YANDEXBOT, "deny"),
        ("84.140.1.3", YANDEXBOT, "deny"),
        ("84.140.1.4", YANDEXBOT, "deny"),
        ("84.140.1.5", YANDEXBOT, "deny"),
        ("84.140.1.6", YANDEXBOT, "deny"),
        ("84.140.1.7", YANDEXBOT, "deny"),
        ("84.140.1.8", GOOGLEBOT, "pass"),
        ("84.140.1.6", GOOGLEBOT, "deny"),
        ("84.140.1.8", "Storebot-Google/1.0", "pass"),
        ("84.140.1.11", "Storebot-Google/1.0", "deny"),
        ("84.140.1.1", "Storebot-Google/1.0", "deny"),
        ("2a02:6b8::1", YANDEXBOT, "pass"),
        ("84.140.1.10", YANDEXBOT, "deny"),
    ] {
        let found = outcome_after_lookup(&site, ip, agent, "/shop").await;
        assert_eq!(found, expected, "{ip} {agent}");
    }
    // The address of an impostor may also be a person's.
    assert_eq!(
        site.browser("84.140.1.1").get("/shop").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn dns_answers_are_cached() {
    let crawl = "spider-77-88-47-1.yandex.com";
    let server = NameServer::start([
        (YANDEX, DnsBehaviour::Names(vec![crawl])),
        (crawl, DnsBehaviour::Addresses(vec![YANDEX])),
    ])
    .await;
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(server.resolver())));
    assert_eq!(
        outcome_after_lookup(&site, YANDEX, YANDEXBOT, "/shop").await,
        "pass"
    );
    let asked = server.questions();
    assert_eq!(asked, 2);
    for _ in 0..100 {
        assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
    }
    assert_eq!(server.questions(), asked);
    site.clock.advance(Duration::from_secs(25 * 3_600));
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "later");
    assert_eq!(
        outcome_after_lookup(&site, YANDEX, YANDEXBOT, "/shop").await,
        "pass"
    );
    assert_eq!(server.questions(), 2 * asked);
}

#[tokio::test(start_paused = true)]
async fn a_dns_server_that_does_not_respond_verifies_nobody() {
    for does in [
        DnsBehaviour::KeepsSilent,
        DnsBehaviour::Babbles,
        DnsBehaviour::Fails,
    ] {
        let crawl = "spider-77-88-47-1.yandex.com";
        let server = NameServer::start([
            (YANDEX, does.clone()),
            ("77.88.47.2", DnsBehaviour::Names(vec![crawl])),
            (crawl, does),
        ])
        .await;
        let site = site(shop().crawlers(CrawlerVerification::new().resolver(server.resolver())));
        for ip in [YANDEX, "77.88.47.2"] {
            let mut outcome = "later";
            for _ in 0..600 {
                outcome = ask(&site, ip, YANDEXBOT, "/shop").await;
                if outcome != "later" {
                    break;
                }
                // The clock of the runtime is paused, so this takes no time.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assert_eq!(outcome, "challenge", "{ip}");
        }
    }
}

#[tokio::test]
async fn a_crawler_is_asked_to_come_back_while_it_is_checked() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    let program = crawler(&site, YANDEX, YANDEXBOT);
    let reply = program.get("/shop").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(reply.headers[RETRY_AFTER], "6");
    assert!(
        reply.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("application/problem+json")
    );
    assert!(
        reply.body.contains("urn:humanify:problem:checking"),
        "{}",
        reply.body
    );

    let navigating = site.browser(YANDEX).with(USER_AGENT, YANDEXBOT);
    let page = navigating.get("/shop").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.headers[RETRY_AFTER], "6");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.body.contains("<html"));

    // They all share one look-up, and a browser at the same address does not wait.
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "later");
    assert_eq!(
        site.browser(YANDEX).get("/shop").await.status,
        StatusCode::OK
    );
    assert_eq!(held.questions().await, 1);
    held.release(1);
    assert_eq!(
        outcome_after_lookup(&site, YANDEX, YANDEXBOT, "/shop").await,
        "pass"
    );
}

#[tokio::test]
async fn only_decisions_that_depend_on_the_lookup_wait_for_it() {
    let held = Held::default();
    let rules = protect! {
        observe always_deny when client.is_impostor;
        observe challenge those on "/observed" when !client.is_verified_crawler;
        exempt when client.is_verified_crawler && client.crawler_kind == search;
        always_deny on "/closed";
        always_deny on "/closed-to-liars" when client.is_impostor;
        always_deny on "/closed-to-others" when client.is_impostor && method == POST;
        deny_access on "/bots" ;
        challenge on "/anyway" ;
        always_challenge on "/everyone";
        challenge on "/either" when client.is_impostor || client.crawler == "YandexBot";
        limit "1000/second" on "/limited" when client.is_impostor;
    };
    let site = site(
        Humanify::builder()
            .rules(rules)
            .crawlers(CrawlerVerification::new().resolver(held.clone())),
    );
    for (path, expected) in [
        ("/open", "pass"),
        ("/observed", "pass"),
        ("/limited", "pass"),
        ("/closed", "deny"),
        ("/closed-to-liars", "later"),
        ("/closed-to-others", "pass"),
        ("/bots", "later"),
        ("/anyway", "later"),
        // It could not solve a challenge that everybody gets.
        ("/everyone", "later"),
        ("/people", "later"),
        ("/solvers", "later"),
        ("/either", "later"),
    ] {
        assert_eq!(
            ask(&site, YANDEX, YANDEXBOT, path).await,
            expected,
            "{path}"
        );
    }
    // A client that names no verifiable crawler does not wait.
    assert_eq!(ask(&site, HOME, MOJEEKBOT, "/anyway").await, "challenge");
    assert_eq!(ask(&site, HOME, GOOGLEBOT, "/open").await, "pass");
}

#[tokio::test]
async fn showing_a_detection_asks_the_dns_nothing() {
    async fn shown(detection: Detection) -> String {
        format!("{detection:?} {detection:#?}")
    }
    async fn checked(detection: Detection) -> String {
        detection.is_verified_crawler().to_string()
    }
    let dns = Flaky::default();
    let app = Router::new()
        .route("/shown", get(shown))
        .route("/checked", get(checked));
    let verification = CrawlerVerification::new().resolver(dns.clone());
    let site = Site::new(Humanify::builder().crawlers(verification), app);
    let asked = async || {
        tokio::task::yield_now().await;
        dns.asked.load(Ordering::Relaxed)
    };
    let reply = crawler(&site, YANDEX, YANDEXBOT).get("/shown").await;
    assert!(reply.body.contains("Detection {"), "{}", reply.body);
    assert_eq!(asked().await, 0);
    crawler(&site, YANDEX, YANDEXBOT).get("/checked").await;
    let is_asked = async || (asked().await > 0).then_some(());
    until_some("the DNS is asked", is_asked).await;
}

#[tokio::test]
async fn an_attribute_waits_for_a_lookup_that_decides_who_is_a_bot() {
    let held = Held::default();
    // Only a liar is a bot here.
    let signals = Signals::default().crawler(false);
    let verification = CrawlerVerification::new().resolver(held.clone());
    let site = site(Humanify::builder().signals(signals).crawlers(verification));
    for path in ["/guarded", "/people"] {
        assert_eq!(ask(&site, YANDEX, YANDEXBOT, path).await, "later", "{path}");
    }
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/open").await, "pass");
    held.release(1);
    for path in ["/guarded", "/people"] {
        let found = outcome_after_lookup(&site, YANDEX, YANDEXBOT, path).await;
        assert_eq!(found, "pass", "{path}");
    }
}
