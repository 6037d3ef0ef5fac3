//! Metrics of lists, and the alert on old ones.

use super::{HOUR, exits, refresh, site};
use crate::decisions::measuring::{record, value};
use crate::support::publisher::{Publisher, TOR};

/// Whether the alert on old lists holds for a series that stands still.
fn is_old(fetched: f64, now: f64) -> bool {
    now - fetched > 14.0 * 86_400.0
}

#[tokio::test]
async fn a_list_that_was_never_fetched_is_old_and_its_failures_are_counted() {
    let (handle, _guard) = record();
    let publisher = Publisher::new().await;
    let site = site(publisher.builder());
    let fetched = || value(&handle, r#"humanify_list_fetched{list="tor-exits"}"#);
    let failures = || value(&handle, r#"humanify_list_failures{list="tor-exits"}"#);
    // The clock of the site.
    let start = 1_767_225_600.0;
    for count in 1..=2 {
        assert!(refresh(&site, "tor-exits").await.unwrap().is_err());
        assert_eq!(fetched(), Some(0.0), "{}", handle.render());
        assert!(is_old(fetched().unwrap(), start));
        assert_eq!(failures(), Some(f64::from(count)));
        site.clock.advance(7 * 24 * HOUR);
    }
    publisher.publish(TOR, &exits(9));
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    let now = start + 14.0 * 86_400.0;
    assert!(!is_old(fetched().unwrap(), now), "{:?}", fetched());
    assert_eq!(failures(), Some(2.0));
    // Lists that still fail do not lose the others.
    let other = r#"humanify_list_failures{list="firehol-level1"}"#;
    assert_eq!(value(&handle, other), Some(3.0), "{}", handle.render());
}
