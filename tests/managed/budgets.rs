//! Which requests count against the budget of a clearance.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use humanify::{Hardness, Humanify, ManagedClearances, prelude::*};

use super::steps;
use crate::support::{DATACENTER, HOME, Site, Visitor};

const HOUR: Duration = Duration::from_secs(3_600);

/// A site whose clearances hold for an hour and for this number of requests. The layer does not see
/// the handlers below `/hidden` and `/ruled`.
fn site(requests: u32, rules: RuleSet) -> Site {
    #[always_challenge(challenge_type = "managed")]
    async fn hidden() -> &'static str {
        "in"
    }
    let inner = || Router::new().fallback(any(hidden)).into_service::<Body>();
    let clearances = ManagedClearances::default().at(Hardness::EASIEST, HOUR, requests);
    let builder = Humanify::builder().managed_steps(steps().datacenter(0));
    let app = Router::new()
        .route("/managed", any(|| async { "in" }))
        .route("/other", any(|| async { "in" }))
        .nest_service("/hidden", inner())
        .nest_service("/ruled", inner());
    Site::new(builder.managed_clearances(clearances).rules(rules), app)
}

/// How many of ten requests pass.
async fn passing(visitor: &Visitor, path: &str) -> usize {
    let mut passed = 0;
    for _ in 0..10 {
        passed += usize::from(visitor.get(path).await.body == "in");
    }
    passed
}

#[tokio::test]
async fn a_request_that_would_meet_no_challenge_or_does_not_pass_leaves_the_budget_alone() {
    for (rules, others) in [
        (
            protect! {
                always_challenge(managed) on "/managed";
                observe always_challenge(managed) on "/other";
            },
            10,
        ),
        (
            protect! {
                always_challenge(managed) on "/managed";
                challenge(managed) on "/other";
            },
            10,
        ),
        (
            protect! {
                always_challenge(managed) on "/managed", "/other";
                always_challenge(one_click, hardness = 5) on "/other";
            },
            0,
        ),
        (
            protect! {
                always_challenge(managed) on "/managed", "/other";
                deny_access everyone on "/other" when method in [GET, HEAD];
            },
            0,
        ),
        (
            protect! {
                always_challenge(managed) on "/managed", "/other";
                limit "10/day" on "/other";
            },
            3,
        ),
    ] {
        let site = site(3, rules);
        let visitor = site.browser(HOME);
        assert!(visitor.get_in("/managed").await.clears(), "{rules:?}");
        assert_eq!(passing(&visitor, "/other").await, others, "{rules:?}");
        let left = if others == 3 { 0 } else { 3 };
        assert_eq!(passing(&visitor, "/managed").await, left, "{rules:?}");
    }
}

#[tokio::test]
async fn a_bot_that_is_let_in_by_its_clearance_uses_the_budget() {
    let site = site(3, protect! { challenge(managed) on "/other"; });
    let bot = site.browser(DATACENTER);
    assert!(bot.get_in("/other").await.clears());
    assert_eq!(passing(&bot, "/other").await, 3);
}

#[tokio::test]
async fn a_request_to_a_hidden_handler_counts_once() {
    for requests in [1, 4] {
        for path in ["/hidden/x", "/ruled/x"] {
            let site = site(
                requests,
                protect! { always_challenge(managed) on "/ruled/*"; },
            );
            let visitor = site.browser(HOME);
            assert!(visitor.get_in(path).await.clears(), "{path}");
            let expected = usize::try_from(requests).unwrap();
            assert_eq!(passing(&visitor, path).await, expected, "{path}");
        }
    }
}

#[tokio::test]
async fn a_budget_of_no_requests_is_one_of_a_single_request() {
    let site = site(0, protect! { always_challenge(managed) on "/managed"; });
    let visitor = site.browser(HOME);
    assert!(visitor.get_in("/managed").await.clears());
    assert_eq!(passing(&visitor, "/managed").await, 1);
}

#[tokio::test]
async fn a_spent_clearance_regains_almost_nothing_within_its_life() {
    let site = site(100, protect! { always_challenge(managed) on "/managed"; });
    let visitor = site.browser(HOME);
    assert!(visitor.get_in("/managed").await.clears());
    for _ in 0..10 {
        assert_eq!(passing(&visitor, "/managed").await, 10);
    }
    assert_eq!(passing(&visitor, "/managed").await, 0);
    site.clock.advance(HOUR / 2);
    let regained = passing(&visitor, "/managed").await;
    assert!(regained <= 4, "{regained}");
}
