//! Lists of addresses that stay fresh: what is fetched takes effect, what cannot be believed does
//! not, and requests never wait for either.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "lists/command.rs"]
mod command;
#[path = "lists/publisher.rs"]
mod publisher;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use humanify::prelude::*;
use humanify::testing::refresh_lists;
use humanify::{Group, Humanify, HumanifyBuilder, Lists, VpnProvider};
use humanify_tests::Site;
use publisher::{Answer, Publisher, TOR, header};

/// An address that the tests' lists are about, and one that they never name.
const LISTED: &str = "84.140.7.7";
const UNLISTED: &str = "84.140.9.9";

const HOUR: Duration = Duration::from_secs(3_600);

#[block_bots]
async fn shop() -> &'static str {
    "Buy"
}

/// The groups that the client's address is in.
async fn groups(detection: Detection) -> String {
    let groups = Group::ALL
        .into_iter()
        .filter(|group| detection.is_in(*group));
    groups.map(Group::name).collect::<Vec<_>>().join(" ")
}

fn site(builder: HumanifyBuilder) -> Site {
    let app = Router::new()
        .route("/shop", get(shop))
        .route("/groups", get(groups));
    Site::new(builder, app)
}

async fn groups_of(site: &Site, ip: &str) -> String {
    site.browser(ip).get("/groups").await.body
}

/// Fetches what is due; what became of one list, `None` if it was not due.
async fn refresh(site: &Site, name: &str) -> Option<Result<(), String>> {
    let outcomes = refresh_lists(&site.humanify).await;
    let mut outcomes = outcomes.into_iter();
    outcomes
        .find(|outcome| outcome.0 == name)
        .map(|outcome| outcome.1)
}

/// A list of so many addresses, the one that is listed among them.
fn exits(number: u8) -> String {
    let others = (1..number).map(|n| format!("84.140.8.{}\n", 2 * n));
    others.chain([format!("{LISTED}\n")]).collect()
}

#[tokio::test]
async fn a_list_takes_effect_and_is_there_at_the_next_start_without_a_network() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site = self::site(publisher.builder());
    assert_eq!(site.browser(LISTED).get("/shop").await.status, 200);

    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    assert_eq!(site.browser(LISTED).get("/shop").await.status, 403);
    assert_eq!(site.browser(UNLISTED).get("/shop").await.status, 200);
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");

    let nobody = publisher.builder().lists_mirror("http://127.0.0.1:9");
    let site = self::site(nobody);
    assert_eq!(site.browser(LISTED).get("/shop").await.status, 403);
}

