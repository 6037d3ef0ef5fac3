//! Floods of events beside decisions: they are sampled, and none is forgotten.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::DecisionLog;
use humanify::prelude::*;
use tower::ServiceExt;
use tracing::Level;

use crate::support::{Events, HOME, Site, Told};

/// How many events are logged, and how many there were.
fn logged(events: &[Told]) -> (usize, usize) {
    let left_out = events.iter().filter_map(|told| told.get("left_out"));
    let left_out: usize = left_out.map(|count| count.parse::<usize>().unwrap()).sum();
    (events.len(), events.len() + left_out)
}

fn site(per_second: u32) -> Site {
    async fn panics() -> &'static str {
        panic!("on purpose")
    }
    let rules = protect! {
        trap on "/.env";
        ban "1 traps/day" for "1 hour";
    };
    let builder = Humanify::builder()
        .rules(rules)
        .decision_log(DecisionLog::default().per_second(per_second))
        .error_pages(ErrorPages::default().catch_panics(true));
    Site::new(builder, Router::new().route("/panics", get(panics)))
}

#[tokio::test]
async fn bans_of_many_networks_and_panics_are_sampled() {
    for (per_second, admitted) in [(5, 5 + 3), (0, 3)] {
        let site = site(per_second);
        let (events, _guard) = Events::collect(Level::INFO);
        let bans = || {
            let mut told = events.all();
            told.retain(|told| told.target == "humanify::ban");
            told
        };
        let panics = || {
            let mut told = events.all();
            told.retain(|told| told.get("message") == Some("a handler panicked"));
            told
        };
        for number in 0..per_second + 300 {
            let visitor = site.browser(&format!("84.141.{}.{}", number / 200, number % 200));
            visitor.get("/.env").await;
            site.browser(HOME).get("/panics").await;
        }
        let all = usize::try_from(per_second).unwrap() + 300;
        assert_eq!(logged(&bans()), (admitted, all));
        assert_eq!(logged(&panics()), (admitted, all));
    }
}

#[tokio::test]
async fn a_site_that_logs_one_event_of_a_hundred_needs_no_flood() {
    let site = site(0);
    let (events, _guard) = Events::collect(Level::INFO);
    for _ in 0..300 {
        site.browser(HOME).get("/.env").await;
        site.clock.advance(Duration::from_secs(1));
    }
    let refused = events.decisions().into_iter();
    let refused: Vec<Told> = refused.filter(|told| told.level == Level::INFO).collect();
    let (admitted, _) = logged(&refused);
    // The first request is a trap, and the others are banned.
    assert_eq!(admitted, 2, "{refused:#?}");
}

#[tokio::test]
async fn a_flood_of_requests_to_an_unprotected_handler_is_sampled() {
    #[block_bots]
    async fn shop() -> &'static str {
        "in"
    }
    let app: Router = Router::new().route("/shop", get(shop));
    let (events, _guard) = Events::collect(Level::ERROR);
    for _ in 0..2_000 {
        let request = http::Request::get("/shop").body(axum::body::Body::empty());
        let reply = app.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(reply.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
    let lines = events.all();
    assert!(!lines.is_empty() && lines.len() < 1_500, "{}", lines.len());
    assert!(lines.iter().any(|told| told.get("left_out") == Some("99")));
}
