//! Verified crawlers and impostors: who claims to be one, and what the networks and the names
//! prove that operators publish.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use http::header::{RETRY_AFTER, USER_AGENT};
use humanify::prelude::*;
use humanify::verify::{Resolve, ResolveError, Resolving};
use humanify::{CrawlerVerification, HumanifyBuilder, Proxies};
use tokio::sync::Semaphore;

use crate::support::name_server::{Does, NameServer};
use crate::support::wait::until_some;
use crate::support::{HOME, Reply, Site, Visitor};

const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const PHONE: &str = "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; \
    +http://www.google.com/bot.html)";
const YANDEXBOT: &str = "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)";
const GPTBOT: &str = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; \
    +https://openai.com/gptbot";
const MOJEEKBOT: &str =
    "Mozilla/5.0 (compatible; MojeekBot/0.11; +https://www.mojeek.com/bot.html)";

/// An address of Google's crawler and one of OpenAI's, as they publish them.
const GOOGLE: &str = "66.249.66.1";
const OPENAI: &str = "20.171.206.7";
/// An address of Yandex's, which only the DNS tells.
const YANDEX: &str = "77.88.47.1";

fn site(builder: HumanifyBuilder) -> Site {
    #[block_bots]
    async fn guarded() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/guarded", get(guarded))
        .fallback(|| async { "in" });
    Site::new(builder, app)
}

/// A shop that wants to be found.
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

/// Asks until the look-up has come to an end.
async fn settled(site: &Site, ip: &str, agent: &str, path: &str) -> &'static str {
    until_some("the look-up ends", async || {
        let outcome = ask(site, ip, agent, path).await;
        (outcome != "later").then_some(outcome)
    })
    .await
}

#[tokio::test]
async fn published_networks_tell_a_crawler_from_who_pretends() {
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(Nobody)));
    for (ip, agent, expected) in [
        (GOOGLE, GOOGLEBOT, "pass"),
        (GOOGLE, PHONE, "pass"),
        ("::ffff:66.249.66.1", GOOGLEBOT, "pass"),
        ("2001:4860:4801:10::1", GOOGLEBOT, "pass"),
        // It is verified, and no search engine's.
        (OPENAI, GPTBOT, "challenge"),
        (HOME, GPTBOT, "deny"),
        ("::ffff:84.140.1.2", GPTBOT, "deny"),
        ("2001:db8::1", GOOGLEBOT, "deny"),
        ("127.0.0.1", GOOGLEBOT, "deny"),
        ("10.1.2.3", GOOGLEBOT, "deny"),
        ("127.0.0.1", YANDEXBOT, "deny"),
        // Who names two has to be both.
        (OPENAI, "GPTBot/1.2 PerplexityBot/1.0", "deny"),
        (OPENAI, "PerplexityBot/1.0 GPTBot/1.2", "deny"),
        // Nobody can check these, and what is proved of another one does not help.
        (HOME, MOJEEKBOT, "challenge"),
        (OPENAI, "MojeekBot/0.11 GPTBot/1.2", "challenge"),
        (OPENAI, "GPTBot/1.2 MojeekBot/0.11", "challenge"),
        // Nor where nobody knows who operates the other one, a search engine's.
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
async fn space_before_a_name_does_not_hide_the_claim() {
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(Nobody)));
    // HTTP/2 leaves it in a header's value.
    for room in [1, 500, 512, 5_000] {
        let agent = format!("{}{GPTBOT}", " ".repeat(room));
        assert_eq!(ask(&site, HOME, &agent, "/shop").await, "deny", "{room}");
    }
}

