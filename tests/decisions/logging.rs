//! Log lines of decisions.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::header::USER_AGENT;
use http::{HeaderName, StatusCode};
use humanify::prelude::*;
use humanify::{DecisionLog, LoggedAddress, Proxies};
use tracing::Level;

use super::{browser_of_person, reference, site};
use crate::support::{DATACENTER, Events, HOME, Site, Told, VPN};

fn only_event(events: &Events) -> Told {
    let decisions = events.decisions();
    assert_eq!(decisions.len(), 1, "{decisions:#?}");
    decisions[0].clone()
}

#[tokio::test]
async fn each_refusal_is_one_event_with_its_cause() {
    for (path, address, visits, level, action, by, statement) in [
        (
            "/.env",
            HOME,
            1,
            Level::INFO,
            "trap",
            "statement",
            r#"statement 2: trap on "/.env""#,
        ),
        (
            "/closed",
            HOME,
            1,
            Level::INFO,
            "deny",
            "statement",
            r#"statement 3: always_deny on "/closed""#,
        ),
        (
            "/no-bots",
            DATACENTER,
            1,
            Level::INFO,
            "deny",
            "statement",
            r#"statement 4: deny_access on "/no-bots""#,
        ),
        (
            "/humans",
            VPN,
            1,
            Level::DEBUG,
            "challenge",
            "statement",
            r#"statement 5: challenge on "/humans""#,
        ),
        (
            "/login",
            HOME,
            3,
            Level::INFO,
            "limit",
            "statement",
            r#"statement 1: logins: limit "2/minute" on "/login""#,
        ),
        (
            "/shop",
            DATACENTER,
            1,
            Level::INFO,
            "deny",
            "attribute",
            "#[block_bots] on decisions::shop",
        ),
        (
            "/account",
            HOME,
            1,
            Level::DEBUG,
            "challenge",
            "attribute",
            "#[always_challenge] on decisions::account",
        ),
        (
            "/report",
            HOME,
            2,
            Level::INFO,
            "limit",
            "attribute",
            "#[rate_limit] on decisions::report",
        ),
        ("/.env", HOME, 4, Level::INFO, "ban", "ban", "a ban"),
        (
            "/a/%25252525252525",
            HOME,
            1,
            Level::INFO,
            "bad_request",
            "request",
            "the path is encoded so often, or can be read in so many ways, that nobody means it",
        ),
    ] {
        let site = site(Humanify::builder());
        let visitor = site.browser(address);
        for _ in 1..visits {
            visitor.get(path).await;
        }
        let (events, _guard) = Events::collect(Level::TRACE);
        let reply = visitor.get(path).await;
        let told = only_event(&events);
        assert_eq!(told.level, level, "{path}: {told:#?}");
        assert_eq!(told.get("action"), Some(action), "{path}");
        assert_eq!(told.get("by"), Some(by), "{path}");
        assert_eq!(told.get("statement"), Some(statement), "{path}");
        let status = reply.status.as_u16().to_string();
        assert_eq!(told.get("status"), Some(&*status), "{path}");
        assert_eq!(told.get("address"), Some(address), "{path}");
        assert_eq!(told.get("source"), Some("the peer"), "{path}");
        assert_eq!(told.get("method"), Some("GET"), "{path}");
        if reply.status != StatusCode::SEE_OTHER {
            let shown = reference(&reply.body);
            assert!(shown.is_some(), "{path}: {}", reply.body);
            assert_eq!(told.get("reference"), shown.as_deref(), "{path}");
        }
    }
}

#[tokio::test]
async fn a_handler_that_is_hidden_from_the_layer_is_refused_with_one_event() {
    #[block_bots]
    async fn shop() -> &'static str {
        "in"
    }
    let inner: Router = Router::new().route("/shop", get(shop));
    let outer = Router::new().nest_service("/inner", inner);
    let site = Site::new(Humanify::builder(), outer);
    let (events, _guard) = Events::collect(Level::DEBUG);
    let reply = site.browser(DATACENTER).get("/inner/shop").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    let told = only_event(&events);
    let by = "#[block_bots] on decisions::logging::shop";
    assert_eq!(told.get("statement"), Some(by));
    assert_eq!(told.get("reference"), reference(&reply.body).as_deref());
}

#[tokio::test]
async fn a_request_that_passes_leaves_no_line() {
    let site = site(Humanify::builder());
    let (events, _guard) = Events::collect(Level::DEBUG);
    for path in [
        "/",
        "/login",
        "/no-bots",
        "/humans",
        "/watched",
        "/shop",
        "/items/7",
        "/robots.txt",
    ] {
        site.browser(HOME).get(path).await;
    }
    assert!(events.all().is_empty(), "{:#?}", events.all());
}

