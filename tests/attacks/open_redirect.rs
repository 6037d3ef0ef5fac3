//! Return addresses that lead to another site.

use std::time::Duration;

use axum::Router;
use http::header::REFERER;
use http::{Method, StatusCode};
use humanify::prelude::*;

use super::site;
use crate::support::{HOME, Site};

#[tokio::test]
async fn after_a_challenge_nobody_is_led_to_another_site() {
    let site = site();
    let visitor = site.browser(HOME);
    for next in [
        "//evil.example",
        "////evil.example",
        "/\\evil.example",
        "/..//evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "/%252f%252fevil.example",
        "/%09/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/a%0d%0aset-cookie:%20a=b",
        "\\\\evil.example",
        " /x",
        "/\u{e9}",
        "evil.example",
    ] {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        let visitor = visitor.clone().forgetful();
        let page = visitor.get(&format!("/humanify/challenge?{query}")).await;
        assert!(!page.body.contains("evil.example"), "{next}");
        let solved = visitor.solve(page).await;
        assert_eq!(solved.location().as_deref(), Some("/"), "{next}");
        site.clock.advance(Duration::from_secs(60));
    }
    // The requested path is not a return address either, if it could lead to another site.
    let asked = visitor.get("//login").await;
    assert_eq!(asked.status, StatusCode::OK);
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge; }),
        Router::new(),
    );
    let visitor = site.browser(HOME);
    assert_eq!(
        visitor
            .get_in("//evil.example/x")
            .await
            .location()
            .as_deref(),
        Some("/")
    );
}

/// Addresses that some browser, proxy or later redirect reads as another site's.
const ELSEWHERE: [&str; 22] = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "/%0d/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/\r\nLocation: https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)//evil.example",
    "/./\\evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/%2e%2e//evil.example",
    "/%5c%5cevil.example",
    "/\u{2044}\u{2044}evil.example",
    "/\u{ff0f}evil.example",
    "@evil.example",
];

/// The targets of a response: `Location`, and the return address of a challenge in it.
fn targets(reply: &crate::support::Reply) -> Vec<String> {
    let mut ways: Vec<String> = reply.location().into_iter().collect();
    if let Ok(problem) = serde_json::from_str::<serde_json::Value>(&reply.body) {
        ways.extend(problem["challenge"].as_str().map(str::to_owned));
    }
    let back: Vec<String> = ways
        .iter()
        .filter_map(|way| way.split_once('?'))
        .flat_map(|(_, query)| form_urlencoded::parse(query.as_bytes()))
        .filter(|(name, _)| name == "next")
        .map(|(_, next)| next.into_owned())
        .collect();
    ways.extend(back);
    ways
}

/// The addresses of a page's links and forms.
fn links(page: &str) -> Vec<String> {
    let plain = page.replace("&#x2f;", "/").replace("&amp;", "&");
    let parts = plain.split(" href=\"");
    let parts = parts.flat_map(|part| part.split(" action=\"")).skip(1);
    let links = parts.filter_map(|part| part.split('"').next());
    links.map(str::to_owned).collect()
}

/// Whether an address is a path of the site that it stands on.
fn is_path_of_site(address: &str) -> bool {
    let is_path = address.starts_with('/') && !address[1..].starts_with(['/', '\\']);
    is_path || address.starts_with(['#', '?']) || address.starts_with("data:image/")
}

#[tokio::test]
async fn no_endpoint_leads_to_another_site() {
    let site = site();
    let cleared = site.browser(HOME);
    cleared.get_in("/login").await;
    let fresh = site.browser(HOME);
    let (mut ways, mut found_links, mut referers) = (0, 0, 0);
    for next in ELSEWHERE {
        let form: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .append_pair("token", "x")
            .append_pair("answer", "1")
            .finish();
        for page in [
            "challenge",
            "audio_challenge",
            "work_challenge",
            "verify",
            "verify_audio",
            "verify_work",
            "solved",
            "access_denied",
            "rate_limited",
        ] {
            let path = format!("/humanify/{page}");
            for visitor in [&cleared, &fresh.clone().forgetful()] {
                for reply in [
                    visitor.get(&format!("{path}?{form}")).await,
                    visitor
                        .send(Method::HEAD, &format!("{path}?{form}"), "")
                        .await,
                    visitor.post(&path, &form).await,
                    visitor.post(&format!("{path}?{form}"), &form).await,
                ] {
                    for way in targets(&reply) {
                        assert!(!way.contains("evil.example"), "{page} {next:?}: {way}");
                        ways += 1;
                    }
                    for link in links(&reply.body) {
                        assert!(is_path_of_site(&link), "{page} {next:?}: {link}");
                        found_links += 1;
                    }
                }
            }
            site.clock.advance(Duration::from_secs(120));
        }
        // A script's return address is the page that it runs on.
        for referer in [
            next.to_owned(),
            format!("http://site.example{next}"),
            format!("http://site.example/{next}"),
        ] {
            if http::HeaderValue::from_str(&referer).is_err() {
                continue;
            }
            let asked = site
                .program(HOME)
                .with(REFERER, &referer)
                .get("/login")
                .await;
            assert_eq!(asked.status, StatusCode::FORBIDDEN);
            for way in targets(&asked) {
                assert!(is_path_of_site(&way), "{referer:?}: {way}");
                referers += 1;
            }
        }
    }
    let rounds = ELSEWHERE.len();
    let seen = [ways, found_links, referers];
    assert!(
        seen.iter().all(|count| *count >= rounds),
        "{seen:?} in {rounds}"
    );
}