#[tokio::test]
async fn every_source_is_read_into_its_group() {
    let publisher = Publisher::new().await;
    let github = "raw.githubusercontent.com";
    let gzip = {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(b"84.140.60.1\n2003:c0::1\n").unwrap();
        encoder.finish().unwrap()
    };
    publisher.say(
        "www.stopforumspam.com/downloads/listed_ip_30_ipv46.gz",
        Answer::whole(200, "", &gzip),
    );
    let table = [
        ("84.140.60.1", "StopForumSpam", String::new(), ""),
        ("84.140.61.1", "TorExitNodes", TOR.into(), "84.140.61.1\n"),
        (
            "84.140.62.9",
            "FireholLevel1",
            format!("{github}/firehol/blocklist-ipsets/master/firehol_level1.netset"),
            "#\n# firehol_level1\n#\n0.0.0.0/8\n10.0.0.0/8\n84.140.62.0/24\n192.168.0.0/16\n224.0.0.0/3\n",
        ),
        (
            "84.140.63.1",
            "FireholProxies",
            format!("{github}/firehol/blocklist-ipsets/master/firehol_proxies.netset"),
            "# firehol_proxies\n84.140.63.0/31\n",
        ),
        (
            "84.140.64.1",
            "AwesomeProxies",
            format!("{github}/mthcht/awesome-lists/main/Lists/PROXY/ALL_PROXY_Lists.csv"),
            "dest_ip,dest_port,metadata_comment\n84.140.64.1,8080,\"a.csv, b.csv\"\n10.10.34.34,443,a.csv\n",
        ),
        (
            "84.140.65.1",
            "Datacenter",
            format!("{github}/X4BNet/lists_vpn/main/output/datacenter/ipv4.txt"),
            "84.140.65.0/24\n",
        ),
        (
            "2003:65::1",
            "Datacenter",
            format!("{github}/X4BNet/lists_vpn/main/output/datacenter/ipv6.txt"),
            "2003:65::/32\n",
        ),
        (
            "84.140.66.1",
            "Datacenter",
            "ip-ranges.amazonaws.com/ip-ranges.json".into(),
            r#"{"syncToken": "1", "prefixes": [{"ip_prefix": "84.140.66.0/24", "region": "eu-west-1", "service": "EC2"}], "ipv6_prefixes": [{"ipv6_prefix": "2003:66::/40"}]}"#,
        ),
        (
            "84.140.67.1",
            "Datacenter",
            "www.gstatic.com/ipranges/cloud.json".into(),
            r#"{"prefixes": [{"ipv4Prefix": "84.140.67.0/24", "service": "Google Cloud"}, {"ipv6Prefix": "2003:67::/44"}]}"#,
        ),
        (
            "84.140.68.1",
            "Datacenter",
            "docs.oracle.com/iaas/tools/public_ip_ranges.json".into(),
            r#"{"regions": [{"region": "x", "cidrs": [{"cidr": "84.140.68.0/24", "tags": ["OCI"]}]}]}"#,
        ),
        (
            "84.140.69.1",
            "Datacenter",
            "www.digitalocean.com/geo/google.csv".into(),
            "84.140.69.0/24,NL,NL-NH,Amsterdam,1098 XH\n",
        ),
        (
            "84.140.70.1",
            "Datacenter",
            "geoip.linode.com/".into(),
            "# comment\n84.140.70.0/24,US,US-NJ,Cedar Knolls,\n",
        ),
        (
            "84.140.71.1",
            "Datacenter",
            "api.fastly.com/public-ip-list".into(),
            r#"{"addresses": ["84.140.71.0/24"], "ipv6_addresses": ["2003:71::/32"]}"#,
        ),
        (
            "84.140.72.1",
            "Datacenter",
            "www.cloudflare.com/ips-v4/".into(),
            "84.140.72.0/24",
        ),
        (
            "2003:72::1",
            "Datacenter",
            "www.cloudflare.com/ips-v6/".into(),
            "2003:72::/32",
        ),
        (
            "84.140.73.1",
            "NordVPN",
            format!("{github}/Joe12387/open-source-vpn-ip-lists/master/nordvpn.txt"),
            "84.140.73.1\n",
        ),
        (
            "84.140.74.1",
            "ProtonVPN",
            format!("{github}/Joe12387/open-source-vpn-ip-lists/master/protonvpn.txt"),
            "84.140.74.1\n",
        ),
        (
            "84.140.75.1",
            "Surfshark",
            format!("{github}/Joe12387/open-source-vpn-ip-lists/master/surfshark.txt"),
            "84.140.75.1\n",
        ),
        (
            "84.140.80.1",
            "TunnelBear",
            format!("{github}/tn3w/TunnelBear-IPs/master/tunnelbear_ips.txt"),
            "#\n# tunnelbear_ips.txt\n#\n84.140.80.1\n",
        ),
        (
            "84.140.76.1",
            "PrivateInternetAccess",
            "serverlist.piaservers.net/vpninfo/servers/v6".into(),
            "{\"groups\": {}, \"regions\": [{\"dns\": \"x\", \"servers\": {\"wg\": [{\"ip\": \"84.140.76.1\", \"cn\": \"x\"}]}}]}\n\nSIGNATURE==\n",
        ),
        (
            "84.140.77.1",
            "Mullvad",
            "api.mullvad.net/www/relays/all/".into(),
            r#"[{"hostname": "al", "ipv4_addr_in": "84.140.77.1", "ipv6_addr_in": null}]"#,
        ),
        (
            "84.140.78.1",
            "OtherVPN",
            format!("{github}/X4BNet/lists_vpn/main/output/vpn/ipv4.txt"),
            "84.140.78.0/24\n",
        ),
        (
            "2003:78::1",
            "OtherVPN",
            format!("{github}/X4BNet/lists_vpn/main/output/vpn/ipv6.txt"),
            "2003:78::/32\n",
        ),
        (
            "2003:79::1",
            "PrivateRelay",
            "mask-api.icloud.com/egress-ip-ranges.csv".into(),
            "2003:79::/45,DE,DE-BE,Berlin,\n84.140.79.0/31,US,US-CA,,\n",
        ),
    ];
    for (_, _, path, body) in &table[1..] {
        publisher.publish(path, body);
    }
    let site = self::site(publisher.builder());
    let outcomes = refresh_lists(&site.humanify).await;
    let outcomes = outcomes.into_iter();
    let outcomes: Vec<_> = outcomes
        .filter(|(name, _)| CRAWLERS.iter().all(|crawler| crawler.0 != *name))
        .collect();
    assert_eq!(
        outcomes.len(),
        table.len(),
        "each source has a line in the table"
    );
    for (name, outcome) in outcomes {
        assert_eq!(outcome, Ok(()), "{name}");
    }
    for (ip, group, ..) in &table {
        assert_eq!(groups_of(&site, ip).await, *group, "{ip}");
    }
    assert_eq!(groups_of(&site, "2003:c0::1").await, "StopForumSpam");
}

