//! Observation: every request passes, and the log says what would have stopped it.

use axum::Router;
use axum::routing::any;
use http::header::{HOST, USER_AGENT};
use http::{HeaderName, Method, StatusCode, Uri};
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

/// The requests that each statement would have stopped, by its number.
fn stopped(site: &Site) -> Vec<(usize, u64)> {
    let summary = site.humanify.observed();
    let statements = summary
        .statements
        .iter()
        .map(|observed| match observed.decided_by {
            DecidedBy::Statement { number, .. } => (number, observed.requests),
            cause => panic!("{cause:?}"),
        });
    let mut statements: Vec<_> = statements.collect();
    statements.sort_unstable();
    statements
}

fn limited(rules: RuleSet) -> Site {
    async fn answered(uri: Uri) -> StatusCode {
        match uri.query() {
            Some(query) if query.contains("wrong") => StatusCode::UNAUTHORIZED,
            _ => StatusCode::OK,
        }
    }
    Site::new(
        Humanify::builder().rules(rules),
        Router::new()
            .route("/", any(answered))
            .route("/api/a", any(answered))
            .route("/api/b", any(answered))
            .fallback(answered),
    )
}

/// The same requests of three clients to any site: other methods, routes, keys and failures. Returns
/// how many of them are over a limit.
async fn send_all(site: &Site) -> u64 {
    let mut refused = 0;
    for number in 0..300_usize {
        let visitor = browser_of_person(site, &format!("84.140.1.{}", number % 3)).with(
            HeaderName::from_static("x-api-key"),
            ["first", "second"][number / 7 % 2],
        );
        let method = [Method::GET, Method::GET, Method::POST, Method::PUT][number / 3 % 4].clone();
        let path = ["/", "/api/a", "/api/b", "/other"][number / 5 % 4];
        let query = ["", "?wrong"][number / 11 % 2];
        let reply = visitor.send(method, &format!("{path}{query}"), "").await;
        refused += u64::from(reply.status == StatusCode::TOO_MANY_REQUESTS);
    }
    refused
}

/// Before a limit is enforced, observation must tell how many requests it would refuse.
#[tokio::test]
async fn a_limit_that_observes_reports_as_many_requests_as_it_would_refuse() {
    macro_rules! both {
        ($($limit:tt)*) => {
            (protect! { $($limit)*; }, protect! { observe $($limit)*; }, stringify!($($limit)*))
        };
    }
    for (enforced, observed, limit) in [
        both!(limit "5/hour"),
        both!(limit "5/hour" on "/api/*"),
        both!(limit "2/minute; 7/hour"),
        both!(limit "5/hour", burst = 9),
        both!(limit "9/hour", cost = 2),
        both!(limit "5/hour", methods = [POST, PUT]),
        both!(limit "5/hour", scope = "api" on "/api/*"),
        both!(limit "20/hour", key = "headers.x-api-key"),
        both!(limit "3/hour", count = "failures"),
        both!(limit "3/hour", count = "failures", failures = [401, 403], scope = "all"),
    ] {
        let refused = send_all(&limited(enforced)).await;
        let site = limited(observed);
        assert_eq!(send_all(&site).await, 0, "{limit}");
        assert!((10..290).contains(&refused), "{limit}: {refused}");
        assert_eq!(stopped(&site), [(1, refused)], "{limit}");
    }
}

#[tokio::test]
async fn a_limit_that_observes_counts_no_request_that_others_refuse() {
    let ask = async |rules: RuleSet, path: &str, method: Method| {
        let site = limited(rules);
        let visitor = browser_of_person(&site, HOME);
        for _ in 0..10 {
            visitor.send(method.clone(), path, "").await;
        }
        stopped(&site)
    };
    let rules = protect! { limit "4/hour"; observe limit "3/hour"; };
    assert_eq!(ask(rules, "/", Method::GET).await, [(2, 1)]);
    let rules = protect! { limit "2/hour"; observe limit "3/hour" on "/api/*"; };
    assert_eq!(ask(rules, "/api/a", Method::GET).await, []);
    let rules = protect! { limit "2/hour"; observe limit "1/hour" on "/api/*"; };
    assert_eq!(ask(rules, "/api/a", Method::GET).await, [(2, 1)]);
    // What the application does not get is no failure, though it is counted in advance.
    for rules in [
        protect! { always_challenge on "/api/*"; observe limit "3/hour", count = "failures"; },
        protect! { limit "2/hour"; observe limit "3/hour", count = "failures" on "/api/*"; },
    ] {
        assert_eq!(ask(rules, "/api/a?wrong", Method::POST).await, []);
    }
    // Each statement is observed as if it alone were added.
    let rules = protect! {
        observe limit "4/hour", scope = "api" on "/api/a";
        observe limit "4/hour", scope = "api" on "/api/*";
    };
    assert_eq!(ask(rules, "/api/a", Method::GET).await, [(1, 6), (2, 6)]);
}

/// Observation changes neither what enforced limits count nor what they tell clients.
#[tokio::test]
async fn a_limit_that_observes_leaves_the_limits_in_force_alone() {
    let site = limited(protect! {
        limit "5/hour", count = "failures", scope = "api" on "/api/a";
        observe limit "5/hour", count = "failures", scope = "api" on "/api/*";
    });
    let visitor = browser_of_person(&site, HOME);
    for path in ["/api/a", "/api/b"] {
        for _ in 0..2 {
            visitor.post(&format!("{path}?wrong"), "").await;
        }
    }
    // A request that only reads is charged once it has failed, so the field has the state after that.
    for left in [2, 1, 0] {
        let reply = visitor.get("/api/a?wrong").await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{left}");
        let field = reply.header("ratelimit").unwrap();
        assert!(field.contains(&format!(";r={left};")), "{field}");
        assert!(!field.contains(','), "{field}");
    }
    let reply = visitor.get("/api/a?wrong").await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(stopped(&site), [(2, 2)]);
}
