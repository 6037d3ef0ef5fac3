//! Directories of keys, which agents name and servers publish.

mod clocks;
mod content;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use http::StatusCode;
use humanify::prelude::*;
use humanify::verify::SignedAgents;
use humanify::{CrawlerKind, CrawlerVerification, HumanifyBuilder};
use tokio::runtime::Runtime;

use super::{ACME, AGENT, OTHER, SIGNATURE, STRANGER, agent, now, outcome, with_signature};
use crate::support::key_directory::{DirectoryBehaviour, DirectoryServer};
use crate::support::shutdown::during_shutdown;
use crate::support::signer::{Signed, Signer};
use crate::support::wait::{until, until_some};
use crate::support::{Site, Visitor};

/// A site that knows an agent by its directory.
pub(super) fn site_of(servers: &[&DirectoryServer]) -> Site {
    let site = Site::new(
        builder_of(servers),
        Router::new().fallback(|| async { "in" }),
    );
    site.clock.advance(Duration::from_secs(60));
    site
}

fn builder_of(servers: &[&DirectoryServer]) -> HumanifyBuilder {
    let mut agents = SignedAgents::new(["site.example"]).unwrap();
    for (name, server) in ["Acme", "Other"].into_iter().zip(servers) {
        let kind = CrawlerKind::AiAssistant;
        agents = agents.directory(name, kind, &server.origin).unwrap();
    }
    Humanify::builder()
        .crawlers(CrawlerVerification::new().signed_agents(agents))
        .rules(protect! {
            exempt when client.is_verified_crawler && client.crawler == "Acme";
            challenge on "/shop";
        })
}

/// A request that names the directory of its key.
fn with_directory(site: &Site, signer: Signer, url: &str, nonce: &str) -> Visitor {
    let value = format!("\"{url}\"");
    let signed = Signed::new(signer, "site.example", now(&site.clock))
        .nonce(nonce)
        .cover("\"signature-agent\";key=\"sig1\"", &value);
    with_signature(agent(site), &signed).with(AGENT, &format!("sig1={value}"))
}

/// Repeats a request, each time with a new nonce, until the directory was fetched.
pub(super) async fn settled(site: &Site, signer: Signer, url: &str) -> &'static str {
    static NONCE: AtomicUsize = AtomicUsize::new(0);
    until_some("the directory is there", async || {
        let nonce = format!("settled {}", NONCE.fetch_add(1, Ordering::Relaxed));
        let outcome = outcome(&with_directory(site, signer, url, &nonce).get("/shop").await);
        (outcome != "later").then_some(outcome)
    })
    .await
}

#[test]
fn a_request_during_a_shutdown_blocks_neither_it_nor_another_runtime() {
    let runtime = Runtime::new().unwrap();
    let keys = DirectoryBehaviour::Waits(vec![ACME.jwk()]);
    let server = runtime.block_on(DirectoryServer::start(keys));
    let site = site_of(&[&server]);
    let late = with_directory(&site, ACME, &server.origin, "late");
    during_shutdown(async move {
        late.get("/shop").await;
    });
    let next = with_directory(&site, ACME, &server.origin, "next");
    assert_ne!(runtime.block_on(next.get("/shop")).status, StatusCode::OK);
}

#[tokio::test]
async fn an_agent_is_known_by_its_directory() {
    let server =
        DirectoryServer::start(DirectoryBehaviour::Waits(vec![ACME.jwk(), OTHER.jwk()])).await;
    let site = site_of(&[&server]);
    let first = with_directory(&site, ACME, &server.origin, "first");
    let reply = first.get("/shop").await;
    assert_eq!(outcome(&reply), "later");
    assert!(reply.header("retry-after").is_some());
    // Requests that would not be challenged do not wait.
    assert_eq!(outcome(&first.get("/open").await), "pass");
    // A claim without a valid signature has no effect.
    let forged = first.clone().with(SIGNATURE, "sig1=:AAAA:");
    assert_eq!(outcome(&forged.get("/shop").await), "later");
    server.release();
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
async fn no_agent_is_denied_while_its_directory_is_fetched() {
    let server = DirectoryServer::start(DirectoryBehaviour::Waits(vec![ACME.jwk()])).await;
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
        with_signature(browser.clone(), &signed).with(AGENT, &format!("sig1={value}"))
    };
    let paths = ["/others", "/kind", "/name", "/sign"];
    for path in paths {
        let early = outcome(&asking(path).get(path).await);
        assert_eq!(early, "later", "{path}");
    }
    server.release();
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
    let server = DirectoryServer::start(DirectoryBehaviour::Keys(vec![ACME.jwk()])).await;
    let known = DirectoryServer::start(DirectoryBehaviour::Keys(vec![STRANGER.jwk()])).await;
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
async fn keys_follow_the_directory() {
    let server = DirectoryServer::start(DirectoryBehaviour::Keys(vec![ACME.jwk()])).await;
    let site = site_of(&[&server]);
    let url = server.origin.clone();
    assert_eq!(settled(&site, ACME, &url).await, "pass");

    // A new key is found when an agent signs with it; the directory is fetched at most once a
    // minute.
    *server.does() = DirectoryBehaviour::Keys(vec![OTHER.jwk()]);
    assert_eq!(settled(&site, OTHER, &url).await, "challenge");
    site.clock.advance(Duration::from_secs(60));
    assert_eq!(settled(&site, OTHER, &url).await, "pass");
    assert_eq!(settled(&site, ACME, &url).await, "challenge");

    // Within an hour the directory is not fetched again; after that, it is fetched in the
    // background.
    site.clock.advance(Duration::from_secs(3_500));
    assert_eq!(settled(&site, OTHER, &url).await, "pass");
    assert_eq!(server.questions(), 2);
    *server.does() = DirectoryBehaviour::Keys(vec![ACME.jwk()]);
    site.clock.advance(Duration::from_secs(100));
    assert_eq!(settled(&site, OTHER, &url).await, "pass");
    until("the directory is asked again", async || {
        settled(&site, OTHER, &url).await == "challenge"
    })
    .await;
    assert_eq!(settled(&site, ACME, &url).await, "pass");
    assert_eq!(server.questions(), 3);

    // After a day without requests, clients wait for the fetch.
    *server.does() = DirectoryBehaviour::Keys(vec![OTHER.jwk()]);
    site.clock.advance(Duration::from_secs(86_400));
    assert_eq!(settled(&site, ACME, &url).await, "challenge");
    assert_eq!(settled(&site, OTHER, &url).await, "pass");
}

#[tokio::test]
async fn keys_are_kept_for_a_week_while_the_directory_cannot_be_reached() {
    let server = DirectoryServer::start(DirectoryBehaviour::Keys(vec![ACME.jwk()])).await;
    let site = site_of(&[&server]);
    assert_eq!(settled(&site, ACME, &server.origin).await, "pass");
    *server.does() = DirectoryBehaviour::Status(503);
    for day in 1..7 {
        site.clock.advance(Duration::from_secs(86_400));
        assert_eq!(settled(&site, ACME, &server.origin).await, "pass", "{day}");
        assert_eq!(server.questions(), 1 + day);
    }
    site.clock.advance(Duration::from_secs(86_400));
    assert_eq!(settled(&site, ACME, &server.origin).await, "challenge");
    *server.does() = DirectoryBehaviour::Keys(vec![ACME.jwk()]);
    site.clock.advance(Duration::from_secs(60));
    assert_eq!(settled(&site, ACME, &server.origin).await, "pass");
}
