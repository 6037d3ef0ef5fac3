//! Tests that honest visitors are not hindered: neighbours, double clicks, reloads and slow
//! connections cost them no more than a moment.

mod answers;
mod crowds;
mod lost_forms;

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::StatusCode;
use humanify::{HumanifyBuilder, ManualClock, Secrets, prelude::*, testing};

use crate::support::{HOME, Reply, Site, Visitor};

const HOME_V6: &str = "2a02:8100:1:2::1";

fn site() -> Site {
    with(Humanify::builder())
}

fn with(builder: HumanifyBuilder) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    Site::new(builder, Router::new().route("/login", any(login)))
}

/// The page of a challenge that leads to the login page.
async fn challenge(visitor: &Visitor) -> Reply {
    let asked = visitor.get("/login").await;
    visitor.follow(asked).await
}

/// The same form with this answer, or without any answer.
fn with_answer(answer: &testing::FilledForm, given: Option<&str>) -> testing::FilledForm {
    let kept = form_urlencoded::parse(answer.body.as_bytes()).filter(|(name, _)| name != "answer");
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(kept);
    if let Some(given) = given {
        body.append_pair("answer", given);
    }
    testing::FilledForm {
        action: answer.action.clone(),
        body: body.finish(),
    }
}

#[tokio::test]
async fn clocks_may_be_a_minute_apart() {
    // Each process has a clock; the second one's is behind.
    for (seconds, holds) in [(0, true), (2, true), (59, true), (61, false)] {
        let (first, second) = (site(), site());
        first.clock.advance(Duration::from_secs(1_000));
        second.clock.advance(Duration::from_secs(1_000 - seconds));
        let visitor = first.browser(HOME);
        visitor.get_in("/login").await;
        let at_second = second.browser(HOME);
        let cookie = visitor.cookie("humanify_clearance").unwrap();
        at_second.set_cookie("humanify_clearance", &cookie);
        let reply = at_second.get("/login").await;
        assert_eq!(reply.status == StatusCode::OK, holds, "{seconds}");
    }
}

