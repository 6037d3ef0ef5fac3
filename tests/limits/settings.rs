//! The settings of a limit: burst, cost, scope, key, methods, failures.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::{HeaderName, Method, StatusCode};
use humanify::prelude::*;

use super::count_passing;
use crate::support::{HOME, Site};

/// How many of twenty requests in a row, made by `request`, pass.
async fn passing_each(request: impl AsyncFn(usize) -> StatusCode) -> usize {
    let mut passed = 0;
    for number in 0..20 {
        match request(number).await {
            StatusCode::TOO_MANY_REQUESTS => {}
            status if status.is_server_error() => panic!("{status}"),
            _ => passed += 1,
        }
    }
    passed
}

#[tokio::test]
async fn burst_cost_methods_and_scope_of_a_limit_hold() {
    #[rate_limit("5/minute", burst = 12)]
    async fn burst() -> &'static str {
        "in"
    }
    #[rate_limit("10/minute", cost = 5)]
    async fn cost() -> &'static str {
        "in"
    }
    #[rate_limit("3/minute", methods = [POST, PUT])]
    async fn methods() -> &'static str {
        "in"
    }
    let site = Site::new(
        Humanify::builder().rules(protect! {
            limit "2/minute", burst = 6 on "/rule/{id}";
            limit "8/minute", scope = "api" on "/api/*";
        }),
        Router::new()
            .route("/burst", any(burst))
            .route("/cost", any(cost))
            .route("/methods", any(methods))
            .route("/rule/{id}", any(|| async { "in" }))
            .route("/api/a", any(|| async { "in" }))
            .route("/api/b", any(|| async { "in" })),
    );
    for (method, path, expected) in [
        (Method::GET, "/burst", 12),
        (Method::GET, "/cost", 2),
        (Method::GET, "/methods", 20),
        (Method::POST, "/methods", 3),
        (Method::GET, "/rule/1", 6),
        // Together they have eight, whatever the method.
        (Method::GET, "/api/a", 8),
        (Method::GET, "/api/b", 0),
        (Method::POST, "/api/b", 0),
    ] {
        let visitor = site.browser(HOME);
        assert_eq!(
            count_passing(&visitor, method, path).await,
            expected,
            "{path}"
        );
    }
    let told = site.browser("84.140.1.7").get("/burst").await;
    assert_eq!(
        told.header("ratelimit-policy"),
        Some("\"5/minute\";q=5;w=60;humanify-burst=12")
    );
    let told = site.browser("84.140.1.7").get("/api/a").await;
    assert_eq!(
        told.header("ratelimit"),
        Some("\"8/minute in api\";r=7;t=8")
    );
}

#[tokio::test]
async fn a_key_that_a_client_chooses_counts_beside_its_own_bucket() {
    let site = Site::new(
        Humanify::builder().rules(protect! {
            limit "6/minute", key = "headers.x-api-key" on "/key";
            limit "6/minute", key = "args.tenant" on "/tenant";
            limit "6/minute", key = "path" on "/items/*";
        }),
        Router::new()
            .route("/key", any(|| async { "in" }))
            .route("/tenant", any(|| async { "in" }))
            .route("/items/{id}", any(|| async { "in" })),
    );
    // A new key, or path, for each request buys nothing.
    let mine = async |number| {
        let visitor = site.browser(HOME);
        let key = HeaderName::from_static("x-api-key");
        visitor
            .with(key, &format!("key{number}"))
            .get("/key")
            .await
            .status
    };
    assert_eq!(passing_each(mine).await, 6);
    let mine = async |n| {
        site.browser(HOME)
            .get(&format!("/tenant?tenant={n}"))
            .await
            .status
    };
    assert_eq!(passing_each(mine).await, 6);
    let mine = async |n| site.browser(HOME).get(&format!("/items/{n}")).await.status;
    assert_eq!(passing_each(mine).await, 6);
    // One key from many addresses is one bucket, also if it is sent with others.
    let shared = async |number: usize| {
        let mut visitor = site
            .browser(&format!("84.140.7.{number}"))
            .with(HeaderName::from_static("x-api-key"), "shared");
        for more in 0..number % 3 {
            visitor = visitor.with_more("x-api-key", &format!("other{number}{more}"));
        }
        visitor.get("/key").await.status
    };
    assert_eq!(passing_each(shared).await, 6);
    let many = async |n| {
        site.browser(&format!("84.140.8.{n}"))
            .get("/items/x")
            .await
            .status
    };
    assert_eq!(passing_each(many).await, 6);
}

#[tokio::test]
async fn a_limit_may_count_failures_only() {
    #[rate_limit("3/hour", count = "failures")]
    async fn login(body: String) -> StatusCode {
        if body == "right" {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        }
    }
    let site = Site::new(
        Humanify::builder().rules(protect! {
            limit "10/minute", count = "failures";
        }),
        Router::new()
            .route("/login", any(login))
            .route("/page", any(|| async { "in" })),
    );
    let visitor = site.browser(HOME);
    let post = async |body| visitor.send(Method::POST, "/login", body).await.status;
    assert_eq!(passing_each(async |_| post("right").await).await, 20);
    assert_eq!(passing_each(async |_| post("wrong").await).await, 3);
    // Now the right password has to wait, too.
    assert_eq!(post("right").await, StatusCode::TOO_MANY_REQUESTS);
    site.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(post("right").await, StatusCode::OK);

    // A scanner is throttled; requests for existing pages are not.
    let scan = async |n| visitor.get(&format!("/nowhere/{n}")).await.status;
    assert_eq!(
        passing_each(async |_| visitor.get("/page").await.status).await,
        20
    );
    assert_eq!(passing_each(scan).await, 10);
}

