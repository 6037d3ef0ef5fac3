//! Crawlers: which user agents are recognised, and how rules treat them.

use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::header::USER_AGENT;
use http::{Request, StatusCode};
use humanify::prelude::*;
use humanify::testing::DetectionStub;
use humanify::{Crawlers, RuleSet};
use tower::ServiceExt;

use crate::support::{Agents, HOME, Log, Site};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

#[test]
fn nearly_all_crawlers_of_the_public_list_are_recognised() {
    let crawlers = Crawlers::embedded().unwrap();
    let agents = Agents::Crawlers.read();
    let missed: Vec<&String> = agents
        .iter()
        .filter(|agent| crawlers.find(agent.as_bytes()).is_none())
        .collect();
    assert!(agents.len() > 2_000);
    assert!(
        missed.len() * 1_000 <= agents.len() * 5,
        "{} of {}: {missed:#?}",
        missed.len(),
        agents.len()
    );
}

#[test]
fn at_most_one_browser_in_a_thousand_is_taken_for_a_crawler() {
    let crawlers = Crawlers::embedded().unwrap();
    let agents = Agents::People.read();
    let taken: Vec<_> = agents
        .iter()
        .filter_map(|agent| Some((crawlers.find(agent.as_bytes())?.name, agent)))
        .collect();
    assert_eq!(agents.len(), 10_000);
    assert!(taken.len() <= 10, "{}: {taken:#?}", taken.len());
}

/// User agents of people's programs and of programs that pose as browsers, by kind.
fn labelled() -> impl Iterator<Item = (&'static str, bool, &'static str)> {
    let mut kind = "";
    let lines = include_str!("data/agents/labelled.txt").lines();
    lines.filter_map(move |line| match line.strip_prefix("# ") {
        Some(heading) => {
            kind = heading;
            None
        }
        None => Some((kind, kind.starts_with("crawler: "), line)),
    })
}

#[test]
fn peoples_programs_are_not_crawlers_and_programs_that_pose_as_browsers_are() {
    let crawlers = Crawlers::embedded().unwrap();
    let wrong: Vec<_> = labelled()
        .filter(|(_, crawler, agent)| crawlers.find(agent.as_bytes()).is_some() != *crawler)
        .collect();
    assert!(labelled().count() > 300);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Names of programs that are in no list.
const GENERAL: [&str; 8] = [
    "Scanner",
    "Preview",
    "Monitor",
    "Checker",
    "Research",
    "Thumbnail",
    "Audit",
    "Screenshot",
];

#[test]
fn a_general_word_does_not_make_an_embedded_browser_a_crawler() {
    let crawlers = Crawlers::embedded().unwrap();
    for word in GENERAL {
        for agent in [
            format!(
                "Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36 My{word}/1.2 (https://app.example)"
            ),
            format!(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 My{word}/3 www.app.example"
            ),
            format!("My{word}/3.1 CFNetwork/1494.0.7 Darwin/23.4.0"),
            format!(
                "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; {word} Inc; http://toolbar.example)"
            ),
        ] {
            assert_eq!(crawlers.find(agent.as_bytes()), None, "{agent}");
        }
    }
}

#[test]
fn an_unknown_word_in_a_desktop_agent_makes_it_a_program() {
    let crawlers = Crawlers::embedded().unwrap();
    for browser in [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    ] {
        assert_eq!(crawlers.find(browser.as_bytes()), None, "{browser}");
        let (start, rest) = browser.split_once(')').unwrap();
        for word in GENERAL
            .map(|word| format!("Quux{word}"))
            .iter()
            .map(String::as_str)
            .chain(["Zanthorp"])
        {
            for agent in [
                format!("{browser} {word}/1.0"),
                format!("{browser} {word}"),
                format!("{browser} ({word}; https://{word}.example)"),
                format!("{start}; {word}){rest}"),
            ] {
                assert!(crawlers.find(agent.as_bytes()).is_some(), "{agent}");
            }
        }
    }
}

#[test]
fn a_telephones_browser_is_judged_by_what_is_added_to_it() {
    let crawlers = Crawlers::embedded().unwrap();
    let is_crawler = |agent: &str| crawlers.find(agent.as_bytes()).is_some();
    for browser in [
        "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
        "Mozilla/5.0 (Android; Tablet; rv:40.0) Gecko/40.0 Firefox/40.0",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    ] {
        assert!(!is_crawler(browser), "{browser}");
        for (addition, is_programs) in [
            ("Zanthorp", true),
            ("(compatible; Quux)", true),
            ("Quuxbotics/2.1", true),
            ("MyPreview/1.2", true),
            ("CamScanner/4.5", true),
            ("Zanthorp/1.2", false),
        ] {
            let agent = format!("{browser} {addition}");
            assert_eq!(is_crawler(&agent), is_programs, "{agent}");
        }
    }
    // Firefox before 2014 named itself twice. Television sets say that they are Android's, too.
    for browser in [
        "Mozilla/5.0 (Android; Linux armv7l; rv:10.0) Gecko/20120118 Firefox/10.0 Fennec/10.0",
        "Opera/9.80 (Android; Opera Mini/36.2.2254/117.41; U; es) Presto/2.12.423 Version/12.16",
        "Mozilla/5.0 (Android armv8l) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/55.0.2883.91 Safari/537.36 Model/Vestel-MB171 VSTVB MB171",
    ] {
        assert!(!is_crawler(browser), "{browser}");
    }
}

proptest::proptest! {
    #[test]
    fn only_the_first_bytes_of_an_agent_are_judged(
        agent in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..600),
        more in proptest::collection::vec(proptest::prelude::any::<u8>(), 1..600),
        browser in proptest::prelude::any::<bool>(),
    ) {
        static CRAWLERS: LazyLock<Crawlers> = LazyLock::new(|| Crawlers::embedded().unwrap());
        let mut agent = [if browser { &b"Mozilla/5.0 (Windows NT 10.0; "[..] } else { b"x" }, &agent, b"x"].concat();
        let found = CRAWLERS.find(&agent);
        if agent.len() >= 512 {
            agent.extend(more);
            agent.push(b'x');
            proptest::prop_assert_eq!(CRAWLERS.find(&agent), found);
        }
    }
}

