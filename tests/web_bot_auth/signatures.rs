//! Which signatures count, and for how long.

use std::sync::{Arc, Barrier};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use humanify::Clock;

use super::{
    ACME, OTHER, STRANGER, agent, ask, now, outcome, site, valid_signature, with_signature,
};
use crate::support::HOME;
use crate::support::signer::{Signed, by_the_public_crate};

#[tokio::test]
async fn a_signed_agent_is_verified_by_its_name_and_kind() {
    let site = site();
    assert_eq!(outcome(&agent(&site).get("/shop").await), "challenge");
    let reply = with_signature(agent(&site), &valid_signature(&site))
        .get("/shop")
        .await;
    assert_eq!(outcome(&reply), "pass");
    assert_eq!(reply.body, r#"Some("Acme") Some("ai_assistant") true"#);
    // An agent that drives a browser has a browser's user agent.
    let browser = with_signature(site.browser(HOME), &valid_signature(&site).nonce("b"));
    let reply = browser.get("/shop").await;
    assert_eq!(reply.body, r#"Some("Acme") Some("ai_assistant") true"#);
    // Another key is another agent, of a kind that is not exempt.
    let other = Signed::new(OTHER, "site.example", now(&site.clock));
    assert_eq!(ask(&site, &other).await, "challenge");
    let reply = with_signature(agent(&site), &other.nonce("c"))
        .get("/open")
        .await;
    assert_eq!(reply.body, r#"Some("Other") Some("seo") true"#);
    // An exemption opens no handler that has an attribute.
    let reply = with_signature(agent(&site), &valid_signature(&site).nonce("d"))
        .get("/guarded")
        .await;
    assert_eq!(outcome(&reply), "deny");
}

#[tokio::test]
async fn a_signature_by_the_public_crate_is_verified() {
    let site = site();
    let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    site.clock.advance(real.saturating_sub(site.clock.now()));
    for (nonce, signature_agent) in [("one", None), ("two", Some("https://acme.example"))] {
        let headers = by_the_public_crate(ACME, "site.example", nonce, signature_agent);
        let mut visitor = agent(&site);
        for (name, value) in headers {
            visitor = visitor.with_more(name, &value);
        }
        assert_eq!(outcome(&visitor.get("/shop").await), "pass", "{nonce}");
        assert_eq!(outcome(&visitor.get("/shop").await), "challenge", "{nonce}");
    }
    // A signature with an unknown key.
    let mut visitor = agent(&site);
    for (name, value) in by_the_public_crate(STRANGER, "site.example", "three", None) {
        visitor = visitor.with_more(name, &value);
    }
    assert_eq!(outcome(&visitor.get("/shop").await), "challenge");
}

#[tokio::test]
async fn a_nonce_counts_once() {
    let site = site();
    let signed = valid_signature(&site);
    assert_eq!(ask(&site, &signed).await, "pass");
    assert_eq!(ask(&site, &signed).await, "challenge");
    // It does not count with another label, another time or another address, either.
    let later = valid_signature(&site).param("expires", (now(&site.clock) + 600).to_string());
    assert_eq!(ask(&site, &later).await, "challenge");
    let relabelled = with_signature(agent(&site).at("84.140.1.9"), &signed.clone().label("x"));
    assert_eq!(outcome(&relabelled.get("/shop").await), "challenge");
    assert_eq!(ask(&site, &signed.clone().nonce("another")).await, "pass");
    // Each key has nonces of its own.
    let other = Signed::new(OTHER, "site.example", now(&site.clock));
    let reply = with_signature(agent(&site), &other).get("/open").await;
    assert_eq!(reply.body, r#"Some("Other") Some("seo") true"#);
    // The nonce is remembered until the signature has expired.
    site.clock.advance(Duration::from_secs(299));
    assert_eq!(ask(&site, &signed).await, "challenge");
    site.clock.advance(Duration::from_secs(1));
    assert_eq!(ask(&site, &signed).await, "challenge");
}

#[test]
fn one_of_two_concurrent_requests_with_one_nonce_passes() {
    let site = site();
    for round in 0..50 {
        let signed = valid_signature(&site).nonce(&format!("round {round}"));
        let start = Arc::new(Barrier::new(2));
        let threads = [(); 2].map(|()| {
            let (site, signed, start) = (site.clone(), signed.clone(), Arc::clone(&start));
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = { runtime }.enable_all().build().unwrap();
                start.wait();
                runtime.block_on(ask(&site, &signed))
            })
        });
        let mut outcomes = threads.map(|thread| thread.join().unwrap());
        outcomes.sort_unstable();
        assert_eq!(outcomes, ["challenge", "pass"], "{round}");
    }
}

#[tokio::test]
async fn a_signature_does_not_count_again_after_a_restart() {
    // The store began a minute ago. What was signed up to ten seconds later may have been
    // accepted by the process before it, since clocks may differ by that much.
    let after = site();
    let began = now(&after.clock) - 60;
    for (created, expected) in [
        (began - 1, "challenge"),
        (began, "challenge"),
        (began + 9, "challenge"),
        (began + 10, "pass"),
    ] {
        let signed = Signed::new(ACME, "site.example", created);
        assert_eq!(ask(&after, &signed).await, expected, "{created}");
    }
}

#[tokio::test]
async fn a_mismatched_signature_does_not_verify() {
    let site = site();
    let now = now(&site.clock);
    let at = |seconds: i64| now.checked_add_signed(seconds).unwrap().to_string();
    let usual = || valid_signature(&site);
    let params = |created: i64, expires: i64| {
        usual()
            .param("created", at(created))
            .param("expires", at(expires))
    };
    for (what, signed, expected) in [
        ("as it should be", usual(), "pass"),
        ("other label", usual().label("a*b"), "pass"),
        ("without algorithm", usual().without("alg"), "pass"),
        (
            "more is covered",
            usual()
                .cover("\"@method\"", "GET")
                .cover("\"@path\"", "/shop"),
            "pass",
        ),
        ("clocks differ", params(10, 60), "pass"),
        ("a whole day", params(-30, 86_370), "pass"),
        ("just not expired", params(-30, 1), "pass"),
        ("unknown parameter", usual().param("x", "1".into()), "pass"),
        ("expired", params(-30, 0), "challenge"),
        ("long expired", params(-50, -40), "challenge"),
        ("expired before it was made", params(5, 4), "challenge"),
        ("not yet made", params(11, 60), "challenge"),
        ("for too long", params(-30, 86_371), "challenge"),
        (
            "for ever",
            params(0, 900_000_000_000_000 - i64::try_from(now).unwrap()),
            "challenge",
        ),
        (
            "made before 1970",
            usual().param("created", "-1".into()),
            "challenge",
        ),
        (
            "made at a fraction",
            usual().param("created", format!("{now}.5")),
            "challenge",
        ),
        (
            "made at a text",
            usual().param("created", format!("\"{now}\"")),
            "challenge",
        ),
        ("no time of making", usual().without("created"), "challenge"),
        ("no time of expiry", usual().without("expires"), "challenge"),
        ("no nonce", usual().without("nonce"), "challenge"),
        ("empty nonce", usual().nonce(""), "challenge"),
        (
            "nonce that is not a string",
            usual().param("nonce", "1".into()),
            "challenge",
        ),
        ("no tag", usual().without("tag"), "challenge"),
        (
            "other tag",
            usual().param("tag", "\"http-message-signatures-directory\"".into()),
            "challenge",
        ),
        (
            "tag as a token",
            usual().param("tag", "web-bot-auth".into()),
            "challenge",
        ),
        ("no key", usual().without("keyid"), "challenge"),
        (
            "another's key",
            usual().param("keyid", format!("\"{}\"", OTHER.thumbprint())),
            "challenge",
        ),
        (
            "unknown key",
            Signed::new(STRANGER, "site.example", now),
            "challenge",
        ),
        (
            "HMAC",
            usual().param("alg", "\"hmac-sha256\"".into()),
            "challenge",
        ),
        (
            "RSA",
            usual().param("alg", "\"rsa-pss-sha512\"".into()),
            "challenge",
        ),
        (
            "algorithm as a token",
            usual().param("alg", "ed25519".into()),
            "challenge",
        ),
        (
            "signed for another host",
            Signed::new(ACME, "evil.example", now),
            "challenge",
        ),
        (
            "no host is covered",
            usual().uncover("\"@authority\""),
            "challenge",
        ),
        (
            "nothing is covered",
            usual()
                .uncover("\"@authority\"")
                .cover("\"@path\"", "/shop"),
            "challenge",
        ),
        (
            "host of the other message",
            usual()
                .uncover("\"@authority\"")
                .cover("\"@authority\";req", "site.example"),
            "challenge",
        ),
        (
            "host twice",
            usual().cover("\"@authority\"", "site.example"),
            "challenge",
        ),
        (
            "other method",
            usual().cover("\"@method\"", "POST"),
            "challenge",
        ),
        ("other path", usual().cover("\"@path\"", "/"), "challenge"),
        (
            "missing field",
            usual().cover("\"x-missing\"", ""),
            "challenge",
        ),
        (
            "unknown component",
            usual().cover("\"@unknown\"", ""),
            "challenge",
        ),
        (
            "the status of an answer",
            usual().cover("\"@status\"", "200"),
            "challenge",
        ),
        (
            "too much is covered",
            (0..40).fold(usual(), |signed, n| {
                signed.cover(&format!("\"@query-param\";name=\"{n}\""), "")
            }),
            "challenge",
        ),
    ] {
        let signed = if what.contains("nonce") {
            signed
        } else {
            signed.nonce(what)
        };
        assert_eq!(ask(&site, &signed).await, expected, "{what}");
    }
}
