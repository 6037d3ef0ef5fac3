//! Floods of requests for humanify's own pages.

use http::{HeaderName, StatusCode};
use humanify::prelude::*;

use super::{site, with};
use crate::support::{HOME, Visitor};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// How many answers a visitor sends until one is refused.
async fn answers(visitor: &Visitor, most: usize) -> usize {
    for number in 0..most {
        let reply = visitor.post("/humanify/verify", "token=x").await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            return number;
        }
    }
    most
}

#[tokio::test]
async fn a_browser_sends_sixty_answers_a_minute_and_an_address_sixteen_times_as_many() {
    let site = site();
    let browser = async || {
        let visitor = site.browser(HOME);
        visitor.get("/humanify/challenge").await;
        visitor
    };
    // The first page was requested without a cookie.
    assert_eq!(answers(&browser().await, 100).await, 60);
    let mut sent = 60;
    for _ in 0..40 {
        sent += answers(&browser().await, 60).await;
    }
    assert!((800..=960).contains(&sent), "{sent}");
    assert_eq!(answers(&browser().await, 60).await, 0);
    let neighbour = site.browser("84.140.1.3");
    neighbour.get("/humanify/challenge").await;
    assert_eq!(answers(&neighbour, 60).await, 60);
}

#[tokio::test]
async fn too_many_requests_for_challenges_count_towards_a_ban() {
    let site = with(Humanify::builder().rules(protect! {
        ban "3 overruns/hour" for "1 day";
    }));
    let flooding = site.browser(HOME);
    // The first page was requested without a cookie.
    for number in 0..64 {
        assert_eq!(flooding.get("/").await.status, StatusCode::OK, "{number}");
        let reply = flooding.get("/humanify/challenge").await;
        let refused = reply.status == StatusCode::TOO_MANY_REQUESTS;
        assert_eq!(refused, number > 60, "{number}");
    }
    assert_eq!(flooding.get("/").await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        site.browser("84.140.1.3").get("/").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn another_site_sends_nobody_to_a_challenge_with_a_form() {
    let site = site();
    let visitor = site.browser(HOME);
    let address = visitor.get("/login").await.location().unwrap();
    for (from, expected) in [
        ("cross-site", StatusCode::FORBIDDEN),
        ("same-site", StatusCode::FORBIDDEN),
        ("same-origin", StatusCode::OK),
        ("none", StatusCode::OK),
    ] {
        let reply = visitor
            .clone()
            .with(SITE, from)
            .post(&address, "form=")
            .await;
        assert_eq!(reply.status, expected, "{from}");
    }
}
