//! Observation: every request passes, and the log says what would have stopped it.

use axum::Router;
use axum::routing::any;
use http::header::{HOST, USER_AGENT};
use http::{Method, StatusCode, Uri};
use humanify::DecidedBy;
use humanify::prelude::*;
use tracing::Level;

use super::{browser_of_person, site};
use crate::support::{DATACENTER, Events, HOME, Site, VPN};

#[tokio::test]
async fn everybody_passes_and_the_log_has_the_observed_decision() {
    let site = site(Humanify::builder().observe_only(true));
    for (path, visits, action) in [
        ("/no-bots", 1, "deny"),
        ("/humans", 1, "challenge"),
        ("/shop", 1, "deny"),
        ("/account", 1, "challenge"),
        ("/report", 2, "limit"),
        ("/login", 3, "limit"),
    ] {
        let visitor = site.browser(DATACENTER);
        for _ in 1..visits {
            visitor.get(path).await;
        }
        let (events, _guard) = Events::collect(Level::DEBUG);
        let reply = visitor.get(path).await;
        assert_eq!(
            (reply.status, &*reply.body),
            (StatusCode::OK, "in"),
            "{path}"
        );
        let told = events.decisions();
        assert_eq!(told.len(), 1, "{path}: {told:#?}");
        assert_eq!(told[0].level, Level::INFO);
        assert_eq!(told[0].get("observed"), Some("true"), "{path}");
        assert_eq!(told[0].get("action"), Some(action), "{path}");
        assert_eq!(
            (told[0].get("status"), told[0].get("reference")),
            (None, None)
        );
    }
}

#[tokio::test]
async fn bans_and_requests_that_contradict_themselves_pass_as_well() {
    let site = site(Humanify::builder().observe_only(true));
    let scanner = site.browser(HOME);
    for _ in 0..4 {
        assert_eq!(scanner.get("/.env").await.status, StatusCode::NOT_FOUND);
    }
    let (events, _guard) = Events::collect(Level::INFO);
    assert_eq!(scanner.get("/").await.body, "in");
    assert_eq!(events.decisions()[0].get("action"), Some("ban"));
    let confused = site.browser(VPN).with(HOST, "a, b");
    assert_eq!(confused.get("/").await.body, "in");
    assert_eq!(events.decisions()[1].get("action"), Some("bad_request"));
    let nobody_means_it = site.browser(VPN).get("/items/%25252525252525").await;
    assert_eq!(nobody_means_it.body, "in");
}

#[tokio::test]
async fn the_summary_counts_stopped_clients_by_cause_and_apparent_people() {
    let site = site(Humanify::builder().observe_only(true));
    assert_eq!(site.humanify.observed().statements.len(), 0);
    for number in 0..5 {
        let visitor = browser_of_person(&site, &format!("84.140.1.{number}"));
        visitor.get("/closed").await;
        visitor.get("/closed").await;
    }
    let crawler = site.program(VPN).with(USER_AGENT, "GPTBot/1.2");
    for _ in 0..3 {
        crawler.get("/closed").await;
    }
    crawler.get("/no-bots").await;
    let summary = site.humanify.observed();
    let [closed, no_bots] = summary.statements.as_slice() else {
        panic!("{summary:#?}");
    };
    assert_eq!((closed.requests, closed.clients), (13, 6));
    assert_eq!(
        (closed.requests_like_people, closed.clients_like_people),
        (10, 5)
    );
    assert_eq!(
        (&*closed.kinds[0].kind, closed.kinds[0].requests),
        ("no signs", 10)
    );
    assert_eq!(
        (&*closed.kinds[1].kind, closed.kinds[1].requests),
        ("GPTBot", 3)
    );
    assert_eq!((no_bots.requests, no_bots.requests_like_people), (1, 0));
    let text = summary.to_string();
    assert!(
        text.starts_with(
            "deny: statement 3: always_deny on \"/closed\"\n    \
             13 requests of 6 clients; 10 requests of 5 clients look like people\n"
        ),
        "{text}"
    );
    assert_eq!(
        serde_json::to_value(&summary).unwrap()["statements"][0]["requests"],
        13
    );
}

#[tokio::test]
async fn a_statement_that_observes_is_in_the_summary_of_a_site_that_refuses() {
    let site = site(Humanify::builder());
    assert_eq!(
        browser_of_person(&site, DATACENTER)
            .get("/watched")
            .await
            .body,
        "in"
    );
    site.browser(DATACENTER).get("/closed").await;
    let summary = site.humanify.observed();
    assert_eq!(
        summary.statements.len(),
        1,
        "what is refused is not observed"
    );
    assert_eq!(summary.statements[0].kinds[0].kind, "datacenter");
}

/// The numbers of the statements that would have stopped requests, of those requests, and of their
/// clients.
fn stopped(site: &Site) -> Vec<(usize, u64, usize)> {
    let summary = site.humanify.observed();
    let statements = summary
        .statements
        .iter()
        .map(|observed| match observed.decided_by {
            DecidedBy::Statement { number, .. } => (number, observed.requests, observed.clients),
            cause => panic!("{cause:?}"),
        });
    let mut statements: Vec<_> = statements.collect();
    statements.sort_unstable();
    statements
}

/// Before a limit is enforced, observation must tell how many people it would stop.
#[tokio::test]
async fn a_limit_that_observes_counts_as_it_would_refuse() {
    async fn login(uri: Uri) -> StatusCode {
        match uri.query() {
            Some("wrong") => StatusCode::UNAUTHORIZED,
            _ => StatusCode::OK,
        }
    }
    let site = Site::new(
        Humanify::builder().rules(protect! {
            observe limit "2/hour";
            observe limit "3/hour", scope = "api" on "/api/*";
            observe limit "1/hour", count = "failures" on "/login";
            observe limit "1/hour", count = "failures" on "/account";
            always_challenge on "/account";
        }),
        Router::new()
            .route("/", any(|| async { "in" }))
            .route("/about", any(|| async { "in" }))
            .route("/api/a", any(|| async { "in" }))
            .route("/api/b", any(|| async { "in" }))
            .route("/login", any(login))
            .route("/account", any(login)),
    );
    for client in 0..2 {
        let visitor = browser_of_person(&site, &format!("84.140.1.{client}"));
        let ask = async |method: Method, path: &str, times: usize| {
            for _ in 0..times {
                let reply = visitor.send(method.clone(), path, "").await;
                assert_ne!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
                assert_eq!(reply.header("ratelimit"), None, "{path}");
            }
        };
        // Two of each route and method pass, and a third one does not.
        ask(Method::GET, "/", 2).await;
        ask(Method::POST, "/", 2).await;
        ask(Method::GET, "/about", 3).await;
        // Three to all routes of the scope pass, and a fourth one does not.
        ask(Method::GET, "/api/a", 2).await;
        ask(Method::GET, "/api/b", 2).await;
        // One failure of each method passes, and a second one does not.
        ask(Method::GET, "/login", 2).await;
        ask(Method::POST, "/login", 2).await;
        ask(Method::GET, "/login?wrong", 2).await;
        ask(Method::POST, "/login?wrong", 2).await;
        // What the application does not get is no failure.
        ask(Method::POST, "/account?wrong", 2).await;
    }
    let default = 2 * (1 + 2 + 2);
    assert_eq!(stopped(&site), [(1, default, 2), (2, 2, 2), (3, 4, 2)]);
}
