//! Lists that are refused.

use std::fs;

use super::{HOUR, LISTED, UNLISTED, exits, groups_of, refresh, site};
use crate::support::publisher::{Answer, Publisher, TOR, header};

#[tokio::test]
async fn an_implausible_list_does_not_replace_the_last_good_one() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(9));
    let site = self::site(publisher.builder());
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));

    let head = "HTTP/1.1 200 X\r\nconnection: close\r\n";
    let cut = format!("{head}content-length: 500\r\n\r\n{}", exits(9));
    let chunk = format!("{head}transfer-encoding: chunked\r\n\r\n5\r\n84.14\r\n");
    let lying = format!("{head}content-length: 99999999999999\r\n\r\n{}", exits(9));
    let html = "<!DOCTYPE html><title>Down</title>84.140.7.7";
    let garbage = format!("{}not\nan\naddress\n", exits(9));
    let everybody = format!("{}0.0.0.0/0\n", exits(9));
    let half = format!("{}0.0.0.0/1\n128.0.0.0/1\n", exits(9));
    let elsewhere = |place: &str| Answer::bytes(302, &format!("location: {place}\r\n"), "");
    for (answer, reason) in [
        (
            Answer::Bytes(cut.into_bytes()),
            "the response is incomplete",
        ),
        (
            Answer::Bytes(chunk.into_bytes()),
            "the response is incomplete",
        ),
        (
            Answer::Bytes(lying.into_bytes()),
            "the response is incomplete",
        ),
        (
            Answer::Bytes(b"SSH-2.0-OpenSSH\r\n".to_vec()),
            "the server cannot be reached",
        ),
        (Answer::Bytes(Vec::new()), "the server cannot be reached"),
        (
            Answer::Endless("HTTP/1.1 200 X\r\nconnection: close\r\n\r\n"),
            "the server answered with more than 16777216 bytes",
        ),
        (
            Answer::Endless("HTTP/1.1 200 X\r\nx-header: "),
            "the server cannot be reached",
        ),
        (Answer::bytes(200, "", html), "it is a web page, not a list"),
        (
            Answer::bytes(200, "", &garbage),
            "3 of its 12 entries are neither addresses nor networks",
        ),
        (Answer::bytes(200, "", ""), "it names no routable address"),
        (
            Answer::bytes(200, "", "10.0.0.1\n"),
            "it names no routable address",
        ),
        (Answer::bytes(200, "", &everybody), "it holds 0.0.0.0/0"),
        (Answer::bytes(200, "", &half), "it holds 0.0.0.0/1"),
        (
            Answer::bytes(200, "", &format!("{}84.128.0.0/12\n", exits(9))),
            "it covers more of the Internet than a list of its kind can",
        ),
        (
            Answer::bytes(200, "", &exits(4)),
            "it has 4 networks, less than half of the 9 before",
        ),
        (
            Answer::bytes(500, "", &exits(9)),
            "the server answered with status 500",
        ),
        (
            Answer::bytes(206, "", &exits(9)),
            "the server answered with status 206",
        ),
        (
            Answer::bytes(304, "", ""),
            "the server answered with status 304",
        ),
        (
            elsewhere("http://169.254.169.254/latest"),
            "the server redirects too often",
        ),
        (
            elsewhere("file:///etc/passwd"),
            "the server redirects too often",
        ),
        (
            elsewhere(&format!("/{TOR}")),
            "the server redirects too often",
        ),
    ] {
        publisher.respond_with(TOR, answer);
        site.clock.advance(24 * HOUR);
        let outcome = refresh(&site, "tor-exits").await.expect("it is due");
        let told = outcome.expect_err(reason);
        assert!(told.contains(reason), "{told}, not: {reason}");
        assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes", "{reason}");
        assert_eq!(groups_of(&site, UNLISTED).await, "", "{reason}");
    }
    // No part of a refused list reaches the disk.
    let site = self::site(publisher.builder());
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");

    publisher.publish(TOR, &exits(5).replace(LISTED, "84.140.7.8"));
    site.clock.advance(24 * HOUR);
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    assert_eq!(groups_of(&site, LISTED).await, "");
    assert_eq!(groups_of(&site, "84.140.7.8").await, "TorExitNodes");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stalls_is_given_up_after_two_minutes() {
    let publisher = Publisher::new().await;
    let midway = "HTTP/1.1 200 X\r\ncontent-length: 99\r\n\r\n84.140.7.7\n";
    for answer in [Answer::Silence, Answer::Stops(midway)] {
        publisher.respond_with(TOR, answer);
        let site = self::site(publisher.builder());
        let outcome = refresh(&site, "tor-exits").await.unwrap();
        assert_eq!(
            outcome.unwrap_err(),
            "the server took longer than 120 seconds"
        );
        assert_eq!(groups_of(&site, LISTED).await, "");
    }
}

#[tokio::test]
async fn a_list_that_covers_far_fewer_addresses_is_refused() {
    let publisher = Publisher::new().await;
    let github = "raw.githubusercontent.com";
    let firehol = format!("{github}/firehol/blocklist-ipsets/master/firehol_level1.netset");
    publisher.publish(&firehol, "84.140.7.0/24\n84.140.9.0/24\n2003:7::/52\n");
    let site = self::site(publisher.builder());
    refresh(&site, "firehol-level1").await.unwrap().unwrap();
    for hollow in [
        "84.140.7.0/32\n84.140.9.0/32\n2003:7::/52\n",
        "84.140.7.0/24\n84.140.9.0/24\n2003:7::/128\n",
        "84.140.7.0/24\n84.140.9.0/24\n",
    ] {
        publisher.publish(&firehol, hollow);
        site.clock.advance(48 * HOUR);
        let outcome = refresh(&site, "firehol-level1").await.unwrap();
        assert_eq!(
            outcome.unwrap_err(),
            "the list is refused: it covers less than half of the addresses that it did before"
        );
        for held in [LISTED, "2003:7::7"] {
            assert_eq!(groups_of(&site, held).await, "FireholLevel1", "{hollow}");
        }
    }
}

#[tokio::test]
async fn a_private_relay_list_with_wide_ranges_is_refused() {
    let publisher = Publisher::new().await;
    let relay = "mask-api.icloud.com/egress-ip-ranges.csv";
    publisher.publish("www.cloudflare.com/ips-v4/", "84.140.0.0/16");
    publisher.publish(relay, "84.0.0.0/9,DE,,,\n");
    let site = self::site(publisher.builder());
    let outcome = refresh(&site, "private-relay").await.unwrap();
    assert!(outcome.unwrap_err().contains("covers more"));
    assert_eq!(groups_of(&site, LISTED).await, "Datacenter");
}

#[tokio::test]
async fn an_overlong_entity_tag_is_neither_kept_nor_sent_back() {
    let publisher = Publisher::new().await;
    let tag = format!("etag: \"{}\"\r\n", "x".repeat(100_000));
    publisher.respond_with(TOR, Answer::bytes(200, &tag, &exits(3)));
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let file = publisher.cache.file("tor-exits.list");
    assert!(fs::metadata(file).unwrap().len() < 1_000);
    publisher.questions();
    site.clock.advance(3 * HOUR);
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let asked = publisher.questions();
    let second = asked.iter().find(|question| question.path == TOR).unwrap();
    assert_eq!(header(&second.head, "if-none-match"), None);
}
