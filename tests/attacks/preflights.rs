//! Requests that look like CORS preflights.

use axum::Router;
use axum::routing::any;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, CONNECTION, ORIGIN, SET_COOKIE,
    UPGRADE,
};
use http::{Method, StatusCode};
use humanify::HumanifyBuilder;
use humanify::prelude::*;

use crate::support::{HOME, Site, Visitor};

fn site(builder: HumanifyBuilder) -> Site {
    let secret = || async { ([(SET_COOKIE, "secret=1"), (ORIGIN, "secret")], "secret") };
    let allowed = || async { ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], "secret") };
    #[rate_limit("9/hour")]
    async fn limited() -> &'static str {
        "secret"
    }
    let app = Router::new()
        .route("/api/limited", any(limited))
        .route("/api/any", any(secret))
        .route("/api/cors", any(allowed))
        .route("/open", any(secret))
        .fallback(secret);
    Site::new(
        builder.rules(protect! { always_challenge on "/api/*"; }),
        app,
    )
}

fn preflight(site: &Site) -> Visitor {
    site.browser(HOME)
        .with(ORIGIN, "https://other.example")
        .with(ACCESS_CONTROL_REQUEST_METHOD, "POST")
}

#[tokio::test]
async fn a_preflight_reveals_nothing_of_an_unguarded_handler() {
    let site = site(Humanify::builder());
    for path in ["/api/any", "/api/nothing", "/api/cors"] {
        let reply = preflight(&site).send(Method::OPTIONS, path, "").await;
        assert_eq!(reply.body, "", "{path}");
        assert_eq!(reply.header("set-cookie"), None, "{path}");
        assert_eq!(reply.header("origin"), None, "{path}");
        let allowed = reply.header("access-control-allow-origin");
        assert_eq!(allowed.is_some(), path == "/api/cors", "{path}");
    }
    let open = preflight(&site).send(Method::OPTIONS, "/open", "").await;
    assert_eq!(open.body, "secret", "nothing protects it");
    let plain = site
        .browser(HOME)
        .send(Method::OPTIONS, "/api/any", "")
        .await;
    assert_ne!(plain.status, StatusCode::OK, "it is not a preflight");
}

#[tokio::test]
async fn a_preflight_of_a_handler_with_an_attribute_is_judged_as_any_request() {
    let site = site(Humanify::builder());
    let reply = preflight(&site)
        .send(Method::OPTIONS, "/api/limited", "")
        .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(!reply.body.contains("secret"), "{}", reply.body);
}

#[tokio::test]
async fn a_preflight_to_another_spelling_of_the_path_reveals_nothing() {
    let app = Router::new().fallback(|| async { "secret" });
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge on "/proxy/secret"; }),
        app,
    );
    for path in [
        "/proxy/secret//..",
        "/proxy/secret/;/..",
        "/proxy/secret;",
        "/proxy/x%2f..%2fsecret",
        "/proxy/x%5c..%5csecret",
        "/proxy/secret%3fx",
        "/proxy/secret%00",
        "/proxy/%c0%ae%c0%ae/proxy/secret",
    ] {
        let reply = preflight(&site).send(Method::OPTIONS, path, "").await;
        assert!(!reply.body.contains("secret"), "{path}: {}", reply.body);
    }
    let open = preflight(&site).send(Method::OPTIONS, "/a//../b", "").await;
    assert_eq!(open.body, "secret", "nothing protects it");
}

#[tokio::test]
async fn a_preflight_never_upgrades_a_connection() {
    let switch = || async { (StatusCode::SWITCHING_PROTOCOLS, [(UPGRADE, "other")]) };
    let app = Router::new().route("/api/any", any(switch));
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge on "/api/*"; }),
        app,
    );
    let asking = preflight(&site)
        .with(UPGRADE, "other")
        .with(CONNECTION, "upgrade");
    let reply = asking.send(Method::OPTIONS, "/api/any", "").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn preflights_are_challenged_if_configured() {
    let site = site(Humanify::builder().pass_preflights(false));
    let reply = preflight(&site).send(Method::OPTIONS, "/api/any", "").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(!reply.body.contains("secret"));
}

#[tokio::test]
async fn half_a_preflight_is_challenged_as_any_request() {
    let site = site(Humanify::builder());
    for missing in [ORIGIN, ACCESS_CONTROL_REQUEST_METHOD] {
        for path in ["/api/any", "/api/cors"] {
            let visitor = preflight(&site).without(missing.clone());
            let reply = visitor.send(Method::OPTIONS, path, "").await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{missing} {path}");
        }
    }
}

#[tokio::test]
async fn a_preflight_without_a_permission_keeps_nothing_that_a_permission_says() {
    let headers = [
        ("access-control-allow-methods", "DELETE"),
        ("access-control-expose-headers", "x-secret"),
        ("allow", "GET"),
    ];
    let app = Router::new().route("/api/any", any(move || async move { (headers, "secret") }));
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge on "/api/*"; }),
        app,
    );
    let reply = preflight(&site).send(Method::OPTIONS, "/api/any", "").await;
    for (name, value) in headers {
        let kept = (name == "allow").then_some(value);
        assert_eq!(reply.header(name), kept, "{name}");
    }
}
