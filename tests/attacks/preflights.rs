//! Requests that look like CORS preflights.

use axum::Router;
use axum::routing::any;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, SET_COOKIE,
};
use http::{Method, StatusCode};
use humanify::HumanifyBuilder;
use humanify::prelude::*;

use crate::support::{HOME, Site, Visitor};

fn site(builder: HumanifyBuilder) -> Site {
    let secret = || async { ([(SET_COOKIE, "secret=1"), (ORIGIN, "secret")], "secret") };
    let allowed = || async { ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], "secret") };
    let app = Router::new()
        .route("/api/any", any(secret))
        .route("/api/cors", any(allowed))
        .route("/open", any(secret))
        .fallback(secret);
    Site::new(
        builder.rules(protect! { always_challenge on "/api/*"; }),
        app,
    )
}

fn asking(site: &Site) -> Visitor {
    site.browser(HOME)
        .with(ORIGIN, "https://other.example")
        .with(ACCESS_CONTROL_REQUEST_METHOD, "POST")
}

#[tokio::test]
async fn nothing_of_an_unguarded_handler_leaves_the_site_by_a_preflight() {
    let site = site(Humanify::builder());
    for path in ["/api/any", "/api/nothing", "/api/cors"] {
        let reply = asking(&site).send(Method::OPTIONS, path, "").await;
        assert_eq!(reply.body, "", "{path}");
        assert_eq!(reply.header("set-cookie"), None, "{path}");
        assert_eq!(reply.header("origin"), None, "{path}");
        let allowed = reply.header("access-control-allow-origin");
        assert_eq!(allowed.is_some(), path == "/api/cors", "{path}");
    }
    let open = asking(&site).send(Method::OPTIONS, "/open", "").await;
    assert_eq!(open.body, "secret", "nothing protects it");
    let plain = site
        .browser(HOME)
        .send(Method::OPTIONS, "/api/any", "")
        .await;
    assert_ne!(plain.status, StatusCode::OK, "it is no preflight");
}

#[tokio::test]
async fn preflights_are_challenged_where_the_owner_says_so() {
    let site = site(Humanify::builder().pass_preflights(false));
    let reply = asking(&site).send(Method::OPTIONS, "/api/any", "").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(!reply.body.contains("secret"));
}
