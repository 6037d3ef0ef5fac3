//! Web Bot Auth: agents that sign their requests, and clients that pretend to.

mod directories;
mod fields;
mod keys;
mod nonces;
mod several;
mod signatures;

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::header::USER_AGENT;
use http::{HeaderName, StatusCode};
use humanify::prelude::*;
use humanify::verify::SignedAgents;
use humanify::{Clock, CrawlerKind, CrawlerVerification, HumanifyBuilder, ManualClock};

use crate::support::signer::{Signed, Signer};
use crate::support::{HOME, Reply, Site, Visitor};

const INPUT: HeaderName = HeaderName::from_static("signature-input");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const AGENT: HeaderName = HeaderName::from_static("signature-agent");

const ACME: Signer = Signer([1; 32]);
const OTHER: Signer = Signer([2; 32]);
const STRANGER: Signer = Signer([3; 32]);

/// A site that exempts an assistant with a known key.
fn site() -> Site {
    site_with(Humanify::builder())
}

fn site_with(builder: HumanifyBuilder) -> Site {
    let (builder, app) = with_agents(builder);
    let site = Site::new(builder, app);
    // Signatures from before the start of the store do not count.
    site.clock.advance(Duration::from_secs(60));
    site
}

/// The agents and rules of the site, and its application.
fn with_agents(builder: HumanifyBuilder) -> (HumanifyBuilder, Router) {
    let agents = SignedAgents::new(["Site.example", "shop.example:8443"])
        .unwrap()
        .key("Acme", CrawlerKind::AiAssistant, &ACME.x())
        .unwrap()
        .key("Other", CrawlerKind::Seo, &OTHER.jwk())
        .unwrap();
    let builder = builder
        .crawlers(CrawlerVerification::new().signed_agents(agents))
        .rules(protect! {
            always_deny when client.is_impostor;
            exempt when client.is_verified_crawler && client.crawler_kind == ai_assistant;
            challenge on "/shop", "/guarded";
        });
    async fn name(detection: Detection) -> String {
        let kind = detection.crawler_kind().map(CrawlerKind::name);
        let verified = detection.is_verified_crawler();
        format!("{:?} {kind:?} {verified}", detection.crawler())
    }
    #[block_bots]
    async fn guarded() -> &'static str {
        "in"
    }
    let app = Router::new().route("/guarded", get(guarded)).fallback(name);
    (builder, app)
}

fn now(clock: &ManualClock) -> u64 {
    clock.now().as_secs()
}

fn outcome(reply: &Reply) -> &'static str {
    match reply.status {
        StatusCode::OK => "pass",
        StatusCode::SERVICE_UNAVAILABLE => "later",
        StatusCode::FORBIDDEN if reply.body.contains("challenge") => "challenge",
        StatusCode::FORBIDDEN => "deny",
        StatusCode::BAD_REQUEST => "bad",
        status => panic!("{status}"),
    }
}

fn agent(site: &Site) -> Visitor {
    site.program(HOME).with(USER_AGENT, "AcmeAgent/1.0")
}

fn with_signature(visitor: Visitor, signed: &Signed) -> Visitor {
    visitor
        .with(INPUT, &signed.input())
        .with(SIGNATURE, &signed.signature())
}

async fn ask(site: &Site, signed: &Signed) -> &'static str {
    outcome(&with_signature(agent(site), signed).get("/shop").await)
}

/// A signature as the draft demands it.
fn valid_signature(site: &Site) -> Signed {
    Signed::new(ACME, "site.example", now(&site.clock))
}
