//! Requests that try to exhaust the server.

use std::net::Ipv4Addr;

use http::{HeaderName, Method, StatusCode};
use humanify::Memory;
use humanify::prelude::*;

use super::{site, with};
use crate::support::{DATACENTER, HOME};

#[tokio::test]
async fn one_form_does_not_cause_endless_drawing() {
    let site = site();
    let visitor = site.browser(DATACENTER);
    let mut drawn = 0;
    for _ in 0..100 {
        let reply = visitor.post("/protected", "a=b").await;
        drawn += usize::from(reply.status == StatusCode::FORBIDDEN);
    }
    // The first request has no cookie yet.
    assert_eq!(drawn, 61, "as many as its own pages a minute");
}

#[tokio::test]
async fn subresource_requests_draw_no_challenges() {
    let site = site();
    for (name, value, fetch_site) in [
        ("sec-fetch-dest", "image", "cross-site"),
        ("sec-fetch-dest", "script", "same-origin"),
        ("sec-fetch-dest", "iframe", "cross-site"),
        ("sec-fetch-dest", "empty", "cross-site"),
        ("accept", "image/avif,image/webp,*/*;q=0.8", "same-origin"),
    ] {
        let visitor = site.browser(HOME);
        let header = HeaderName::from_static;
        let loading = visitor.clone().with(header(name), value);
        let loading = loading.with(header("sec-fetch-site"), fetch_site);
        for _ in 0..70 {
            let status = loading.get("/humanify/challenge").await.status;
            assert_eq!(status, StatusCode::FORBIDDEN, "{value}");
        }
        let status = visitor.get("/humanify/challenge").await.status;
        assert_eq!(status, StatusCode::OK, "{value}");
    }
    let visitor = site.browser(HOME);
    for _ in 0..70 {
        let head = visitor.send(Method::HEAD, "/humanify/challenge", "").await;
        assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    }
    let page = visitor.get("/humanify/challenge").await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn an_oversized_answer_is_refused() {
    let site = site();
    let visitor = site.browser(HOME);
    let body = format!("token={}", "a".repeat(40_000));
    let reply = visitor.post("/humanify/verify", &body).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_flood_of_clients_lifts_no_limit_of_one_that_keeps_asking() {
    let builder = Humanify::builder().store(Memory::default().max_clients(500));
    let site = with(builder.rules(protect! { limit "5/hour" on "/limited"; }));
    let visitor = site.browser(HOME);
    let mut passed = 0;
    for number in 0..5_000_u32 {
        let other = Ipv4Addr::from_bits(0x5b40_0000 + number).to_string();
        site.browser(&other).get("/limited").await;
        if number % 20 == 0 {
            passed += usize::from(visitor.get("/limited").await.status == StatusCode::OK);
        }
    }
    assert_eq!(passed, 5);
}
