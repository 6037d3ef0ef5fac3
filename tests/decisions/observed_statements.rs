//! Statements that only observe change no response.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{Method, StatusCode};
use humanify::prelude::*;

use super::browser_of_person;
use crate::support::{DATACENTER, HOME, Reply, Site, VPN};

/// The site, and the causes of its refusals so far.
fn site(rules: RuleSet) -> (Site, Arc<Mutex<Vec<String>>>) {
    #[exempt(rate_limit)]
    async fn unlimited() -> &'static str {
        "in"
    }
    #[block_bots]
    async fn guarded() -> &'static str {
        "in"
    }
    let causes = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&causes);
    let builder = Humanify::builder().rules(rules).on_decision(move |report| {
        if !report.observed {
            kept.lock().unwrap().push(report.decided_by.label().into());
        }
    });
    let allowed = || async { ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], "in") };
    let app = Router::new()
        .route("/api/cors", any(allowed))
        .route("/unlimited", any(unlimited))
        .route("/guarded", any(guarded))
        .fallback(|| async { "in" });
    (Site::new(builder, app), causes)
}

/// What does not differ between two equal responses. Pages of refusals have references and nonces.
fn visible(reply: &Reply) -> String {
    let random = [
        "location",
        "set-cookie",
        "content-security-policy",
        "content-length",
        "link",
    ];
    let mut fields: Vec<String> = reply
        .headers
        .iter()
        .filter(|(name, _)| !random.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    fields.sort_unstable();
    let body = match reply.status {
        StatusCode::OK => &*reply.body,
        _ => "",
    };
    format!("{} {fields:?} {body}", reply.status)
}

/// The responses to the same requests of several clients.
async fn responses(site: &Site) -> Vec<String> {
    let mut seen = Vec::new();
    for ip in [HOME, DATACENTER, VPN] {
        let visitor = browser_of_person(site, ip);
        let preflight = visitor
            .clone()
            .with(ORIGIN, "https://other.example")
            .with(ACCESS_CONTROL_REQUEST_METHOD, "POST");
        for path in [
            "/",
            "/api/cors",
            "/api/other",
            "/limited",
            "/unlimited",
            "/guarded",
            "/x/..%2fapi%2fother",
            "/x%2flimited",
        ] {
            for _ in 0..4 {
                for (visitor, method) in [
                    (&visitor, Method::GET),
                    (&visitor, Method::POST),
                    (&preflight, Method::OPTIONS),
                ] {
                    let reply = visitor.send(method.clone(), path, "").await;
                    seen.push(format!("{ip} {method} {path}: {}", visible(&reply)));
                }
            }
        }
    }
    seen
}

#[tokio::test]
async fn a_block_with_statements_that_observe_answers_as_it_does_without_them() {
    macro_rules! with_and_without {
        ({ $($base:tt)* } $($observed:tt)*) => {
            (
                protect! { $($base)* },
                [
                    protect! { $($observed)* $($base)* },
                    protect! { $($base)* $($observed)* },
                ],
                stringify!($($observed)*),
            )
        };
    }
    for (without, both, observed) in [
        with_and_without!(
            { real: limit "3/hour" on "/limited"; }
            observe always_challenge on "/api/*";
        ),
        with_and_without!(
            { real: limit "3/hour" on "/limited"; }
            observe challenge on "/api/*", "/guarded";
            observe deny_access on "/";
        ),
        with_and_without!(
            { real: limit "3/hour" on "/limited"; }
            observe always_deny on "/api/*" when client.is_vpn;
        ),
        with_and_without!(
            { real: limit "3/hour" on "/limited"; }
            seen: observe limit "3/hour" on "/limited", "/other";
        ),
        with_and_without!(
            { real: limit "3/hour" on "/limited"; }
            observe limit "2/hour" on "/api/*", "/unlimited";
        ),
        with_and_without!(
            { closed: deny_access on "/api/other" when client.is_vpn; }
            observe always_challenge on "/limited", "/api/cors";
        ),
        with_and_without!(
            { free: exempt on "/api/*" when !client.is_vpn; }
            observe always_challenge on "/api/cors";
        ),
    ] {
        let (site, causes) = self::site(without);
        let expected = responses(&site).await;
        for rules in both {
            let (site, observing) = self::site(rules);
            let found = responses(&site).await;
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found, expected, "{observed}");
            }
            let causes = causes.lock().unwrap();
            assert_eq!(*observing.lock().unwrap(), *causes, "{observed}");
        }
    }
}

#[tokio::test]
async fn a_handler_that_is_exempt_from_limits_is_observed_by_none() {
    let (site, _) = site(protect! { observe limit "1/hour"; });
    let visitor = browser_of_person(&site, HOME);
    for _ in 0..5 {
        assert_eq!(visitor.get("/unlimited").await.body, "in");
    }
    assert!(site.humanify.observed().statements.is_empty());
    for _ in 0..5 {
        visitor.get("/").await;
    }
    assert_eq!(site.humanify.observed().statements[0].requests, 4);
}

/// The log names the limit that is exceeded.
#[tokio::test]
async fn of_two_limits_the_exceeded_one_refuses() {
    let (site, causes) = site(protect! {
        wide: limit "100/hour";
        narrow: limit "2/hour" on "/limited";
        dear: limit "100/hour", cost = 50 on "/dear";
        short: limit "2/minute" on "/both";
        long: limit "3/hour" on "/both";
    });
    let visitor = browser_of_person(&site, HOME);
    for _ in 0..3 {
        visitor.get("/limited").await;
    }
    for _ in 0..3 {
        visitor.get("/dear").await;
    }
    for _ in 0..2 {
        for _ in 0..3 {
            visitor.get("/both").await;
        }
        site.clock.advance(Duration::from_secs(60));
    }
    let expected = ["narrow", "dear", "short", "long", "long"];
    assert_eq!(*causes.lock().unwrap(), expected);
}
