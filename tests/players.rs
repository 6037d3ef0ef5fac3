//! Media players that present their browser's clearance, where the owner allows it.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::any;
use http::header::{ACCEPT, COOKIE, HOST, HeaderName, RANGE, USER_AGENT};
use http::{Method, Request, StatusCode};
use humanify::DecisionAction;
use humanify::prelude::*;

use crate::support::{HOME, Site, Visitor};

const HOME_V6: &str = "2a02:8100:1:2::1";

const OTHER_V6: &str = "2a02:8100:9:2::1";

const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

const AVPLAYER: &str = "AppleCoreMedia/1.0.0.21E236 (iPhone; U; CPU OS 17_4_1 like Mac OS X)";

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                      Gecko) Chrome/142.0.0.0 Safari/537.36";

fn site(allowed: bool, ids: bool) -> Site {
    #[always_challenge]
    async fn film() -> &'static str {
        "film"
    }
    let builder = Humanify::builder()
        .media_players(allowed)
        .use_client_id(ids);
    Site::new(builder, Router::new().route("/film", any(film)))
}

/// Another program that presents the cookies of a browser.
fn program(browser: &Visitor, agent: &str) -> Visitor {
    let program = browser.clone().with(ACCEPT, "*/*");
    ["sec-fetch-mode", "sec-fetch-site", "sec-fetch-dest"]
        .map(HeaderName::from_static)
        .into_iter()
        .fold(program, Visitor::without)
        .with(USER_AGENT, agent)
}

async fn opens_film(visitor: &Visitor) -> bool {
    match visitor.get("/film").await.status {
        StatusCode::OK => true,
        // A client that claims to be a known crawler has to wait for its check.
        StatusCode::FORBIDDEN | StatusCode::SERVICE_UNAVAILABLE => false,
        status => panic!("{status}"),
    }
}

#[tokio::test]
async fn a_player_uses_its_browsers_clearance_if_the_owner_allows_it() {
    for (agent, header) in [
        (AVPLAYER, None),
        (AVPLAYER, Some((RANGE, "bytes=0-1"))),
        ("Lavf/60.16.100", None),
        (
            "Shop/4.1 (Linux;Android 13) ExoPlayerLib/2.18.7",
            Some((RANGE, "bytes=4096-")),
        ),
        ("VLC/3.0.20 LibVLC/3.0.20", None),
        ("stagefright/1.2 (Linux;Android 9)", None),
        (
            "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
            None,
        ),
        // The web view of an app sends the destination of its requests.
        (CHROME, Some((DESTINATION, "video"))),
        (CHROME, Some((DESTINATION, "audio"))),
        (CHROME, Some((DESTINATION, "track"))),
        (CHROME, Some((RANGE, "bytes=0-"))),
    ] {
        for allowed in [true, false] {
            let site = site(allowed, false);
            let browser = site.browser(HOME);
            let mut player = program(&browser, agent);
            if let Some((name, value)) = &header {
                player = player.with(name.clone(), value);
            }
            assert!(!opens_film(&player).await, "{agent}: nobody is cleared");
            browser.get_in("/film").await;
            assert_eq!(opens_film(&player).await, allowed, "{agent} {header:?}");
            let head = player.send(Method::HEAD, "/film", "").await;
            assert_eq!(head.status == StatusCode::OK, allowed, "{agent}");
        }
    }
}

#[tokio::test]
async fn only_a_media_player_may_present_the_clearance_of_another_browser() {
    let site = site(true, false);
    let browser = site.browser(HOME);
    browser.get_in("/film").await;
    let video = || (DESTINATION, "video");
    let part = || (RANGE, "bytes=0-1");
    for (agent, headers) in [
        ("curl/8.5.0", vec![part()]),
        ("Wget/1.21.4", vec![video()]),
        ("python-requests/2.31.0", vec![part()]),
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            vec![video()],
        ),
        ("GPTBot/1.2 AppleCoreMedia/1.0", vec![part()]),
        ("", vec![part()]),
        // It requests no media, or another destination.
        (CHROME, vec![]),
        (CHROME, vec![(DESTINATION, "empty")]),
        (CHROME, vec![(DESTINATION, "empty"), part()]),
        (AVPLAYER, vec![(DESTINATION, "document")]),
    ] {
        let program = headers
            .iter()
            .fold(program(&browser, agent), |program, (name, value)| {
                program.with(name.clone(), value)
            });
        assert!(!opens_film(&program).await, "{agent} {headers:?}");
    }
    // Players may not change anything.
    let player = program(&browser, AVPLAYER);
    assert!(opens_film(&player).await);
    let post = player.post("/film", "").await;
    assert_eq!(post.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_player_opens_no_page_from_a_network_of_no_clearance() {
    let site = site(true, false);
    let browser = site.browser(HOME);
    browser.get_in("/film").await;
    let player = program(&browser, AVPLAYER);
    for ip in ["84.140.1.3", "84.140.77.1", HOME_V6, OTHER_V6] {
        assert!(!opens_film(&player.clone().at(ip)).await, "{ip}");
    }
    // The players' attempts are not recorded: the first network of the browser counts.
    let at_v6 = browser.clone().at(HOME_V6);
    assert_eq!(at_v6.get("/film").await.status, StatusCode::OK);
    assert!(opens_film(&player.clone().at(HOME_V6)).await);
    assert!(!opens_film(&player.clone().at(OTHER_V6)).await);
    assert!(opens_film(&player).await);
}

#[tokio::test]
async fn with_client_ids_a_player_needs_the_id_and_the_browsers_networks() {
    for allowed in [true, false] {
        let site = site(allowed, true);
        let browser = site.browser(HOME);
        browser.get("/film").await;
        browser.get_in("/film").await;
        let player = program(&browser, AVPLAYER);
        assert_eq!(opens_film(&player).await, allowed);
        let elsewhere = "84.150.5.5";
        assert!(!opens_film(&player.clone().at(elsewhere)).await);
        let roaming = browser.clone().at(elsewhere);
        assert_eq!(roaming.get("/film").await.status, StatusCode::OK);
        assert_eq!(opens_film(&player.clone().at(elsewhere)).await, allowed);
        // The clearance without the id cookie.
        let thief = player.forgetful();
        let clearance = browser.cookie("humanify_clearance").unwrap();
        thief.set_cookie("humanify_clearance", &clearance);
        assert!(!opens_film(&thief).await);
    }
}

#[tokio::test]
async fn an_explanation_lets_a_player_in_only_where_its_browser_was() {
    let site = site(true, false);
    let browser = site.browser(HOME);
    browser.get_in("/film").await;
    let clearance = browser.cookie("humanify_clearance").unwrap();
    let action = async |ip: &str, agent: &str| {
        let address = SocketAddr::new(ip.parse().unwrap(), 40_000);
        let request = Request::get("/film")
            .header(HOST, "site.example")
            .header(USER_AGENT, agent)
            .header(RANGE, "bytes=0-1")
            .header(COOKIE, format!("humanify_clearance={clearance}"))
            .extension(ConnectInfo(address))
            .body(())
            .unwrap();
        site.humanify.explain(&request).await.action
    };
    assert_eq!(action(HOME, AVPLAYER).await, DecisionAction::Pass);
    assert_eq!(action(HOME_V6, AVPLAYER).await, DecisionAction::Challenge);
    browser.at(HOME_V6).get("/film").await;
    assert_eq!(action(HOME_V6, AVPLAYER).await, DecisionAction::Pass);
    assert_eq!(action(OTHER_V6, AVPLAYER).await, DecisionAction::Challenge);
}