/// The lists of crawlers' networks, where they are, and an agent that is checked by them.
const CRAWLERS: [(&str, &str, &str); 14] = [
    (
        "ahrefs-crawler",
        "api.ahrefs.com/v3/public/crawler-ip-ranges",
        "AhrefsBot/7.0",
    ),
    (
        "apple-applebot",
        "search.developer.apple.com/applebot.json",
        "Applebot/0.1",
    ),
    (
        "bing-bingbot",
        "www.bing.com/toolbox/bingbot.json",
        "bingbot/2.0",
    ),
    (
        "commoncrawl-ccbot",
        "index.commoncrawl.org/ccbot.json",
        "CCBot/2.0",
    ),
    (
        "duckduckgo-duckduckbot",
        "duckduckgo.com/duckduckbot.json",
        "DuckDuckBot/1.1",
    ),
    (
        "google-googlebot",
        "developers.google.com/static/search/apis/ipranges/googlebot.json",
        "Googlebot/2.1",
    ),
    (
        "google-special",
        "developers.google.com/static/search/apis/ipranges/special-crawlers.json",
        "GoogleOther",
    ),
    (
        "google-user-triggered-agents",
        "developers.google.com/static/search/apis/ipranges/user-triggered-agents.json",
        "Google-Agent",
    ),
    (
        "google-user-triggered-google",
        "developers.google.com/static/search/apis/ipranges/user-triggered-fetchers-google.json",
        "Google-Site-Verification",
    ),
    (
        "openai-chatgpt-user",
        "openai.com/chatgpt-user.json",
        "ChatGPT-User/1.0",
    ),
    ("openai-gptbot", "openai.com/gptbot.json", "GPTBot/1.3"),
    (
        "openai-searchbot",
        "openai.com/searchbot.json",
        "OAI-SearchBot/1.3",
    ),
    (
        "perplexity-bot",
        "www.perplexity.ai/perplexitybot.json",
        "PerplexityBot/1.0",
    ),
    (
        "perplexity-user",
        "www.perplexity.ai/perplexity-user.json",
        "Perplexity-User/1.0",
    ),
];

