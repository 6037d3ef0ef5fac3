//! Floods: more visitors than the server can draw challenges for.

use std::thread::available_parallelism;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::prelude::*;
use tokio::task::JoinSet;

use crate::support::{HOME, Reply, Site};

const CHALLENGE: &str = "/humanify/challenge";
const SOUND: &str = "/humanify/audio_challenge";

fn site() -> Site {
    let app = Router::new().route("/", get(|| async { "in" }));
    Site::new(Humanify::builder().hardness(5), app)
}

/// Sends the requests of all these clients at once.
async fn send_all(
    site: &Site,
    who: impl IntoIterator<Item = (String, &'static str)>,
) -> Vec<Reply> {
    let mut asked = JoinSet::new();
    for (ip, path) in who {
        let visitor = site.browser(&ip);
        asked.spawn(async move { visitor.get(path).await });
    }
    asked.join_all().await
}

/// Enough clients to fill the queue of any machine, each at an address of its own.
fn many_addresses() -> impl Iterator<Item = String> {
    let cores = available_parallelism().map_or(1, usize::from).min(16);
    (0..1_000 + cores * 100).map(|number| format!("84.141.{}.{}", number / 250, 1 + number % 250))
}

fn count_refused(replies: &[Reply]) -> usize {
    let mut shed = 0;
    for reply in replies {
        match reply.status {
            StatusCode::OK => assert!(reply.body.contains("src=\"data:")),
            StatusCode::SERVICE_UNAVAILABLE => {
                let wait: u32 = reply.header("retry-after").unwrap().parse().unwrap();
                assert!((1..=60).contains(&wait));
                assert!(!reply.body.contains("src=\"data:"));
                shed += 1;
            }
            status => panic!("{status}"),
        }
    }
    shed
}

#[tokio::test]
async fn a_flood_is_refused_and_later_visitors_are_served() {
    let site = site();
    for path in [CHALLENGE, SOUND] {
        let replies = send_all(&site, many_addresses().map(|ip| (ip, path))).await;
        let shed = count_refused(&replies);
        assert!(shed > 0 && shed < replies.len(), "{shed}");
        let after = site.browser(HOME).get(path).await;
        assert_eq!(after.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_flood_of_challenges_keeps_no_other_request_waiting() {
    let site = site();
    let mut flood = JoinSet::new();
    for ip in many_addresses() {
        let visitor = site.browser(&ip);
        flood.spawn(async move { visitor.get(CHALLENGE).await });
    }
    // The queue is full as soon as one client is refused.
    loop {
        let reply = flood.join_next().await.unwrap().unwrap();
        if reply.status == StatusCode::SERVICE_UNAVAILABLE {
            break;
        }
    }
    assert_eq!(site.browser(HOME).get("/").await.body, "in");
    while flood.try_join_next().is_some() {}
    assert!(!flood.is_empty(), "the server draws for nobody any more");
    flood.join_all().await;
}

#[tokio::test]
async fn one_address_cannot_take_all_places() {
    let site = site();
    // All at once, each with no cookie yet.
    let mut greedy = JoinSet::new();
    for _ in 0..60 {
        let visitor = site.browser(HOME);
        greedy.spawn(async move { visitor.get(CHALLENGE).await });
    }
    tokio::task::yield_now().await;
    let others = (1..=8).map(|number| (format!("84.142.0.{number}"), CHALLENGE));
    assert_eq!(count_refused(&send_all(&site, others).await), 0);
    let turned_away = count_refused(&greedy.join_all().await);
    assert!((1..60).contains(&turned_away), "{turned_away}");
}
