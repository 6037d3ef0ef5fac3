//! Sealed values of a visitor: truncated, doubled, in large numbers, and in place of each other.

use http::header::{CONTENT_TYPE, COOKIE, HeaderName};
use http::{Method, StatusCode};
use humanify::prelude::*;

use super::{field, last_round, with};
use crate::support::{HOME, Site, Visitor};

const COOKIES: [&str; 3] = ["humanify_clearance", "humanify_id", "humanify_browser"];

fn site() -> Site {
    with(Humanify::builder().use_client_id(true))
}

/// All sealed values of a visitor with a form before the last round, and of a visitor with a
/// clearance. The clearance comes last.
async fn sealed_values(site: &Site) -> Vec<(String, String)> {
    let visitor = site.browser(HOME);
    let (_, answer) = last_round(site, &visitor, "/login").await;
    let mut held: Vec<(String, String)> = ["token", "for", "at"]
        .into_iter()
        .filter(|name| answer.body.contains(&format!("{name}=")))
        .map(|name| (name.to_owned(), field(&answer.body, name)))
        .collect();
    let kept = visitor.post("/login", "typed=1").await;
    let (_, form) = kept
        .body
        .split_once("name=\"form\" value=\"")
        .expect("a form");
    let (form, _) = form.split_once('"').unwrap();
    held.push(("form".into(), form.into()));
    visitor.get_in("/login").await;
    for name in ["humanify_browser", "humanify_id", "humanify_clearance"] {
        held.push((name.into(), visitor.cookie(name).expect(name)));
    }
    held
}

fn with_cookies(site: &Site, line: &str) -> Visitor {
    site.browser(HOME).with(COOKIE, line)
}

#[tokio::test]
async fn a_sealed_value_of_one_purpose_is_refused_for_every_other() {
    let site = site();
    let held = sealed_values(&site).await;
    assert!(held.len() >= 6, "{}", held.len());
    for (what, value) in &held {
        for place in COOKIES.iter().filter(|place| **place != what.as_str()) {
            let reply = with_cookies(&site, &format!("{place}={value}"))
                .get("/login")
                .await;
            assert_ne!(reply.status, StatusCode::OK, "{what} as {place}");
            assert!(!reply.status.is_server_error(), "{what} as {place}");
        }
        for place in ["token", "for", "at", "form"]
            .iter()
            .filter(|place| **place != what.as_str())
        {
            let (_, browser) = &held[held.len() - 3];
            let visitor = with_cookies(&site, &format!("humanify_browser={browser}"));
            let body = format!("next=%2Flogin&{place}={value}&answer=0");
            for path in ["verify", "verify_audio", "verify_work", "challenge"] {
                let reply = visitor.post(&format!("/humanify/{path}"), &body).await;
                assert!(!reply.clears(), "{what} as {place} at {path}");
                assert!(
                    !reply.status.is_server_error(),
                    "{what} as {place} at {path}"
                );
            }
        }
        // In place of the form that a button sends.
        let body = format!("humanify_form={value}\r\n");
        let visitor = with_cookies(&site, "a=b")
            .with(CONTENT_TYPE, "text/plain")
            .with(
                HeaderName::from_static("content-length"),
                &body.len().to_string(),
            );
        let reply = visitor.send(Method::POST, "/login", &body).await;
        assert_ne!(reply.status, StatusCode::OK, "{what} as a form");
    }
}

#[tokio::test]
async fn large_numbers_of_cookies_neither_open_a_page_nor_fail() {
    let site = site();
    let held = sealed_values(&site).await;
    let (_, clearance) = &held[held.len() - 1];
    let (_, id) = &held[held.len() - 2];
    let good = format!("humanify_clearance={clearance}; humanify_id={id}");
    assert_eq!(
        with_cookies(&site, &good).get("/login").await.status,
        StatusCode::OK
    );
    let many = |name: &str, value: &str, times| vec![format!("{name}={value}"); times].join("; ");
    for name in COOKIES {
        for value in [
            String::new(),
            "\"".into(),
            "A".repeat(64 * 1024),
            "=".repeat(300),
            "\u{e9}".repeat(100),
            clearance[..clearance.len() - 1].to_owned(),
            format!("{clearance}A"),
            format!("{clearance}{clearance}"),
            format!("\"{clearance}A\""),
        ] {
            for times in [1, 2, 100] {
                let line = many(name, &value, times);
                for path in ["/login", "/humanify/challenge"] {
                    let reply = with_cookies(&site, &line).get(path).await;
                    let opened = path == "/login" && reply.status == StatusCode::OK;
                    assert!(!opened, "{times} {name}");
                    assert!(!reply.status.is_server_error(), "{times} {name} {path}");
                }
            }
        }
    }
}
