//! Instances of one process that share lists, and the log lines about all lists together.

use std::fs;

use axum::Router;
use axum::routing::get;
use humanify::{Group, Humanify, HumanifyBuilder, Lists, ManualClock};

use super::{LISTED, UNLISTED, exits, groups, groups_of, refresh};
use crate::support::publisher::{Publisher, TOR};
use crate::support::{Log, Site};

/// A site with the computer's clock, as in production.
fn site(builder: HumanifyBuilder) -> Site {
    let app = Router::new().route("/groups", get(groups));
    Site::of(builder.build().unwrap(), ManualClock::default(), app)
}

#[tokio::test]
async fn instances_with_the_same_settings_fetch_each_list_once() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let first = site(publisher.builder());
    let second = site(
        publisher
            .builder()
            .add_network(Group::Datacenter, UNLISTED)
            .remove_network(Group::TorExitNodes, "84.140.8.2"),
    );
    let other = publisher.lists(Lists::ByHand).without("mullvad");
    let other = site(Humanify::builder().lists(other));

    assert_eq!(refresh(&first, "tor-exits").await, Some(Ok(())));
    assert_eq!(refresh(&second, "tor-exits").await, None, "nothing is due");
    assert_eq!(publisher.count(TOR), 1);
    for (site, ip, expected) in [
        (&first, LISTED, "TorExitNodes"),
        (&second, LISTED, "TorExitNodes"),
        (&other, LISTED, ""),
        (&first, "84.140.8.2", "TorExitNodes"),
        (&second, "84.140.8.2", ""),
        (&first, UNLISTED, ""),
        (&second, UNLISTED, "Datacenter"),
    ] {
        assert_eq!(groups_of(site, ip).await, expected, "{ip}");
    }
    // Instances with other settings read the lists on disk, and fetch the others.
    assert_eq!(refresh(&other, "tor-exits").await, Some(Ok(())));
    assert_eq!(publisher.count(TOR), 0);
    assert_eq!(groups_of(&other, LISTED).await, "TorExitNodes");

    // A later instance shares the lists, even after the first one was dropped.
    drop(first);
    let third = site(publisher.builder());
    assert_eq!(groups_of(&third, LISTED).await, "TorExitNodes");
    assert_eq!(refresh(&third, "tor-exits").await, None);
}

#[tokio::test]
async fn a_cache_that_cannot_be_used_is_one_line_whatever_the_number_of_lists() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    publisher.publish("api.mullvad.net/www/relays/all/", "[]");
    fs::create_dir_all(publisher.cache.path()).unwrap();
    let file = publisher.cache.file("a-file");
    fs::write(&file, "no directory").unwrap();

    let (log, _guard) = Log::collect();
    let lists = publisher.lists(Lists::ByHand).cache(&file);
    let site = site(Humanify::builder().lists(lists));
    refresh(&site, "tor-exits").await;
    let lines = |text: &str| {
        log.text()
            .lines()
            .filter(|line| line.contains(text))
            .count()
    };
    let text = log.text();
    assert_eq!(
        lines("on disk cannot be used"),
        2,
        "at the start and when they are due: {text}"
    );
    assert_eq!(
        lines("cannot be kept on disk, so that the next start fetches"),
        1,
        "{text}"
    );
    assert!(text.lines().count() < 10, "{text}");
}