#[tokio::test]
async fn crawlers_are_verified_by_the_networks_that_their_operators_publish_now() {
    let publisher = Publisher::new().await;
    let address = |place: usize| format!("84.140.{}.1", 100 + place);
    for (place, (_, path, _)) in CRAWLERS.iter().enumerate() {
        let prefix = |host| format!(r#"{{"ipv4Prefix": "84.140.{}.{host}/30"}}"#, 100 + place);
        let prefixes: Vec<_> = (0..=255).step_by(8).map(prefix).collect();
        let prefixes = prefixes.join(", ");
        let body = format!(r#"{{"creationTime": "2026-11-01", "prefixes": [{prefixes}]}}"#);
        publisher.publish(path, &body);
    }
    let app = || Router::new().route("/proof", get(proof));
    let proof_of = async |site: &Site, ip: &str, agent: &str| {
        let visitor = site.browser(ip).with(http::header::USER_AGENT, agent);
        visitor.get("/proof").await.body
    };
    let site = Site::new(publisher.builder(), app());
    // Of those that are checked by networks alone, so that no name is looked up.
    let (gptbot, shipped) = ("Mozilla/5.0 (compatible; GPTBot/1.3)", "20.171.206.1");
    assert_eq!(proof_of(&site, shipped, gptbot).await, "verified");
    assert_eq!(proof_of(&site, &address(10), gptbot).await, "an impostor");

    let outcomes = refresh_lists(&site.humanify).await;
    let nobody = publisher.builder().lists_mirror("http://127.0.0.1:9");
    let next = Site::new(nobody, app());
    for (place, (name, _, agent)) in CRAWLERS.iter().enumerate() {
        assert!(outcomes.contains(&(*name, Ok(()))), "{name}");
        let agent = format!("Mozilla/5.0 (compatible; {agent})");
        for site in [&site, &next] {
            assert_eq!(
                proof_of(site, &address(place), &agent).await,
                "verified",
                "{name}"
            );
        }
        let elsewhere = proof_of(&site, "84.140.99.5", &agent).await;
        assert_ne!(elsewhere, "verified", "{name}");
    }
    // An address that its operator has given up is anybody's, but for a list that is far shorter
    // than what came with the crate.
    assert_eq!(proof_of(&site, shipped, gptbot).await, "an impostor");
    let (duckduckbot, shipped) = ("Mozilla/5.0 (compatible; DuckDuckBot/1.1)", "4.144.148.23");
    assert_eq!(proof_of(&site, shipped, duckduckbot).await, "verified");
}

async fn proof(detection: Detection) -> &'static str {
    match (detection.is_verified_crawler(), detection.is_impostor()) {
        (true, false) => "verified",
        (false, true) => "an impostor",
        _ => "neither",
    }
}

#[tokio::test]
async fn what_cannot_be_believed_leaves_the_last_good_list() {
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
        (Answer::Bytes(cut.into_bytes()), "the answer is not whole"),
        (Answer::Bytes(chunk.into_bytes()), "the answer is not whole"),
        (Answer::Bytes(lying.into_bytes()), "the answer is not whole"),
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
            "the server sends elsewhere",
        ),
        (
            elsewhere("file:///etc/passwd"),
            "the server sends elsewhere",
        ),
        (elsewhere(&format!("/{TOR}")), "the server sends elsewhere"),
    ] {
        publisher.say(TOR, answer);
        site.clock.advance(24 * HOUR);
        let outcome = refresh(&site, "tor-exits").await.expect("it is due");
        let told = outcome.expect_err(reason);
        assert!(told.contains(reason), "{told}, not: {reason}");
        assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes", "{reason}");
        assert_eq!(groups_of(&site, UNLISTED).await, "", "{reason}");
    }
    // Nor does any of it reach the disk.
    let site = self::site(publisher.builder());
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");

    publisher.publish(TOR, &exits(5).replace(LISTED, "84.140.7.8"));
    site.clock.advance(24 * HOUR);
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    assert_eq!(groups_of(&site, LISTED).await, "");
    assert_eq!(groups_of(&site, "84.140.7.8").await, "TorExitNodes");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_or_stops_midway_is_left_after_two_minutes() {
    let publisher = Publisher::new().await;
    let midway = "HTTP/1.1 200 X\r\ncontent-length: 99\r\n\r\n84.140.7.7\n";
    for answer in [Answer::Silence, Answer::Stops(midway)] {
        publisher.say(TOR, answer);
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
async fn a_list_of_as_many_networks_that_covers_far_less_frees_nobody() {
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
async fn the_list_of_private_relay_frees_no_wide_range() {
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
async fn a_tag_of_endless_length_is_neither_kept_nor_sent_back() {
    let publisher = Publisher::new().await;
    let tag = format!("etag: \"{}\"\r\n", "x".repeat(100_000));
    publisher.say(TOR, Answer::bytes(200, &tag, &exits(3)));
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let file = publisher.cache.0.join("tor-exits.list");
    assert!(fs::metadata(file).unwrap().len() < 1_000);
    publisher.questions();
    site.clock.advance(3 * HOUR);
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let asked = publisher.questions();
    let second = asked.iter().find(|question| question.path == TOR).unwrap();
    assert_eq!(header(&second.head, "if-none-match"), None);
}

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
async fn a_server_whose_list_was_refused_is_not_asked_again_soon() {
    let publisher = Publisher::new().await;
    let site = self::site(publisher.builder());
    for answer in [
        Answer::bytes(200, "", "<html>"),
        Answer::bytes(200, "", "0.0.0.0/0\n"),
        Answer::bytes(429, "", ""),
        Answer::bytes(404, "", ""),
        Answer::bytes(302, "location: http://127.0.0.1/\r\n", ""),
    ] {
        publisher.say(TOR, answer);
        assert!(refresh(&site, "tor-exits").await.unwrap().is_err());
        site.clock.advance(HOUR);
        assert_eq!(refresh(&site, "tor-exits").await, None);
        site.clock.advance(2 * HOUR);
    }
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again_and_is_fresh_again() {
    let publisher = Publisher::new().await;
    let body = exits(3).into_bytes();
    publisher.say(
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

    let file = publisher.cache.0.join("tor-exits.list");
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

    // The tag outlives the process.
    let again = self::site(publisher.builder());
    again.clock.advance(9 * HOUR);
    refresh(&again, "tor-exits").await.unwrap().unwrap();
    let asked = publisher.questions();
    let third = asked.iter().find(|question| question.path == TOR).unwrap();
    assert_eq!(header(&third.head, "if-none-match"), Some("\"v1\""));
}

#[tokio::test]
async fn servers_are_asked_when_a_list_is_due_and_sooner_after_a_failure() {
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

    publisher.say(TOR, Answer::bytes(503, "", ""));
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

#[tokio::test]
async fn a_damaged_file_is_passed_over_and_mended() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let file = publisher.cache.0.join("tor-exits.list");
    let good = fs::read(&file).unwrap();
    let other = String::from_utf8(good.clone())
        .unwrap()
        .replace("tor-exits", "mullvad");

    let mut damaged: Vec<Vec<u8>> = (0..good.len())
        .step_by(7)
        .flat_map(|place| {
            let mut flipped = good.clone();
            flipped[place] ^= 1;
            [flipped, good[..place].to_vec()]
        })
        .collect();
    damaged.extend([
        vec![],
        vec![0xff; 100],
        other.into_bytes(),
        [&good[..], b"8.8.8.8/32\n"].concat(),
    ]);
    for bytes in damaged {
        fs::write(&file, &bytes).unwrap();
        fs::remove_file(publisher.cache.0.join("sets.compiled")).ok();
        let site = self::site(publisher.builder());
        assert_eq!(
            groups_of(&site, LISTED).await,
            "",
            "{}",
            String::from_utf8_lossy(&bytes)
        );
    }
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");
    assert_eq!(fs::read(&file).unwrap().len(), good.len());
}

#[tokio::test]
async fn compiled_sets_are_taken_unless_they_are_damaged_or_of_other_lists() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let list = publisher.cache.0.join("tor-exits.list");
    let compiled = publisher.cache.0.join("sets.compiled");
    let (good_list, good) = (fs::read(&list).unwrap(), fs::read(&compiled).unwrap());
    let found = async || groups_of(&self::site(publisher.builder()), LISTED).await;

    // The list is not read: it could not be, and yet the last good sets are there.
    let mut damaged = good_list.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&list, &damaged).unwrap();
    assert_eq!(found().await, "TorExitNodes");

    // What the application adds is none of what is kept.
    let mine = publisher
        .builder()
        .add_network(Group::Datacenter, "84.140.9.9");
    assert_eq!(groups_of(&self::site(mine), UNLISTED).await, "Datacenter");
    assert_eq!(
        groups_of(&self::site(publisher.builder()), UNLISTED).await,
        ""
    );

    fs::write(&list, &good_list).unwrap();
    let places = (0..good.len()).step_by(good.len() / 20);
    let flipped = places.flat_map(|place| {
        let mut flipped = good.clone();
        flipped[place] ^= 1;
        [flipped, good[..place].to_vec()]
    });
    for bytes in flipped {
        fs::write(&compiled, bytes).unwrap();
        assert_eq!(found().await, "TorExitNodes");
        assert!(fs::read(&compiled).unwrap() == good, "it is mended");
    }

    // Another process has fetched another list since they were compiled.
    publisher.publish(TOR, &format!("{}{UNLISTED}\n", exits(3)));
    site.clock.advance(24 * HOUR);
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    fs::write(&compiled, &good).unwrap();
    let site = self::site(publisher.builder());
    assert_eq!(groups_of(&site, UNLISTED).await, "TorExitNodes");

    // One that another process fetches after this one began is there when a list is due, though
    // the server says that it did not change.
    fs::write(&list, &good_list).unwrap();
    fs::write(&compiled, &good).unwrap();
    let site = self::site(publisher.builder());
    let other = self::site(publisher.builder());
    other.clock.advance(24 * HOUR);
    refresh(&other, "tor-exits").await.unwrap().unwrap();
    site.clock.advance(27 * HOUR);
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    assert_eq!(groups_of(&site, UNLISTED).await, "TorExitNodes");
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_costs_nothing_but_the_next_start() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let file = publisher.cache.0.join("file");
    fs::create_dir_all(&publisher.cache.0).unwrap();
    fs::write(&file, "not a directory").unwrap();
    let site = self::site(publisher.builder().lists_cache(file.join("cache")));
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");
}

#[tokio::test]
async fn processes_that_share_a_directory_ask_once_between_them() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let (one, other) = (
        self::site(publisher.builder()),
        self::site(publisher.builder()),
    );
    refresh(&one, "tor-exits").await.unwrap().unwrap();
    assert_eq!(publisher.count(TOR), 1);
    assert_eq!(refresh(&other, "tor-exits").await, Some(Ok(())));
    assert_eq!(publisher.count(TOR), 0);
    assert_eq!(groups_of(&other, LISTED).await, "TorExitNodes");
    // What is left of a process that ended while it wrote is removed, what may be written is not.
    let begun = [".new.1.1", ".new.2.1"].map(|name| publisher.cache.0.join(name));
    for (path, age) in begun.iter().zip([2 * HOUR, HOUR / 2]) {
        let file = fs::File::create(path).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
    one.clock.advance(3 * HOUR);
    publisher.publish(TOR, &exits(4));
    refresh(&one, "tor-exits").await.unwrap().unwrap();
    let [old, young] = begun;
    assert!(!old.exists() && young.exists());
    fs::remove_file(young).unwrap();
    let mut left: Vec<PathBuf> = fs::read_dir(&publisher.cache.0)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    left.sort();
    assert_eq!(
        left,
        ["sets.compiled", "tor-exits.list"].map(|name| publisher.cache.0.join(name)),
        "nothing else is left behind"
    );
}

/// The directory may be one that others write to, or one that processes of several machines
/// share which have the same number.
#[cfg(unix)]
#[tokio::test]
async fn nothing_is_written_through_what_stands_where_a_list_is_begun() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    fs::create_dir_all(&publisher.cache.0).unwrap();
    let precious = publisher.cache.0.join("precious");
    fs::write(&precious, "precious").unwrap();
    for number in 0..1_000 {
        let name = format!(".new.{}.{number}", std::process::id());
        std::os::unix::fs::symlink(&precious, publisher.cache.0.join(name)).unwrap();
    }
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    let kept = publisher.cache.0.join("tor-exits.list");
    assert!(fs::symlink_metadata(kept).unwrap().is_file());
}

/// Who opens a pipe waits for somebody to write.
#[cfg(unix)]
#[tokio::test]
async fn a_pipe_in_the_place_of_a_list_keeps_nobody_waiting() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    fs::create_dir_all(&publisher.cache.0).unwrap();
    for name in ["tor-exits.list", "sets.compiled"] {
        let made = std::process::Command::new("mkfifo")
            .arg(publisher.cache.0.join(name))
            .status();
        assert!(made.unwrap().success());
    }
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");
    let kept = publisher.cache.0.join("tor-exits.list");
    assert!(fs::metadata(kept).unwrap().is_file());
}

#[tokio::test]
async fn what_the_application_adds_takes_away_and_trusts_survives() {
    let publisher = Publisher::new().await;
    let nord = "raw.githubusercontent.com/Joe12387/open-source-vpn-ip-lists/master/nordvpn.txt";
    publisher.publish(TOR, &exits(3));
    publisher.publish(nord, "84.140.30.1\n84.140.30.2\n");
    let express = Group::Vpn(VpnProvider::ExpressVpn);
    let site = self::site(
        publisher
            .builder()
            .add_network(express, "84.140.40.0/24")
            .remove_network(Group::TorExitNodes, LISTED)
            .signals(Signals::default().vpn(false)),
    );
    for _ in 0..2 {
        refresh_lists(&site.humanify).await;
        assert_eq!(groups_of(&site, "84.140.40.1").await, "ExpressVPN");
        assert_eq!(groups_of(&site, LISTED).await, "");
        assert_eq!(groups_of(&site, "84.140.8.2").await, "TorExitNodes");
        assert_eq!(groups_of(&site, "84.140.30.1").await, "NordVPN");
        assert_eq!(site.browser("84.140.30.1").get("/shop").await.status, 200);
        site.clock.advance(48 * HOUR);
    }
}

#[tokio::test]
async fn private_relay_is_no_sign_of_a_bot_in_whosever_network_it_is() {
    let publisher = Publisher::new().await;
    publisher.publish("www.cloudflare.com/ips-v4/", "84.140.0.0/16");
    let vpns = "raw.githubusercontent.com/X4BNet/lists_vpn/main/output/vpn/ipv4.txt";
    publisher.publish(vpns, "84.140.80.0/24\n");
    publisher.publish(
        "mask-api.icloud.com/egress-ip-ranges.csv",
        "84.140.80.0/28,DE,,,\n",
    );
    let site = self::site(publisher.builder());
    refresh_lists(&site.humanify).await;
    assert_eq!(groups_of(&site, "84.140.80.1").await, "PrivateRelay");
    assert_eq!(site.browser("84.140.80.1").get("/shop").await.status, 200);
    assert_eq!(
        groups_of(&site, "84.140.80.16").await,
        "OtherVPN Datacenter"
    );
    assert_eq!(site.browser("84.140.80.16").get("/shop").await.status, 403);
}

#[tokio::test]
async fn a_list_that_is_left_out_is_not_asked_for() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site = self::site(publisher.builder().without_list("tor-exits"));
    assert_eq!(refresh(&site, "tor-exits").await, None);
    assert_eq!(publisher.count(TOR), 0);
}

#[test]
fn settings_that_cannot_work_are_refused_with_the_remedy() {
    let error = |builder: HumanifyBuilder| builder.build().unwrap_err().to_string();
    let by_hand = || Humanify::builder().lists(Lists::ByHand);
    let told = error(by_hand().without_list("stopforumspan"));
    assert!(
        told.contains("there is no list `stopforumspan`, did you mean `stopforumspam`?"),
        "{told}"
    );
    let told = error(by_hand().lists_mirror("http://lists.example"));
    assert!(
        told.contains("`http://lists.example` is no address for a mirror"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_go_on_while_sets_are_swapped() {
    let publisher = Publisher::new().await;
    let site = self::site(publisher.builder());
    publisher.publish(TOR, &exits(100));
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let visitors: Vec<_> = [(LISTED, 403), (UNLISTED, 200)]
        .into_iter()
        .map(|(ip, expected)| {
            let (site, is_over) = (site.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut answered = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let reply = site.browser(ip).get("/shop").await;
                    assert_eq!(reply.status, expected, "{ip}");
                    answered += 1;
                    tokio::task::yield_now().await;
                }
                answered
            })
        })
        .collect();
    for round in 0..30 {
        publisher.publish(TOR, &exits(90 + round));
        site.clock.advance(24 * HOUR);
        refresh(&site, "tor-exits").await.unwrap().unwrap();
        let last = format!("84.140.8.{}", 2 * (89 + u16::from(round)));
        assert_eq!(groups_of(&site, &last).await, "TorExitNodes");
    }
    is_over.store(true, Ordering::Relaxed);
    for visitor in visitors {
        assert!(visitor.await.unwrap() > 0);
    }
}

/// Whether the thread that refreshes lists runs in this process.
fn is_refreshing() -> bool {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    threads
        .filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("comm")).ok())
        .any(|name| name.trim() == "humanify-lists")
}

