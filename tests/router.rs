//! What `protect` reports about rules in comparison with the router.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::routing::{any, get, post};
use humanify::prelude::*;
use humanify::{ConfigError, HumanifyBuilder, RuleFinding};
use humanify_parser as parse;
use tower::ServiceExt;

use crate::support::Log;

fn builder(rules: &str) -> HumanifyBuilder {
    let rules = parse::rules(rules.parse().unwrap()).keep();
    Humanify::builder().rules(rules.unwrap())
}

fn findings(result: Result<(), ConfigError>) -> Vec<RuleFinding> {
    match result {
        Ok(()) => Vec::new(),
        Err(ConfigError::Findings(findings)) => findings,
        Err(error) => panic!("{error}"),
    }
}

/// The warnings about rules that do not fit a router: numbers, problems and helps.
fn odd(rules: &str, app: Router) -> Vec<String> {
    let humanify = builder(rules).strict(true).build().unwrap();
    let found = findings(humanify.protect(app).map(drop));
    let all = found.iter();
    all.map(|finding| format!("{} {}; {}", finding.number, finding.problem, finding.help))
        .collect()
}

#[require_human]
#[endpoint("admin::users")]
async fn users() -> &'static str {
    "users"
}

#[block_bots]
async fn pay() -> &'static str {
    "paid"
}

fn shop() -> Router {
    Router::new()
        .route("/", get(|| async { "in" }))
        .route("/items/{item_id}", get(|| async { "in" }))
        .route("/files/{*path}", get(|| async { "in" }))
        .route("/login", get(|| async { "in" }))
        .route("/admin", get(|| async { "in" }))
        .route("/admin/log", get(|| async { "in" }))
        .route("/guarded", post(pay))
        .route("/guarded/pay", post(pay))
        .route("/users", get(users))
}

#[tokio::test]
async fn a_target_without_a_route_is_reported_with_the_nearest_route() {
    for (rules, expected) in [
        (
            "challenge on \"/itmes/*\", \"/login\";",
            "H026 no route of the application answers `\"/itmes/*\"`; the nearest route is `/items/{item_id}`",
        ),
        (
            "exempt on \"/assets/*\"; challenge on \"/login\";",
            "H026 no route of the application answers `\"/assets/*\"`; no route is similar",
        ),
        (
            "challenge on \"/items/{id}/edit\", \"/login\";",
            "H026 no route of the application answers `\"/items/{id}/edit\"`",
        ),
        (
            "limit \"5/minute\" on regex \"^/logn$\";",
            "H026 no route of the application answers `regex \"^/logn$\"`; the nearest route is `/login`",
        ),
        (
            "deny_access on under \"/admn\";",
            "H026 no route of the application answers `under \"/admn\"`; the nearest route is `/admin`",
        ),
        (
            "challenge on \"/files/*\" except \"/flies/public/*\";",
            "matches no such path",
        ),
        (
            "challenge on route \"/items/{id}\";",
            "H026 no route of the application answers `route \"/items/{id}\"`; the nearest route is `/items/{item_id}`",
        ),
        (
            "trap on \"/log*\";",
            "H027 this trap covers the route `/login`, so every client that requests it is refused",
        ),
        (
            "trap on \"/items/*\";",
            "H027 this trap covers the route `/items/{item_id}`",
        ),
        (
            "trap on regex \"^/log[a-z]+$\";",
            "H027 this trap covers the route `/login`",
        ),
        (
            "trap on route \"/login\";",
            "H027 this trap covers the route `/login`",
        ),
        (
            "trap on endpoint \"admin::*\";",
            "H027 this trap covers the handler `admin::users`",
        ),
        (
            "always_challenge on endpoint \"admin::user\";",
            "H028 no guarded handler has a name that `endpoint \"admin::user\"` matches; did you mean `admin::users`?",
        ),
        (
            "exempt on endpoint regex \"^billing\";",
            "H028 no guarded handler has a name that `endpoint regex \"^billing\"` matches; only handlers with an attribute have names; the names are",
        ),
        (
            "deny_access on \"/admin\";",
            "H029 `\"/admin\"` matches only this path, and no rule covers the route `/admin/log` below it; write `under \"/admin\"`",
        ),
        (
            "deny_access on \"/admin/*\";",
            "H030 `\"/admin/*\"` matches only paths below `/admin`, and no rule covers the route `/admin` itself; write `under \"/admin\"`",
        ),
    ] {
        let Some(rules) = parse::rules(rules.parse().unwrap()).keep().err() else {
            let found = odd(rules, shop());
            assert_eq!(found.len(), 1, "{rules}: {found:?}");
            assert!(found[0].starts_with(expected), "{rules}: {found:?}");
            continue;
        };
        assert!(rules[0].to_string().contains(expected), "{rules:?}");
    }
}

