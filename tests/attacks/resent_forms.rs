//! Kept forms that are sent again after the application has forgotten them.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use humanify::{ManualClock, Secrets, prelude::*};

use crate::forms::{button, press};
use crate::support::{HOME, Site};

#[tokio::test]
async fn a_form_from_before_a_restart_does_not_reach_the_application() {
    #[always_challenge]
    async fn comment(body: String) -> String {
        format!("received {body}")
    }
    let clock = ManualClock::default();
    let process = || {
        let humanify = Humanify::builder()
            .secrets(Secrets::new([7; 32]))
            .clock(clock.clone())
            .build()
            .unwrap();
        let app = Router::new().route("/comment", any(comment));
        Site::of(humanify, clock.clone(), app)
    };
    let before = process();
    let visitor = before.browser(HOME);
    let page = visitor.post("/comment", "text=typed").await;
    let ready = visitor.solve(page).await;
    let (target, sealed) = button(&ready).expect("a button");
    let sent = press(&visitor, &target, &sealed).await;
    assert_eq!(sent.body, "received text=typed");
    clock.advance(Duration::from_secs(180));
    let after = process();
    clock.advance(Duration::from_secs(180));
    let visitor = visitor.at_site(&after);
    assert_eq!(visitor.get("/comment").await.body, "received ");
    for _ in 0..2 {
        let again = press(&visitor, &target, &sealed).await;
        assert!(!again.status.is_success(), "{}", again.status);
        assert!(!again.body.contains("received"), "{}", again.body);
    }
}
