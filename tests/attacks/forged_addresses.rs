//! Addresses that a client forges, hides or spells differently.

use std::time::Duration;

use http::StatusCode;
use humanify::prelude::*;
use humanify::testing;

use super::{last_round, site, with};
use crate::support::{DATACENTER, HOME};

#[tokio::test]
async fn forged_addresses_are_ignored() {
    // Without trusted proxies, fifty forged addresses are one client, and a bot stays a bot.
    let site = with(Humanify::builder().rules(protect! { limit "5/hour" on "/limited"; }));
    let mut passed = 0;
    for number in 0..50 {
        let visitor = site
            .browser(HOME)
            .with_more("x-forwarded-for", &format!("91.64.0.{number}"))
            .with_more("forwarded", &format!("for=91.64.0.{number}"))
            .with_more("x-real-ip", &format!("91.64.0.{number}"));
        passed += usize::from(visitor.get("/limited").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);
    let liar = site.browser(DATACENTER).with_more("x-forwarded-for", HOME);
    assert!(liar.get("/protected").await.demands_challenge());

    // With one trusted proxy, entries that the client wrote before it are ignored, in one line or
    // several.
    let site = with(
        Humanify::builder()
            .behind_proxy(true)
            .rules(protect! { limit "5/hour" on "/limited"; }),
    );
    let mut passed = 0;
    for number in 0..50 {
        let visitor = site
            .browser("127.0.0.1")
            .with_more("x-forwarded-for", &format!("91.64.0.{number}"))
            .with_more("x-forwarded-for", HOME);
        passed += usize::from(visitor.get("/limited").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);
    for hidden in ["_hidden", "unknown", "", "91.64.0.1, _x"] {
        let visitor = site
            .browser("127.0.0.1")
            .with_more("x-forwarded-for", hidden);
        let reply = visitor.get("/protected").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{hidden}");
        let visitor = site
            .browser("127.0.0.1")
            .with_more("forwarded", &format!("for={hidden}"));
        let reply = visitor.get("/protected").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "Forwarded: {hidden}");
    }
    // An open quote in the client's entry does not swallow the proxy's entry after it.
    for (name, forged) in [
        ("x-forwarded-for", format!("{HOME}%\", {DATACENTER}")),
        ("x-forwarded-for", format!("\"{HOME}, {DATACENTER}")),
        ("forwarded", format!("for={HOME}%\", for={DATACENTER}")),
        ("forwarded", format!("for=\"{HOME}\\\", for={DATACENTER}")),
    ] {
        let visitor = site.browser("127.0.0.1").with_more(name, &forged);
        assert_ne!(
            visitor.get("/protected").await.status,
            StatusCode::OK,
            "{forged}"
        );
    }
    // A peer on the Internet does not count as the trusted proxy.
    let outside = site.browser(DATACENTER).with_more("x-forwarded-for", HOME);
    assert!(outside.get("/protected").await.demands_challenge());
}

#[tokio::test]
async fn a_client_that_contradicts_its_proxy_is_refused() {
    let site = with(Humanify::builder().behind_proxy(true));
    for sent in [
        "for=91.64.0.1",
        "for=_hidden",
        "for=\"",
        "for=unknown;proto=https",
    ] {
        let liar = site.browser("127.0.0.1").with_more("x-forwarded-for", HOME);
        let reply = liar.with_more("forwarded", sent).get("/").await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{sent}");
    }
    let honest = site.browser("127.0.0.1").with_more("x-forwarded-for", HOME);
    let honest = honest.with_more("forwarded", &format!("for={HOME}"));
    assert_eq!(honest.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn translated_addresses_are_the_clients_that_they_stand_for() {
    let site = with(Humanify::builder().rules(protect! {
        limit "2/hour" on "/limited";
        always_deny on "/denied" when client.ip in ["84.140.7.0/24"];
    }));
    let status = async |ip: &str, path| site.browser(ip).get(path).await.status;
    // Two clients behind one NAT64 translator are two clients.
    for ip in ["64:ff9b::808:808", "64:ff9b::909:909", "64:ff9b:1::a0a:a0a"] {
        for _ in 0..2 {
            assert_eq!(status(ip, "/limited").await, StatusCode::OK, "{ip}");
        }
        assert_eq!(status(ip, "/limited").await, StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(
        status("8.8.8.8", "/limited").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    for ip in ["::ffff:84.140.7.1", "64:ff9b::548c:701", "2002:548c:701::1"] {
        assert_eq!(status(ip, "/denied").await, StatusCode::FORBIDDEN, "{ip}");
    }
    // The router of a tunnel is judged: at home, and in a datacenter.
    assert_eq!(
        status("2002:548c:102::1", "/protected").await,
        StatusCode::OK
    );
    assert_ne!(
        status("2002:548c:c802::1", "/protected").await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_client_without_an_address_gets_nothing_reusable() {
    // Behind a trusted proxy, any client can make its own address unreadable.
    let rules = protect! {
        always_deny on "/denied" when client.ip in ["203.0.113.0/24"];
        deny_access on "/vpn" when client.is_vpn;
        deny_access on "/foreign" when !(client.ip in ["84.140.0.0/16"]);
        deny_access on "/provider" when client.vpn_provider == "Mullvad";
        exempt on "/inner" when client.ip in ["84.140.0.0/16"];
        exempt on "/outer" when !client.is_vpn;
        challenge on "/inner", "/outer", "/bots";
    };
    let signals = humanify::Signals::default().invalid_ip(false);
    for builder in [Humanify::builder(), Humanify::builder().signals(signals)] {
        let site = with(builder.behind_proxy(true).rules(rules));
        let hidden = site
            .browser("127.0.0.1")
            .with_more("x-forwarded-for", "_hidden");
        for path in [
            "/denied",
            "/vpn",
            "/foreign",
            "/provider",
            "/inner",
            "/outer",
            "/bots",
            "/login",
            "/humanify/challenge",
            "/humanify/audio_challenge",
        ] {
            let reply = hidden.get(path).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
            assert!(
                testing::solve(&site.humanify, &reply.body).is_none(),
                "{path}"
            );
        }
        // A challenge that was given to another client does not help either.
        let somebody = site.browser("127.0.0.1").with_more("x-forwarded-for", HOME);
        let (_, answer) = last_round(&site, &somebody, "/login").await;
        let reply = hidden.post(&answer.action, &answer.body).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(!reply.clears());
        assert!(somebody.post(&answer.action, &answer.body).await.clears());
    }
}

#[tokio::test]
async fn a_mapped_address_is_the_address_that_it_maps() {
    const MAPPED: &str = "::ffff:84.140.1.2";
    let site = with(Humanify::builder().rules(protect! {
        limit "3/hour" on "/limited";
        always_deny on "/denied" when client.ip in ["84.140.1.0/24"];
    }));
    let plain = site.browser(HOME);
    let mapped = site.browser(MAPPED);
    let mut passed = 0;
    for number in 0..10 {
        let visitor = [&plain, &mapped][number % 2];
        passed += usize::from(visitor.get("/limited").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 3, "both count together");
    assert_eq!(mapped.get("/denied").await.status, StatusCode::FORBIDDEN);
    plain.get_in("/login").await;
    let cleared = plain.clone().at(MAPPED).get("/login").await;
    assert_eq!(cleared.status, StatusCode::OK);
    let hour = Duration::from_secs(3_600);
    let bans = site.humanify.bans();
    bans.ban(MAPPED.parse().unwrap(), hour).await.unwrap();
    assert_eq!(plain.get("/").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_address_translated_by_nat64_is_in_the_sets_of_the_one_behind_it() {
    let site = site();
    let datacenter = site.browser(&format!("64:ff9b::{DATACENTER}"));
    assert!(datacenter.get("/protected").await.demands_challenge());
    let home = site.browser(&format!("64:ff9b::{HOME}"));
    assert_eq!(home.get("/protected").await.status, StatusCode::OK);
}

#[tokio::test]
async fn clients_at_addresses_that_are_not_routed_are_told_apart() {
    let site = with(Humanify::builder().rules(protect! { limit "2/hour" on "/limited"; }));
    for ip in [
        "10.0.0.1",
        "10.0.0.2",
        "127.0.0.1",
        "fd00::1",
        "fd00:0:0:1::1",
    ] {
        let visitor = site.browser(ip);
        for expected in [200, 200, 429] {
            let status = visitor.get("/limited").await.status;
            assert_eq!(status.as_u16(), expected, "{ip}");
        }
    }
}

#[tokio::test]
async fn a_tunnel_address_is_not_a_trusted_proxy() {
    let rules = protect! { always_deny on "/denied" when client.ip == "84.140.1.2"; };
    let networks = humanify::Proxies::networks(["10.0.0.0/8", "203.0.113.0/24"]);
    // Tunnel addresses whose routers are on this machine, in a private network and among the
    // proxies.
    for (builder, router, proxy) in [
        (
            Humanify::builder().behind_proxy(true),
            "2002:7f00:1::1",
            "::ffff:127.0.0.1",
        ),
        (
            Humanify::builder().behind_proxy(true),
            "2002:a00:1::1",
            "10.0.0.1",
        ),
        (
            Humanify::builder().proxies(networks),
            "2002:cb00:7105::1",
            "64:ff9b::cb00:7105",
        ),
    ] {
        let site = with(builder.rules(rules));
        for (peer, status) in [(router, StatusCode::OK), (proxy, StatusCode::FORBIDDEN)] {
            let visitor = site.browser(peer).with_more("x-forwarded-for", HOME);
            assert_eq!(visitor.get("/denied").await.status, status, "{peer}");
        }
    }
    // The walk through the proxies does not continue past such an address.
    let networks = humanify::Proxies::networks(["10.0.0.0/8"]);
    let site = with(Humanify::builder().proxies(networks).rules(rules));
    for (sent, status) in [
        (format!("{HOME}, 10.0.0.9"), StatusCode::FORBIDDEN),
        (format!("{HOME}, 2002:a00:9::1"), StatusCode::OK),
    ] {
        let visitor = site.browser("10.0.0.1").with_more("x-forwarded-for", &sent);
        assert_eq!(visitor.get("/denied").await.status, status, "{sent}");
        let elements = sent
            .replace(", ", ", for=\"[")
            .replace("[10.0.0.9", "10.0.0.9");
        let elements = match elements.contains('[') {
            true => format!("for={elements}]\""),
            false => format!("for={elements}\""),
        };
        let visitor = site.browser("10.0.0.1").with_more("forwarded", &elements);
        assert_eq!(visitor.get("/denied").await.status, status, "{elements}");
    }
}

#[tokio::test]
async fn every_spelling_of_an_address_is_one_client_wherever_addresses_are_keys() {
    const SPELLINGS: [&str; 5] = [
        HOME,
        "::ffff:84.140.1.2",
        "64:ff9b::548c:102",
        "64:ff9b:1::548c:102",
        "2002:548c:102:7::9",
    ];
    let hour = Duration::from_secs(3_600);
    let pairs = SPELLINGS.iter().skip(1);
    for (first, second) in pairs.flat_map(|other| [(HOME, *other), (*other, HOME)]) {
        let site = with(Humanify::builder().rules(protect! { limit "2/hour" on "/limited"; }));
        let (one, other) = (site.browser(first), site.browser(second));
        // An open challenge, and the clearance.
        let (_, answer) = last_round(&site, &one, "/login").await;
        let moved = one.clone().at(second);
        assert!(
            moved.post(&answer.action, &answer.body).await.clears(),
            "{first} {second}"
        );
        for visitor in [&one, &moved] {
            assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
        }
        // Limits, and reading them.
        for visitor in [&one, &other] {
            assert_eq!(visitor.get("/limited").await.status, StatusCode::OK);
        }
        let over = StatusCode::TOO_MANY_REQUESTS;
        assert_eq!(other.get("/limited").await.status, over, "{first} {second}");
        let ip: std::net::IpAddr = second.parse().unwrap();
        site.humanify.limiter().reset(ip, None).await.unwrap();
        assert_eq!(one.get("/limited").await.status, StatusCode::OK);
        // Bans.
        let bans = site.humanify.bans();
        bans.ban(first.parse().unwrap(), hour).await.unwrap();
        assert_eq!(other.get("/").await.status, StatusCode::FORBIDDEN);
        assert!(bans.lift(ip).await.unwrap());
        assert_eq!(one.get("/").await.status, StatusCode::OK);
    }
}
