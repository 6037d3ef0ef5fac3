//! Attributes that the layer cannot see.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::routing::{any, get, get_service};
use humanify::prelude::*;

use super::{guarded, login, open, protect, statuses};
use crate::support::{HOME, Site};

#[tokio::test]
async fn an_attribute_that_the_layer_cannot_see_is_still_enforced() {
    #[exempt]
    async fn exempted() -> &'static str {
        "in"
    }
    #[rate_limit("2/hour")]
    async fn limited() -> &'static str {
        "in"
    }
    let inner = Router::new()
        .route("/guarded", get(guarded))
        .route("/exempted", get(exempted))
        .route("/limited", get(limited))
        .route("/open", get(open));
    let boxed = inner.clone().into_service::<Body>();
    let app = Router::new()
        .nest_service("/nested", boxed)
        .route_service("/both", get(guarded).post(login))
        .route("/service", get_service(guarded.with_state(())));
    let site = Site::new(
        Humanify::builder().rules(protect! {
            always_challenge on "/nested/exempted";
            limit "4/hour" on "/nested/*";
        }),
        app,
    );
    assert_eq!(
        statuses(&site, Method::GET, "/nested/guarded").await,
        (403, 200)
    );
    assert_eq!(
        statuses(&site, Method::GET, "/nested/exempted").await,
        (303, 303)
    );
    assert_eq!(statuses(&site, Method::GET, "/both").await, (403, 200));
    assert_eq!(statuses(&site, Method::POST, "/both").await, (403, 403));
    assert_eq!(statuses(&site, Method::GET, "/service").await, (403, 200));

    // The rule's limit of four an hour counts each request once; the handler's limit of two applies
    // as well.
    let visitor = site.browser("84.140.1.50");
    let mut passed = 0;
    for _ in 0..3 {
        passed += usize::from(visitor.get("/nested/limited").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 2);
    assert_eq!(visitor.get("/nested/open").await.status, StatusCode::OK);
    assert_eq!(
        visitor.get("/nested/open").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn a_limit_that_the_layer_cannot_see_counts_as_any_other() {
    #[rate_limit("2/hour")]
    async fn limited() -> &'static str {
        "in"
    }
    #[rate_limit("2/hour", count = "failures")]
    async fn login(request: Request) -> StatusCode {
        match request.uri().query() {
            Some("right") => StatusCode::OK,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
    let inner = Router::new()
        .route("/limited", any(limited))
        .route("/login", any(login))
        .into_service::<Body>();
    let site = protect(Router::new().nest_service("/in", inner));
    let visitor = site.browser(HOME);
    let mut passed = 0;
    for method in ["GET", "HEAD", "GET"] {
        let method = method.parse().unwrap();
        let reply = visitor.send(method, "/in/limited", "").await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 2, "HEAD counts as GET");
    let mut passed = 0;
    for number in 0..20 {
        let method = Method::from_bytes(format!("MADE-UP-{number}").as_bytes()).unwrap();
        let reply = visitor.send(method, "/in/limited", "").await;
        passed += usize::from(reply.status == StatusCode::OK);
        assert!(reply.header("ratelimit").is_some());
    }
    assert_eq!(passed, 2, "no name of a method is a bucket of its own");
    for method in [Method::GET, Method::POST] {
        let mut tried = 0;
        for number in 0..20 {
            let path = ["/in/login?right", "/in/login"][number % 2];
            let reply = visitor.send(method.clone(), path, "").await;
            tried += usize::from(reply.status == StatusCode::UNAUTHORIZED);
        }
        assert_eq!(tried, 2, "{method}");
    }
}

#[tokio::test]
async fn a_hidden_handler_charges_what_the_rules_of_its_scope_have_not() {
    #[rate_limit("20/hour", scope = "api", cost = 5)]
    async fn dear() -> &'static str {
        "in"
    }
    #[rate_limit("3/hour", scope = "items")]
    async fn item() -> &'static str {
        "in"
    }
    let inner = Router::new()
        .route("/dear", get(dear))
        .route("/items/{id}", get(item))
        .into_service::<Body>();
    let rules = protect! {
        limit "20/hour", scope = "api" on "/api/*";
        // The layer sees no such route, since it is inside of the service.
        limit "3/hour", scope = "items" on "/api/items/{id}";
    };
    let app = Router::new().nest_service("/api", inner);
    let site = Site::new(Humanify::builder().rules(rules), app);
    for (path, passed) in [("/api/dear", 4), ("/api/items/7", 3)] {
        let visitor = site.browser(HOME);
        let mut within = 0;
        for _ in 0..10 {
            within += usize::from(visitor.get(path).await.status == StatusCode::OK);
        }
        assert_eq!(within, passed, "{path}");
        site.clock.advance(Duration::from_secs(7_200));
    }
}

#[tokio::test]
async fn what_a_hidden_guard_lets_pass_is_private() {
    #[rate_limit("9/hour")]
    async fn limited() -> &'static str {
        "in"
    }
    let inner = Router::new()
        .route("/guarded", get(guarded))
        .route("/limited", get(limited))
        .route("/open", get(open))
        .into_service::<Body>();
    let site = protect(Router::new().nest_service("/in", inner));
    for (path, expected) in [
        ("/in/guarded", Some("private")),
        ("/in/limited", None),
        ("/in/open", None),
    ] {
        let reply = site.browser(HOME).get(path).await;
        assert_eq!(reply.body, "in", "{path}");
        assert_eq!(reply.header("cache-control"), expected, "{path}");
    }
}

