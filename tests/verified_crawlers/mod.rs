//! Verified crawlers and impostors: clients that claim to be a crawler, and what the networks and
//! DNS names of its operator prove.

mod budget;
mod dns;
mod networks;
mod resolvers;
mod shutdown;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use http::header::USER_AGENT;
use humanify::HumanifyBuilder;
use humanify::prelude::*;

use crate::support::wait::until_some;
use crate::support::{Reply, Site, Visitor};

const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const PHONE: &str = "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; \
    +http://www.google.com/bot.html)";
const YANDEXBOT: &str = "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)";
const MOJEEKBOT: &str =
    "Mozilla/5.0 (compatible; MojeekBot/0.11; +https://www.mojeek.com/bot.html)";

/// An address of Yandex, which only the DNS proves.
const YANDEX: &str = "77.88.47.1";

fn site(builder: HumanifyBuilder) -> Site {
    #[block_bots]
    async fn guarded() -> &'static str {
        "in"
    }
    #[require_human]
    async fn for_people() -> &'static str {
        "in"
    }
    #[always_challenge]
    async fn for_solvers() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/guarded", get(guarded))
        .route("/people", get(for_people))
        .route("/solvers", get(for_solvers))
        .fallback(|| async { "in" });
    Site::new(builder, app)
}

/// A shop that lets verified search engines in.
fn shop() -> HumanifyBuilder {
    Humanify::builder().rules(protect! {
        always_deny when client.is_impostor;
        exempt when client.is_verified_crawler && client.crawler_kind == search;
        challenge on "/shop", "/guarded";
    })
}

fn crawler(site: &Site, ip: &str, agent: &str) -> Visitor {
    site.program(ip).with(USER_AGENT, agent)
}

fn outcome(reply: &Reply) -> &'static str {
    match reply.status {
        StatusCode::OK => "pass",
        StatusCode::SERVICE_UNAVAILABLE => "later",
        StatusCode::FORBIDDEN if reply.body.contains("challenge") => "challenge",
        StatusCode::FORBIDDEN => "deny",
        status => panic!("{status}"),
    }
}

async fn ask(site: &Site, ip: &str, agent: &str, path: &str) -> &'static str {
    outcome(&crawler(site, ip, agent).get(path).await)
}

/// Repeats a request until the look-up has ended.
async fn outcome_after_lookup(site: &Site, ip: &str, agent: &str, path: &str) -> &'static str {
    until_some("the look-up ends", async || {
        let outcome = ask(site, ip, agent, path).await;
        (outcome != "later").then_some(outcome)
    })
    .await
}