#[tokio::test]
async fn targets_that_match_or_may_match_routes_are_not_reported() {
    let handler = || async { "in" };
    let inner = || Router::new().route("/pay/{id}", get(handler));
    for (rules, app) in [
        (
            "challenge on route \"/items/{item_id}\"; trap on \"/.env\", \"/items/secret\";",
            shop(),
        ),
        (
            "challenge on \"/items/7\", \"/files/a/b\", regex \"^/items/[0-9]+$\";",
            shop(),
        ),
        (
            "deny_access on \"/wp-admin/*\"; always_deny on \"/xmlrpc.php\"; trap on \"*.asp\";",
            shop(),
        ),
        ("deny_access on under \"/admin\";", shop()),
        (
            "deny_access on \"/admin\"; challenge on \"/admin/*\";",
            shop(),
        ),
        ("deny_access on \"/admin\", \"/admin/log\";", shop()),
        (
            "deny_access on \"/admin\"; challenge on \"/login\", route \"/admin/log\";",
            shop(),
        ),
        // The handler below has an attribute of its own.
        ("deny_access on \"/guarded\";", shop()),
        ("challenge on \"/\";", shop()),
        (
            "exempt on \"/admin\"; limit \"5/minute\" on \"/admin\";",
            shop(),
        ),
        (
            "challenge on endpoint \"admin::users\", endpoint \"*pay\";",
            shop(),
        ),
        ("intended(no_route) challenge on \"/soon/*\";", shop()),
        ("intended(trapped_route) trap on \"/login\";", shop()),
        ("intended(below) deny_access on \"/admin\";", shop()),
        (
            "challenge on \"/anything/*\";",
            Router::new().route("/a", get(handler)).fallback(handler),
        ),
        ("challenge on \"/anything/*\";", Router::new()),
        (
            "challenge on \"/shop/pay/7\";",
            Router::new().nest("/shop", inner()),
        ),
        (
            "challenge on \"/shop/x\";",
            Router::new().nest_service("/shop", inner().into_service()),
        ),
        (
            "challenge on \"/shop\"; limit on \"/shop/x\";",
            Router::new().nest_service("/shop", inner().into_service()),
        ),
        (
            "challenge on route \"/shop/pay/{id}\";",
            Router::new().nest_service("/shop", inner().into_service()),
        ),
        (
            "challenge on \"/shop/x\";",
            Router::new().nest("/shop", inner().fallback(handler)),
        ),
        (
            "challenge on \"/b/x\";",
            Router::new().merge(Router::new().route("/b/{x}", any(handler))),
        ),
        (
            "challenge on \"/café\";",
            Router::new().route("/caf%C3%A9", get(handler)),
        ),
        (
            "challenge on \"/a/b\";",
            Router::new().route("/{{a}}/b", get(handler)),
        ),
        (
            "challenge on \"/a\";",
            Router::new().route("/a/", get(handler)),
        ),
        // The router may be nested under `/api` later.
        (
            "challenge on \"/api/pay/*\"; limit \"5/minute\" on under \"/api\";",
            inner(),
        ),
        (
            "challenge on \"/x\";",
            Router::new().route("/{*rest}", get(handler)),
        ),
        (
            "challenge on \"/x\" when path == \"/x\";",
            Router::new().route_service("/x", get(handler)),
        ),
    ] {
        assert_eq!(odd(rules, app), [""; 0], "{rules}");
    }
}

