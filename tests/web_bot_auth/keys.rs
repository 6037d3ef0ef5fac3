//! Keys in the settings of an application.

use std::time::Duration;

use axum::Router;
use http::header::USER_AGENT;
use humanify::prelude::*;
use humanify::verify::{SignedAgents, SignedAgentsError};
use humanify::{CrawlerKind, CrawlerVerification};

use super::{ACME, agent, ask, outcome, site, valid_signature, with_signature};
use crate::support::Site;
use crate::support::signer;

#[tokio::test]
async fn a_key_proves_no_name_but_its_own() {
    let site = site();
    let gptbot = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)";
    let liar = with_signature(agent(&site), &valid_signature(&site)).with(USER_AGENT, gptbot);
    assert_eq!(outcome(&liar.get("/shop").await), "deny");
    let true_one = with_signature(agent(&site), &valid_signature(&site).nonce("b"))
        .with(USER_AGENT, gptbot)
        .at("20.171.206.7");
    let reply = true_one.get("/shop").await;
    assert_eq!(reply.body, r#"Some("Acme") Some("ai_assistant") true"#);
}

#[tokio::test]
async fn an_agent_with_a_crawlers_key_is_that_crawler() {
    let agents = SignedAgents::new(["site.example"])
        .unwrap()
        .key("GPTBot", CrawlerKind::AiTraining, &ACME.x())
        .unwrap();
    let builder = Humanify::builder()
        .crawlers(CrawlerVerification::new().signed_agents(agents))
        .rules(protect! {
            always_deny when client.is_impostor;
            exempt when client.is_verified_crawler && client.crawler == "GPTBot";
            challenge;
        });
    let site = Site::new(builder, Router::new().fallback(|| async { "in" }));
    site.clock.advance(Duration::from_secs(60));
    let gptbot = agent(&site).with(USER_AGENT, "GPTBot/1.2");
    assert_eq!(outcome(&gptbot.get("/shop").await), "deny");
    let signed = with_signature(gptbot, &valid_signature(&site));
    assert_eq!(outcome(&signed.get("/shop").await), "pass");
}

#[tokio::test]
async fn a_key_counts_for_as_long_as_it_says() {
    let site = |times: &str| {
        let jwk = ACME.jwk().replace('{', &format!("{{{times}, "));
        let agents = SignedAgents::new(["site.example"]).unwrap();
        let agents = agents.key("Acme", CrawlerKind::AiAssistant, &jwk).unwrap();
        let builder = Humanify::builder()
            .crawlers(CrawlerVerification::new().signed_agents(agents))
            .rules(protect! {
                exempt when client.is_verified_crawler;
                challenge;
            });
        let site = Site::new(builder, Router::new().fallback(|| async { "in" }));
        site.clock.advance(Duration::from_secs(60));
        site
    };
    // The time is 1767225660.
    for (times, expected) in [
        ("\"nbf\": 1767225660, \"exp\": 1767225661", "pass"),
        ("\"nbf\": 1767225661", "challenge"),
        ("\"exp\": 1767225660", "challenge"),
        ("\"exp\": 0", "challenge"),
    ] {
        let site = site(times);
        assert_eq!(
            ask(&site, &valid_signature(&site)).await,
            expected,
            "{times}"
        );
    }
}

#[test]
fn keys_that_prove_nothing_are_refused() {
    let add = |key: &str| {
        let agents = SignedAgents::new(["site.example"]).unwrap();
        agents
            .key("Acme", CrawlerKind::AiAssistant, key)
            .map(|_| ())
    };
    let jwk = |fields: &str| format!("{{{fields}, \"x\": \"{}\"}}", ACME.x());
    let url = |bytes: &[u8]| signer::base64url(bytes);
    let mut weak = [0; 32];
    weak[0] = 1;
    let mut spelled_otherwise = ACME.x();
    spelled_otherwise.pop();
    for (key, expected) in [
        (ACME.x(), Ok(())),
        (format!(" {}\n", ACME.jwk()), Ok(())),
        (String::new(), Err(SignedAgentsError::Key)),
        (ACME.x() + "=", Err(SignedAgentsError::Key)),
        (spelled_otherwise, Err(SignedAgentsError::Key)),
        (url(&[1; 31]), Err(SignedAgentsError::Key)),
        (url(&[1; 33]), Err(SignedAgentsError::Key)),
        // Points of small order, for which one signature fits many messages.
        (url(&[0; 32]), Err(SignedAgentsError::Key)),
        (url(&weak), Err(SignedAgentsError::Key)),
        (
            "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs".into(),
            Err(SignedAgentsError::TestKey),
        ),
        (
            jwk(r#""kty": "OKP", "crv": "X25519""#),
            Err(SignedAgentsError::Algorithm),
        ),
        (
            jwk(r#""kty": "oct", "crv": "Ed25519""#),
            Err(SignedAgentsError::Algorithm),
        ),
        (jwk(r#""kty": "RSA""#), Err(SignedAgentsError::Algorithm)),
        (
            jwk(r#""kty": "OKP", "crv": "Ed25519", "d": "AAAA""#),
            Err(SignedAgentsError::Private),
        ),
    ] {
        assert_eq!(add(&key), expected, "{key}");
    }
    assert!(matches!(add("{"), Err(SignedAgentsError::Json(_))));
    assert!(matches!(add("{}"), Err(SignedAgentsError::Json(_))));
    let twice = SignedAgents::new(["site.example"])
        .unwrap()
        .key("Acme", CrawlerKind::AiAssistant, &ACME.x())
        .unwrap()
        .key("Other", CrawlerKind::AiAssistant, &ACME.jwk());
    assert_eq!(
        twice.err(),
        Some(SignedAgentsError::SameKey("Acme", "Other"))
    );
    for host in [
        "",
        "https://site.example",
        "a@site.example",
        "site.example/x",
        "a b",
        "a:b",
    ] {
        let error = SignedAgents::new([host]).err();
        assert_eq!(error, Some(SignedAgentsError::Host(host.into())), "{host}");
    }
    let none: [&str; 0] = [];
    assert_eq!(
        SignedAgents::new(none).err(),
        Some(SignedAgentsError::NoHost)
    );
}