#[tokio::test]
async fn nobody_is_checked_where_that_is_switched_off() {
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
async fn nobody_is_verified_whose_address_is_not_told() {
    let builder = shop().proxies(Proxies::networks(["192.0.2.0/24"]));
    let site = site(builder.crawlers(CrawlerVerification::new().resolver(Nobody)));
    let proxied = crawler(&site, "192.0.2.1", GOOGLEBOT);
    assert_eq!(outcome(&proxied.get("/shop").await), "deny");
    let told = proxied.clone().with_more("x-forwarded-for", GOOGLE);
    assert_eq!(outcome(&told.get("/shop").await), "pass");
    // Who is no trusted proxy gains nothing by the header.
    let forged = crawler(&site, HOME, GPTBOT).with_more("x-forwarded-for", OPENAI);
    assert_eq!(outcome(&forged.get("/shop").await), "deny");
}

#[tokio::test]
async fn names_in_the_dns_are_confirmed_forward() {
    let crawl = "spider-77-88-47-1.yandex.com";
    let server = NameServer::start([
        (YANDEX, Does::Names(vec!["other.example", crawl])),
        (crawl, Does::Addresses(vec!["203.0.113.9", YANDEX])),
        // Whoever owns an address names it as it likes.
        ("84.140.1.1", Does::Names(vec![crawl])),
        ("84.140.1.2", Does::Names(vec!["xyandex.com"])),
        ("xyandex.com", Does::Addresses(vec!["84.140.1.2"])),
        (
            "84.140.1.3",
            Does::Names(vec!["spider.yandex.com.evil.example"]),
        ),
        (
            "spider.yandex.com.evil.example",
            Does::Addresses(vec!["84.140.1.3"]),
        ),
        ("84.140.1.4", Does::Names(vec!["missing.yandex.com"])),
        ("84.140.1.5", Does::Names(vec![])),
        // What is proved of one operator proves nothing of another.
        ("84.140.1.7", Does::Names(vec!["msnbot-1.search.msn.com"])),
        (
            "msnbot-1.search.msn.com",
            Does::Addresses(vec!["84.140.1.7"]),
        ),
        // Google's networks are published, and its new ones have names before that.
        (
            "84.140.1.8",
            Does::Names(vec!["crawl-84-140-1-8.googlebot.com"]),
        ),
        (
            "crawl-84-140-1-8.googlebot.com",
            Does::Addresses(vec!["84.140.1.8"]),
        ),
        // The addresses of both families are not confused.
        ("2a02:6b8::1", Does::Names(vec!["spider6.yandex.com"])),
        (
            "spider6.yandex.com",
            Does::Addresses(vec!["84.140.1.9", "2a02:6b8::1"]),
        ),
        ("84.140.1.10", Does::Names(vec!["spider6.yandex.com"])),
    ])
    .await;
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(server.resolver())));
    for (ip, agent, expected) in [
        (YANDEX, YANDEXBOT, "pass"),
        ("::ffff:77.88.47.1", YANDEXBOT, "pass"),
        ("84.140.1.1", YANDEXBOT, "deny"),
        ("84.140.1.2", YANDEXBOT, "deny"),
        ("84.140.1.3", YANDEXBOT, "deny"),
        ("84.140.1.4", YANDEXBOT, "deny"),
        ("84.140.1.5", YANDEXBOT, "deny"),
        ("84.140.1.6", YANDEXBOT, "deny"),
        ("84.140.1.7", YANDEXBOT, "deny"),
        ("84.140.1.8", GOOGLEBOT, "pass"),
        ("84.140.1.6", GOOGLEBOT, "deny"),
        ("2a02:6b8::1", YANDEXBOT, "pass"),
        ("84.140.1.10", YANDEXBOT, "deny"),
    ] {
        let found = settled(&site, ip, agent, "/shop").await;
        assert_eq!(found, expected, "{ip} {agent}");
    }
    // An address that pretended may still be a person's.
    assert_eq!(
        site.browser("84.140.1.1").get("/shop").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_answer_is_remembered_for_a_while() {
    let crawl = "spider-77-88-47-1.yandex.com";
    let server = NameServer::start([
        (YANDEX, Does::Names(vec![crawl])),
        (crawl, Does::Addresses(vec![YANDEX])),
    ])
    .await;
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(server.resolver())));
    assert_eq!(settled(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
    let asked = server.questions();
    assert_eq!(asked, 2);
    for _ in 0..100 {
        assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
    }
    assert_eq!(server.questions(), asked);
    site.clock.advance(Duration::from_secs(25 * 3_600));
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "later");
    assert_eq!(settled(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
    assert_eq!(server.questions(), 2 * asked);
}

#[tokio::test(start_paused = true)]
async fn a_dns_that_does_not_answer_verifies_nobody() {
    for does in [Does::KeepsSilent, Does::Babbles, Does::Fails] {
        let crawl = "spider-77-88-47-1.yandex.com";
        let server = NameServer::start([
            (YANDEX, does.clone()),
            ("77.88.47.2", Does::Names(vec![crawl])),
            (crawl, does),
        ])
        .await;
        let site = site(shop().crawlers(CrawlerVerification::new().resolver(server.resolver())));
        for ip in [YANDEX, "77.88.47.2"] {
            let mut outcome = "later";
            for _ in 0..600 {
                outcome = ask(&site, ip, YANDEXBOT, "/shop").await;
                if outcome != "later" {
                    break;
                }
                // By the clock of the runtime, which is paused.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assert_eq!(outcome, "challenge", "{ip}");
        }
    }
}

#[tokio::test]
async fn who_is_being_checked_is_asked_to_come_back() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    let program = crawler(&site, YANDEX, YANDEXBOT);
    let reply = program.get("/shop").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(reply.headers[RETRY_AFTER], "6");
    assert!(
        reply.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("application/problem+json")
    );
    assert!(
        reply.body.contains("urn:humanify:problem:checking"),
        "{}",
        reply.body
    );

    let navigating = site.browser(YANDEX).with(USER_AGENT, YANDEXBOT);
    let page = navigating.get("/shop").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.headers[RETRY_AFTER], "6");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.body.contains("<html"));

    // All of them share one look-up, and a browser at the same address is none of it.
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "later");
    assert_eq!(
        site.browser(YANDEX).get("/shop").await.status,
        StatusCode::OK
    );
    assert_eq!(held.questions().await, 1);
    held.let_go(1);
    assert_eq!(settled(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
}

#[tokio::test]
async fn only_what_depends_on_the_answer_waits_for_it() {
    let held = Held::default();
    let rules = protect! {
        observe always_deny when client.is_impostor;
        observe challenge those on "/observed" when !client.is_verified_crawler;
        exempt when client.is_verified_crawler && client.crawler_kind == search;
        always_deny on "/closed";
        always_deny on "/closed-to-liars" when client.is_impostor;
        always_deny on "/closed-to-others" when client.is_impostor && method == POST;
        deny_access on "/bots" ;
        challenge on "/anyway" ;
        challenge on "/either" when client.is_impostor || client.crawler == "YandexBot";
        limit "1000/second" on "/limited" when client.is_impostor;
    };
    let site = site(
        Humanify::builder()
            .rules(rules)
            .crawlers(CrawlerVerification::new().resolver(held.clone())),
    );
    for (path, expected) in [
        ("/open", "pass"),
        ("/observed", "pass"),
        ("/limited", "pass"),
        ("/closed", "deny"),
        ("/closed-to-liars", "later"),
        ("/closed-to-others", "pass"),
        ("/bots", "later"),
        ("/anyway", "later"),
        ("/either", "later"),
    ] {
        assert_eq!(
            ask(&site, YANDEX, YANDEXBOT, path).await,
            expected,
            "{path}"
        );
    }
    // Who names no crawler that can be checked waits for nothing.
    assert_eq!(ask(&site, HOME, MOJEEKBOT, "/anyway").await, "challenge");
    assert_eq!(ask(&site, HOME, GOOGLEBOT, "/open").await, "pass");
}

#[tokio::test]
async fn ten_thousand_forged_claims_flood_neither_the_dns_nor_the_memory() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    held.let_go(1);
    assert_eq!(settled(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");

    // Nothing is answered at first.
    for number in 0..10_000 {
        let ip = Ipv4Addr::from_bits(0x5400_0000 + number * 97).to_string();
        assert_eq!(ask(&site, &ip, YANDEXBOT, "/shop").await, "later");
    }
    assert_eq!(held.questions().await, 1 + 64);
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");

    // Then everything is, at once, and still a minute has its bounds.
    held.let_go(1_000_000);
    for number in 0..10_000 {
        let ip = Ipv4Addr::from_bits(0x5400_0000 + number * 97).to_string();
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
    }
    assert_eq!(held.questions().await, 600);
    let mut networks: HashMap<[u8; 3], usize> = HashMap::new();
    for address in held.asked() {
        if let IpAddr::V4(v4) = address {
            let [a, b, c, _] = v4.octets();
            *networks.entry([a, b, c]).or_default() += 1;
        }
    }
    assert!(networks.values().all(|number| *number <= 16));
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");

    // Hours of it make nobody forget the crawler, nor keep it from being asked for again.
    for minute in 0..60 * 13 {
        site.clock.advance(Duration::from_secs(60));
        for number in 0..40 {
            let ip = Ipv4Addr::from_bits(0x5500_0000 + (minute * 40 + number) * 256).to_string();
            ask(&site, &ip, YANDEXBOT, "/shop").await;
            tokio::task::yield_now().await;
        }
        assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
    }
    site.clock.advance(Duration::from_secs(12 * 3_600));
    assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
}

#[tokio::test]
async fn a_dns_that_fails_is_left_alone_for_a_while_whoever_is_known() {
    let flaky = Flaky::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(flaky.clone())));
    assert_eq!(settled(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
    flaky.fails.store(true, Ordering::Relaxed);
    site.clock.advance(Duration::from_secs(13 * 3_600));
    for minute in 1..4 {
        for _ in 0..100 {
            assert_eq!(ask(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
            tokio::task::yield_now().await;
        }
        assert_eq!(flaky.asked.load(Ordering::Relaxed), 1 + minute);
        site.clock.advance(Duration::from_secs(61));
    }
}

#[tokio::test]
async fn one_network_has_no_more_than_its_share() {
    let held = Held::default();
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(held.clone())));
    held.let_go(1_000);
    for number in 0..=255 {
        let ip = format!("84.140.1.{number}");
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
        let ip = format!("2a02:6b8:1:{number:x}::1");
        ask(&site, &ip, YANDEXBOT, "/shop").await;
        tokio::task::yield_now().await;
    }
    assert_eq!(held.questions().await, 32);
    assert_eq!(settled(&site, YANDEX, YANDEXBOT, "/shop").await, "pass");
}

/// A DNS that nobody may ask.
struct Nobody;

impl Resolve for Nobody {
    fn names(&self, address: IpAddr) -> Resolving<'_, Vec<String>> {
        panic!("{address} is looked up");
    }

    fn addresses<'a>(&'a self, name: &'a str, _: IpAddr) -> Resolving<'a, Vec<IpAddr>> {
        panic!("{name} is looked up");
    }
}

/// A DNS that knows all addresses as Yandex's, while it works.
#[derive(Clone, Default)]
struct Flaky {
    asked: Arc<AtomicUsize>,
    fails: Arc<AtomicBool>,
}

impl Resolve for Flaky {
    fn names(&self, _: IpAddr) -> Resolving<'_, Vec<String>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            match self.fails.load(Ordering::Relaxed) {
                true => Err(ResolveError::Failed),
                false => Ok(vec!["spider.yandex.com.".to_owned()]),
            }
        })
    }

    fn addresses<'a>(&'a self, _: &'a str, like: IpAddr) -> Resolving<'a, Vec<IpAddr>> {
        Box::pin(async move { Ok(vec![like]) })
    }
}

