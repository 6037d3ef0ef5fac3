//! Clearances of another process, with the same secret or another one.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::prelude::*;
use humanify::{ManualClock, Secrets};

use crate::support::{HOME, Site};

const OLD: [u8; 32] = [1; 32];
const NEW: [u8; 32] = [2; 32];

/// A process with these secrets.
fn process(secrets: &[[u8; 32]], clock: &ManualClock) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    let (first, others) = secrets.split_first().unwrap();
    let secrets = others.iter().fold(Secrets::new(*first), |secrets, secret| {
        secrets.previous(*secret)
    });
    let humanify = Humanify::builder()
        .secrets(secrets)
        .clock(clock.clone())
        .build()
        .unwrap();
    let app = Router::new().route("/login", get(login));
    Site::of(humanify, clock.clone(), app)
}

/// The status of a client at the second process, with a clearance of the first.
async fn with_a_clearance_of(first: &Site, second: &Site) -> StatusCode {
    let visitor = first.browser(HOME);
    assert!(visitor.get_in("/login").await.clears());
    let other = second.browser(HOME);
    let clearance = visitor.cookie("humanify_clearance").unwrap();
    other.set_cookie("humanify_clearance", &clearance);
    other.get("/login").await.status
}

#[tokio::test]
async fn a_clearance_opens_nothing_under_another_secret() {
    let clock = ManualClock::default();
    for (secrets, expected) in [
        (&[OLD][..], StatusCode::OK),
        (&[NEW], StatusCode::SEE_OTHER),
    ] {
        let status = with_a_clearance_of(&process(&[OLD], &clock), &process(secrets, &clock)).await;
        assert_eq!(status, expected, "{}", secrets.len());
    }
}
