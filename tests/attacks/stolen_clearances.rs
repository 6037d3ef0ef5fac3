//! Clearances that are taken to another client, and cookies sent many times.

use http::StatusCode;
use http::header::{COOKIE, USER_AGENT};
use humanify::prelude::*;

use super::{site, with};
use crate::support::{DATACENTER, HOME};

#[tokio::test]
async fn a_clearance_is_of_no_use_to_another_client() {
    let site = site();
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
    let elsewhere = visitor.clone().at("84.140.1.3");
    assert!(elsewhere.get("/login").await.demands_challenge());
    let agent = visitor
        .clone()
        .with(USER_AGENT, "Mozilla/5.0 (X11) Other/1.0");
    assert!(agent.get("/login").await.demands_challenge());

    let v6 = site.browser("2a02:8100:1:2::1");
    v6.get_in("/login").await;
    assert_eq!(
        v6.clone()
            .at("2a02:8100:1:2::99")
            .get("/login")
            .await
            .status,
        StatusCode::OK
    );
    assert!(
        v6.at("2a02:8100:1:3::1")
            .get("/login")
            .await
            .demands_challenge()
    );
}

#[tokio::test]
async fn a_clearance_with_an_id_opens_in_eight_networks_at_most() {
    let site = with(Humanify::builder().use_client_id(true));
    let visitor = site.browser(HOME);
    visitor.get("/").await;
    visitor.get_in("/login").await;
    let mut open = 0;
    for network in 0..30 {
        let roaming = visitor.clone().at(&format!("91.64.{network}.7"));
        open += usize::from(roaming.get("/login").await.status == StatusCode::OK);
    }
    assert_eq!(open, 7);
    assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
    let agent = visitor.with(USER_AGENT, "Mozilla/5.0 (X11) Other/1.0");
    assert!(agent.get("/login").await.demands_challenge());
}

#[tokio::test]
async fn an_old_clearance_does_not_hide_a_better_one() {
    let site = site();
    let visitor = site.browser(DATACENTER);
    visitor.get_in("/protected").await;
    let easy = visitor.cookie("humanify_clearance").unwrap();
    visitor.get_in("/hard").await;
    let hard = visitor.cookie("humanify_clearance").unwrap();
    let both = format!("humanify_clearance={easy}; humanify_clearance={hard}");
    let visitor = site.browser(DATACENTER).with(COOKIE, &both);
    assert_eq!(visitor.get("/hard").await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_a_few_cookies_of_one_name_are_opened() {
    let site = site();
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    let clearance = visitor.cookie("humanify_clearance").unwrap();
    let good = visitor.clone().with(
        COOKIE,
        &format!("humanify_clearance=x; humanify_clearance={clearance}"),
    );
    assert_eq!(good.get("/login").await.status, StatusCode::OK);
    let flood = format!(
        "{}humanify_clearance={clearance}",
        "humanify_clearance=x; ".repeat(500)
    );
    assert!(
        visitor
            .with(COOKIE, &flood)
            .get("/login")
            .await
            .demands_challenge()
    );
}
