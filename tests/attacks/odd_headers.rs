//! Headers that are empty, huge, missing or no text.

use std::time::Duration;

use http::header::{HeaderName, USER_AGENT};
use http::{Method, StatusCode};
use humanify::prelude::*;

use super::{site, with};
use crate::support::HOME;

#[tokio::test]
async fn no_header_makes_the_server_fail() {
    let site = with(
        Humanify::builder()
            .use_client_id(true)
            .behind_proxy(true)
            .rules(protect! {
                challenge when headers.x == "1" || cookies.c ~ "x" || args.a == "1" || host ~ "x";
                always_deny when client.crawler ~ "x" && scheme == "https";
            }),
    );
    let long = "a".repeat(16_000);
    let commas = ",".repeat(4_000);
    for name in [
        "accept",
        "accept-language",
        "cookie",
        "user-agent",
        "host",
        "x-forwarded-for",
        "forwarded",
        "x-forwarded-proto",
        "referer",
        "origin",
        "sec-fetch-site",
        "sec-fetch-mode",
        "content-type",
        "purpose",
    ] {
        for value in [
            "",
            "und",
            ";;;",
            "=",
            "\"",
            "\u{ff}\u{fe}",
            "*;q=x",
            "q=0",
            "[::",
            "for=\"[",
            "humanify_clearance=",
            "humanify_id=\"",
            "%",
            &long,
            &commas,
            "text/html;q=",
        ] {
            let header = HeaderName::from_static(name);
            let visitor = site.browser("127.0.0.1").with(header, value);
            for (method, path) in [
                (Method::GET, "/protected?a=%ff&%&=&a"),
                (Method::POST, "/humanify/verify"),
                (Method::GET, "/humanify/challenge?next=%&for=%ff"),
            ] {
                let reply = visitor.send(method, path, "token=%ff").await;
                let server = reply.status.is_server_error();
                assert!(!server, "{name}: {value:.40} {path} {}", reply.status);
            }
            site.clock.advance(Duration::from_secs(600));
        }
    }
}

#[tokio::test]
async fn a_client_with_a_missing_or_strange_agent_is_a_bot() {
    let site = site();
    for agent in [
        "",
        " ",
        "mojeekbot",
        "PostmanRuntime/7.39.0",
        "curl/8.5.0",
        "python-requests/2.31",
    ] {
        let visitor = site.browser(HOME).with(USER_AGENT, agent);
        assert!(
            visitor.get("/protected").await.demands_challenge(),
            "{agent}"
        );
    }
    let none = site.browser(HOME).without(USER_AGENT);
    assert!(none.get("/protected").await.demands_challenge());
    assert_eq!(
        site.browser(HOME).get("/protected").await.status,
        StatusCode::OK
    );
}
