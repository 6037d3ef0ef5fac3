//! Web Bot Auth: agents that are known by the signatures of their requests, and those who
//! would like to be taken for one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "web_bot_auth/directory.rs"]
mod directory;
#[path = "web_bot_auth/signer.rs"]
mod signer;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, LazyLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::get;
use directory::{DirectoryServer, Does, key_set};
use http::header::{HOST, USER_AGENT};
use http::{HeaderName, Method, StatusCode};
use humanify::prelude::*;
use humanify::verify::{SignedAgents, SignedAgentsError};
use humanify::{Clock, CrawlerKind, HumanifyBuilder, ManualClock};
use humanify_tests::{HOME, Reply, Site, Visitor};
use proptest::prelude::*;
use signer::{Signed, Signer, by_the_public_crate};

const INPUT: HeaderName = HeaderName::from_static("signature-input");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const AGENT: HeaderName = HeaderName::from_static("signature-agent");

const ACME: Signer = Signer([1; 32]);
const OTHER: Signer = Signer([2; 32]);
const STRANGER: Signer = Signer([3; 32]);

/// A site that lets an assistant in that it knows by its key.
fn site() -> Site {
    site_with(Humanify::builder())
}

fn site_with(builder: HumanifyBuilder) -> Site {
    let agents = SignedAgents::new(["Site.example", "shop.example:8443"])
        .unwrap()
        .key("Acme", CrawlerKind::AiAssistant, &ACME.x())
        .unwrap()
        .key("Other", CrawlerKind::Seo, &OTHER.jwk())
        .unwrap();
    let builder = builder.signed_agents(agents).rules(protect! {
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
    let site = Site::new(builder, app);
    // Nothing counts that was signed before the store began.
    site.clock.advance(Duration::from_secs(60));
    site
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

fn sending(visitor: Visitor, signed: &Signed) -> Visitor {
    visitor
        .with(INPUT, &signed.input())
        .with(SIGNATURE, &signed.signature())
}

async fn ask(site: &Site, signed: &Signed) -> &'static str {
    outcome(&sending(agent(site), signed).get("/shop").await)
}

/// What an agent signs that does as the draft says.
fn usual(site: &Site) -> Signed {
    Signed::new(ACME, "site.example", now(&site.clock))
}

#[tokio::test]
async fn a_signed_agent_is_verified_by_its_name_and_kind() {
    let site = site();
    assert_eq!(outcome(&agent(&site).get("/shop").await), "challenge");
    let reply = sending(agent(&site), &usual(&site)).get("/shop").await;
    assert_eq!(outcome(&reply), "pass");
    assert_eq!(reply.body, r#"Some("Acme") Some("ai_assistant") true"#);
    // A browser that an agent drives has a browser's user agent.
    let browser = sending(site.browser(HOME), &usual(&site).nonce("b"));
    let reply = browser.get("/shop").await;
    assert_eq!(reply.body, r#"Some("Acme") Some("ai_assistant") true"#);
    // Another key is another agent, of a kind that is not exempt.
    let other = Signed::new(OTHER, "site.example", now(&site.clock));
    assert_eq!(ask(&site, &other).await, "challenge");
    let reply = sending(agent(&site), &other.nonce("c")).get("/open").await;
    assert_eq!(reply.body, r#"Some("Other") Some("seo") true"#);
    // An exemption opens no handler that has an attribute.
    let reply = sending(agent(&site), &usual(&site).nonce("d"))
        .get("/guarded")
        .await;
    assert_eq!(outcome(&reply), "deny");
}

#[tokio::test]
async fn what_the_public_crate_signs_is_verified() {
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
    // By a key that is not known.
    let mut visitor = agent(&site);
    for (name, value) in by_the_public_crate(STRANGER, "site.example", "three", None) {
        visitor = visitor.with_more(name, &value);
    }
    assert_eq!(outcome(&visitor.get("/shop").await), "challenge");
}

#[tokio::test]
async fn a_nonce_counts_once() {
    let site = site();
    let signed = usual(&site);
    assert_eq!(ask(&site, &signed).await, "pass");
    assert_eq!(ask(&site, &signed).await, "challenge");
    // Nor does it count with another label, of another time or from another address.
    let later = usual(&site).param("expires", (now(&site.clock) + 600).to_string());
    assert_eq!(ask(&site, &later).await, "challenge");
    let relabelled = sending(agent(&site).at("84.140.1.9"), &signed.clone().label("x"));
    assert_eq!(outcome(&relabelled.get("/shop").await), "challenge");
    assert_eq!(ask(&site, &signed.clone().nonce("another")).await, "pass");
    // Each key has nonces of its own.
    let other = Signed::new(OTHER, "site.example", now(&site.clock));
    let reply = sending(agent(&site), &other).get("/open").await;
    assert_eq!(reply.body, r#"Some("Other") Some("seo") true"#);
    // It is remembered until the signature has expired.
    site.clock.advance(Duration::from_secs(299));
    assert_eq!(ask(&site, &signed).await, "challenge");
    site.clock.advance(Duration::from_secs(1));
    assert_eq!(ask(&site, &signed).await, "challenge");
}

#[test]
fn of_two_at_the_same_time_one_gets_in() {
    let site = site();
    for round in 0..50 {
        let signed = usual(&site).nonce(&format!("round {round}"));
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
async fn a_signature_that_does_not_fit_is_none() {
    let site = site();
    let now = now(&site.clock);
    let at = |seconds: i64| now.checked_add_signed(seconds).unwrap().to_string();
    let usual = || usual(&site);
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
            "nonce that is no text",
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

#[tokio::test]
async fn fields_that_are_out_of_shape_are_no_signature() {
    let site = site();
    let signed = |nonce: &str| usual(&site).nonce(nonce);
    let send = async |input: &str, signature: &str| {
        let visitor = agent(&site).with(INPUT, input).with(SIGNATURE, signature);
        outcome(&visitor.get("/shop").await)
    };
    let one = signed("one");
    let (input, signature) = (one.input(), one.signature());
    for (input, signature) in [
        (String::new(), signature.clone()),
        (input.clone(), String::new()),
        (input.clone(), signature.replace("sig1", "sig2")),
        (input.clone(), signature.replace(':', "")),
        (input.clone(), signature.replace(':', "\"")),
        (input.clone(), "sig1=::".into()),
        (input.clone(), "sig1=:AAAA:".into()),
        (
            input.clone(),
            format!("sig1=:{}:", signer::base64(&[0; 64])),
        ),
        (
            input.clone(),
            format!("sig1=:{}:", signer::base64(&[255; 64])),
        ),
        (
            input.clone(),
            format!("sig1=:{}:", signer::base64(&[1; 65])),
        ),
        (
            input.clone(),
            format!("sig1=({})", signature.trim_start_matches("sig1=")),
        ),
        (input.clone(), format!("{signature}, sig1=:AAAA:")),
        (input.clone(), format!("{signature}, x=\u{e9}")),
        (format!("{input}, sig1"), signature.clone()),
        (format!("{input};created=1"), signature.clone()),
        (format!("{input};nonce=\"x\""), signature.clone()),
        (format!("{input};tag=\"x\""), signature.clone()),
        (
            format!("{input}, sig1=(\"@authority\");keyid=\"x\""),
            signature.clone(),
        ),
        (format!("{input}, x=\u{e9}"), signature.clone()),
        (
            input.replace("site", "s\u{e9}te").replace("one", "\u{e9}"),
            signature.clone(),
        ),
        (
            input.replace("(\"@authority\")", "\"@authority\""),
            signature.clone(),
        ),
        (
            input.replace("(\"@authority\")", "(@authority)"),
            signature.clone(),
        ),
        (
            input.replace("\"@authority\"", "\"@authority"),
            signature.clone(),
        ),
        (
            format!("{input}, {}", "x=1, ".repeat(20)),
            signature.clone(),
        ),
        (
            format!("{input};x=\"{}\"", "x".repeat(8 * 1024)),
            signature.clone(),
        ),
        (
            format!("{input}, x=({})", "\"x\" ".repeat(4_000)),
            signature.clone(),
        ),
        (
            input.clone(),
            format!("{signature}, x=:{}:", "A".repeat(60_000)),
        ),
    ] {
        let found = send(&input, &signature).await;
        assert_eq!(found, "challenge", "{input:.200} {signature:.200}");
    }
    // None of that spent the nonce, and there may be space where the standard has it.
    let spaced = input.replace("(\"@authority\");", "(  \"@authority\" );  ");
    assert_eq!(send(&spaced, &format!(" {signature} ")).await, "pass");
    // The first that is an agent's counts; others may stand before it.
    let two = signed("two");
    let (input, signature) = (two.input(), two.signature());
    let input = format!(
        "a=(\"@method\");tag=\"x\";keyid=\"{}\", b=(), c, d=(\"@method\");tag=\"web-bot-auth\";keyid=\"x\", {input}",
        ACME.thumbprint()
    );
    assert_eq!(
        send(&input, &format!("a=:AAAA:, {signature}")).await,
        "pass"
    );
    let three = signed("three");
    let lines = agent(&site)
        .with_more("signature-input", "a=()")
        .with_more("signature-input", &three.input())
        .with_more("signature", "a=:AAAA:")
        .with_more("signature", &three.signature());
    assert_eq!(outcome(&lines.get("/shop").await), "pass");
}

#[tokio::test]
async fn a_signature_counts_for_this_sites_hosts_only() {
    let site = site();
    for (number, (signed_for, host, expected)) in [
        ("site.example", "site.example", "pass"),
        ("site.example", "SITE.example:443", "pass"),
        ("site.example", "site.example:80", "pass"),
        ("shop.example:8443", "shop.example:8443", "pass"),
        ("shop.example", "shop.example", "challenge"),
        ("site.example:8443", "site.example:8443", "challenge"),
        ("site.example", "shop.example:8443", "challenge"),
        // Who gets a request for a site of his own passes it on to this one.
        ("evil.example", "evil.example", "challenge"),
        ("evil.example", "site.example", "challenge"),
        (
            "site.example.evil.example",
            "site.example.evil.example",
            "challenge",
        ),
        ("", "", "challenge"),
    ]
    .into_iter()
    .enumerate()
    {
        let signed = Signed::new(ACME, signed_for, now(&site.clock)).nonce(&number.to_string());
        let visitor = sending(agent(&site), &signed).with(HOST, host);
        let found = outcome(&visitor.get("/shop").await);
        assert_eq!(found, expected, "{signed_for} {host}");
    }
    // HTTP/2 has the host in the address, and a `Host` beside it has to be the same.
    let signed = |nonce: &str| usual(&site).nonce(nonce);
    for (nonce, visitor, expected) in [
        (
            "a",
            sending(agent(&site), &signed("a")).without(HOST),
            "pass",
        ),
        ("b", sending(agent(&site), &signed("b")), "pass"),
        (
            "c",
            sending(agent(&site), &signed("c")).with(HOST, "evil.example"),
            "challenge",
        ),
        (
            "d",
            sending(agent(&site), &signed("d")).with_more("host", "evil.example"),
            "challenge",
        ),
    ] {
        let found = outcome(&visitor.get("https://site.example/shop").await);
        assert_eq!(found, expected, "{nonce}");
    }
    let twice = sending(agent(&site), &signed("e")).with_more("host", "site.example");
    assert_eq!(outcome(&twice.get("/shop").await), "challenge");
    let none = sending(agent(&site), &signed("f")).without(HOST);
    assert_eq!(outcome(&none.get("/shop").await), "challenge");
}

#[tokio::test]
async fn a_trusted_proxy_tells_the_scheme() {
    let site = site_with(Humanify::builder().behind_proxy(true));
    let proxied = |signed: &Signed| {
        sending(agent(&site).at("10.0.0.1"), signed).with_more("x-forwarded-for", HOME)
    };
    let target = |nonce: &str| {
        usual(&site)
            .nonce(nonce)
            .cover("\"@target-uri\"", "https://site.example/shop")
    };
    let told = proxied(&target("a")).with_more("x-forwarded-proto", "https");
    assert_eq!(outcome(&told.get("/shop").await), "pass");
    assert_eq!(
        outcome(&proxied(&target("b")).get("/shop").await),
        "challenge"
    );
    assert_eq!(outcome(&proxied(&usual(&site)).get("/shop").await), "pass");
    // Somebody who is no proxy tells nothing.
    let forged = sending(agent(&site), &target("c")).with_more("x-forwarded-proto", "https");
    assert_eq!(outcome(&forged.get("/shop").await), "challenge");
}

#[tokio::test]
async fn a_signature_agent_has_to_be_covered() {
    let site = site();
    let url = "\"https://acme.example\"";
    for (nonce, line, covered, expected) in [
        ("a", url, None, "challenge"),
        ("b", url, Some(("\"signature-agent\"", url)), "pass"),
        (
            "c",
            "sig1=\"https://acme.example\"",
            Some(("\"signature-agent\";key=\"sig1\"", url)),
            "pass",
        ),
        (
            "d",
            "sig1=\"https://acme.example\"",
            Some(("\"signature-agent\";key=\"sig2\"", url)),
            "challenge",
        ),
        (
            "e",
            "\"https://other.example\"",
            Some(("\"signature-agent\"", url)),
            "challenge",
        ),
    ] {
        let signed = usual(&site).nonce(nonce);
        let signed = match covered {
            Some((component, value)) => signed.cover(component, value),
            None => signed,
        };
        let visitor = sending(agent(&site), &signed).with(AGENT, line);
        assert_eq!(outcome(&visitor.get("/shop").await), expected, "{nonce}");
    }
}

#[tokio::test]
async fn a_key_proves_no_name_but_its_own() {
    let site = site();
    let gptbot = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)";
    let liar = sending(agent(&site), &usual(&site)).with(USER_AGENT, gptbot);
    assert_eq!(outcome(&liar.get("/shop").await), "deny");
    let true_one = sending(agent(&site), &usual(&site).nonce("b"))
        .with(USER_AGENT, gptbot)
        .at("20.171.206.7");
    let reply = true_one.get("/shop").await;
    assert_eq!(reply.body, r#"Some("Acme") Some("ai_assistant") true"#);
}

#[tokio::test]
async fn who_is_known_by_a_crawlers_key_is_that_crawler() {
    let agents = SignedAgents::new(["site.example"])
        .unwrap()
        .key("GPTBot", CrawlerKind::AiTraining, &ACME.x())
        .unwrap();
    let builder = Humanify::builder().signed_agents(agents).rules(protect! {
        always_deny when client.is_impostor;
        exempt when client.is_verified_crawler && client.crawler == "GPTBot";
        challenge;
    });
    let site = Site::new(builder, Router::new().fallback(|| async { "in" }));
    site.clock.advance(Duration::from_secs(60));
    let gptbot = agent(&site).with(USER_AGENT, "GPTBot/1.2");
    assert_eq!(outcome(&gptbot.get("/shop").await), "deny");
    let signed = sending(gptbot, &usual(&site));
    assert_eq!(outcome(&signed.get("/shop").await), "pass");
}

#[tokio::test]
async fn a_key_counts_for_as_long_as_it_says() {
    let site = |times: &str| {
        let jwk = ACME.jwk().replace('{', &format!("{{{times}, "));
        let agents = SignedAgents::new(["site.example"]).unwrap();
        let agents = agents.key("Acme", CrawlerKind::AiAssistant, &jwk).unwrap();
        let builder = Humanify::builder().signed_agents(agents).rules(protect! {
            exempt when client.is_verified_crawler;
            challenge;
        });
        let site = Site::new(builder, Router::new().fallback(|| async { "in" }));
        site.clock.advance(Duration::from_secs(60));
        site
    };
    // It is 1767225660.
    for (times, expected) in [
        ("\"nbf\": 1767225660, \"exp\": 1767225661", "pass"),
        ("\"nbf\": 1767225661", "challenge"),
        ("\"exp\": 1767225660", "challenge"),
        ("\"exp\": 0", "challenge"),
    ] {
        let site = site(times);
        assert_eq!(ask(&site, &usual(&site)).await, expected, "{times}");
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

/// A site that knows an agent by its directory.
fn site_of(servers: &[&DirectoryServer]) -> Site {
    let mut agents = SignedAgents::new(["site.example"]).unwrap();
    for (name, server) in ["Acme", "Other"].into_iter().zip(servers) {
        let kind = CrawlerKind::AiAssistant;
        agents = agents.directory(name, kind, &server.origin).unwrap();
    }
    let builder = Humanify::builder().signed_agents(agents).rules(protect! {
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
    for _ in 0..10_000 {
        let nonce = format!("settled {}", NONCE.fetch_add(1, Ordering::Relaxed));
        match outcome(&naming(site, signer, url, &nonce).get("/shop").await) {
            "later" => tokio::time::sleep(Duration::from_millis(1)).await,
            outcome => return outcome,
        }
    }
    panic!("the directory at {url} is never there");
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
    let builder = Humanify::builder().signed_agents(agents).rules(protect! {
        always_deny on "/others" when client.crawler != "Acme";
        exempt on "/kind" when client.is_verified_crawler && client.crawler_kind == ai_assistant;
        exempt on "/name" when client.is_verified_crawler && client.crawler == "Acme";
        exempt on "/sign" when client.is_verified_crawler && client.is_crawler;
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
    for number in 0..10_000 {
        let nonce = format!("again {number}");
        match outcome(&asking(&nonce).get("/kind").await) {
            "later" => tokio::time::sleep(Duration::from_millis(1)).await,
            outcome => {
                assert_eq!(outcome, "pass");
                break;
            }
        }
    }
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
    while settled(&site, OTHER, &url).await == "pass" {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_in_a_header_makes_it_panic_or_gets_in(
        (input, signature, agent_line) in (line(), line(), line()),
        cut in 0..150_usize,
    ) {
        static SITE: LazyLock<Site> = LazyLock::new(site);
        let site = &*SITE;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let signed = usual(site);
        let own: String = signed.input().chars().take(cut).collect();
        for (input, signature) in [
            (input.clone(), signature.clone()),
            (format!("{own}{input}"), signed.signature()),
            (format!("{}{input}", signed.input()), signature),
        ] {
            let visitor = agent(site)
                .with(INPUT, &input)
                .with(SIGNATURE, &signature)
                .with(AGENT, &agent_line);
            let reply = runtime.block_on(visitor.send(Method::GET, "/shop", ""));
            prop_assert_eq!(outcome(&reply), "challenge");
        }
    }
}

/// Whatever can stand in a header, with much of what structured fields are made of.
fn line() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[ -~]{0,8}",
        "[\t \u{80}-\u{ff}]{0,4}",
        Just("sig1=".to_owned()),
        Just("(\"@authority\")".to_owned()),
        Just(";keyid=\"".to_owned()),
        Just(format!(
            ";keyid=\"{}\";tag=\"web-bot-auth\"",
            ACME.thumbprint()
        )),
        Just(";created=1767225660;expires=1767225700;nonce=\"n\"".to_owned()),
        Just(":AAAA:".to_owned()),
        Just(format!(":{}:", signer::base64(&[0; 64]))),
        Just(", ".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("@1".to_owned()),
        Just("%\"".to_owned()),
    ];
    proptest::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}
