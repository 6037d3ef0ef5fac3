//! Addresses that a client makes up, hides or spells otherwise.

use http::StatusCode;
use humanify::prelude::*;
use humanify::testing;

use super::{last_round, site, with};
use crate::support::{DATACENTER, HOME};

#[tokio::test]
async fn forged_addresses_are_ignored() {
    // Nobody is trusted: fifty forged addresses are one client, and a bot stays a bot.
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

    // One proxy is trusted: what the client wrote before it is ignored, in one line or many.
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
    // A quote that the client leaves open does not swallow what the proxy adds behind it.
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
    // Not even with a proxy trusted does a peer from outside count as one.
    let outside = site.browser(DATACENTER).with_more("x-forwarded-for", HOME);
    assert!(outside.get("/protected").await.demands_challenge());
}

#[tokio::test]
async fn a_client_without_an_address_gets_nothing_that_another_could_use() {
    // Behind a trusted proxy anybody can make their own address unreadable.
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
        // Nor does a challenge that was given to somebody else help.
        let somebody = site.browser("127.0.0.1").with_more("x-forwarded-for", HOME);
        let (_, answer) = last_round(&site, &somebody, "/login").await;
        let reply = hidden.post(&answer.action, &answer.body).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(!reply.clears());
        assert!(somebody.post(&answer.action, &answer.body).await.clears());
    }
}

#[tokio::test]
async fn an_ipv4_address_has_one_form() {
    let site = site();
    let mapped = format!("::ffff:{DATACENTER}");
    assert!(
        site.browser(&mapped)
            .get("/protected")
            .await
            .demands_challenge()
    );
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    let mapped = visitor.at(&format!("::ffff:{HOME}"));
    assert_eq!(mapped.get("/login").await.status, StatusCode::OK);
}
