//! The response that demands a challenge, by client.

use http::header::{ACCEPT, HeaderName};
use http::{Method, StatusCode};
use humanify::prelude::*;

use super::{site, with};
use crate::support::HOME;

#[tokio::test]
async fn each_client_gets_the_answer_that_it_can_use() {
    let site = site();
    let html = "text/html,*/*;q=0.8";
    let mode = HeaderName::from_static("sec-fetch-mode");
    let browser = site.browser(HOME);
    for (visitor, method, status) in [
        (browser.clone(), Method::GET, StatusCode::SEE_OTHER),
        (browser.clone(), Method::HEAD, StatusCode::SEE_OTHER),
        (
            browser.clone().without(mode.clone()),
            Method::GET,
            StatusCode::SEE_OTHER,
        ),
        (
            browser.clone().with(mode.clone(), "cors"),
            Method::GET,
            StatusCode::FORBIDDEN,
        ),
        (
            browser.clone().with(mode, "websocket"),
            Method::GET,
            StatusCode::FORBIDDEN,
        ),
        (site.program(HOME), Method::GET, StatusCode::FORBIDDEN),
        (
            site.program(HOME).without(ACCEPT),
            Method::GET,
            StatusCode::FORBIDDEN,
        ),
        (
            browser
                .clone()
                .with(HeaderName::from_static("sec-purpose"), "prefetch"),
            Method::GET,
            StatusCode::FORBIDDEN,
        ),
        (
            site.program(HOME).with(ACCEPT, html),
            Method::POST,
            StatusCode::FORBIDDEN,
        ),
    ] {
        let reply = visitor.send(method.clone(), "/login", "").await;
        assert_eq!(
            reply.status,
            status,
            "{visitor:?} {method}",
            visitor = reply.body
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let page = reply.header("content-type").unwrap_or_default();
        if status == StatusCode::FORBIDDEN && method == Method::GET {
            assert_eq!(page, "application/problem+json");
            let problem: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
            let challenge = problem["challenge"].as_str().unwrap();
            assert!(challenge.starts_with("/humanify/challenge?"));
            assert_eq!(browser.get(challenge).await.status, StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn a_developer_on_localhost_sees_the_reason_for_a_challenge() {
    let site = site();
    let page = {
        let visitor = site.browser("127.0.0.1");
        let asked = visitor.get("/protected").await;
        visitor.follow(asked).await
    };
    assert!(page.body.contains("127.0.0.1"));
    let site = with(Humanify::builder().signals(Signals::default().invalid_ip(false)));
    assert_eq!(
        site.browser("127.0.0.1").get("/protected").await.status,
        StatusCode::OK
    );
}
