//! Forms whose challenge takes longer than they are kept.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::StatusCode;
use humanify::{prelude::*, testing};

use crate::support::{HOME, Reply, Site};

const MINUTE: Duration = Duration::from_secs(60);

fn site() -> Site {
    #[always_challenge]
    async fn comment() -> &'static str {
        "in"
    }
    Site::new(
        Humanify::builder(),
        Router::new().route("/comment", any(comment)),
    )
}

/// The address and the body of the button for another picture.
fn another(site: &Site, page: &Reply) -> (String, String) {
    let plain = page.body.replace("&#x2f;", "/").replace("&amp;", "&");
    let (_, rest) = plain
        .split_once("formaction=\"/humanify/challenge?")
        .unwrap();
    let query = rest.split('"').next().unwrap();
    let address = format!("/humanify/challenge?{query}");
    let answer = testing::solve(&site.humanify, &page.body).unwrap();
    (address, answer.body)
}

#[tokio::test]
async fn a_visitor_learns_that_a_form_is_lost() {
    const NOT_SENT: &str = "Your form was not sent";
    // The challenge and the form have expired.
    let other_site = site();
    let visitor = other_site.browser(HOME);
    let page = visitor.post("/comment", "text=typed").await;
    assert!(page.body.contains("What you typed is kept"));
    let answer = testing::solve(&other_site.humanify, &page.body).unwrap();
    other_site.clock.advance(11 * MINUTE);
    let late = visitor.give(&answer).await;
    let next = visitor.follow(late).await;
    assert!(next.body.contains(NOT_SENT), "{}", next.body);
    assert!(visitor.solve(next).await.clears());

    // Other pictures are newer than the form.
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.post("/comment", "text=typed").await;
    let (address, fields) = another(&site, &page);
    site.clock.advance(9 * MINUTE);
    let other = visitor.post(&address, &fields).await;
    assert!(other.body.contains("What you typed is kept"));
    let (address, fields) = another(&site, &other);
    site.clock.advance(2 * MINUTE);
    let without = visitor.post(&address, &fields).await;
    assert!(without.body.contains(NOT_SENT), "{}", without.body);
    let first = visitor.answer(&other).await;
    let first = match first.status {
        StatusCode::SEE_OTHER => visitor.follow(first).await,
        _ => first,
    };
    assert!(first.body.contains(NOT_SENT), "{}", first.body);
}

#[tokio::test]
async fn a_form_that_expires_during_the_last_round_is_reported_with_the_clearance() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.post("/comment", "text=typed").await;
    site.clock.advance(9 * MINUTE);
    let last = visitor.answer(&page).await;
    assert!(
        last.body.contains("What you typed is kept"),
        "{}",
        last.body
    );
    site.clock.advance(2 * MINUTE);
    let solved = visitor.answer(&last).await;
    assert!(solved.clears());
    assert!(
        solved.body.contains("Your form could not be sent"),
        "{}",
        solved.body
    );
    assert_eq!(visitor.get("/comment").await.body, "in");
}

#[tokio::test]
async fn the_rounds_before_a_form_was_lost_count() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.post("/comment", "text=typed").await;
    site.clock.advance(5 * MINUTE);
    let second = visitor.answer(&page).await;
    assert!(second.body.contains("Round 2 of 2"), "{}", second.body);
    let (address, fields) = another(&site, &second);
    site.clock.advance(6 * MINUTE);
    let other = visitor.post(&address, &fields).await;
    assert!(other.body.contains("Your form was not sent"));
    assert!(other.body.contains("Round 2 of 2"), "{}", other.body);
    assert!(visitor.answer(&other).await.clears());
}