#[test]
fn names_and_operators_of_crawlers_are_plain_text() {
    let crawlers = Crawlers::embedded().unwrap();
    let agents = Agents::Crawlers.read();
    let found: Vec<_> = agents
        .iter()
        .filter_map(|agent| crawlers.find(agent.as_bytes()))
        .collect();
    assert!(found.len() > 2_000, "{}", found.len());
    for crawler in found {
        for text in [Some(crawler.name), crawler.operator].into_iter().flatten() {
            assert!(!text.is_empty() && text.len() <= 64, "{text}");
            assert!(!text.contains(['<', '>', '"', '&']), "{text}");
            assert!(!text.contains(char::is_control), "{text}");
        }
    }
}

fn site(rules: RuleSet) -> Site {
    let app = Router::new()
        .route("/who", get(who))
        .fallback(|| async { "in" });
    Site::new(Humanify::builder().rules(rules), app)
}

async fn who(detection: Detection) -> String {
    format!(
        "{:?} {:?} {:?}",
        detection.crawler(),
        detection.crawler_kind(),
        detection.crawler_operator()
    )
}

async fn status(site: &Site, agent: &str, path: &str) -> StatusCode {
    let visitor = site.program(HOME).with(USER_AGENT, agent);
    visitor.get(path).await.status
}

#[tokio::test]
async fn rules_match_crawlers_by_kind_and_by_name() {
    let site = site(protect! {
        deny_access on "/ai" when client.crawler_kind == ai;
        deny_access on "/training" when client.crawler_kind == ai_training;
        deny_access on "/sellers" when client.crawler_kind in [seo, "advertising"];
        deny_access on "/crawlers-but-search" when client.is_crawler && client.crawler_kind != search;
        deny_access those on "/anyone-but-search" when client.crawler_kind != search;
        deny_access on "/gptbot" when client.crawler == "GPTBot";
    });
    let gptbot = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)";
    let claude_user = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; +Claude-User@anthropic.com)";
    let ahrefs = "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)";
    let google = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    for (agent, refused) in [
        (
            gptbot,
            &[
                "/ai",
                "/training",
                "/crawlers-but-search",
                "/anyone-but-search",
                "/gptbot",
            ][..],
        ),
        (
            claude_user,
            &["/ai", "/crawlers-but-search", "/anyone-but-search"],
        ),
        (
            ahrefs,
            &["/sellers", "/crawlers-but-search", "/anyone-but-search"],
        ),
        (google, &[]),
        // A missing value equals nothing.
        (FIREFOX, &["/anyone-but-search"]),
    ] {
        for path in [
            "/ai",
            "/training",
            "/sellers",
            "/crawlers-but-search",
            "/anyone-but-search",
            "/gptbot",
        ] {
            let expected = if refused.contains(&path) {
                StatusCode::FORBIDDEN
            } else {
                StatusCode::OK
            };
            assert_eq!(status(&site, agent, path).await, expected, "{agent} {path}");
        }
    }
}

