//! A clock that was wrong and is set right again closes nothing, and opens nothing again.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::StatusCode;
use humanify::{ManualClock, Secrets, prelude::*};

use crate::forms::{TYPED, button, press};
use crate::support::clock::WrongClock;
use crate::support::{HOME, Site, Visitor};

const YEAR: Duration = Duration::from_secs(365 * 24 * 3_600);

fn site(clock: &WrongClock) -> Site {
    #[always_challenge]
    async fn comment(body: String) -> String {
        body
    }
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .clock(clock.clone())
        .build()
        .unwrap();
    let app = Router::new().route("/comment", any(comment));
    Site::of(humanify, ManualClock::default(), app)
}

/// Sends a form, solves the challenge, and returns what the button then sends.
async fn interrupted(visitor: &Visitor) -> (String, String) {
    let page = visitor.post("/comment", TYPED).await;
    let ready = visitor.solve(page).await;
    assert!(ready.clears(), "{}", ready.body);
    button(&ready).expect("a button")
}

#[tokio::test]
async fn after_a_wrong_clock_is_set_right_challenges_are_solved_and_forms_arrive() {
    let hours = Duration::from_secs(7_200);
    // Set right after the start, or ahead for a moment.
    for (at_start, for_a_moment) in [(hours, None), (Duration::ZERO, Some(YEAR))] {
        let clock = WrongClock::default();
        clock.set_ahead(at_start);
        let site = site(&clock);
        if let Some(ahead) = for_a_moment {
            clock.set_ahead(ahead);
            assert!(site.browser("84.140.1.9").get_in("/comment").await.clears());
        }
        clock.set_ahead(Duration::ZERO);
        clock.right.advance(Duration::from_secs(1));
        let visitor = site.browser(HOME);
        assert!(
            visitor.get_in("/comment").await.clears(),
            "{for_a_moment:?}"
        );
        let visitor = site.browser("84.140.1.3");
        let (target, sealed) = interrupted(&visitor).await;
        clock.right.advance(Duration::from_secs(60));
        let sent = press(&visitor, &target, &sealed).await;
        assert_eq!(sent.body, TYPED, "{for_a_moment:?}");
    }
}

#[tokio::test]
async fn what_was_spent_before_a_clock_was_wrong_stays_spent() {
    let clock = WrongClock::default();
    let site = site(&clock);
    let visitor = site.browser(HOME);
    let mut page = visitor.post("/comment", TYPED).await;
    let mut last = None;
    while let Some(answer) = humanify::testing::solve(&site.humanify, &page.body) {
        page = visitor.give(&answer).await;
        last = Some(answer);
    }
    assert!(page.clears());
    let last = last.unwrap();
    let (target, sealed) = button(&page).unwrap();
    assert_eq!(press(&visitor, &target, &sealed).await.body, TYPED);

    // All that expires is forgotten, and the clock is set right.
    clock.set_ahead(YEAR);
    let other = site.browser("84.140.1.9");
    let (elsewhere, form) = interrupted(&other).await;
    assert_eq!(press(&other, &elsewhere, &form).await.body, TYPED);
    clock.set_ahead(Duration::ZERO);

    let cookie = visitor.cookie("humanify_browser").unwrap();
    let replaying = site.browser(HOME);
    replaying.set_cookie("humanify_browser", &cookie);
    assert!(!replaying.give(&last).await.clears());
    let again = press(&visitor, &target, &sealed).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
}
