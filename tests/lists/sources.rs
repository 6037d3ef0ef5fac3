//! The sources of lists, and the sets that each is read into.

use axum::Router;
use axum::routing::get;
use humanify::prelude::*;
use humanify::testing::refresh_lists;

use super::{groups_of, gzip, site};
use crate::support::Site;
use crate::support::publisher::{Answer, Publisher, STOP_FORUM_SPAM, TOR};

#[tokio::test]
async fn every_source_is_read_into_its_group() {
    let publisher = Publisher::new().await;
    let github = "raw.githubusercontent.com";
    publisher.respond_with(
        STOP_FORUM_SPAM,
        Answer::whole(200, "", &gzip(b"84.140.60.1\n2003:c0::1\n")),
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

/// The lists of crawlers' networks: name, address, and a user agent that is verified by them.
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
        "APIs-Google",
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
    // A crawler that is verified by networks only, so that no DNS look-up is needed.
    let (gptbot, shipped) = ("Mozilla/5.0 (compatible; GPTBot/1.3)", "20.171.206.1");
    assert_eq!(proof_of(&site, shipped, gptbot).await, "verified");
    assert_eq!(proof_of(&site, &address(10), gptbot).await, "an impostor");

    let outcomes = refresh_lists(&site.humanify).await;
    let nobody = publisher.offline();
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
    // An address that the new list no longer has is not the crawler's, unless the new list is far
    // shorter than the embedded one.
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
async fn private_relay_is_not_a_sign_of_a_bot_in_any_network() {
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
