//! Paths that the application reads otherwise than the rules.

use http::StatusCode;
use humanify::prelude::*;

use super::with;
use crate::support::{DATACENTER, HOME};

#[tokio::test]
async fn an_application_that_forwards_paths_is_not_reached_by_another_spelling() {
    let site = with(Humanify::builder().rules(protect! {
        always_deny on "/proxy/secret", "/proxy/area/private";
        limit "1/hour" on "/proxy/limited";
    }));
    let visitor = site.browser(HOME);
    for path in [
        "/proxy/secret//..",
        "/proxy/secret/;/..",
        "/proxy/secret;",
        "/proxy/x%2f..%2fsecret",
        "/proxy/x%5c..%5csecret",
        "/proxy/x\\..\\secret",
        "/proxy/x%252f..%252fsecret",
        "/proxy/x%2f%2e%2e%2fsecret",
        "/proxy/x/..%3b/secret",
        "/proxy/secret%3fx",
        "/proxy/secret%23x",
        "/proxy/secret%00",
        "/proxy/secret%20",
        "/proxy/sec%0aret",
        "/proxy/area/public/a%2fb/../../private",
        "/proxy/area/public/a%5cb/../../private",
        "/proxy/limited;",
    ] {
        let status = visitor.get(path).await.status;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
    }
    // What every reading denies is denied, and what every reading lets in is let in.
    let denied = visitor.get("/proxy/x/../secret").await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    for path in [
        "/proxy/a%2fb",
        "/proxy/a;b/c",
        "/files/a%5cb%252f",
        "/proxy/a//../b",
    ] {
        assert_eq!(visitor.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_path_of_endless_readings_is_refused_at_once() {
    let site = with(Humanify::builder().rules(protect! { always_deny on "/secret"; }));
    let visitor = site.browser(HOME);
    for part in ["%252f..//;\\", "..%2f;", "%5c..;/", "%3f%2e%2e//", "/;"] {
        let path = format!("/a{}", part.repeat(2_000));
        let begun = std::time::Instant::now();
        let status = visitor.get(&path).await.status;
        assert!(!status.is_server_error(), "{part}");
        assert!(begun.elapsed().as_secs() < 2, "{part}");
    }
}

#[tokio::test]
async fn a_path_of_two_readings_does_not_choose_its_limit() {
    let site = with(Humanify::builder().rules(protect! {
        limit "2/hour";
        limit "1000/hour" on "/assets/*";
    }));
    let visitor = site.browser(HOME);
    let mut passed = 0;
    for number in 0..10 {
        let path = format!("/assets/..%2fapi/{number}");
        passed += usize::from(visitor.get(&path).await.status == StatusCode::OK);
    }
    assert_eq!(passed, 0, "the limits would differ");
}

#[tokio::test]
async fn default_exemptions_do_not_open_a_guarded_handler() {
    let site = with(Humanify::builder().rules(protect! { exempt on "/protected"; }));
    let bot = site.browser(DATACENTER);
    assert_eq!(bot.get("/robots.txt").await.status, StatusCode::FORBIDDEN);
    assert!(bot.get("/protected").await.demands_challenge());
}
