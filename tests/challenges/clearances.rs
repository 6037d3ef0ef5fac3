//! The scope of clearances: pages, duration and clients.

use std::time::Duration;

use http::StatusCode;
use http::header::USER_AGENT;
use humanify::testing;

use super::site;
use crate::support::{DATACENTER, HOME, VPN};

#[tokio::test]
async fn a_test_gets_a_clearance_and_decides_who_is_a_bot() {
    let site = site();
    let agent = "Mozilla/5.0 Test";
    let visitor = site.browser(DATACENTER).with(USER_AGENT, agent);
    let cookie = testing::clearance(&site.humanify, DATACENTER.parse().unwrap(), agent).unwrap();
    let (name, value) = cookie.split_once('=').unwrap();
    visitor.set_cookie(name, value);
    assert_eq!(visitor.get("/hard").await.body, "for patient humans");
    // It belongs to this client, like any clearance.
    assert!(
        visitor
            .clone()
            .at(VPN)
            .get("/hard")
            .await
            .demands_challenge()
    );
}

#[tokio::test]
async fn a_clearance_holds_for_four_hours() {
    let site = site();
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    site.clock.advance(Duration::from_secs(4 * 3_600 - 1));
    assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
    site.clock.advance(Duration::from_secs(1));
    assert!(visitor.get("/login").await.demands_challenge());
}

#[tokio::test]
async fn an_easy_clearance_does_not_open_a_harder_page() {
    let site = site();
    let bot = site.browser(DATACENTER);
    bot.get_in("/protected").await;
    assert!(bot.get("/hard").await.demands_challenge());
    bot.get_in("/hard").await;
    assert_eq!(bot.get("/hard").await.status, StatusCode::OK);
    assert_eq!(bot.get("/protected").await.status, StatusCode::OK);
    // Denied pages stay denied.
    assert_eq!(bot.get("/admin").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn wrong_answers_of_another_browser_do_not_affect_a_clearance() {
    let site = site();
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    // Another visitor with the same address and user agent answers wrongly until the challenge is
    // closed.
    let other = visitor.clone().forgetful();
    let mut page = other.get("/humanify/challenge").await;
    for _ in 0..3 {
        page = other.err(&page).await;
    }
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
}
