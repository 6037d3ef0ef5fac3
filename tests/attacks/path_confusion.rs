//! Paths that the application reads otherwise than the rules.

use http::StatusCode;
use humanify::prelude::*;

use super::with;
use crate::support::{DATACENTER, HOME};

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
    assert_eq!(passed, 2);
}

#[tokio::test]
async fn default_exemptions_do_not_open_a_guarded_handler() {
    let site = with(Humanify::builder().rules(protect! { exempt on "/protected"; }));
    let bot = site.browser(DATACENTER);
    assert_eq!(bot.get("/robots.txt").await.status, StatusCode::FORBIDDEN);
    assert!(bot.get("/protected").await.demands_challenge());
}
