//! Rate limits, as a client meets them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use axum::Router;
use axum::routing::{any, get};
use http::{HeaderName, Method, StatusCode};
use humanify::prelude::*;
use humanify_tests::{HOME, Site, Visitor};

/// How many of twenty requests pass.
async fn passing(visitor: &Visitor, method: Method, path: &str) -> usize {
    let mut passed = 0;
    for _ in 0..20 {
        let status = visitor.send(method.clone(), path, "").await.status;
        match status {
            StatusCode::OK => passed += 1,
            StatusCode::TOO_MANY_REQUESTS => {}
            status => panic!("{status}"),
        }
    }
    passed
}

fn site() -> Site {
    #[rate_limit("3/minute")]
    async fn three() -> &'static str {
        "in"
    }
    #[rate_limit("4/second; 6/hour")]
    async fn windows() -> &'static str {
        "in"
    }
    #[exempt(rate_limit)]
    async fn free() -> &'static str {
        "in"
    }
    #[exempt]
    async fn open() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/three", any(three))
        .route("/windows", any(windows))
        .route("/free", any(free))
        .route("/open", any(open))
        .route("/items/{id}", any(|| async { "in" }))
        .route("/special", any(|| async { "in" }))
        .route("/get", get(|| async { "in" }))
        .fallback(|| async { "in" });
    Site::new(
        Humanify::builder().rules(protect! {
            limit "5/minute";
            limit "7/minute" on "/special";
        }),
        app,
    )
}

#[tokio::test]
async fn the_limit_that_is_said_is_the_limit_that_holds() {
    for (path, expected) in [
        ("/get", 5),
        ("/three", 3),
        ("/windows", 4),
        ("/special", 7),
        ("/free", 20),
        ("/open", 20),
    ] {
        let visitor = site().browser(HOME);
        assert_eq!(
            passing(&visitor, Method::GET, path).await,
            expected,
            "{path}"
        );
    }
}

#[tokio::test]
async fn requests_are_counted_by_client_method_and_template() {
    let site = site();
    let home = site.browser(HOME);
    // A path for each request makes no bucket for each request.
    let mut passed = 0;
    for number in 0..20 {
        let reply = home.get(&format!("/items/{number}")).await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);
    for number in 0..20 {
        let reply = home.get(&format!("/nowhere/{number}")).await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 10);
    // Neither does a method of one's own, or HEAD beside GET.
    assert_eq!(passing(&home, Method::HEAD, "/items/1").await, 0);
    let odd = Method::from_bytes(b"ODD").unwrap();
    assert_eq!(passing(&home, odd, "/nowhere").await, 0);
    assert_eq!(passing(&home, Method::POST, "/items/1").await, 5);
    assert_eq!(
        passing(&home.clone().at("84.140.1.3"), Method::GET, "/items/1").await,
        5
    );
}

#[tokio::test]
async fn a_limit_that_is_said_twice_counts_once() {
    for ids in [false, true] {
        let site = Site::new(
            Humanify::builder().use_client_id(ids).rules(protect! {
                limit "6/minute" on "/*";
                limit "50/hour" on "/*";
                limit "6/minute" on regex "^/x";
            }),
            Router::new()
                .route("/", any(|| async { "in" }))
                .route("/x", any(|| async { "in" })),
        );
        let visitor = site.browser(HOME);
        visitor.get("/").await;
        assert_eq!(passing(&visitor, Method::GET, "/x").await, 6);
    }
}

