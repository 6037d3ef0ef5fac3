//! Bans: clients that commit too many offences are shut out for a time.

use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::{HeaderName, StatusCode};
use humanify::prelude::*;
use humanify::{ForwardedHeader, HumanifyBuilder, Memory, Proxies, testing};

use crate::support::{DATACENTER, HOME, Site, Visitor};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

fn site() -> Site {
    with(Humanify::builder())
}

fn with(builder: HumanifyBuilder) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    #[exempt]
    async fn open() -> &'static str {
        "in"
    }
    Site::new(
        builder.rules(protect! {
            trap on "/wp-admin/*", "/.env";
            ban "3 traps/hour" for "1 day";
            ban "8 denials/minute" for "1 hour";
            limit "5/minute" on "/limited";
            deny_access on "/no-bots";
        }),
        Router::new()
            .route("/", any(|| async { "in" }))
            .route("/limited", any(|| async { "in" }))
            .route("/no-bots", any(|| async { "in" }))
            .route("/wp-admin/{*rest}", any(|| async { "a real page" }))
            .route("/login", any(login))
            .route("/open", any(open)),
    )
}

async fn is_in(visitor: &Visitor) -> bool {
    visitor.get("/").await.status == StatusCode::OK
}

#[tokio::test]
async fn three_traps_ban_a_client_for_a_day() {
    let site = site();
    let scanner = site.browser(HOME);
    for path in ["/.env", "/wp-admin/setup.php"] {
        assert_eq!(scanner.get(path).await.status, StatusCode::FORBIDDEN);
        assert!(is_in(&scanner).await);
    }
    scanner.get("/%2eenv").await;
    for path in [
        "/",
        "/open",
        "/humanify/challenge",
        "/robots.txt",
        "/nowhere",
    ] {
        let refused = scanner.get(path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(refused.header("retry-after"), Some("86400"));
        assert_eq!(refused.header("cache-control"), Some("no-store"));
    }
    assert!(is_in(&site.browser("84.140.1.3")).await);
    site.clock.advance(Duration::from_secs(86_399));
    assert!(!is_in(&scanner).await);
    site.clock.advance(Duration::from_secs(1));
    assert!(is_in(&scanner).await);
}

#[tokio::test]
async fn refusals_of_any_kind_count_towards_a_ban_unless_they_are_rare() {
    let site = site();
    let bot = site.browser(DATACENTER);
    for _ in 0..7 {
        assert_eq!(bot.get("/no-bots").await.status, StatusCode::FORBIDDEN);
    }
    assert!(is_in(&bot).await);
    bot.get("/no-bots").await;
    assert!(!is_in(&bot).await);

    let hasty = site.browser("84.140.1.4");
    for _ in 0..5 + 8 {
        assert!(is_in(&hasty).await);
        hasty.get("/limited").await;
    }
    assert!(!is_in(&hasty).await);

    let patient = site.browser("84.140.200.9");
    for _ in 0..100 {
        patient.get("/no-bots").await;
        site.clock.advance(Duration::from_secs(8));
    }
    assert!(is_in(&patient).await);
}

#[tokio::test]
async fn wrong_answers_count_towards_a_ban() {
    let site = with(Humanify::builder().retries(100));
    let guesser = site.browser(HOME);
    let mut asked = guesser.get("/login").await;
    asked = guesser.follow(asked).await;
    for _ in 0..8 {
        assert!(is_in(&guesser).await);
        let answer = testing::fail(&site.humanify, &asked.body).unwrap();
        asked = guesser.give(&answer).await;
    }
    assert!(!is_in(&guesser).await);
}

#[tokio::test]
async fn requests_that_another_site_causes_ban_nobody() {
    let site = site();
    let visitor = site.browser(HOME);
    let prefetch = HeaderName::from_static("sec-purpose");
    let destination = HeaderName::from_static("sec-fetch-dest");
    for made_to in [
        visitor.clone().with(SITE, "cross-site"),
        visitor.clone().with(SITE, "same-site"),
        visitor.clone().with(prefetch.clone(), "prefetch"),
        // A picture that another visitor has posted on a page of this site.
        visitor.clone().with(destination.clone(), "image"),
        visitor.clone().with(destination.clone(), "iframe"),
        // The same picture, requested by a browser without Fetch Metadata.
        visitor
            .clone()
            .without(SITE)
            .without(destination.clone())
            .with(http::header::ACCEPT, "image/webp,image/*;q=0.8,*/*;q=0.5"),
        visitor
            .clone()
            .without(SITE)
            .with(http::header::REFERER, "https://evil.example/"),
    ] {
        for _ in 0..20 {
            assert_eq!(made_to.get("/.env").await.status, StatusCode::FORBIDDEN);
        }
    }
    assert!(is_in(&visitor).await);
    for _ in 0..3 {
        visitor.get("/.env").await;
    }
    assert!(!is_in(&visitor).await);
    // Prefetches and pictures are not navigations.
    let sender = site.browser("84.140.1.9").with(prefetch, "prefetch");
    let sender = sender.with(destination, "image");
    for _ in 0..3 {
        sender.post("/.env", "a=b").await;
    }
    assert!(!is_in(&sender).await);
}

#[tokio::test]
async fn a_client_that_contradicts_its_proxy_stays_banned() {
    let forwarded = HeaderName::from_static("forwarded");
    let for_header = HeaderName::from_static("x-forwarded-for");
    let real_ip = HeaderName::from_static("x-real-ip");
    for header in [
        ForwardedHeader::Either,
        ForwardedHeader::Single(real_ip.clone()),
    ] {
        let proxies = Proxies::networks(["84.140.9.0/24"]).header(header);
        let site = with(Humanify::builder().proxies(proxies));
        let behind = |ip: &str| {
            let proxy = site.browser("84.140.9.1");
            proxy.with(for_header.clone(), ip).with(real_ip.clone(), ip)
        };
        let client = behind(HOME);
        for _ in 0..3 {
            client.get("/.env").await;
        }
        assert!(!is_in(&client).await);
        let many = ["for=_x"; 40].join(", ");
        for (name, sent) in [
            ("_x", "for=_x;proto=https".to_owned()),
            ("6.6.6.6", "for=6.6.6.6".to_owned()),
            ("unknown", many),
            ("", format!("for=\"x, for={HOME}")),
        ] {
            let client = client.clone().with(forwarded.clone(), &sent);
            assert!(!is_in(&client.with_more("x-real-ip", name)).await, "{name}");
        }
        assert!(is_in(&behind("84.140.1.3")).await);
    }
}

#[tokio::test]
async fn proxies_and_unroutable_peers_are_never_banned() {
    let site = with(Humanify::builder().proxies(Proxies::networks(["84.140.9.0/24"])));
    for ip in ["127.0.0.1", "10.1.2.3", "fe80::1", "84.140.9.1"] {
        let peer = site.browser(ip);
        for _ in 0..20 {
            peer.get("/.env").await;
        }
        assert!(is_in(&peer).await, "{ip}");
        let banned = Duration::from_secs(60);
        let bans = site.humanify.bans();
        bans.ban(ip.parse().unwrap(), banned).await.unwrap();
        assert!(is_in(&peer).await, "{ip}");
    }
    // Behind a proxy, the client is banned and not the proxy.
    let forwarded = HeaderName::from_static("x-forwarded-for");
    let client = site.browser("84.140.9.1").with(forwarded.clone(), HOME);
    for _ in 0..3 {
        client.get("/.env").await;
    }
    assert!(!is_in(&client).await);
    assert!(is_in(&client.with(forwarded, "84.140.1.3")).await);
}

#[tokio::test]
async fn an_ipv6_client_is_banned_by_its_64() {
    let site = site();
    for number in 1..4 {
        site.browser(&format!("2a02:8100:1:2::{number}"))
            .get("/.env")
            .await;
    }
    assert!(!is_in(&site.browser("2a02:8100:1:2:ffff::")).await);
    assert!(is_in(&site.browser("2a02:8100:1:3::1")).await);
}

#[tokio::test]
async fn bans_are_listed_and_lifted() {
    let site = site();
    let bans = site.humanify.bans();
    let (home, v6): (IpAddr, IpAddr) = (HOME.parse().unwrap(), "2a02:8100::1".parse().unwrap());
    assert_eq!(bans.list().await.unwrap(), []);
    bans.ban(home, Duration::from_secs(60)).await.unwrap();
    bans.ban(v6, Duration::from_secs(90)).await.unwrap();
    let list = bans.list().await.unwrap();
    let shown: Vec<_> = list
        .iter()
        .map(|ban| (ban.network.to_string(), ban.wait.as_secs()))
        .collect();
    assert_eq!(
        shown,
        [
            ("2a02:8100::/64".to_owned(), 90),
            ("84.140.1.2/32".to_owned(), 60)
        ]
    );
    assert!(!is_in(&site.browser(HOME)).await);
    assert!(bans.lift(home).await.unwrap());
    assert!(!bans.lift(home).await.unwrap());
    assert!(is_in(&site.browser(HOME)).await);
    site.clock.advance(Duration::from_secs(90));
    assert_eq!(bans.list().await.unwrap(), []);
}

#[tokio::test]
async fn of_two_bans_the_longer_one_holds() {
    for seconds in [[60, 90], [90, 60]] {
        let site = site();
        let home: IpAddr = HOME.parse().unwrap();
        for seconds in seconds {
            let ban = site.humanify.bans();
            ban.ban(home, Duration::from_secs(seconds)).await.unwrap();
        }
        site.clock.advance(Duration::from_secs(89));
        assert!(!is_in(&site.browser(HOME)).await, "{seconds:?}");
        site.clock.advance(Duration::from_secs(1));
        assert!(is_in(&site.browser(HOME)).await, "{seconds:?}");
    }
}

#[tokio::test]
async fn a_flood_of_bans_takes_no_more_memory_than_its_bound() {
    let site = with(Humanify::builder().store(Memory::default().max_clients(100)));
    let bans = site.humanify.bans();
    for number in 0..1_000_u32 {
        let ip = IpAddr::from(std::net::Ipv4Addr::from_bits(0x548c_0000 + number));
        bans.ban(ip, Duration::from_secs(60 + u64::from(number)))
            .await
            .unwrap();
    }
    let list = bans.list().await.unwrap();
    assert!((90..=100).contains(&list.len()), "{}", list.len());
    // The bans that ended soonest were dropped.
    assert!(list.iter().all(|ban| ban.wait.as_secs() >= 960));
}

#[tokio::test]
async fn a_wrong_answer_that_is_sent_again_is_one_offence() {
    let site = with(Humanify::builder().retries(100));
    let visitor = site.browser(HOME);
    let mut asked = visitor.get("/login").await;
    asked = visitor.follow(asked).await;
    for number in 0..4 {
        let answer = testing::fail(&site.humanify, &asked.body).unwrap();
        // A double click, or a reload that sends the form again.
        for _ in 0..3 {
            asked = visitor.give(&answer).await;
        }
        assert!(is_in(&visitor).await, "{number}");
    }
}

#[tokio::test]
async fn a_scanner_that_claims_to_follow_a_bookmark_is_banned() {
    let site = site();
    let scanner = site.browser(HOME).with(SITE, "none");
    for _ in 0..3 {
        assert!(is_in(&scanner).await);
        scanner.get("/.env").await;
    }
    assert!(!is_in(&scanner).await);
}