#[tokio::test]
async fn the_log_line_describes_the_client_and_the_route() {
    let site = site(Humanify::builder());
    let (events, _guard) = Events::collect(Level::INFO);
    let crawler = site.program(VPN).with(USER_AGENT, "GPTBot/1.2");
    crawler.get("/no-bots?token=secret").await;
    let told = only_event(&events);
    assert_eq!(told.get("signs"), Some("vpn,crawler"));
    assert_eq!(told.get("crawler"), Some("GPTBot"));
    // The address decided before anything needed the verification of its name.
    assert_eq!(told.get("proof"), Some("unchecked"));
    assert_eq!(told.get("route"), Some("/no-bots"));
    assert_eq!(
        told.get("path"),
        None,
        "the route says it, and a path may hold secrets"
    );
    assert_eq!(told.get("agent"), Some("GPTBot/1.2"));
    assert!(!format!("{told:?}").contains("secret"));

    browser_of_person(&site, HOME).get("/.env").await;
    let told = events.decisions().pop().unwrap();
    assert_eq!((told.get("route"), told.get("path")), (None, Some("/.env")));
    assert_eq!(told.get("signs"), None);
}

#[tokio::test]
async fn nothing_that_a_client_sends_forges_a_line() {
    let site = site(Humanify::builder());
    let (events, _guard) = Events::collect(Level::INFO);
    let agent = format!("x\u{202e}\u{9b}31m{}", "y".repeat(5_000));
    let visitor = site.browser(HOME).with(USER_AGENT, &agent);
    visitor.get("/.env").await;
    let told = only_event(&events);
    let logged = told.get("agent").unwrap();
    assert!(logged.starts_with(r"x\u{202e}\u{9b}31my"), "{logged}");
    assert!(logged.len() < 250, "{}", logged.len());
}

#[tokio::test]
async fn cookies_and_sealed_values_are_logged_at_no_level() {
    let site = site(Humanify::builder());
    let visitor = site.browser(VPN);
    let (events, _guard) = Events::collect(Level::TRACE);
    let inside = visitor.get_in("/humans").await;
    assert_eq!(inside.status, StatusCode::SEE_OTHER);
    let other = site.browser(HOME);
    let page = other.follow(other.get("/account").await).await;
    other.err(&page).await;
    let clearance = visitor.cookie("humanify_clearance").unwrap();
    let told = format!("{:?}", events.all());
    assert!(!told.contains(&clearance));
    let token = page.body.split("name=\"token\" value=\"").nth(1);
    let token = token.and_then(|rest| rest.split('"').next()).unwrap();
    assert!(!told.contains(token), "{told}");
}

#[tokio::test]
async fn levels_are_settable_and_may_be_none() {
    let log = DecisionLog::default()
        .refusals(Level::WARN)
        .challenges(None);
    let site = site(Humanify::builder().decision_log(log));
    let (events, _guard) = Events::collect(Level::TRACE);
    site.browser(VPN).get("/humans").await;
    assert!(events.decisions().is_empty());
    site.browser(VPN).get("/no-bots").await;
    assert_eq!(only_event(&events).level, Level::WARN);
}

#[tokio::test]
async fn addresses_are_whole_cut_or_hashed() {
    async fn logged(addresses: LoggedAddress, client: &str) -> String {
        let log = DecisionLog::default().addresses(addresses);
        let proxies = Proxies::hops(1);
        let site = site(Humanify::builder().decision_log(log).proxies(proxies));
        let (events, _guard) = Events::collect(Level::INFO);
        let forwarded = HeaderName::from_static("x-forwarded-for");
        let visitor = site.browser("127.0.0.1").with(forwarded, client);
        for _ in 0..4 {
            visitor.get("/.env").await;
        }
        let told = events.all();
        assert!(told.iter().any(|told| told.target == "humanify::ban"));
        if addresses != LoggedAddress::Whole {
            assert!(!format!("{told:?}").contains(client), "{told:#?}");
        }
        assert_eq!(told[0].get("source"), Some("X-Forwarded-For"));
        told[0].get("address").unwrap().to_owned()
    }
    const V6: &str = "2a02:8100:1:2::7";
    assert_eq!(logged(LoggedAddress::Whole, HOME).await, HOME);
    assert_eq!(logged(LoggedAddress::Network, HOME).await, "84.140.1.0/24");
    assert_eq!(logged(LoggedAddress::Whole, V6).await, V6);
    assert_eq!(logged(LoggedAddress::Network, V6).await, "2a02:8100:1::/48");
    let hashed = logged(LoggedAddress::Hashed, HOME).await;
    assert_eq!(hashed, logged(LoggedAddress::Hashed, HOME).await);
    assert_ne!(hashed, logged(LoggedAddress::Hashed, DATACENTER).await);
    assert_eq!(hashed.len(), 16);
}

