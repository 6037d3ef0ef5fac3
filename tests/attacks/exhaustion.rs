//! Requests that try to exhaust the server.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use http::{HeaderName, Method, Request, StatusCode};
use http_body::Frame;
use humanify::prelude::*;
use humanify::{ChallengeType, Memory, testing};
use tower::ServiceExt;

use super::{site, with};
use crate::support::{DATACENTER, HOME, Visitor};

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

/// A body that must not be read.
struct Unread;

impl http_body::Body for Unread {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("the body is read");
    }
}

#[tokio::test]
async fn answers_beyond_the_quota_are_refused_before_they_are_read() {
    let site = site();
    let program = site.browser(HOME);
    let mut refused = 0;
    for _ in 0..250 {
        let reply = program
            .clone()
            .forgetful()
            .post("/humanify/verify", "a=b")
            .await;
        refused += usize::from(reply.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(refused, 10);
    let unread = Request::post("/humanify/verify")
        .header("host", "site.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .extension(ConnectInfo(SocketAddr::new(HOME.parse().unwrap(), 40_000)))
        .body(Body::new(Unread))
        .unwrap();
    let reply = site.app.clone().oneshot(unread).await.unwrap();
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_tabs_of_a_visitor_with_a_clearance_have_no_quota() {
    let site = with(Humanify::builder().challenge_type(ChallengeType::ProofOfWork));
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    let page = visitor.follow(asked).await;
    let answer = testing::solve(&site.humanify, &page.body).unwrap();
    for tab in 0..70 {
        let reply = visitor.post(&answer.action, &answer.body).await;
        assert!(
            reply.clears() || reply.location().as_deref() == Some("/login"),
            "{tab}"
        );
    }
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

#[tokio::test]
async fn right_answers_from_one_network_leave_room_for_those_of_others() {
    let builder = Humanify::builder().store(Memory::default().max_clients(64));
    let site = with(builder.challenge_type(ChallengeType::ProofOfWork));
    let early = site.browser("91.1.1.1");
    assert!(early.get_in("/login").await.clears());
    for number in 0..200 {
        let bot = site.browser(&format!("84.140.1.{number}"));
        assert!(bot.get_in("/login").await.clears(), "{number}");
        site.clock.advance(Duration::from_secs(1));
    }
    let late = site.browser("91.1.1.2");
    assert!(late.get_in("/login").await.clears());
    // Both families of addresses, too.
    for (visitor, ip) in [(early, "2a02:8100:1:2::1"), (late, "2a02:8100:1:3::1")] {
        let other = visitor.clone().at(ip);
        assert_eq!(other.get("/login").await.status, StatusCode::OK, "{ip}");
    }
}

#[tokio::test]
async fn clearances_that_roam_leave_room_for_others_and_gain_no_networks() {
    let builder = Humanify::builder().store(Memory::default().max_clients(64));
    let builder = builder.challenge_type(ChallengeType::ProofOfWork);
    let site = with(builder.use_client_id(true));
    let roamer = async |ip: &str| {
        let visitor = site.browser(ip);
        visitor.get("/").await;
        assert!(visitor.get_in("/login").await.clears(), "{ip}");
        visitor
    };
    let opens = async |visitor: &Visitor, ip: &str| {
        let there = visitor.clone().at(ip);
        there.get("/login").await.status == StatusCode::OK
    };
    let thief = roamer("84.140.1.1").await;
    let person = roamer("91.1.1.1").await;
    assert!(opens(&person, "91.2.1.1").await);
    let mut opened = 0;
    for network in 0..7 {
        opened += u32::from(opens(&thief, &format!("92.1.{network}.1")).await);
    }
    for number in 2..202 {
        let bot = roamer(&format!("84.140.1.{number}")).await;
        opens(&bot, "93.1.1.1").await;
        site.clock.advance(Duration::from_secs(1));
    }
    assert!(opens(&person, "91.2.1.1").await && opens(&person, "91.3.1.1").await);
    for network in 7..30 {
        opened += u32::from(opens(&thief, &format!("92.1.{network}.1")).await);
    }
    assert_eq!(opened, 7);
}