#[tokio::test]
async fn an_ipv6_client_is_a_64() {
    let site = site();
    let mut passed = 0;
    for number in 1..20 {
        let visitor = site.browser(&format!("2a02:8100:1:2::{number:x}"));
        passed += usize::from(visitor.get("/get").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);
    let visitor = site.browser("::ffff:84.140.1.2");
    assert_eq!(passing(&visitor, Method::GET, "/get").await, 5);
    assert_eq!(passing(&site.browser(HOME), Method::GET, "/get").await, 0);
}

#[tokio::test]
async fn who_waits_as_long_as_is_said_is_let_in() {
    let site = site();
    for visitor in [site.browser(HOME), site.program("84.140.1.9")] {
        assert_eq!(passing(&visitor, Method::GET, "/three").await, 3);
        let refused = visitor.get("/three").await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert_eq!(wait, 20);
        site.clock.advance(Duration::from_secs(wait - 1));
        assert_eq!(
            visitor.get("/three").await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
        site.clock.advance(Duration::from_secs(1));
        assert_eq!(visitor.get("/three").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_client_is_told_how_it_stands() {
    let site = site();
    let home = site.browser(HOME);
    let first = home.get("/three").await;
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"3/minute\";q=3;w=60")
    );
    assert_eq!(first.header("ratelimit"), Some("\"3/minute\";r=2;t=20"));
    passing(&home, Method::GET, "/three").await;
    let refused = home.get("/three").await;
    assert!(
        refused
            .header("ratelimit")
            .unwrap()
            .starts_with("\"3/minute\";r=0;t=")
    );
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    assert!(refused.body.contains("<!doctype html>"));

    let program = site.program("84.140.1.8");
    passing(&program, Method::GET, "/three").await;
    let refused = program.get("/three").await;
    assert_eq!(
        refused.header("content-type"),
        Some("application/problem+json")
    );
    let problem: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!(problem["status"], 429);
}

#[tokio::test]
async fn without_a_limit_nothing_is_limited() {
    let site = Site::new(
        Humanify::builder(),
        Router::new().route("/", any(|| async { "in" })),
    );
    assert_eq!(passing(&site.browser(HOME), Method::GET, "/").await, 20);
}

#[tokio::test]
async fn dropping_the_id_cookie_buys_nothing() {
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
        assert_eq!(passing(&visitor, Method::GET, "/").await, 5);
    }
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
        passed += passing(visitor, Method::GET, "/").await;
    }
    assert_eq!(passed, 16 * 5);
}

#[tokio::test]
async fn a_made_up_id_is_no_id() {
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
    assert_eq!(passing(&visitor, Method::GET, "/").await, 5);
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
        assert_eq!(passing(&forger, Method::GET, "/").await, 0, "{made_up}");
    }
    // With the real one there would be room.
    assert_eq!(passing(&other, Method::GET, "/").await, 5);
}

