//! Directories of keys, which agents name and servers publish.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use http::StatusCode;
use humanify::prelude::*;
use humanify::verify::{SignedAgents, SignedAgentsError};
use humanify::{CrawlerKind, CrawlerVerification};

use super::{ACME, AGENT, OTHER, SIGNATURE, STRANGER, agent, now, outcome, sending};
use crate::support::key_directory::{DirectoryServer, Does, key_set};
use crate::support::signer::{self, Signed, Signer};
use crate::support::wait::{until, until_some};
use crate::support::{Site, Visitor};

/// A site that knows an agent by its directory.
fn site_of(servers: &[&DirectoryServer]) -> Site {
    let mut agents = SignedAgents::new(["site.example"]).unwrap();
    for (name, server) in ["Acme", "Other"].into_iter().zip(servers) {
        let kind = CrawlerKind::AiAssistant;
        agents = agents.directory(name, kind, &server.origin).unwrap();
    }
    let builder = Humanify::builder()
        .crawlers(CrawlerVerification::new().signed_agents(agents))
        .rules(protect! {
            exempt when client.is_verified_crawler && client.crawler == "Acme";
            challenge on "/shop";
        });
    let site = Site::new(builder, Router::new().fallback(|| async { "in" }));
    site.clock.advance(Duration::from_secs(60));
    site
}

/// A request that says where its key is.
fn naming(site: &Site, signer: Signer, url: &str, nonce: &str) -> Visitor {
    let value = format!("\"{url}\"");
    let signed = Signed::new(signer, "site.example", now(&site.clock))
        .nonce(nonce)
        .cover("\"signature-agent\";key=\"sig1\"", &value);
    sending(agent(site), &signed).with(AGENT, &format!("sig1={value}"))
}

/// Asks until the directory is there, each time with a nonce of its own.
async fn settled(site: &Site, signer: Signer, url: &str) -> &'static str {
    static NONCE: AtomicUsize = AtomicUsize::new(0);
    until_some("the directory is there", async || {
        let nonce = format!("settled {}", NONCE.fetch_add(1, Ordering::Relaxed));
        let outcome = outcome(&naming(site, signer, url, &nonce).get("/shop").await);
        (outcome != "later").then_some(outcome)
    })
    .await
}

#[tokio::test]
async fn an_agent_is_known_by_its_directory() {
    let server = DirectoryServer::start(Does::Waits(vec![ACME.jwk(), OTHER.jwk()])).await;
    let site = site_of(&[&server]);
    let first = naming(&site, ACME, &server.origin, "first");
    let reply = first.get("/shop").await;
    assert_eq!(outcome(&reply), "later");
    assert!(reply.header("retry-after").is_some());
    // Where nothing would be challenged nobody waits.
    assert_eq!(outcome(&first.get("/open").await), "pass");
    // Who only says so gets no farther.
    let forged = first.clone().with(SIGNATURE, "sig1=:AAAA:");
    assert_eq!(outcome(&forged.get("/shop").await), "later");
    server.go_on();
    assert_eq!(settled(&site, ACME, &server.origin).await, "pass");
    assert_eq!(outcome(&forged.get("/shop").await), "challenge");
    // The nonce was not spent before the key was known.
    assert_eq!(outcome(&first.get("/shop").await), "pass");
    assert_eq!(outcome(&first.get("/shop").await), "challenge");
    assert_eq!(
        settled(&site, OTHER, &format!("{}/", server.origin)).await,
        "pass"
    );
    assert_eq!(server.questions(), 1);
}

