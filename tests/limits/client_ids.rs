//! Limits by the id cookie.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::any;
use http::{Method, StatusCode};
use humanify::prelude::*;
use humanify::{Client, ClientIdUse};

use super::count_passing;
use crate::support::{HOME, Site};

#[tokio::test]
async fn dropping_the_id_cookie_gives_no_more_requests() {
    let app = || Router::new().route("/", any(|| async { "in" }));
    let site = Site::new(
        Humanify::builder().use_client_id(true).rules(protect! {
            limit "5/hour";
        }),
        app(),
    );
    // Without the cookie, everyone at an address is one client.
    let forgetful = site.browser(HOME);
    let mut passed = 0;
    for _ in 0..20 {
        let reply = forgetful.clone().forgetful().get("/").await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);

    // With it, two at an address are two clients.
    let site = Site::new(
        Humanify::builder().use_client_id(true).rules(protect! {
            limit "5/hour";
        }),
        app(),
    );
    for _ in 0..2 {
        let visitor = site.browser(HOME);
        assert_eq!(visitor.get("/").await.status, StatusCode::OK);
        assert!(visitor.cookie("humanify_id").is_some());
        assert_eq!(count_passing(&visitor, Method::GET, "/").await, 5);
    }
}

#[tokio::test]
async fn a_limit_of_failures_gives_an_id_like_any_other() {
    let site = Site::new(
        Humanify::builder().use_client_id(true).rules(protect! {
            limit "5/hour", count = "failures";
        }),
        Router::new().route("/", any(|| async { "in" })),
    );
    let visitor = site.browser(HOME);
    assert_eq!(visitor.get("/").await.status, StatusCode::OK);
    assert!(visitor.cookie("humanify_id").is_some());
}

#[tokio::test]
async fn an_address_gets_sixteen_ids_and_sixteen_times_the_limit() {
    let site = Site::new(
        Humanify::builder().use_client_id(true).rules(protect! {
            limit "100/hour";
            limit "5/hour" on "/";
        }),
        Router::new()
            .route("/", any(|| async { "in" }))
            .route("/home", any(|| async { "in" })),
    );
    let mut visitors = Vec::new();
    for _ in 0..40 {
        let visitor = site.browser(HOME);
        visitor.get("/home").await;
        if visitor.cookie("humanify_id").is_some() {
            visitors.push(visitor);
        }
    }
    assert_eq!(visitors.len(), 16);
    let mut passed = 0;
    for visitor in &visitors {
        passed += count_passing(visitor, Method::GET, "/").await;
    }
    assert_eq!(passed, 16 * 5);
}

#[tokio::test]
async fn a_forged_id_cookie_counts_as_none() {
    let site = Site::new(
        Humanify::builder()
            .use_client_id(true)
            .rules(protect! { limit "5/hour" on "/"; }),
        Router::new()
            .route("/", any(|| async { "in" }))
            .route("/home", any(|| async { "in" })),
    );
    // Only browsers that navigate get ids.
    let (visitor, other) = (site.program(HOME), site.browser(HOME));
    other.get("/home").await;
    let id = other.cookie("humanify_id").unwrap();
    assert_eq!(count_passing(&visitor, Method::GET, "/").await, 5);
    let mut changed = id.clone().into_bytes();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    for made_up in [
        String::from_utf8(changed).unwrap(),
        id[..id.len() - 1].to_owned(),
        "x".to_owned(),
        String::new(),
    ] {
        let forger = site.program(HOME);
        forger.set_cookie("humanify_id", &made_up);
        assert_eq!(
            count_passing(&forger, Method::GET, "/").await,
            0,
            "{made_up}"
        );
    }
    // The genuine cookie would still have room.
    assert_eq!(count_passing(&other, Method::GET, "/").await, 5);
}

#[tokio::test]
async fn limits_count_by_the_id_cookie_only_where_the_application_says_so() {
    for (limits, ids) in [
        (false, ClientIdUse::Challenges),
        (true, ClientIdUse::Limits),
    ] {
        let site = Site::new(
            Humanify::builder()
                .use_client_id(ids)
                .rules(protect! { limit "5/hour"; }),
            Router::new()
                .route("/", any(|| async { "in" }))
                .route("/home", any(|| async { "in" })),
        );
        let mut passed = 0;
        for _ in 0..3 {
            let visitor = site.browser(HOME);
            visitor.get("/home").await;
            assert!(visitor.cookie("humanify_id").is_some());
            passed += count_passing(&visitor, Method::GET, "/").await;
        }
        assert_eq!(passed, if limits { 15 } else { 5 });
    }
}

#[tokio::test]
async fn a_reset_pardons_one_client_and_not_its_neighbour() {
    let latest: Arc<Mutex<Option<Client>>> = Arc::default();
    let noted = Arc::clone(&latest);
    let site = Site::new(
        Humanify::builder().use_client_id(true).rules(protect! {
            limit "5/hour" on "/";
        }),
        Router::new().route("/", any(|| async { "in" })).route(
            "/free",
            any(async move |client: Client| {
                *noted.lock().unwrap() = Some(client);
            }),
        ),
    );
    let [one, neighbour] = [site.browser(HOME), site.browser(HOME)];
    for visitor in [&one, &neighbour] {
        visitor.get("/free").await;
        assert_eq!(count_passing(visitor, Method::GET, "/").await, 5);
    }
    one.get("/free").await;
    let client = latest.lock().unwrap().take().unwrap();
    assert!(client.has_id());
    site.humanify.limiter().reset(&client, None).await.unwrap();
    assert_eq!(count_passing(&one, Method::GET, "/").await, 5);
    assert_eq!(count_passing(&neighbour, Method::GET, "/").await, 0);
}

#[tokio::test]
async fn an_exempt_handler_gives_no_id() {
    #[exempt]
    async fn exempted() -> &'static str {
        "in"
    }
    let site = Site::new(
        Humanify::builder().use_client_id(true).rules(protect! {
            limit "5/hour";
        }),
        Router::new()
            .route("/exempt", any(exempted))
            .route("/", any(|| async { "in" })),
    );
    let visitor = site.browser(HOME);
    for (path, has_id) in [("/exempt", false), ("/", true)] {
        let reply = visitor.get(path).await;
        assert_eq!(reply.header("set-cookie").is_some(), has_id, "{path}");
    }
}
