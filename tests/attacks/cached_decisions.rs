//! Caches that store a decision and serve it to others.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::get;
use http::header::HOST;
use http::{HeaderName, Method, Request, StatusCode};
use humanify::prelude::*;
use tower::ServiceExt;

use super::with;
use crate::support::{DATACENTER, HOME, Site, Visitor};

#[tokio::test]
async fn no_response_of_humanify_may_be_cached() {
    let site = with(Humanify::builder().rules(protect! {
        limit "1/hour" on "/limited";
        always_deny on "/denied";
    }));
    let bot = site.browser(DATACENTER);
    bot.get("/limited").await;
    for (method, path, status) in [
        (Method::GET, "/protected", StatusCode::SEE_OTHER),
        (Method::POST, "/protected", StatusCode::FORBIDDEN),
        (Method::GET, "/denied", StatusCode::FORBIDDEN),
        (Method::GET, "/limited", StatusCode::TOO_MANY_REQUESTS),
        (Method::GET, "/humanify/challenge", StatusCode::OK),
        (Method::GET, "/humanify/audio_challenge", StatusCode::OK),
        (
            Method::GET,
            "/humanify/access_denied",
            StatusCode::FORBIDDEN,
        ),
    ] {
        for visitor in [&bot, &site.program(DATACENTER)] {
            let reply = visitor.send(method.clone(), path, "").await;
            if path.starts_with("/humanify") || path == "/limited" || path == "/denied" {
                assert_eq!(reply.status, status, "{path}");
            }
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
            assert!(reply.header("vary").is_some(), "{path}");
        }
    }
    // Responses under a statement that denies other clients must not be stored either.
    let some = with(Humanify::builder().rules(protect! {
        always_deny on "/some" when client.ip in ["84.140.200.0/24"];
        always_deny on "/methods" when method == POST;
        observe always_deny on "/observed" when client.ip in ["84.140.200.0/24"];
    }));
    let person = some.browser(HOME);
    let of_some = person.get("/some").await;
    assert_eq!(of_some.header("cache-control"), Some("private"));
    for path in ["/methods", "/observed", "/others"] {
        let open = person.get(path).await;
        assert_eq!(open.header("cache-control"), None, "{path}");
    }
    // Responses under a protecting statement must not go to shared caches either.
    let person = site.browser(HOME).get("/protected").await;
    assert_eq!(person.status, StatusCode::OK);
}

/// Everybody gets the same script from a shared cache, and would get the same client id with it.
#[tokio::test]
async fn no_client_id_goes_out_with_what_all_visitors_share() {
    let builder = Humanify::builder().use_client_id(true);
    let site = with(builder.challenge_type(ChallengeType::ProofOfWork));
    let mode = HeaderName::from_static("sec-fetch-mode");
    let visitor = || site.browser(HOME).without(mode.clone());
    let page = visitor().follow(visitor().get("/login").await).await;
    let plain = page.body.replace("&#x2f;", "/");
    let script = plain.split('"').find(|text| text.contains("/work-"));
    let script = script.expect("the script of the page").to_owned();
    for path in [&*script, "/humanify/dialog.js"] {
        // An address gets sixteen ids an hour, which the scripts do not use up.
        for _ in 0..20 {
            let reply = visitor().get(path).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            let kept = reply.header("cache-control").unwrap();
            assert!(kept.starts_with("public, max-age="), "{path}: {kept}");
            assert_eq!(reply.header("set-cookie"), None, "{path}");
        }
    }
    let page = visitor().get("/elsewhere").await;
    assert_eq!(page.header("cache-control"), Some("private"));
    assert!(
        page.header("set-cookie")
            .unwrap()
            .starts_with("humanify_id=")
    );
}