#[tokio::test]
async fn no_agent_is_denied_for_what_its_directory_would_tell() {
    let server = DirectoryServer::start(Does::Waits(vec![ACME.jwk()])).await;
    let agents = SignedAgents::new(["site.example"]).unwrap();
    let agents = agents
        .directory("Acme", CrawlerKind::AiAssistant, &server.origin)
        .unwrap();
    let builder = Humanify::builder().crawlers(CrawlerVerification::new().signed_agents(agents)).rules(protect! {
        always_deny on "/others" when client.crawler != "Acme";
        exempt on "/kind" when client.is_verified_crawler && client.crawler_kind == ai_assistant;
        exempt on "/name" when client.is_verified_crawler && client.crawler == "Acme";
        intended(redundant) exempt on "/sign" when client.is_verified_crawler && client.is_crawler;
        deny_access on "/kind", "/name", "/sign";
    });
    let site = Site::new(builder, Router::new().fallback(|| async { "in" }));
    site.clock.advance(Duration::from_secs(60));
    // An agent that drives a browser has a browser's user agent, and a datacenter's address.
    let browser = site.browser("84.140.200.1");
    let value = format!("\"{}\"", server.origin);
    let asking = |nonce: &str| {
        let signed = Signed::new(ACME, "site.example", now(&site.clock))
            .nonce(nonce)
            .cover("\"signature-agent\";key=\"sig1\"", &value);
        sending(browser.clone(), &signed).with(AGENT, &format!("sig1={value}"))
    };
    let paths = ["/others", "/kind", "/name", "/sign"];
    for path in paths {
        let early = outcome(&asking(path).get(path).await);
        assert_eq!(early, "later", "{path}");
    }
    server.go_on();
    let number = AtomicUsize::new(0);
    until("the directory is there", async || {
        let nonce = format!("again {}", number.fetch_add(1, Ordering::Relaxed));
        outcome(&asking(&nonce).get("/kind").await) == "pass"
    })
    .await;
    for path in paths {
        assert_eq!(outcome(&asking(path).get(path).await), "pass", "{path}");
    }
    let unsigned = browser.get("/kind").await;
    assert_eq!(unsigned.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn only_directories_that_are_known_are_asked() {
    let server = DirectoryServer::start(Does::Keys(vec![ACME.jwk()])).await;
    let known = DirectoryServer::start(Does::Keys(vec![STRANGER.jwk()])).await;
    let site = site_of(&[&known]);
    for url in [
        server.origin.clone(),
        format!(
            "{}@{}",
            known.origin,
            server.origin.trim_start_matches("http://")
        ),
        format!("{}/x", known.origin),
        format!("{}?x", known.origin),
        known.origin.replace("127.0.0.1", "127.0.0.2"),
        String::new(),
    ] {
        assert_eq!(settled(&site, ACME, &url).await, "challenge", "{url}");
    }
    assert_eq!((server.questions(), known.questions()), (0, 0));
}

#[tokio::test]
async fn an_agent_signs_in_no_other_agents_name() {
    let acme = DirectoryServer::start(Does::Keys(vec![ACME.jwk()])).await;
    let other = DirectoryServer::start(Does::Keys(vec![OTHER.jwk()])).await;
    let site = site_of(&[&acme, &other]);
    assert_eq!(settled(&site, ACME, &acme.origin).await, "pass");
    // It is verified, as another agent that is not exempt.
    assert_eq!(settled(&site, OTHER, &other.origin).await, "challenge");
    for (signer, url) in [(OTHER, &acme.origin), (ACME, &other.origin)] {
        assert_eq!(settled(&site, signer, url).await, "challenge");
    }
    // A signature counts for the address that it covers, not for one beside it.
    let (mine, theirs) = (
        format!("\"{}\"", acme.origin),
        format!("\"{}\"", other.origin),
    );
    let signed = |nonce: &str| Signed::new(ACME, "site.example", now(&site.clock)).nonce(nonce);
    let member = |key: &str| format!("\"signature-agent\";key=\"{key}\"");
    let both = format!("a={mine}, sig1={theirs}");
    for (what, signed, line, expected) in [
        (
            "its own",
            signed("a").cover(&member("a"), &mine),
            both.clone(),
            "pass",
        ),
        (
            "theirs",
            signed("b").cover(&member("sig1"), &theirs),
            both.clone(),
            "challenge",
        ),
        (
            "both, and its own has its label",
            signed("c")
                .label("a")
                .cover(&member("a"), &mine)
                .cover(&member("sig1"), &theirs),
            both.clone(),
            "pass",
        ),
        (
            "both, and theirs has its label",
            signed("d")
                .cover(&member("a"), &mine)
                .cover(&member("sig1"), &theirs),
            both.clone(),
            "challenge",
        ),
        (
            "both, and none has its label",
            signed("e")
                .label("x")
                .cover(&member("a"), &mine)
                .cover(&member("sig1"), &theirs),
            both.clone(),
            "challenge",
        ),
        (
            "all of several",
            signed("f").cover("\"signature-agent\"", &both),
            both.clone(),
            "challenge",
        ),
        (
            "all of one",
            signed("g").cover("\"signature-agent\"", &format!("x={mine}")),
            format!("x={mine}"),
            "pass",
        ),
        (
            "as the early drafts have it",
            signed("h").cover("\"signature-agent\"", &mine),
            mine.clone(),
            "pass",
        ),
        ("not covered", signed("i"), mine.clone(), "challenge"),
        (
            "named as a directory",
            signed("j").cover(&member("a"), &format!("{mine};type=directory")),
            format!("a={mine};type=directory"),
            "pass",
        ),
        (
            "named as something else",
            signed("k").cover(&member("a"), &format!("{mine};type=cimd")),
            format!("a={mine};type=cimd"),
            "challenge",
        ),
        (
            "named as a text",
            signed("l").cover(&member("a"), &format!("{mine};type=\"directory\"")),
            format!("a={mine};type=\"directory\""),
            "challenge",
        ),
        (
            "a token",
            signed("m").cover(&member("a"), "x"),
            "a=x".into(),
            "challenge",
        ),
        (
            "a list",
            signed("n").cover(&member("a"), &format!("({mine})")),
            format!("a=({mine})"),
            "challenge",
        ),
        (
            "not to be read",
            signed("o").cover("\"signature-agent\"", &format!("{mine} x")),
            format!("{mine} x"),
            "challenge",
        ),
    ] {
        let visitor = sending(agent(&site), &signed).with(AGENT, &line);
        assert_eq!(outcome(&visitor.get("/shop").await), expected, "{what}");
    }
}

#[tokio::test]
async fn a_directory_that_is_none_verifies_nobody() {
    let good = key_set(&[ACME.jwk()]);
    let with = |fields: &str| {
        let jwk = format!(
            "{{\"kty\": \"OKP\", \"crv\": \"Ed25519\", {fields}, \"x\": \"{}\"}}",
            ACME.x()
        );
        Does::Keys(vec![jwk])
    };
    let rsa = "{\"kty\": \"RSA\", \"n\": \"AAAA\", \"e\": \"AQAB\"}".to_owned();
    for (what, does, expected) in [
        ("good", Does::Keys(vec![ACME.jwk()]), "pass"),
        (
            "keys of other kinds",
            Does::Keys(vec![rsa, "{}".into(), "1".into(), ACME.jwk()]),
            "pass",
        ),
        (
            "type with a parameter",
            Does::Type(
                good.clone(),
                "Application/http-message-signatures-directory+json; charset=utf-8",
            ),
            "pass",
        ),
        (
            "a key that counts",
            with("\"nbf\": 1767225600, \"exp\": 1767225700"),
            "pass",
        ),
        (
            "in milliseconds",
            with("\"nbf\": 1767225600000, \"exp\": 1767225700000"),
            "pass",
        ),
        (
            "a key that counted",
            with("\"exp\": 1767225660"),
            "challenge",
        ),
        (
            "a key that will count",
            with("\"nbf\": 1767225661"),
            "challenge",
        ),
        (
            "in milliseconds, too",
            with("\"nbf\": 1767225661000"),
            "challenge",
        ),
        ("a private key", with("\"d\": \"AAAA\""), "challenge"),
        ("no keys", Does::Keys(vec![]), "challenge"),
        ("another's key", Does::Keys(vec![OTHER.jwk()]), "challenge"),
        (
            "another type",
            Does::Type(good.clone(), "application/json"),
            "challenge",
        ),
        ("a page", Does::Type(good.clone(), "text/html"), "challenge"),
        ("an error", Does::Status(500), "challenge"),
        ("nothing", Does::Status(404), "challenge"),
        (
            "sends elsewhere",
            Does::Redirects(vec![ACME.jwk()]),
            "challenge",
        ),
        ("garbage", Does::Says("garbage".into()), "challenge"),
        (
            "cut",
            Does::Says(good.chars().take(40).collect()),
            "challenge",
        ),
        ("no set", Does::Says("[]".into()), "challenge"),
        ("deep", Does::Says("[".repeat(60_000)), "challenge"),
        (
            "huge",
            Does::Says(format!("{good}{}", " ".repeat(64 * 1024))),
            "challenge",
        ),
        ("too many", Does::Keys(vec![ACME.jwk(); 101]), "challenge"),
    ] {
        let server = DirectoryServer::start(does).await;
        let site = site_of(&[&server]);
        assert_eq!(
            settled(&site, ACME, &server.origin).await,
            expected,
            "{what}"
        );
        // It is not asked again at once, whoever claims what.
        assert_eq!(settled(&site, STRANGER, &server.origin).await, "challenge");
        assert_eq!(server.questions(), 1, "{what}");
    }
    let server = DirectoryServer::start(Does::Keys(vec![])).await;
    let test_key = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";
    *server.does() = Does::Keys(vec![ACME.jwk().replace(&ACME.x(), test_key)]);
    let rfc = Signer(signer::RFC_9421);
    assert_eq!(rfc.x(), test_key);
    let site = site_of(&[&server]);
    assert_eq!(settled(&site, rfc, &server.origin).await, "challenge");
}

#[tokio::test]
async fn keys_come_and_go_with_the_directory() {
    let server = DirectoryServer::start(Does::Keys(vec![ACME.jwk()])).await;
    let site = site_of(&[&server]);
    let url = server.origin.clone();
    assert_eq!(settled(&site, ACME, &url).await, "pass");

    // A new key is found as soon as somebody signs with it, once a minute.
    *server.does() = Does::Keys(vec![OTHER.jwk()]);
    assert_eq!(settled(&site, OTHER, &url).await, "challenge");
    site.clock.advance(Duration::from_secs(60));
    assert_eq!(settled(&site, OTHER, &url).await, "pass");
    assert_eq!(settled(&site, ACME, &url).await, "challenge");

    // Within an hour nobody asks again; then it is asked for in the background.
    site.clock.advance(Duration::from_secs(3_500));
    assert_eq!(settled(&site, OTHER, &url).await, "pass");
    assert_eq!(server.questions(), 2);
    *server.does() = Does::Keys(vec![ACME.jwk()]);
    site.clock.advance(Duration::from_secs(100));
    assert_eq!(settled(&site, OTHER, &url).await, "pass");
    until("the directory is asked again", async || {
        settled(&site, OTHER, &url).await == "challenge"
    })
    .await;
    assert_eq!(settled(&site, ACME, &url).await, "pass");
    assert_eq!(server.questions(), 3);

    // After a day without a question the answer is waited for.
    *server.does() = Does::Keys(vec![OTHER.jwk()]);
    site.clock.advance(Duration::from_secs(86_400));
    assert_eq!(settled(&site, ACME, &url).await, "challenge");
    assert_eq!(settled(&site, OTHER, &url).await, "pass");
}

#[tokio::test]
async fn keys_are_kept_for_a_week_while_the_directory_cannot_be_reached() {
    let server = DirectoryServer::start(Does::Keys(vec![ACME.jwk()])).await;
    let site = site_of(&[&server]);
    assert_eq!(settled(&site, ACME, &server.origin).await, "pass");
    *server.does() = Does::Status(503);
    for day in 1..7 {
        site.clock.advance(Duration::from_secs(86_400));
        assert_eq!(settled(&site, ACME, &server.origin).await, "pass", "{day}");
        assert_eq!(server.questions(), 1 + day);
    }
    site.clock.advance(Duration::from_secs(86_400));
    assert_eq!(settled(&site, ACME, &server.origin).await, "challenge");
    *server.does() = Does::Keys(vec![ACME.jwk()]);
    site.clock.advance(Duration::from_secs(60));
    assert_eq!(settled(&site, ACME, &server.origin).await, "pass");
}

#[test]
fn what_is_no_directory_is_refused() {
    let add = |origin: &str| {
        let agents = SignedAgents::new(["site.example"]).unwrap();
        let agents = agents.directory("Acme", CrawlerKind::AiAssistant, origin);
        agents.map(|_| ())
    };
    for origin in [
        "https://a.example",
        "https://a.example/",
        "HTTPS://a.example:8443",
        "http://[::1]:80",
    ] {
        assert_eq!(add(origin), Ok(()), "{origin}");
    }
    for origin in [
        "a.example",
        "http://a.example",
        "http://localhost.a.example",
        "http://127.0.0.1.a.example",
        "https://a.example/keys",
        "https://a.example?x",
        "https://u@a.example",
        "https://",
        "ftp://a.example",
        "",
    ] {
        let refused = Err(SignedAgentsError::Origin(origin.into()));
        assert_eq!(add(origin), refused, "{origin}");
    }
    let twice = SignedAgents::new(["site.example"])
        .unwrap()
        .directory("Acme", CrawlerKind::AiAssistant, "https://a.example")
        .unwrap()
        .directory("Other", CrawlerKind::AiAssistant, "https://A.example/");
    let refused = SignedAgentsError::SameDirectory("Acme", "Other");
    assert_eq!(twice.err(), Some(refused));
}
