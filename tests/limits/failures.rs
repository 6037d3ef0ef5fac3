//! Limits that count failures: by statuses, and by the mark of a response.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, any_service};
use http::{Method, StatusCode, Uri};
use humanify::prelude::*;
use tokio::sync::Semaphore;

use crate::support::{HOME, Site};

/// A form that redirects for right and wrong passwords alike; only the targets differ.
fn answered(uri: &Uri) -> Response {
    match uri.query() {
        Some("right") => Redirect::to("/account").into_response(),
        Some("see-other") => Redirect::to("/login").into_response(),
        Some("found") => (StatusCode::FOUND, [("location", "/login")]).into_response(),
        Some("marked") => (CountAsFailure, Redirect::to("/login")).into_response(),
        Some("marked-alone") => CountAsFailure.into_response(),
        Some("unauthorized") => StatusCode::UNAUTHORIZED.into_response(),
        Some("missing") => StatusCode::NOT_FOUND.into_response(),
        Some("invalid") => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        _ => StatusCode::OK.into_response(),
    }
}

async fn plain(uri: Uri) -> Response {
    answered(&uri)
}

#[rate_limit("3/hour", count = "failures")]
async fn attribute(uri: Uri) -> Response {
    answered(&uri)
}

#[rate_limit("3/hour", count = "failures", failures = [302, 401])]
async fn attribute_with_statuses(uri: Uri) -> Response {
    answered(&uri)
}

fn site() -> Site {
    let hidden = || any_service(Router::new().fallback(any(attribute)));
    let app = Router::new()
        .route("/plain", any(plain))
        .route("/statuses", any(plain))
        .route("/attribute", any(attribute))
        .route("/attribute-with-statuses", any(attribute_with_statuses))
        .route("/hidden", hidden());
    Site::new(
        Humanify::builder().rules(protect! {
            limit "3/hour", count = "failures" on "/plain";
            limit "3/hour", count = "failures", failures = [401, 302] on "/statuses";
        }),
        app,
    )
}

#[tokio::test]
async fn marked_responses_and_the_given_statuses_count_and_nothing_else() {
    let site = site();
    let (anyway, chosen) = (
        ["/plain", "/attribute", "/hidden"],
        ["/statuses", "/attribute-with-statuses"],
    );
    let everywhere = anyway.iter().chain(&chosen);
    let mut address = 0;
    for path in everywhere {
        let is_chosen = chosen.contains(path);
        for (query, fails) in [
            ("right", false),
            ("see-other", false),
            ("invalid", false),
            ("found", is_chosen),
            ("missing", !is_chosen),
            ("unauthorized", true),
            ("marked", true),
            ("marked-alone", true),
        ] {
            for method in [Method::POST, Method::GET] {
                address += 1;
                let visitor = site.browser(&format!("84.140.7.{address}"));
                let path = format!("{path}?{query}");
                let mut passed = 0;
                for _ in 0..10 {
                    let status = visitor.send(method.clone(), &path, "").await.status;
                    passed += usize::from(status != StatusCode::TOO_MANY_REQUESTS);
                }
                let expected = if fails { 3 } else { 10 };
                assert_eq!(passed, expected, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_limit_of_other_failures_holds_beside_that_of_the_handler() {
    let app = || {
        Router::new()
            .route("/same", any(attribute))
            .route("/other", any(attribute_with_statuses))
    };
    let site = Site::new(
        Humanify::builder().rules(protect! {
            limit "1/hour", count = "failures" on "/*";
        }),
        app(),
    );
    for (path, policies) in [
        ("/same", "\"3/hour failures\";q=3;w=3600"),
        (
            "/other",
            "\"3/hour failures 302 401\";q=3;w=3600, \"1/hour failures\";q=1;w=3600",
        ),
    ] {
        let reply = site.browser(HOME).get(path).await;
        assert_eq!(reply.header("ratelimit-policy"), Some(policies), "{path}");
    }
}

#[tokio::test]
async fn the_description_says_which_statuses_fail() {
    let described = site().humanify.describe().to_string();
    for line in [
        "attribute: rate_limit(\"3/hour\", count = \"failures\")\n",
        "rate_limit(\"3/hour\", count = \"failures\", failures = [302, 401])\n",
    ] {
        assert!(described.contains(line), "{described}");
    }
}

/// A right login is counted in advance, and refunded once it has ended.
#[tokio::test]
async fn a_right_login_that_ends_late_gives_back_only_what_has_not_flowed_back() {
    let held = Arc::new(Semaphore::new(0));
    let hold = Arc::clone(&held);
    let login = move |uri: Uri| {
        let hold = Arc::clone(&hold);
        async move {
            match uri.query() {
                Some("right") => {
                    let _permit = hold.acquire().await.unwrap();
                    StatusCode::OK
                }
                _ => StatusCode::UNAUTHORIZED,
            }
        }
    };
    let site = Site::new(
        Humanify::builder().rules(protect! {
            limit "3/minute", count = "failures" on "/login";
        }),
        Router::new().route("/login", any(login)),
    );
    for (wait, guesses) in [(0, 3), (60, 0)] {
        let visitor = site.browser(HOME);
        let mut right = tokio::task::JoinSet::new();
        for _ in 0..3 {
            let visitor = visitor.clone();
            right.spawn(async move { visitor.post("/login?right", "").await.status });
        }
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let over = visitor.post("/login", "").await;
        assert_eq!(over.status, StatusCode::TOO_MANY_REQUESTS);
        site.clock.advance(Duration::from_secs(wait));
        if wait > 0 {
            for _ in 0..3 {
                let wrong = visitor.post("/login", "").await;
                assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
            }
        }
        held.add_permits(3);
        let ended = right.join_all().await;
        assert_eq!(ended, [StatusCode::OK; 3]);
        held.forget_permits(3);
        let mut tried = 0;
        for _ in 0..10 {
            let reply = visitor.post("/login", "").await;
            tried += usize::from(reply.status == StatusCode::UNAUTHORIZED);
        }
        assert_eq!(tried, guesses, "after {wait} seconds");
        site.clock.advance(Duration::from_secs(3_600));
    }
}
