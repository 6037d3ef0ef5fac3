//! Pages, forms and budgets while Redis is down, and budgets that it keeps.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::any;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE};
use http::{Method, Request, StatusCode};
use humanify::prelude::*;
use humanify::{
    Hardness, ManagedClearances, ManagedSteps, ManualClock, OnStoreFailure, Redis, Secrets,
};

use super::{solved_but_for_the_last, status};
use crate::forms::button;
use crate::support::redis::RedisServer;
use crate::support::{HOME, Site, Visitor};

/// A process whose managed clearances hold for this number of requests. The layer does not see the
/// handler below `/hidden`.
fn process(server: &RedisServer, on_failure: OnStoreFailure, requests: u32) -> Site {
    #[always_challenge(challenge_type = "managed")]
    async fn hidden() -> &'static str {
        "in"
    }
    #[always_challenge]
    async fn comment(body: String) -> String {
        format!("received {body}")
    }
    let hour = Duration::from_secs(3_600);
    let redis = Redis::new(server.address()).on_failure(on_failure);
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .store(redis.timeout(Duration::from_secs(5)))
        .managed_steps(ManagedSteps::default().inconsistent(0))
        .managed_clearances(ManagedClearances::default().at(Hardness::EASIEST, hour, requests))
        .rules(protect! {
            always_challenge(managed) on "/managed";
            limit "1000/day" on "/limited";
        })
        .build()
        .unwrap();
    let inner = Router::new().fallback(any(hidden)).into_service::<Body>();
    let app = Router::new()
        .route("/managed", any(|| async { "in" }))
        .route("/limited", any(|| async { "in" }))
        .route("/login", any(comment))
        .nest_service("/hidden", inner);
    Site {
        app: humanify.protect(app).unwrap(),
        humanify,
        clock: ManualClock::default(),
    }
}

async fn passing(visitor: &Visitor, path: &str) -> usize {
    let mut passed = 0;
    for _ in 0..10 {
        passed += usize::from(visitor.get(path).await.body == "in");
    }
    passed
}

#[tokio::test]
async fn each_budget_of_several_clearances_is_used_up_once() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    for path in ["/managed", "/hidden/x"] {
        let site = process(&server, OnStoreFailure::Deny, 3);
        let mut cookies = Vec::new();
        for _ in 0..2 {
            let visitor = site.browser(HOME);
            assert!(visitor.get_in(path).await.clears());
            let clearance = visitor.cookie("humanify_clearance").unwrap();
            cookies.push(format!("humanify_clearance={clearance}"));
        }
        let both = site.browser(HOME).with(COOKIE, &cookies.join("; "));
        assert_eq!(passing(&both, path).await, 6, "{path}");
        assert_eq!(passing(&both, path).await, 0, "{path}");
    }
}

#[tokio::test]
async fn while_the_server_is_down_budgets_and_questions_follow_the_setting() {
    for (on_failure, lets_in) in [(OnStoreFailure::Deny, false), (OnStoreFailure::Allow, true)] {
        let Some(mut server) = RedisServer::start(&[]) else {
            return;
        };
        let site = process(&server, on_failure, 3);
        let visitor = site.browser(HOME);
        assert!(visitor.get_in("/managed").await.clears());
        let question = || {
            let peer = std::net::SocketAddr::new(HOME.parse().unwrap(), 1);
            let request = Request::get("/limited").extension(ConnectInfo(peer));
            request.body(()).unwrap()
        };
        let limiter = site.humanify.limiter();
        assert!(!limiter.is_limited(&question()).await);
        server.kill();
        for path in ["/managed", "/hidden/x"] {
            let passed = visitor.get(path).await.body == "in";
            assert_eq!(passed, lets_in, "{on_failure:?} {path}");
        }
        let limited = limiter.is_limited(&question()).await;
        assert_eq!(limited, !lets_in, "{on_failure:?}");
    }
}

#[tokio::test]
async fn while_the_server_is_down_no_challenge_is_drawn_and_no_form_is_sent() {
    for on_failure in [OnStoreFailure::Deny, OnStoreFailure::Allow] {
        let Some(mut server) = RedisServer::start(&[]) else {
            return;
        };
        let site = process(&server, on_failure, 3);
        let visitor = site.browser(HOME);
        let page = visitor.post("/login", "text=typed").await;
        let ready = visitor.solve(page).await;
        let (target, sealed) = button(&ready).expect("a button");
        let other = site.browser("84.140.1.3");
        let answer = solved_but_for_the_last(&site, &other).await;
        server.kill();
        let body = format!("humanify_form={sealed}\r\n");
        let pressing = visitor
            .clone()
            .with(CONTENT_TYPE, "text/plain")
            .with(CONTENT_LENGTH, &body.len().to_string());
        let sent = pressing.send(Method::POST, &target, &body).await;
        assert_ne!(sent.status, StatusCode::OK, "{on_failure:?}");
        assert!(!sent.body.contains("received"), "{}", sent.body);
        let stranger = site.browser("84.140.1.4");
        for path in ["/humanify/challenge", "/humanify/work_challenge"] {
            let status = status(&stranger, path).await;
            assert_eq!(
                status,
                StatusCode::SERVICE_UNAVAILABLE,
                "{on_failure:?} {path}"
            );
        }
        let refused = other.post(&answer.action, &answer.body).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