#[tokio::test]
async fn findings_are_logged_once_unless_the_builder_is_strict() {
    let (log, _guard) = Log::collect();
    let humanify = builder("trap on \"/login\";").build().unwrap();
    let _app = humanify.protect(shop()).unwrap();
    let _app = humanify.protect(shop()).unwrap();
    let written = log.text();
    assert_eq!(written.matches("H027").count(), 1, "{written}");
    for part in [
        "this trap covers the route `/login`",
        "trap on \\\"/login\\\"",
    ] {
        assert!(written.contains(part), "{part}: {written}");
    }
    let strict = builder("trap on \"/login\";").strict(true).build().unwrap();
    let error = strict.protect(shop()).unwrap_err().to_string();
    assert!(
        error.starts_with("[H027] `trap on \"/login\"`: this trap"),
        "{error}"
    );
    assert!(
        error.ends_with("add `intended(trapped_route)` before the statement"),
        "{error}"
    );
}

#[tokio::test]
async fn an_undecided_statement_is_described_and_refused_by_a_strict_builder() {
    // The automaton of this expression has 2^24 states.
    let hard = "challenge on regex \"^/[ab]*a[ab]{24}$\";";
    let blocks = format!("exempt on regex \"^/[ab]*b[ab]{{23}}$\"; {hard}");
    let described = builder(&blocks).build().unwrap().describe().to_string();
    let (_, undecided) = described.split_once("took too long").unwrap();
    assert!(undecided.contains("challenge on regex"), "{described}");
    let elsewhere = builder(&blocks).build().unwrap().describe().path("/other");
    assert!(
        !elsewhere.to_string().contains("took too long"),
        "{elsewhere}"
    );
    let found = findings(builder(&blocks).strict(true).build().map(drop));
    assert!(
        found.iter().any(|finding| finding.name == "undecided"),
        "{found:?}"
    );
    let split = builder("exempt on regex \"^/[ab]*b[ab]{23}$\";")
        .rules(parse::rules(hard.parse().unwrap()).keep().unwrap());
    assert!(!findings(split.strict(true).build().map(drop)).is_empty());
    let meant = blocks
        .replace("exempt", "intended(undecided) exempt")
        .replace("challenge", "intended(undecided) challenge");
    assert_eq!(findings(builder(&meant).strict(true).build().map(drop)), []);
    let plain = builder("challenge on \"/a\";")
        .strict(true)
        .build()
        .unwrap();
    assert!(!plain.describe().to_string().contains("took too long"));
}

/// A router with the rules, nested at `/api`.
fn nested(rules: &str) -> Router {
    let humanify = builder(rules).build().unwrap();
    let items = || get(|| async { "in" });
    let inner = Router::new()
        .route("/users", items())
        .route("/items/{id}", items());
    Router::new().nest("/api", humanify.protect(inner).unwrap())
}

#[tokio::test]
async fn targets_that_routes_answer_only_without_the_prefix_of_a_nested_router_are_logged() {
    for (rules, misses) in [
        ("always_challenge on under \"/users\";", true),
        ("always_challenge on \"/items/*\";", true),
        ("always_challenge on regex \"/users$\";", false),
        ("always_challenge on \"*/users\";", false),
    ] {
        let (log, _guard) = Log::collect();
        let app = nested(rules);
        let mut waits = 0;
        while waits < 100 && !log.text().contains("nested_at") {
            let mut request = Request::get("/api/users").body(Body::empty()).unwrap();
            let peer: SocketAddr = ([84, 140, 200, 7], 1).into();
            request.extensions_mut().insert(ConnectInfo(peer));
            app.clone().oneshot(request).await.unwrap();
            tokio::time::sleep(Duration::from_millis(10)).await;
            waits += if misses { 1 } else { 20 };
        }
        let written = log.text();
        let said = written.matches("the protected router is nested").count();
        assert_eq!(said, usize::from(misses), "{rules}: {written}");
    }
}