#[tokio::test]
async fn a_change_of_secrets_keeps_clearances_and_open_challenges() {
    let process = |secrets: &[[u8; 32]]| {
        #[always_challenge]
        async fn login() -> &'static str {
            "in"
        }
        let clock = ManualClock::default();
        let (first, others) = secrets.split_first().unwrap();
        let secrets = others.iter().fold(Secrets::new(*first), |secrets, secret| {
            secrets.previous(*secret)
        });
        let builder = Humanify::builder().secrets(secrets);
        let humanify = builder.clock(clock.clone()).build().unwrap();
        let app = Router::new().route("/login", any(login));
        Site {
            app: humanify.protect(app).unwrap(),
            humanify,
            clock,
        }
    };
    let (old, both) = (process(&[[1; 32]]), process(&[[2; 32], [1; 32]]));
    let at_old = old.browser(HOME);
    let open = challenge(&at_old).await;
    let cleared = at_old.clone();
    let at_both = both.browser(HOME);
    let browser = at_old.cookie("humanify_browser").unwrap();
    at_both.set_cookie("humanify_browser", &browser);
    let second = at_both.answer(&open).await;
    assert!(second.body.contains("Round 2 of 2"), "{}", second.body);
    cleared.solve(open).await;
    let cookie = cleared.cookie("humanify_clearance").unwrap();
    at_both.set_cookie("humanify_clearance", &cookie);
    assert_eq!(at_both.get("/login").await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_person_is_cleared_in_both_families_of_addresses() {
    let site = site();
    for (first, second, third, other) in [
        (HOME, HOME_V6, "2a02:8100:9:2::1", "84.140.77.1"),
        (HOME_V6, HOME, "84.140.77.1", "2a02:8100:9:2::1"),
    ] {
        let visitor = site.browser(first);
        visitor.get_in("/login").await;
        let is_in =
            async |ip: &str| visitor.clone().at(ip).get("/login").await.status == StatusCode::OK;
        for ip in [second, first, second] {
            assert!(is_in(ip).await, "{first} {ip}");
        }
        // One network of each family, the first that is used.
        assert!(!is_in(third).await && !is_in(other).await, "{first}");
        assert!(is_in(second).await && is_in(first).await, "{first}");
        let agent = http::header::USER_AGENT;
        let stolen = visitor
            .clone()
            .at(second)
            .with(agent, "Mozilla/5.0 (X11) Other/1.0");
        assert!(stolen.get("/login").await.demands_challenge());
    }
}

#[tokio::test]
async fn a_page_over_one_family_may_be_answered_over_the_other() {
    let site = site();
    let v6 = site.browser(HOME_V6);
    let page = challenge(&v6).await;
    let v4 = v6.clone().at(HOME);
    let second = v4.answer(&page).await;
    assert!(second.body.contains("Round 2 of 2"), "{}", second.body);
    assert!(v6.answer(&second).await.clears());
    for visitor in [v4, v6] {
        assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_banned_visitor_learns_the_end_of_the_ban_in_their_language() {
    let site = with(Humanify::builder().rules(protect! {
        trap on "/.env";
        ban "1 trap/day" for "1 hour";
    }));
    let visitor = site.browser(HOME).with(http::header::ACCEPT_LANGUAGE, "de");
    visitor.get("/.env").await;
    site.clock.advance(Duration::from_secs(600));
    let page = visitor.get("/login").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(page.header("retry-after"), Some("3000"));
    assert!(
        page.body.contains("lang=\"de\"") && page.body.contains("50\u{a0}min"),
        "{}",
        page.body
    );
    let program = site.program(HOME).get("/login").await;
    assert!(
        program
            .body
            .starts_with("Access denied for now.\nReference: ")
    );
    assert_eq!(program.header("retry-after"), Some("3000"));
}

#[tokio::test]
async fn applications_on_one_host_have_separate_cookies() {
    let first = with(Humanify::builder());
    let second = with(Humanify::builder().pages(humanify::Pages::at("/check/humans")));
    let named = with(Humanify::builder().cookies(humanify::Cookies::named("shop")));
    let visitor = first.browser(HOME);
    visitor.get_in("/login").await;
    // The same browser sends all of its cookies to the other applications.
    for (site, name) in [
        (&second, "check_humans_clearance"),
        (&named, "shop_clearance"),
    ] {
        let there = visitor.clone().at_site(site);
        assert!(there.get("/login").await.location().is_some(), "{name}");
        there.get_in("/login").await;
        assert!(there.cookie(name).is_some(), "{name}");
        assert_eq!(there.get("/login").await.body, "in");
    }
    assert_eq!(visitor.get("/login").await.body, "in");
    let refused = Humanify::builder()
        .cookies(humanify::Cookies::named("a;b"))
        .build();
    assert!(refused.unwrap_err().to_string().contains("cookie"));
}

#[tokio::test]
async fn only_frames_of_the_same_site_show_the_challenge() {
    let site = site();
    let destination = http::HeaderName::from_static("sec-fetch-dest");
    let from = http::HeaderName::from_static("sec-fetch-site");
    for (site_name, policy, options) in [
        ("same-origin", "frame-ancestors 'self'", "SAMEORIGIN"),
        ("cross-site", "frame-ancestors 'none'", "DENY"),
    ] {
        let framed = site
            .browser(HOME)
            .with(destination.clone(), "iframe")
            .with(from.clone(), site_name);
        let page = challenge(&framed).await;
        assert!(
            page.header("content-security-policy")
                .unwrap()
                .contains(policy)
        );
        assert_eq!(page.header("x-frame-options"), Some(options));
    }
    // Without Fetch Metadata, as over plain HTTP, the policy leaves it to the browser.
    let framed = site.browser(HOME).without(from);
    let framed = framed.without(http::HeaderName::from_static("sec-fetch-mode"));
    let page = challenge(&framed).await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'self'"), "{policy}");
    assert_eq!(page.header("x-frame-options"), Some("SAMEORIGIN"));
}

#[tokio::test]
async fn a_return_address_is_refused_only_if_it_leaves_the_site() {
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge; }),
        Router::new(),
    );
    let long = format!("/p/{}", "x".repeat(2_100));
    for path in ["/p/https://example.org/x", "/p/a%2F%2Fb", long.as_str()] {
        let visitor = site.browser(HOME);
        assert_eq!(visitor.get_in(path).await.location().as_deref(), Some(path));
    }
}