#[tokio::test]
async fn a_flood_is_sampled_and_hides_nothing_else() {
    let log = DecisionLog::default().per_second(5);
    let site = site(Humanify::builder().decision_log(log));
    let (events, _guard) = Events::collect(Level::INFO);
    let flooder = site.program(HOME);
    for _ in 0..2 + 305 {
        flooder.get("/login").await;
    }
    site.browser(DATACENTER).get("/no-bots").await;
    site.clock.advance(Duration::from_secs(1));
    flooder.get("/login").await;
    let decisions = events.decisions();
    let limits: Vec<&Told> = decisions
        .iter()
        .filter(|told| told.get("action") == Some("limit"))
        .collect();
    assert_eq!(limits.len(), 5 + 3 + 1);
    let left_out = limits.iter().filter_map(|told| told.get("left_out"));
    let left_out: u32 = left_out.map(|count| count.parse::<u32>().unwrap()).sum();
    assert_eq!(limits.len() as u32 + left_out, 306, "none is forgotten");
    assert_eq!(
        decisions.len() - limits.len(),
        1,
        "the other refusal is there"
    );
}

#[tokio::test]
async fn a_request_has_a_span_only_where_that_is_asked_for() {
    for spans in [false, true] {
        let log = DecisionLog::default().spans(spans);
        let site = site(Humanify::builder().decision_log(log));
        let (events, _guard) = Events::collect(Level::TRACE);
        site.browser(HOME).get("/closed").await;
        let mut told = events.all();
        told.retain(|told| told.is_span);
        assert_eq!(told.len(), usize::from(spans), "{told:#?}");
        for span in told {
            assert_eq!(span.get("method"), Some("GET"));
            assert_eq!(span.get("route"), Some("/closed"));
        }
    }
}

/// Paths such as those of password resets are secrets.
#[tokio::test]
async fn the_path_of_a_route_is_logged_at_no_level() {
    #[always_challenge]
    async fn guarded() -> &'static str {
        "in"
    }
    async fn panics() -> &'static str {
        panic!("on purpose")
    }
    for rules in [
        protect! {},
        protect! { limit "1/hour" on "/limited/*"; always_deny on "/denied/*"; },
    ] {
        let in_route = || get(|| async { "in" });
        let app = Router::new()
            .route(
                "/empty/{token}",
                get(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
            )
            .route("/missing/{token}", get(|| async { StatusCode::NOT_FOUND }))
            .route("/panics/{token}", get(panics))
            .route("/passes/{token}", in_route())
            .route("/denied/{token}", in_route())
            .route("/limited/{token}", in_route())
            .route("/guarded/{token}", get(guarded));
        let pages = ErrorPages::all().catch_panics(true);
        let site = Site::new(Humanify::builder().rules(rules).error_pages(pages), app);
        let (events, _guard) = Events::collect(Level::TRACE);
        for name in [
            "empty", "missing", "panics", "passes", "denied", "limited", "limited", "guarded",
        ] {
            site.browser(HOME).get(&format!("/{name}/SECRET")).await;
        }
        let told = events.all();
        for name in ["empty", "missing", "panics"] {
            let route = format!("/{name}/{{token}}");
            assert!(
                told.iter()
                    .any(|told| told.get("route") == Some(&*route)
                        && told.get("reference").is_some()),
                "{route}: {told:#?}"
            );
        }
        let leak = told
            .iter()
            .find(|told| format!("{told:?}").contains("SECRET"));
        assert!(leak.is_none(), "{leak:#?}");
        // Where no route matches, the path is cut and escaped.
        site.browser(HOME)
            .get(&format!("/nowhere/{}", "x".repeat(5_000)))
            .await;
        let paths: Vec<String> = events
            .all()
            .iter()
            .filter_map(|told| told.get("path").map(str::to_owned))
            .collect();
        assert!(!paths.is_empty());
        assert!(paths.iter().all(|path| path.len() == 200), "{paths:?}");
    }
}
