//! Scheme, host and prefix, as trusted proxies report them.

use axum::Router;
use axum::routing::any;
use http::header::{HOST, HeaderName, ORIGIN};
use http::{Method, StatusCode};
use humanify::prelude::*;
use humanify::{HumanifyBuilder, Proxies, testing};

use crate::support::{Events, HOME, Site, Visitor};

fn site(builder: HumanifyBuilder) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/login", any(login))
        .fallback(|| async { "in" });
    Site::new(builder, app)
}

/// A browser behind a proxy on this machine.
fn behind_proxy(site: &Site, lines: &[(&'static str, &str)]) -> Visitor {
    let browser = site.browser("127.0.0.1").with_more("x-forwarded-for", HOME);
    lines.iter().fold(browser, |browser, (name, value)| {
        browser.with(HeaderName::from_static(name), value)
    })
}

#[tokio::test]
async fn a_web_socket_over_tls_came_by_https() {
    let site = site(Humanify::builder().behind_proxy(true).rules(protect! {
        always_deny when scheme == "http";
    }));
    for (name, value, status) in [
        ("x-forwarded-proto", "https", StatusCode::OK),
        ("x-forwarded-proto", "wss", StatusCode::OK),
        ("x-forwarded-proto", "ws", StatusCode::FORBIDDEN),
        ("x-forwarded-proto", "http, https", StatusCode::OK),
        ("x-forwarded-proto", "https, http", StatusCode::FORBIDDEN),
    ] {
        let visitor = behind_proxy(&site, &[(name, value)]);
        assert_eq!(visitor.get("/").await.status, status, "{value}");
    }
    let forwarded = format!("for={HOME};proto=wss");
    let forwarded = ("forwarded", forwarded.as_str());
    let proxy = site.browser("127.0.0.1");
    let alone = proxy.with(HeaderName::from_static(forwarded.0), forwarded.1);
    assert_eq!(alone.get("/").await.status, StatusCode::OK);
    // A client can have written it if the proxy tells the address in another field.
    for (more, status) in [
        (None, StatusCode::FORBIDDEN),
        (Some(("x-forwarded-proto", "wss")), StatusCode::OK),
    ] {
        let lines: Vec<_> = [forwarded].into_iter().chain(more).collect();
        let visitor = behind_proxy(&site, &lines);
        assert_eq!(visitor.get("/").await.status, status, "{more:?}");
    }
}

#[tokio::test]
async fn a_proxy_with_a_host_of_its_own_does_not_make_answers_cross_site() {
    let site = site(Humanify::builder().proxies(Proxies::hops(2)));
    let fetch_site = HeaderName::from_static("sec-fetch-site");
    for told in ["site.example", "site.example, front.example"] {
        let visitor = site
            .browser("127.0.0.1")
            .with_more("x-forwarded-for", &format!("{HOME}, 10.0.0.9"))
            .with(HOST, "upstream:8080")
            .with_more("x-forwarded-host", told)
            .without(fetch_site.clone());
        let page = visitor.get("/login").await;
        let page = visitor.follow(page).await;
        let answering = visitor.clone().with(ORIGIN, "http://site.example");
        assert_ne!(answering.answer(&page).await.status, StatusCode::FORBIDDEN);
        let other = visitor.clone().with(ORIGIN, "http://evil.example");
        let reply = other.post("/humanify/verify", "token=x").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(reply.body.contains("No access"), "{}", reply.body);
    }
}

#[tokio::test]
async fn links_and_return_addresses_contain_the_prefix_that_a_proxy_strips() {
    for (builder, lines) in [
        (
            Humanify::builder().proxies(Proxies::hops(1).stripped_prefix("/app/")),
            &[][..],
        ),
        (
            Humanify::builder().behind_proxy(true),
            &[("x-forwarded-prefix", "/app")],
        ),
    ] {
        let site = site(builder);
        let visitor = behind_proxy(&site, lines);
        let asked = visitor.get("/login?x=1").await;
        let location = asked.location().unwrap();
        assert!(
            location.starts_with("/app/humanify/challenge?next=%2Fapp%2Flogin%3Fx%3D1&"),
            "{location}"
        );
        let mut address = location;
        for _ in 0..2 {
            let page = visitor.get(address.strip_prefix("/app").unwrap()).await;
            assert!(
                page.body
                    .contains("action=\"&#x2f;app&#x2f;humanify&#x2f;verify\"")
            );
            let answer = testing::solve(&site.humanify, &page.body).unwrap();
            // The path as the proxy forwards it.
            let action = answer.action.strip_prefix("/app").unwrap();
            let reply = visitor.post(action, &answer.body).await;
            address = reply.location().unwrap();
        }
        assert_eq!(address, "/app/login?x=1");
        assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn only_a_trusted_proxy_reports_a_prefix_and_it_must_be_a_path() {
    let site = site(Humanify::builder().behind_proxy(true));
    for prefix in [
        "//evil.example",
        "https://evil.example",
        "/a/..",
        "/a b",
        "/\\evil",
    ] {
        let visitor = behind_proxy(&site, &[("x-forwarded-prefix", prefix)]);
        let location = visitor.get("/login").await.location().unwrap();
        assert!(location.starts_with("/humanify/"), "{location}");
    }
    let liar = site.browser(HOME).with_more("x-forwarded-prefix", "/evil");
    let location = liar.get("/login").await.location().unwrap();
    assert!(location.starts_with("/humanify/"), "{location}");
    for prefix in ["app", "//app", "/a/../b", "/a?b"] {
        let proxies = Proxies::hops(1).stripped_prefix(prefix);
        assert!(
            Humanify::builder().proxies(proxies).build().is_err(),
            "{prefix}"
        );
    }
}

#[tokio::test]
async fn scripts_of_pages_get_a_problem_document_and_browsers_a_page() {
    let site = site(Humanify::builder());
    let accept = http::header::ACCEPT;
    let requested_with = HeaderName::from_static("x-requested-with");
    let browser = site.browser(HOME);
    let script = browser.clone().with(requested_with, "XMLHttpRequest");
    for method in [Method::GET, Method::POST] {
        let reply = script.send(method, "/login", "").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        let kind = reply.header("content-type").unwrap();
        assert!(kind.starts_with("application/problem+json"), "{kind}");
    }
    for taken in ["text/*", "*/*"] {
        let reply = browser
            .clone()
            .with(accept.clone(), taken)
            .get("/login")
            .await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{taken}");
    }
}

#[tokio::test]
async fn a_warning_about_addresses_advises_what_is_not_set_yet() {
    const PROXY: &str = "127.0.0.1";
    let one = || Proxies::hops(1);
    // The settings, the peer with its `X-Forwarded-For`, the number of the request after which the
    // warning comes, and its advice.
    for (proxies, peer, header, after, advice) in [
        (
            Proxies::none(),
            PROXY,
            None,
            1_001,
            Some("set `behind_proxy(true)`"),
        ),
        (
            one(),
            PROXY,
            None,
            1_001,
            Some("must set `X-Forwarded-For`"),
        ),
        (
            Proxies::networks(["85.1.1.0/24"]),
            "85.1.1.1",
            None,
            1_001,
            Some("must set `X-Forwarded-For`"),
        ),
        (
            one(),
            PROXY,
            Some("10.0.0.5"),
            1_001,
            Some("there are more proxies"),
        ),
        // Another proxy has named the client.
        (
            one(),
            PROXY,
            Some("84.140.1.2, 10.0.0.5"),
            1,
            Some("there are more proxies"),
        ),
        (
            Proxies::networks(["127.0.0.0/8"]),
            PROXY,
            Some("84.140.1.2, 10.0.0.5"),
            1,
            Some("there are more proxies"),
        ),
        (
            Proxies::hops(2),
            PROXY,
            Some("84.140.1.2, 10.0.0.5"),
            1_001,
            None,
        ),
        (one(), PROXY, Some("10.0.0.5, 84.140.1.2"), 1_001, None),
        (Proxies::none(), HOME, None, 1_001, None),
    ] {
        let site = site(Humanify::builder().proxies(proxies.clone()));
        let visitor = match header {
            Some(header) => site.browser(peer).with_more("x-forwarded-for", header),
            None => site.browser(peer),
        };
        let (events, _guard) = Events::collect(tracing::Level::WARN);
        for number in 1..=after {
            let told = format!("{:?}", events.all());
            assert!(
                events.all().is_empty(),
                "{proxies:?} {header:?}, before request {number}: {told}"
            );
            visitor.get("/").await;
        }
        visitor.get("/").await;
        let messages: Vec<String> = events
            .all()
            .iter()
            .filter_map(|told| told.get("message").map(str::to_owned))
            .collect();
        assert_eq!(
            messages.len(),
            usize::from(advice.is_some()),
            "{proxies:?} {header:?}: {messages:?}"
        );
        for (message, advice) in messages.iter().zip(advice) {
            assert!(
                message.contains(advice),
                "{proxies:?} {header:?}: {message}"
            );
        }
    }
}