#[tokio::test]
async fn no_response_to_a_malformed_request_may_be_cached() {
    let site = with(Humanify::builder().behind_proxy(true));
    let lines: [&[(&str, &str)]; 3] = [
        &[("host", "a.example, b.example")],
        &[("x-forwarded-for", HOME), ("x-forwarded-host", "a b")],
        &[("x-forwarded-for", HOME), ("forwarded", "for=84.140.9.9")],
    ];
    for lines in lines {
        let send = async |visitor: Visitor| {
            let visitor = lines.iter().fold(visitor, |visitor, (name, value)| {
                visitor.with(HeaderName::from_static(name), value)
            });
            let reply = visitor.get("/").await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{lines:?}");
            assert_eq!(reply.header("cache-control"), Some("no-store"));
            assert!(reply.header("vary").is_some(), "{lines:?}");
            reply
        };
        let page = send(site.browser("127.0.0.1")).await;
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(page.body.starts_with("<!doctype html>"), "{}", page.body);
        assert!(page.header("content-security-policy").is_some());
        assert!(!page.body.contains("a.example"), "{}", page.body);
        let document = send(site.program("127.0.0.1")).await;
        let kind = document.header("content-type");
        assert_eq!(kind, Some("application/problem+json"));
        let document: serde_json::Value = serde_json::from_str(&document.body).unwrap();
        assert_eq!(document["status"], 400);
        for member in ["detail", "reference"] {
            assert!(!document[member].as_str().unwrap().is_empty(), "{document}");
        }
    }
}

#[tokio::test]
async fn no_response_of_a_wrong_setup_may_be_cached() {
    #[block_bots]
    async fn guarded() -> &'static str {
        "in"
    }
    let routes = || Router::new().route("/", get(guarded));
    let humanify = Humanify::builder().build().unwrap();
    // The server reports no address, and the layer is missing.
    for app in [humanify.protect(routes()).unwrap(), routes()] {
        let request = Request::get("/").header(HOST, "site.example");
        let request = request.body(Body::empty()).unwrap();
        let (head, body) = app.oneshot(request).await.unwrap().into_parts();
        assert_eq!(head.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(head.headers["cache-control"], "no-store");
        assert_eq!(head.headers["content-type"], "text/plain; charset=utf-8");
        assert!(head.headers.contains_key("vary"));
        let body = to_bytes(body, 10_000).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains("Reference: "));
    }
    let banned = with(Humanify::builder().rules(protect! {
        trap on "/.env";
        ban "1 trap/hour" for "1 day";
    }));
    banned.browser(HOME).get("/.env").await;
    for visitor in [banned.browser(HOME), banned.program(HOME)] {
        let reply = visitor.get("/").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert!(reply.header("vary").is_some());
        assert!(reply.header("retry-after").is_some());
    }
}

#[tokio::test]
async fn what_passes_by_a_condition_on_the_client_is_private() {
    #[block_bots]
    async fn guarded() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/guarded", get(guarded))
        .fallback(|| async { "in" });
    let rules = protect! {
        intended(client_sends) exempt when headers.x-api-key == "known";
        exempt on "/docs/open";
        challenge on "/docs/*";
        deny_access on "/docs/*" when client.is_tor;
    };
    let site = Site::new(Humanify::builder().rules(rules), app);
    let key = http::HeaderName::from_static("x-api-key");
    for (path, has_key, expected) in [
        ("/docs/page", true, Some("private")),
        ("/docs/page", false, Some("private")),
        // Everybody is exempt, or nothing is demanded.
        ("/docs/open", false, None),
        ("/other", true, None),
        ("/other", false, None),
        ("/guarded", true, Some("private")),
        ("/guarded", false, Some("private")),
    ] {
        let visitor = match has_key {
            true => site.browser(HOME).with(key.clone(), "known"),
            false => site.browser(HOME),
        };
        let reply = visitor.get(path).await;
        assert_eq!(reply.body, "in", "{path}");
        assert_eq!(reply.header("cache-control"), expected, "{path} {has_key}");
    }
}
