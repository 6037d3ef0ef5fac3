//! Requests with several signatures, of which some do not count.

use super::directories::{settled, site_of};
use super::{ACME, AGENT, INPUT, OTHER, SIGNATURE, STRANGER, agent, now, outcome, site};
use crate::support::key_directory::{DirectoryBehaviour, DirectoryServer};
use crate::support::signer::{Signed, Signer};
use crate::support::{Site, Visitor};

/// A request with several signatures.
fn with_signatures(site: &Site, signed: &[Signed]) -> Visitor {
    let join = |part: fn(&Signed) -> String| {
        let parts: Vec<String> = signed.iter().map(part).collect();
        parts.join(", ")
    };
    agent(site)
        .with(INPUT, &join(Signed::input))
        .with(SIGNATURE, &join(Signed::signature))
}

async fn ask(site: &Site, signed: &[Signed]) -> &'static str {
    outcome(&with_signatures(site, signed).get("/shop").await)
}

#[tokio::test]
async fn a_valid_signature_counts_beside_others_that_do_not() {
    let site = site();
    let now = now(&site.clock);
    let good = |nonce: &str| {
        let signed = Signed::new(ACME, "site.example", now).label("good");
        signed.nonce(nonce)
    };
    let expired = good("expired")
        .label("old")
        .param("created", (now - 50).to_string())
        .param("expires", (now - 40).to_string());
    let others = [
        expired,
        Signed::new(ACME, "evil.example", now).label("host"),
        good("a").label("uncovered").uncover("\"@authority\""),
        good("b").label("path").cover("\"@path\"", "/"),
        good("c").label("tag").without("tag"),
        Signed::new(STRANGER, "site.example", now).label("stranger"),
    ];
    assert_eq!(ask(&site, &others).await, "challenge");
    for (place, other) in others.iter().enumerate() {
        for (order, signed) in [
            [other.clone(), good(&format!("{place} last"))],
            [good(&format!("{place} first")), other.clone()],
        ]
        .iter()
        .enumerate()
        {
            assert_eq!(ask(&site, signed).await, "pass", "{place} {order}");
            assert_eq!(ask(&site, signed).await, "challenge", "{place} {order}");
        }
    }
    // A used nonce does not spoil a new one.
    let fresh = [good("0 last"), good("new").label("fresh")];
    assert_eq!(ask(&site, &fresh).await, "pass");
}

#[tokio::test]
async fn one_request_with_two_signatures_passes_once() {
    let site = site();
    let signed = |label: &str| {
        let signed = Signed::new(ACME, "site.example", now(&site.clock));
        signed.label(label).nonce(label)
    };
    let (one, two) = (signed("one"), signed("two"));
    assert_eq!(ask(&site, &[one.clone(), two.clone()]).await, "pass");
    for again in [
        &[one.clone(), two.clone()][..],
        &[two.clone(), one.clone()],
        std::slice::from_ref(&one),
        std::slice::from_ref(&two),
    ] {
        assert_eq!(ask(&site, again).await, "challenge");
    }
}

#[tokio::test]
async fn an_agent_may_sign_by_its_old_and_its_new_key() {
    let server = DirectoryServer::start(DirectoryBehaviour::Waits(vec![ACME.jwk()])).await;
    let site = site_of(&[&server]);
    let value = format!("\"{}\"", server.origin);
    let signed = |signer: Signer, label: &str, nonce: &str| {
        Signed::new(signer, "site.example", now(&site.clock))
            .label(label)
            .nonce(nonce)
            .cover("\"signature-agent\";key=\"keys\"", &value)
    };
    let asking = async |nonce: &str| {
        let both = [signed(OTHER, "a", nonce), signed(ACME, "b", nonce)];
        let visitor = with_signatures(&site, &both).with(AGENT, &format!("keys={value}"));
        outcome(&visitor.get("/shop").await)
    };
    assert_eq!(asking("first").await, "later");
    server.release();
    assert_eq!(settled(&site, ACME, &server.origin).await, "pass");
    assert_eq!(asking("first").await, "pass");
    assert_eq!(asking("first").await, "challenge");
}
