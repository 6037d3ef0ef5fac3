//! Managed challenges for browsers that seem to have no cookies.

use std::time::Duration;

use axum::Router;
use axum::routing::post;
use humanify::{ChallengeType, Humanify, prelude::*, testing};

use super::{page, site, steps};
use crate::support::{HOME, Site};

#[tokio::test]
async fn a_form_whose_address_has_a_field_of_our_name_is_kept() {
    #[always_challenge(challenge_type = "managed")]
    async fn book(body: String) -> String {
        body
    }
    let builder = Humanify::builder().challenge_type(ChallengeType::Managed);
    let site = Site::new(builder, Router::new().route("/book", post(book)));
    for path in [
        "/book?at=tuesday",
        "/book?at=",
        "/book?at=tuesday&next=/book",
    ] {
        let visitor = site.browser(HOME);
        let shown = visitor.post(path, "table=4").await;
        assert!(shown.body.contains("What you typed is kept"), "{path}");
        let ready = visitor.solve(shown).await;
        assert!(ready.body.contains("has not been sent yet"), "{path}");
    }
}

#[tokio::test]
async fn a_page_that_was_open_for_two_days_ran_out_of_time() {
    let site = site(steps());
    let visitor = site.browser(HOME);
    let shown = page(&visitor, "/managed").await;
    let answer = testing::solve(&site.humanify, &shown.body).unwrap();
    // The cookie of the browser holds for a day.
    site.clock.advance(Duration::from_secs(48 * 3_600));
    let renewed = visitor.give(&answer).await;
    assert!(renewed.body.contains("ran out of time"), "{}", renewed.body);
    assert!(visitor.solve(renewed).await.clears());
}
