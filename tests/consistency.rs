//! Headers that contradict the user agent: they are found in programs that pose as browsers, and
//! not in real browsers.

use axum::Router;
use axum::routing::get;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, USER_AGENT};
use http::{HeaderName, StatusCode};
use humanify::prelude::*;
use humanify::{HumanifyBuilder, RuleSet};

use crate::support::{HOME, Site, Visitor};

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.4 Safari/605.1.15";
const CHROME_HINTS: &str = r#""Google Chrome";v="147", "Not.A/Brand";v="8", "Chromium";v="147""#;

fn site(builder: HumanifyBuilder, rules: RuleSet) -> Site {
    #[block_bots]
    async fn people() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/how", get(detection_of))
        .route("/people", get(people))
        .fallback(|| async { "in" });
    Site::new(builder.https(true).rules(rules), app)
}

async fn detection_of(detection: Detection) -> String {
    let names: Vec<&str> = detection
        .inconsistencies()
        .iter()
        .map(|how| how.name())
        .collect();
    assert_eq!(detection.is_inconsistent(), !names.is_empty());
    names.join(" ")
}

/// A client that sends only its user agent and the given headers.
fn with_only(site: &Site, agent: &str, headers: &[(&'static str, &str)]) -> Visitor {
    let mut visitor = site.program(HOME).without(ACCEPT).with(USER_AGENT, agent);
    for (name, value) in headers {
        visitor = visitor.with(HeaderName::from_static(name), value);
    }
    visitor
}

/// A browser's request for a page, without client hints.
fn page(site: &Site, agent: &str) -> Visitor {
    site.browser(HOME)
        .with(USER_AGENT, agent)
        .with(ACCEPT_LANGUAGE, "en-US,en;q=0.9")
        .with(HeaderName::from_static("sec-fetch-dest"), "document")
}

#[tokio::test]
async fn programs_that_pretend_to_be_browsers_are_found() {
    let site = site(Humanify::builder(), protect! {});
    for (what, agent, headers, expected) in [
        (
            "curl -A",
            CHROME,
            &[("accept", "*/*")][..],
            "no_fetch_metadata no_language",
        ),
        (
            "python-requests",
            FIREFOX,
            &[
                ("accept", "*/*"),
                ("accept-encoding", "gzip, deflate"),
                ("connection", "keep-alive"),
            ],
            "no_fetch_metadata no_language",
        ),
        (
            "Scrapy",
            SAFARI,
            &[
                (
                    "accept",
                    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                ),
                ("accept-language", "en"),
            ],
            "no_fetch_metadata",
        ),
        (
            "a headless browser that writes another agent",
            CHROME,
            &[
                ("accept-language", "en-US"),
                ("sec-fetch-site", "none"),
                (
                    "sec-ch-ua",
                    r#""HeadlessChrome";v="147", "Not.A/Brand";v="8", "Chromium";v="147""#,
                ),
                ("sec-ch-ua-mobile", "?0"),
                ("sec-ch-ua-platform", "\"Linux\""),
            ],
            "headless other_platform",
        ),
        (
            "a copied set under another agent",
            CHROME,
            &[
                ("accept-language", "en-US"),
                ("sec-fetch-site", "none"),
                (
                    "sec-ch-ua",
                    r#""Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24""#,
                ),
                ("sec-ch-ua-mobile", "?1"),
                ("sec-ch-ua-platform", "\"Android\""),
            ],
            "other_version other_platform other_device",
        ),
        (
            "a copied set of Chrome",
            FIREFOX,
            &[
                ("accept-language", "en-US"),
                ("sec-fetch-site", "none"),
                ("sec-ch-ua", CHROME_HINTS),
            ],
            "foreign_client_hints",
        ),
    ] {
        let visitor = with_only(&site, agent, headers);
        assert_eq!(visitor.get("/how").await.body, expected, "{what}");
    }
}

/// The lines of a table of header sets, as `make_header_sets.py` writes it, in which a fault is
/// found, each with the fault.
async fn faults(table: &str) -> Vec<String> {
    let site = site(Humanify::builder(), protect! {});
    let mut faults = Vec::new();
    for line in table.lines() {
        let mut fields = line.split('\t');
        let mut visitor = page(&site, fields.next().unwrap());
        for name in ["sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform"] {
            let value = fields.next().unwrap();
            if !value.is_empty() {
                visitor = visitor.with(HeaderName::from_static(name), value);
            }
        }
        let found = visitor.get("/how").await.body;
        if !found.is_empty() {
            faults.push(format!("{found}: {line}"));
        }
    }
    faults
}

#[tokio::test]
async fn browsers_of_people_are_consistent() {
    let table = include_str!("data/agents/headers.txt");
    // Some visitors in the table were programs: those whose client hints say that they have no
    // window. All of them are found.
    let (hidden, people): (Vec<&str>, Vec<&str>) = table
        .lines()
        .filter(|line| !line.contains(" HeadlessChrome/"))
        .partition(|line| line.contains("\"HeadlessChrome\""));
    assert_eq!(faults(&hidden.join("\n")).await.len(), hidden.len());

    // Four of the others have a user agent that is ten to forty versions older than the browser.
    let faults = faults(&people.join("\n")).await;
    assert!(people.len() > 270, "{}", people.len());
    assert_eq!(faults.len(), 4, "{faults:#?}");
    for fault in &faults {
        assert!(fault.starts_with("other_version"), "{fault}");
    }
}

/// Checks a table that may not be published with the tests.
#[tokio::test]
#[ignore = "takes a table by HUMANIFY_HEADER_SETS"]
#[allow(clippy::print_stdout, reason = "it measures")]
async fn the_faults_of_a_given_table_are_printed() {
    let path = std::env::var_os("HUMANIFY_HEADER_SETS").unwrap();
    let table = std::fs::read_to_string(path).unwrap();
    let faults = faults(&table).await;
    println!("{} of {} sets:", faults.len(), table.lines().count());
    for fault in faults {
        println!("  {fault}");
    }
}

#[tokio::test]
async fn inconsistency_decides_only_where_a_rule_or_a_setting_names_it() {
    let rules = || {
        protect! {
            deny_access on "/strict" when client.is_inconsistent;
            deny_access on "/bots";
        }
    };
    let by_default = site(Humanify::builder(), rules());
    let counted = site(
        Humanify::builder().signals(Signals::default().inconsistent(true)),
        rules(),
    );
    for (site, path, liar) in [
        (&by_default, "/strict", StatusCode::FORBIDDEN),
        (&by_default, "/bots", StatusCode::OK),
        (&by_default, "/people", StatusCode::OK),
        (&counted, "/strict", StatusCode::FORBIDDEN),
        (&counted, "/bots", StatusCode::FORBIDDEN),
        (&counted, "/people", StatusCode::FORBIDDEN),
    ] {
        let visitor = with_only(site, CHROME, &[]);
        assert_eq!(visitor.get(path).await.status, liar, "{path}");
        let person = page(site, CHROME).with(HeaderName::from_static("sec-ch-ua"), CHROME_HINTS);
        assert_eq!(person.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_crawler_claims_no_browser() {
    let site = site(Humanify::builder(), protect! {});
    for agent in [
        "curl/8.5.0",
        "",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/147.0.0.0 Safari/537.36",
    ] {
        assert_eq!(
            with_only(&site, agent, &[]).get("/how").await.body,
            "",
            "{agent}"
        );
    }
}

#[tokio::test]
async fn headers_that_browsers_send_only_over_https_are_not_missed_over_http() {
    let app = Router::new().route("/how", get(detection_of));
    let site = Site::new(Humanify::builder(), app);
    let visitor = with_only(&site, CHROME, &[("accept-language", "de")]);
    assert_eq!(visitor.get("/how").await.body, "");
}
