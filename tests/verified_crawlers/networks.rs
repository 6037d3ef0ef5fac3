//! Verification by published networks.

use humanify::prelude::*;
use humanify::{CrawlerVerification, Proxies};

use super::resolvers::{Flaky, Nobody};
use super::{
    GOOGLEBOT, MOJEEKBOT, PHONE, YANDEXBOT, ask, crawler, outcome, outcome_after_lookup, shop, site,
};
use crate::support::HOME;

const GPTBOT: &str = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; \
    +https://openai.com/gptbot";
/// An address of Google's crawler and one of OpenAI's, as they publish them.
const GOOGLE: &str = "66.249.66.1";
const OPENAI: &str = "20.171.206.7";

#[tokio::test]
async fn published_networks_distinguish_crawlers_from_impostors() {
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(Nobody)));
    for (ip, agent, expected) in [
        (GOOGLE, GOOGLEBOT, "pass"),
        (GOOGLE, PHONE, "pass"),
        ("::ffff:66.249.66.1", GOOGLEBOT, "pass"),
        ("2001:4860:4801:10::1", GOOGLEBOT, "pass"),
        // It is verified, but is not a search engine.
        (OPENAI, GPTBOT, "challenge"),
        (HOME, GPTBOT, "deny"),
        ("::ffff:84.140.1.2", GPTBOT, "deny"),
        ("2001:db8::1", GOOGLEBOT, "deny"),
        ("127.0.0.1", GOOGLEBOT, "deny"),
        ("10.1.2.3", GOOGLEBOT, "deny"),
        ("127.0.0.1", YANDEXBOT, "deny"),
        // A client that names two crawlers has to be both.
        (OPENAI, "GPTBot/1.2 PerplexityBot/1.0", "deny"),
        (OPENAI, "PerplexityBot/1.0 GPTBot/1.2", "deny"),
        // These cannot be verified, and a proof for another crawler does not help.
        (HOME, MOJEEKBOT, "challenge"),
        (OPENAI, "MojeekBot/0.11 GPTBot/1.2", "challenge"),
        (OPENAI, "GPTBot/1.2 MojeekBot/0.11", "challenge"),
        // It does not help either if the operator of the other crawler, a search engine, is
        // unknown.
        (OPENAI, "YisouSpider/5.0 GPTBot/1.2", "challenge"),
        (OPENAI, "GPTBot/1.2 YisouSpider/5.0", "challenge"),
        (HOME, "MyGooglebot/1.0", "challenge"),
    ] {
        assert_eq!(
            ask(&site, ip, agent, "/shop").await,
            expected,
            "{ip} {agent}"
        );
    }
}

#[tokio::test]
async fn googles_common_crawlers_have_the_networks_of_googlebot() {
    // The names of all other addresses are Yandex's.
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(Flaky::default())));
    // An address of Google's special crawlers.
    let special = "66.249.90.77";
    for (agent, common) in [
        ("Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)", true),
        ("Storebot-Google/1.0", true),
        ("GoogleOther", true),
        ("GoogleOther-Image/1.0", true),
        ("GoogleOther-Video/1.0", true),
        ("Google-CloudVertexBot", true),
        ("AdsBot-Google (+http://www.google.com/adsbot.html)", false),
        ("APIs-Google", false),
        ("Mediapartners-Google", false),
    ] {
        for (ip, is_own) in [(GOOGLE, common), (special, !common), (HOME, false)] {
            let found = outcome_after_lookup(&site, ip, agent, "/open").await;
            let expected = if is_own { "pass" } else { "deny" };
            assert_eq!(found, expected, "{ip} {agent}");
        }
    }
}

#[tokio::test]
async fn space_before_a_name_does_not_hide_the_claim() {
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(Nobody)));
    // HTTP/2 keeps the space in a header's value.
    for room in [1, 500, 512, 5_000] {
        let agent = format!("{}{GPTBOT}", " ".repeat(room));
        assert_eq!(ask(&site, HOME, &agent, "/shop").await, "deny", "{room}");
    }
}

#[tokio::test]
async fn nobody_is_verified_if_verification_is_off() {
    let site = site(shop().crawlers(CrawlerVerification::off()));
    assert_eq!(ask(&site, GOOGLE, GOOGLEBOT, "/shop").await, "challenge");
    assert_eq!(ask(&site, HOME, GOOGLEBOT, "/shop").await, "challenge");
}

#[tokio::test]
async fn an_exemption_of_crawlers_opens_no_handler_with_an_attribute() {
    let site = site(shop());
    assert_eq!(ask(&site, GOOGLE, GOOGLEBOT, "/guarded").await, "deny");
}

#[tokio::test]
async fn an_impostor_is_a_bot_whatever_counts() {
    let signals = Signals::default().crawler(false).datacenter(false);
    let builder = Humanify::builder().signals(signals).rules(protect! {
        deny_access on "/shop" ;
    });
    let site = site(builder.crawlers(CrawlerVerification::new().resolver(Nobody)));
    assert_eq!(ask(&site, HOME, MOJEEKBOT, "/shop").await, "pass");
    assert_eq!(ask(&site, OPENAI, GPTBOT, "/shop").await, "pass");
    assert_eq!(ask(&site, HOME, GPTBOT, "/shop").await, "deny");
    assert_eq!(ask(&site, HOME, GPTBOT, "/guarded").await, "deny");
}

#[tokio::test]
async fn clients_without_an_address_are_not_verified() {
    let builder = shop().proxies(Proxies::networks(["192.0.2.0/24"]));
    let site = site(builder.crawlers(CrawlerVerification::new().resolver(Nobody)));
    let proxied = crawler(&site, "192.0.2.1", GOOGLEBOT);
    assert_eq!(outcome(&proxied.get("/shop").await), "deny");
    let told = proxied.clone().with_more("x-forwarded-for", GOOGLE);
    assert_eq!(outcome(&told.get("/shop").await), "pass");
    // The header of an untrusted peer is ignored.
    let forged = crawler(&site, HOME, GPTBOT).with_more("x-forwarded-for", OPENAI);
    assert_eq!(outcome(&forged.get("/shop").await), "deny");
}