#[tokio::test]
async fn a_handler_gets_the_name_of_the_crawler() {
    let site = site(protect! {});
    for (agent, expected) in [
        (
            "ClaudeBot/1.0",
            r#"Some("ClaudeBot") Some(AiTraining) Some("Anthropic")"#,
        ),
        ("curl/8.5.0", r#"Some("curl") Some(Library) None"#),
        ("made up", r#"Some("unlisted crawler") Some(Other) None"#),
        ("", r#"Some("no user agent") Some(Other) None"#),
        (FIREFOX, "None None None"),
    ] {
        let visitor = site.program(HOME).with(USER_AGENT, agent);
        assert_eq!(visitor.get("/who").await.body, expected, "{agent}");
    }
}

#[tokio::test]
async fn debug_output_of_a_detection_shows_only_determined_facts() {
    async fn printed(detection: Detection) -> String {
        let before = format!("{detection:?}");
        let _ = detection.is_crawler();
        format!("{before} {detection:?}")
    }
    let app = Router::new().route("/", get(printed));
    let site = Site::new(Humanify::builder().rules(protect! {}), app);
    let visitor = site.program(HOME).with(USER_AGENT, "Googlebot/2.1");
    let body = visitor.get("/").await.body;
    let (before, after) = body.split_once(" Detection").unwrap();
    assert!(before.contains("crawler: None"), "{body}");
    assert!(after.contains(r#"name: "Googlebot""#), "{body}");
    // Verifying the crawler would need a DNS query, which nothing has caused.
    assert!(after.contains("proof: None"), "{body}");
}

#[tokio::test]
async fn a_test_of_an_application_chooses_the_crawler() {
    let site = site(protect! {
        deny_access on "/ai" when client.crawler_kind == ai;
    });
    for (name, expected) in [
        ("GPTBot", StatusCode::FORBIDDEN),
        ("Googlebot", StatusCode::OK),
        ("a crawler of the test's own", StatusCode::OK),
    ] {
        let mut request = Request::get("/ai").body(Body::empty()).unwrap();
        let peer = SocketAddr::new(HOME.parse().unwrap(), 40_000);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
            .extensions_mut()
            .insert(DetectionStub::human().crawler(name));
        let response = site.app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), expected, "{name}");
    }
}

#[test]
fn a_rule_on_an_unknown_crawler_causes_a_warning() {
    let (log, _guard) = Log::collect();
    site(protect! {
        deny_access on "/a" when client.crawler in ["GPTBot", "ChatGPT Users!"] || client.is_vpn;
        deny_access on "/b" when !(client.crawler != "Something of our own");
        deny_access on "/c" when client.crawler == "ClaudeBot" || client.crawler ~ "^X";
    });
    let written = log.text();
    let warnings: Vec<&str> = written
        .lines()
        .filter(|line| line.contains("WARN") && line.contains("crawler"))
        .collect();
    assert_eq!(warnings.len(), 2, "{written}");
    for (warning, parts) in warnings.iter().zip([
        [
            "crawler=\"ChatGPT Users!\"",
            "did_you_mean=\"ChatGPT-User\"",
            "\\\"/a\\\"",
        ],
        [
            "crawler=\"Something of our own\"",
            "no name that is near",
            "\\\"/b\\\"",
        ],
    ]) {
        for part in parts {
            assert!(warning.contains(part), "{part}: {warning}");
        }
    }
}