/// A DNS that answers so many questions as it is let, and knows Yandex's address alone.
#[derive(Clone)]
struct Held {
    asked: Arc<Mutex<Vec<IpAddr>>>,
    permits: Arc<Semaphore>,
}

impl Default for Held {
    fn default() -> Self {
        Held {
            asked: Arc::default(),
            permits: Arc::new(Semaphore::new(0)),
        }
    }
}

impl Held {
    fn asked(&self) -> Vec<IpAddr> {
        self.asked.lock().unwrap().clone()
    }

    /// How many questions there are once all that began has asked its first.
    async fn questions(&self) -> usize {
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        self.asked().len()
    }

    fn let_go(&self, number: usize) {
        self.permits.add_permits(number);
    }
}

impl Resolve for Held {
    fn names(&self, address: IpAddr) -> Resolving<'_, Vec<String>> {
        self.asked.lock().unwrap().push(address);
        Box::pin(async move {
            self.permits.acquire().await.unwrap().forget();
            if address == YANDEX.parse::<IpAddr>().unwrap() {
                Ok(vec!["spider.yandex.com.".to_owned()])
            } else {
                Err(ResolveError::NotFound)
            }
        })
    }

    fn addresses<'a>(&'a self, _: &'a str, like: IpAddr) -> Resolving<'a, Vec<IpAddr>> {
        Box::pin(async move { Ok(vec![like]) })
    }
}