/// This is one test, since only one thread may be looked for at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_background_needs_no_network_to_start_fetches_by_itself_and_ends_with_its_owner() {
    let publisher = Publisher::new().await;
    let deadline = Instant::now() + Duration::from_secs(60);
    let fresh = || publisher.builder().lists(Lists::Fresh);

    publisher.say(TOR, Answer::Silence);
    let site = self::site(fresh());
    assert_eq!(site.browser(LISTED).get("/shop").await.status, 200);
    // A thread has its name once it runs.
    while !is_refreshing() {
        assert!(Instant::now() < deadline);
        tokio::task::yield_now().await;
    }
    drop(site);
    while is_refreshing() {
        assert!(Instant::now() < deadline);
        tokio::task::yield_now().await;
    }

    publisher.publish(TOR, &exits(3));
    let site = self::site(fresh());
    while site.browser(LISTED).get("/shop").await.status != 403 {
        assert!(Instant::now() < deadline);
        tokio::task::yield_now().await;
    }

    // Without a runtime, too.
    let none = Humanify::builder()
        .lists(Lists::Fresh)
        .lists_mirror("http://127.0.0.1:9")
        .lists_cache(publisher.cache.0.join("other"));
    std::thread::spawn(|| self::site(none)).join().unwrap();

    // Embedded lists start nothing.
    drop(site);
    while is_refreshing() {
        assert!(Instant::now() < deadline);
        tokio::task::yield_now().await;
    }
    let _site = self::site(Humanify::builder().lists(Lists::Embedded));
    assert!(!is_refreshing());
}
