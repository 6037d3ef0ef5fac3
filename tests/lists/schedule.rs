//! When lists are fetched, and how often.

use std::fs;
use std::time::Duration;

use axum::Router;

use super::{HOUR, LISTED, exits, groups_of, gzip, refresh, site};
use crate::support::Site;
use crate::support::clock::WrongClock;
use crate::support::publisher::{Answer, Publisher, STOP_FORUM_SPAM, TOR, header};

#[tokio::test]
async fn a_clock_that_was_wrong_does_not_stop_the_refreshing() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site = self::site(publisher.builder());
    site.clock.advance(20_000 * 24 * HOUR);
    refresh(&site, "tor-exits").await.unwrap().unwrap();

    let site = self::site(publisher.builder());
    assert_eq!(refresh(&site, "tor-exits").await, None);
    site.clock.advance(3 * HOUR);
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
}

#[tokio::test]
async fn a_list_is_due_again_after_the_clock_is_set_back() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let clock = WrongClock::default();
    clock.set_ahead(8 * HOUR);
    let humanify = publisher.builder().clock(clock.clone()).build().unwrap();
    let site = Site::of(humanify, clock.right.clone(), Router::new());
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    assert_eq!(refresh(&site, "tor-exits").await, None);
    clock.set_ahead(Duration::ZERO);
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    // From then on, it has its usual interval.
    assert_eq!(refresh(&site, "tor-exits").await, None);
    site.clock.advance(HOUR);
    assert_eq!(refresh(&site, "tor-exits").await, None);
    site.clock.advance(HOUR + HOUR / 4);
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
}

#[tokio::test]
async fn a_refused_list_is_not_fetched_again_soon() {
    let publisher = Publisher::new().await;
    let site = self::site(publisher.builder());
    for answer in [
        Answer::bytes(200, "", "<html>"),
        Answer::bytes(200, "", "0.0.0.0/0\n"),
        Answer::bytes(429, "", ""),
        Answer::bytes(404, "", ""),
        Answer::bytes(302, "location: http://127.0.0.1/\r\n", ""),
    ] {
        publisher.respond_with(TOR, answer);
        assert!(refresh(&site, "tor-exits").await.unwrap().is_err());
        site.clock.advance(HOUR);
        assert_eq!(refresh(&site, "tor-exits").await, None);
        site.clock.advance(2 * HOUR);
    }
}

#[tokio::test]
async fn a_packed_list_that_is_refused_waits_and_one_that_ends_early_does_not() {
    let publisher = Publisher::new().await;
    let site = self::site(publisher.builder());
    let fetched = async || refresh(&site, "stopforumspam").await;
    let packed = gzip(exits(3).as_bytes());
    let cut = Answer::Bytes(
        [
            b"HTTP/1.1 200 X\r\ncontent-length: 9000\r\n\r\n".as_slice(),
            &packed,
        ]
        .concat(),
    );
    for (answer, is_answer) in [
        (
            Answer::bytes(200, "", "<html>Too many downloads</html>"),
            true,
        ),
        (Answer::bytes(200, "", ""), true),
        (Answer::whole(200, "", &packed[..packed.len() / 2]), true),
        (Answer::whole(200, "", &gzip(b"<html>")), true),
        (cut, false),
    ] {
        publisher.respond_with(STOP_FORUM_SPAM, answer);
        assert!(fetched().await.unwrap().is_err());
        site.clock.advance(HOUR / 10);
        assert_eq!(fetched().await.is_none(), is_answer);
        site.clock.advance(20 * HOUR);
        assert_eq!(fetched().await.is_none(), is_answer);
        site.clock.advance(8 * HOUR);
    }
    publisher.respond_with(STOP_FORUM_SPAM, Answer::whole(200, "", &packed));
    assert_eq!(fetched().await, Some(Ok(())));
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_again_and_counts_as_fresh() {
    let publisher = Publisher::new().await;
    let body = exits(3).into_bytes();
    publisher.respond_with(
        TOR,
        Answer::List {
            body,
            etag: "\"v1\"",
        },
    );
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let asked = publisher.questions();
    let first = asked.iter().find(|question| question.path == TOR).unwrap();
    assert_eq!(header(&first.head, "if-none-match"), None);
    assert!(
        header(&first.head, "user-agent")
            .unwrap()
            .starts_with("humanify/")
    );

    let file = publisher.cache.file("tor-exits.list");
    let before = fs::read_to_string(&file).unwrap();
    site.clock.advance(3 * HOUR);
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let asked = publisher.questions();
    let second = asked.iter().find(|question| question.path == TOR).unwrap();
    assert_eq!(header(&second.head, "if-none-match"), Some("\"v1\""));
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");
    let fetched = |text: &str| -> u64 {
        let line = text.lines().find_map(|line| line.strip_prefix("fetched "));
        line.unwrap().parse().unwrap()
    };
    let after = fs::read_to_string(&file).unwrap();
    assert_eq!(fetched(&after), fetched(&before) + 3 * 3_600);

    // The `ETag` is kept across restarts.
    let again = self::site(publisher.builder());
    again.clock.advance(9 * HOUR);
    refresh(&again, "tor-exits").await.unwrap().unwrap();
    let asked = publisher.questions();
    let third = asked.iter().find(|question| question.path == TOR).unwrap();
    assert_eq!(header(&third.head, "if-none-match"), Some("\"v1\""));
}

#[tokio::test]
async fn lists_are_fetched_when_they_are_due_and_sooner_after_a_failure() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site = self::site(publisher.builder());
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    assert_eq!(refresh(&site, "tor-exits").await, None, "nothing is due");
    site.clock.advance(HOUR);
    assert_eq!(
        refresh(&site, "tor-exits").await,
        None,
        "every two hours, a tenth more or less"
    );
    site.clock.advance(HOUR + HOUR / 4);
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));

    publisher.respond_with(TOR, Answer::bytes(503, "", ""));
    site.clock.advance(3 * HOUR);
    assert!(refresh(&site, "tor-exits").await.unwrap().is_err());
    site.clock.advance(Duration::from_secs(4 * 60));
    assert_eq!(refresh(&site, "tor-exits").await, None);
    site.clock.advance(Duration::from_secs(2 * 60));
    assert!(refresh(&site, "tor-exits").await.unwrap().is_err());
    site.clock.advance(Duration::from_secs(8 * 60));
    assert_eq!(
        refresh(&site, "tor-exits").await,
        None,
        "the second time after ten minutes"
    );
    site.clock.advance(Duration::from_secs(4 * 60));
    publisher.publish(TOR, &exits(3));
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
}
