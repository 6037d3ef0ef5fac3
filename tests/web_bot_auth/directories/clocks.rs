//! Directories, and clocks that were wrong.

use std::time::Duration;

use axum::Router;
use humanify::Secrets;

use super::{ACME, OTHER, builder_of, outcome, settled, with_directory};
use crate::support::Site;
use crate::support::clock::WrongClock;
use crate::support::key_directory::{DirectoryBehaviour, DirectoryServer};

#[tokio::test]
async fn keys_are_fetched_again_after_the_clock_is_set_back() {
    let hour = Duration::from_secs(3_600);
    let server = DirectoryServer::start(DirectoryBehaviour::Keys(vec![ACME.jwk()])).await;
    let clock = WrongClock::default();
    let builder = builder_of(&[&server]).secrets(Secrets::new([7; 32]));
    let humanify = builder.clock(clock.clone()).build().unwrap();
    let app = Router::new().fallback(|| async { "in" });
    let mut site = Site::of(humanify, clock.right.clone(), app);
    site.clock.advance(Duration::from_secs(60));
    let url = server.origin.clone();
    // Agents sign with the right time, so the clock is ahead only while the directory is fetched.
    clock.set_ahead(8 * hour);
    let right = std::mem::take(&mut site.clock);
    site.clock.advance(Duration::from_secs(60) + 8 * hour);
    assert_eq!(settled(&site, ACME, &url).await, "pass");
    clock.set_ahead(Duration::ZERO);
    site.clock = right;

    // The key is revoked. The store refuses all signatures until the clock has caught up, since it
    // may have forgotten their nonces; so whether it asks the server tells whether keys are fresh.
    *server.does() = DirectoryBehaviour::Keys(vec![OTHER.jwk()]);
    let first = with_directory(&site, ACME, &url, "first");
    assert_eq!(outcome(&first.get("/shop").await), "later");
    assert_eq!(settled(&site, ACME, &url).await, "challenge");
    assert_eq!(server.questions(), 2);
}