#[tokio::test]
async fn a_scope_that_rules_and_a_hidden_handler_share_counts_each_request_once() {
    #[rate_limit("6/hour", scope = "api")]
    async fn scoped() -> &'static str {
        "in"
    }
    #[rate_limit("6/hour", scope = "other")]
    async fn apart() -> &'static str {
        "in"
    }
    let inner = || {
        Router::new()
            .route("/scoped", get(scoped))
            .route("/apart", get(apart))
            .into_service::<Body>()
    };
    let rules = protect! { limit "6/hour", scope = "api" on "/api/*"; };
    let app = Router::new()
        .nest_service("/api", inner())
        .nest_service("/free", inner());
    let site = Site::new(Humanify::builder().rules(rules), app);
    for (client, (paths, passed)) in [
        (&["/api/scoped"][..], 6),
        (&["/free/scoped"], 6),
        (&["/api/scoped", "/free/scoped"], 6),
        (&["/free/apart"], 6),
    ]
    .into_iter()
    .enumerate()
    {
        let visitor = site.browser(&format!("84.140.7.{client}"));
        let mut within = 0;
        for number in 0..10 {
            let reply = visitor.get(paths[number % paths.len()]).await;
            within += usize::from(reply.status == StatusCode::OK);
            let policy = reply.header("ratelimit-policy").unwrap();
            assert_eq!(policy.matches("q=6").count(), 1, "{paths:?} {policy}");
        }
        assert_eq!(within, passed, "{paths:?}");
    }
}

#[tokio::test]
async fn a_challenge_of_a_handler_that_the_layer_cannot_see_can_be_solved() {
    let inner = Router::new()
        .route("/login", get(login))
        .into_service::<Body>();
    let site = protect(Router::new().nest_service("/in", inner));
    let visitor = site.browser(HOME);
    let solved = visitor.get_in("/in/login").await;
    assert_eq!(solved.location().as_deref(), Some("/in/login"));
    assert_eq!(visitor.get("/in/login").await.body, "in");
}

/// `route_service` and `nest_service` hide which handler runs, so the rules judge every request.
#[tokio::test]
async fn a_guarded_handler_replaces_the_rules_for_no_other_in_its_service() {
    #[exempt]
    async fn exempted() -> &'static str {
        "in"
    }
    #[block_bots]
    async fn bots() -> &'static str {
        "in"
    }
    let known = Router::new()
        .route("/stateful", get(exempted))
        .with_state(());
    let app = Router::new()
        .merge(known)
        .route("/plain", get(exempted).post(open))
        .route_service("/exempt", get(exempted).post(open))
        .route_service("/bots/{id}", get(bots).post(open))
        .nest_service("/nested", get(exempted).post(open))
        .nest_service("/{user}/files", get(bots).post(open))
        .fallback_service(get(exempted).post(open));
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge; }),
        app,
    );
    let explained = async |method: Method, path: &str| {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap();
        let peer = std::net::SocketAddr::new(HOME.parse().unwrap(), 1);
        request.extensions_mut().insert(ConnectInfo(peer));
        site.humanify.explain(&request).await.to_string()
    };
    for path in [
        "/exempt",
        "/bots/1",
        "/nested",
        "/nested/",
        "/nested/a/b",
        "/me/files/a",
        "/nowhere",
    ] {
        assert_eq!(
            statuses(&site, Method::POST, path).await,
            (403, 403),
            "{path}"
        );
        // What an attribute lifts for its own handler stays in force, too.
        assert_eq!(
            statuses(&site, Method::GET, path).await,
            (303, 303),
            "{path}"
        );
        for method in [Method::GET, Method::POST] {
            let text = explained(method, path).await;
            assert!(
                text.contains("=> challenge, by statement 1"),
                "{path}: {text}"
            );
        }
    }
    // Handlers that the router knows replace the rules for themselves alone.
    for path in ["/plain", "/stateful"] {
        assert_eq!(
            statuses(&site, Method::GET, path).await,
            (200, 200),
            "{path}"
        );
    }
    assert_eq!(statuses(&site, Method::POST, "/plain").await, (403, 403));
}

/// The same inside of a router with a prefix, whose templates the layer does not know.
#[tokio::test]
async fn a_nested_router_hides_its_services_as_well() {
    #[exempt]
    async fn exempted() -> &'static str {
        "in"
    }
    let humanify = Humanify::builder()
        .rules(protect! { always_deny on under "/app"; })
        .build()
        .unwrap();
    let inner = Router::new()
        .route_service("/exempt", get(exempted).post(open))
        .route("/plain", get(exempted).post(open))
        .fallback(exempted)
        .nest_service("/nested", get(exempted).post(open));
    let app = Router::new().nest("/app/{tenant}", humanify.protect(inner).unwrap());
    for (path, get, post) in [
        ("/app/a/exempt", 403, 403),
        ("/app/a/nested/b", 403, 403),
        ("/app/a/plain", 200, 403),
        ("/app/a/elsewhere", 200, 200),
    ] {
        for (method, expected) in [(Method::GET, get), (Method::POST, post)] {
            let mut request = Request::new(Body::empty());
            *request.method_mut() = method;
            *request.uri_mut() = path.parse().unwrap();
            let peer = std::net::SocketAddr::new(HOME.parse().unwrap(), 1);
            request.extensions_mut().insert(ConnectInfo(peer));
            let reply = tower::ServiceExt::oneshot(app.clone(), request).await;
            assert_eq!(reply.unwrap().status().as_u16(), expected, "{path}");
        }
    }
}