#[tokio::test]
async fn concurrent_logins_reach_the_handler_only_as_often_as_the_limit_allows() {
    #[rate_limit("5/hour", count = "failures")]
    async fn login() -> StatusCode {
        tokio::task::yield_now().await;
        StatusCode::UNAUTHORIZED
    }
    for method in [Method::POST, Method::GET] {
        let site = Site::new(
            Humanify::builder(),
            Router::new().route("/login", any(login)),
        );
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let mut visitor = site.browser(HOME);
            if method == Method::GET {
                visitor = visitor.with(http::header::AUTHORIZATION, "Basic YTpi");
            }
            let method = method.clone();
            tasks.spawn(async move { visitor.send(method, "/login", "").await.status });
        }
        let statuses = tasks.join_all().await;
        let count = |of| statuses.iter().filter(|status| **status == of).count();
        assert_eq!(count(StatusCode::UNAUTHORIZED), 5, "{method}");
        assert_eq!(count(StatusCode::TOO_MANY_REQUESTS), 95, "{method}");
    }
}

#[tokio::test]
async fn only_a_limit_on_the_same_requests_replaces_the_default_limit() {
    #[rate_limit("4/minute", methods = [POST])]
    async fn form() -> &'static str {
        "in"
    }
    #[rate_limit("4/minute", count = "failures")]
    async fn found() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/form", any(form))
        .route("/found", any(found))
        .fallback(|| async { "in" });
    let site = Site::new(
        Humanify::builder().rules(protect! {
            limit "5/minute";
            limit "3/minute", methods = [POST] on "/login";
            limit "2/minute", count = "failures" on "/page", "/search";
            limit "7/minute" on "/search";
        }),
        app,
    );
    let table = [
        (Method::POST, "/login", 3),
        (Method::GET, "/login", 5),
        (Method::GET, "/page", 5),
        (Method::GET, "/search", 7),
        (Method::POST, "/form", 4),
        (Method::GET, "/form", 5),
        (Method::GET, "/found", 5),
    ];
    for (place, (method, path, expected)) in table.into_iter().enumerate() {
        let ip = format!("84.140.1.{place}");
        let visitor = site.browser(&ip);
        let passed = count_passing(&visitor, method.clone(), path).await;
        assert_eq!(passed, expected, "{method} {path}");
    }
    let described = site.humanify.describe();
    for (path, has_default) in [("/login", true), ("/page", true), ("/search", false)] {
        let text = described.clone().path(path).to_string();
        assert_eq!(text.contains("5/minute"), has_default, "{text}");
    }
}

#[tokio::test]
async fn a_default_limit_for_some_methods_gives_way_only_to_the_same_methods() {
    let app = Router::new().fallback(|| async { "in" });
    let site = Site::new(
        Humanify::builder().rules(protect! {
            limit "2/minute", methods = [POST, PUT];
            limit "9/minute" on "/api/*";
            limit "4/minute", methods = [PUT, POST] on "/forms/*";
        }),
        app,
    );
    let table = [
        (Method::POST, "/other", 2),
        (Method::POST, "/api/x", 2),
        (Method::GET, "/api/x", 9),
        (Method::POST, "/forms/x", 4),
    ];
    for (place, (method, path, expected)) in table.into_iter().enumerate() {
        let visitor = site.browser(&format!("84.140.1.{place}"));
        let passed = count_passing(&visitor, method.clone(), path).await;
        assert_eq!(passed, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn a_scope_is_one_bucket_whatever_its_requests_cost() {
    #[rate_limit("10/minute", scope = "api")]
    async fn list() -> &'static str {
        "in"
    }
    #[rate_limit("10/minute", scope = "api", cost = 5)]
    async fn export() -> &'static str {
        "in"
    }
    #[rate_limit("10/minute", scope = "api", methods = [POST])]
    async fn send() -> &'static str {
        "in"
    }
    #[rate_limit("10/minute", scope = "api", key = "args.tenant")]
    async fn tenant() -> &'static str {
        "in"
    }
    let site = Site::new(
        Humanify::builder(),
        Router::new()
            .route("/list", any(list))
            .route("/export", any(export))
            .route("/send", any(send))
            .route("/tenant", any(tenant)),
    );
    let visitor = site.browser(HOME);
    for (method, path, remaining) in [
        (Method::GET, "/list", "9"),
        (Method::GET, "/export", "4"),
        (Method::POST, "/send", "3"),
        (Method::GET, "/tenant?tenant=a", "2"),
    ] {
        let reply = visitor.send(method, path, "").await;
        let limits = reply.header("ratelimit").unwrap();
        let own = format!("\"10/minute in api\";r={remaining};");
        assert!(limits.starts_with(&own), "{path}: {limits}");
    }
    assert_eq!(
        visitor.get("/export").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn the_last_of_many_values_of_a_key_counts_too() {
    let site = Site::new(
        Humanify::builder().rules(protect! {
            limit "3/minute", key = "args.tenant" on "/tenant";
        }),
        Router::new().route("/tenant", any(|| async { "in" })),
    );
    let mut passed = 0;
    for client in 0..10 {
        let visitor = site.browser(&format!("84.141.1.{client}"));
        let other = |number| format!("tenant={client}-{number}&");
        let others: String = (0..40).map(other).collect();
        let reply = visitor.get(&format!("/tenant?{others}tenant=shop")).await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 3);
}
