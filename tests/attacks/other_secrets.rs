//! Clearances of another process, with the same secret or another one.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::prelude::*;
use humanify::{ManualClock, Secrets};

use crate::support::folder::Folder;
use crate::support::{HOME, Site};

const OLD: [u8; 32] = [1; 32];
const NEW: [u8; 32] = [2; 32];

/// A process with these secrets.
fn process(secrets: Secrets, clock: &ManualClock) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
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
    for (secret, expected) in [(OLD, StatusCode::OK), (NEW, StatusCode::SEE_OTHER)] {
        let first = process(Secrets::new(OLD), &clock);
        let second = process(Secrets::new(secret), &clock);
        assert_eq!(with_a_clearance_of(&first, &second).await, expected);
    }
}

#[tokio::test]
async fn a_retired_secret_opens_and_never_seals() {
    let clock = ManualClock::default();
    let folder = Folder::new();
    let path = folder.file("secret");
    for current in [Secrets::from_file(&path), Secrets::new(NEW)] {
        let rotated = process(current.clone().previous(OLD), &clock);
        for (secrets, sealed_before, sealed_now) in [
            (Secrets::new(OLD), StatusCode::OK, StatusCode::SEE_OTHER),
            (current, StatusCode::OK, StatusCode::OK),
        ] {
            let other = process(secrets, &clock);
            let status = with_a_clearance_of(&other, &rotated).await;
            assert_eq!(status, sealed_before);
            let status = with_a_clearance_of(&rotated, &other).await;
            assert_eq!(status, sealed_now);
        }
    }
}