/// How many of twenty requests in a row pass, each as `request` makes it.
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
async fn a_limit_says_more_than_its_rate() {
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
        assert_eq!(passing(&visitor, method, path).await, expected, "{path}");
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
async fn what_a_client_chooses_counts_beside_its_own_bucket() {
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
    // Now also the right one has to wait.
    assert_eq!(post("right").await, StatusCode::TOO_MANY_REQUESTS);
    site.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(post("right").await, StatusCode::OK);

    // A scanner is throttled, and whoever finds what is there is not.
    let scan = async |n| visitor.get(&format!("/nowhere/{n}")).await.status;
    assert_eq!(
        passing_each(async |_| visitor.get("/page").await.status).await,
        20
    );
    assert_eq!(passing_each(scan).await, 10);
}

#[tokio::test]
async fn of_many_logins_at_once_no_more_are_tried_than_the_limit_has() {
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
async fn the_default_limit_gives_way_only_to_one_that_counts_the_same_requests() {
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
        let passed = passing(&visitor, method.clone(), path).await;
        assert_eq!(passed, expected, "{method} {path}");
    }
    let described = site.humanify.describe();
    for (path, has_default) in [("/login", true), ("/page", true), ("/search", false)] {
        let text = described.clone().path(path).to_string();
        assert_eq!(text.contains("5/minute"), has_default, "{text}");
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
async fn of_many_values_of_a_key_the_last_counts_too() {
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

#[tokio::test]
async fn a_client_is_told_how_it_stands_after_the_answer_was_counted() {
    #[rate_limit("3/hour", count = "failures")]
    async fn login(method: Method, uri: http::Uri) -> StatusCode {
        match (method, uri.query()) {
            (_, Some("right")) => StatusCode::OK,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
    let site = Site::new(
        Humanify::builder(),
        Router::new().route("/login", any(login)),
    );
    let visitor = site.browser(HOME);
    for (method, path, remaining) in [
        (Method::POST, "/login?right", ";r=3;"),
        (Method::POST, "/login", ";r=2;"),
        (Method::GET, "/login?right", ";r=3;"),
        (Method::GET, "/login", ";r=2;"),
        (Method::GET, "/login?right", ";r=2;"),
    ] {
        let reply = visitor.send(method, path, "").await;
        let limits = reply.header("ratelimit").unwrap();
        assert!(limits.contains(remaining), "{path}: {limits}");
    }
}

#[tokio::test]
async fn who_waits_as_long_as_the_worst_window_says_is_let_in() {
    #[rate_limit("3/second; 5/minute; 20/hour")]
    async fn windows() -> &'static str {
        "in"
    }
    let site = Site::new(Humanify::builder(), Router::new().route("/", any(windows)));
    let visitor = site.program(HOME);
    let mut refused = 0;
    for number in 0..300 {
        // At odd instants, so that the waits are no whole seconds.
        site.clock
            .advance(Duration::from_millis(137 * (number % 7)));
        let reply = visitor.get("/").await;
        if reply.status != StatusCode::TOO_MANY_REQUESTS {
            continue;
        }
        refused += 1;
        let wait: u64 = reply.header("retry-after").unwrap().parse().unwrap();
        let t = reply.header("ratelimit").unwrap().to_owned();
        let ends = t
            .split("t=")
            .skip(1)
            .map(|part| part.split(',').next().unwrap().parse::<u64>().unwrap());
        let over = t.split(", ").filter(|item| item.contains(";r=0;"));
        assert!(over.count() > 0 && ends.max() >= Some(wait), "{t} {wait}");
        let problem: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(
            problem["type"],
            "https://iana.org/assignments/http-problem-types#quota-exceeded"
        );
        assert!(!problem["violated-policies"].as_array().unwrap().is_empty());
        site.clock.advance(Duration::from_secs(wait - 1));
        assert_eq!(
            visitor.get("/").await.status,
            StatusCode::TOO_MANY_REQUESTS,
            "a second before {wait}"
        );
        site.clock.advance(Duration::from_secs(1));
        assert_eq!(visitor.get("/").await.status, StatusCode::OK, "{wait}");
    }
    assert!(refused > 50, "{refused}");
}

#[tokio::test]
async fn limits_can_be_looked_at_and_lifted() {
    let site = site();
    let limiter = site.humanify.limiter();
    let home: std::net::IpAddr = HOME.parse().unwrap();
    let visitor = site.browser(HOME);
    assert_eq!(passing(&visitor, Method::GET, "/three").await, 3);
    visitor.get("/items/1").await;
    visitor.send(Method::POST, "/items/2", "").await;

    for _ in 0..3 {
        let stats = limiter.stats(home).await.unwrap();
        let shown: Vec<_> = stats
            .iter()
            .map(|stats| {
                (
                    stats.route.as_str(),
                    stats.limit.as_str(),
                    stats.current_requests,
                    stats.next_reset.as_secs(),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("/items/{id}:GET", "5/minute", 1, 12),
                ("/items/{id}:POST", "5/minute", 1, 12),
                ("/three:GET", "3/minute", 3, 20),
            ]
        );
    }
    let other = "84.140.1.9".parse::<std::net::IpAddr>().unwrap();
    assert_eq!(limiter.stats(other).await.unwrap(), []);

    limiter.reset(home, Some("/three")).await.unwrap();
    assert_eq!(limiter.stats(home).await.unwrap().len(), 2);
    assert_eq!(passing(&visitor, Method::GET, "/three").await, 3);
    limiter.reset(home, None).await.unwrap();
    assert_eq!(limiter.stats(home).await.unwrap(), []);
    assert_eq!(passing(&visitor, Method::GET, "/three").await, 3);
}

#[tokio::test]
async fn whether_a_client_is_limited_can_be_asked_without_counting() {
    use axum::extract::{ConnectInfo, Request, State};

    #[rate_limit("2/minute")]
    async fn ask(State(limiter): State<Option<humanify::Limiter>>, request: Request) -> String {
        limiter.unwrap().is_limited(&request).await.to_string()
    }
    let humanify = Humanify::builder()
        .rules(protect! { limit "3/minute"; })
        .clock(humanify::ManualClock::default())
        .build()
        .unwrap();
    let limiter = humanify.limiter();
    let app = humanify
        .protect(
            Router::new()
                .route("/ask", get(ask))
                .with_state(Some(limiter.clone())),
        )
        .unwrap();
    let request = |path: &str| {
        let mut request = Request::get(path).body(axum::body::Body::empty()).unwrap();
        let peer = std::net::SocketAddr::from(([84, 140, 1, 2], 1));
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    };
    let send = async |path: &str| {
        let response = tower::ServiceExt::oneshot(app.clone(), request(path))
            .await
            .unwrap();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    // In the handler, of the request's own limit.
    assert_eq!(send("/ask").await, "false");
    assert_eq!(send("/ask").await, "true");
    // Outside, of the rules.
    for expected in [false, false, false, true, true] {
        for _ in 0..5 {
            assert_eq!(limiter.is_limited(&request("/nowhere")).await, expected);
        }
        send("/nowhere").await;
    }
    let nobody = Request::get("/nowhere").body(()).unwrap();
    assert!(limiter.is_limited(&nobody).await, "nobody knows who asks");
}

#[tokio::test]
async fn limits_count_by_the_id_or_not_whatever_the_rest_does() {
    for (ids, limits) in [(true, false), (false, true)] {
        let site = Site::new(
            Humanify::builder()
                .use_client_id(ids)
                .limit_by_client_id(limits)
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
            passed += passing(&visitor, Method::GET, "/").await;
        }
        assert_eq!(passed, if limits { 15 } else { 5 });
    }
}

#[tokio::test]
async fn what_holds_is_described() {
    let site = site();
    let all = site.humanify.describe().to_string();
    for line in [
        "limit \"5/minute\"",
        "limit \"7/minute\" on \"/special\"",
        "three: rate_limit(\"3/minute\")",
        "free: exempt(rate_limit)",
    ] {
        assert!(all.contains(line), "{line} in {all}");
    }
    let special = site.humanify.describe().path("/special").to_string();
    assert!(
        special.contains("7/minute") && !special.contains("\"5/minute\""),
        "{special}"
    );
}
