//! A visitor is counted as a person: what somebody else does, a double click, a reload or a slow
//! line costs an innocent no more than a moment.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::StatusCode;
use humanify::{ChallengeType, HumanifyBuilder, ManualClock, Secrets, prelude::*, testing};

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

/// The same form without what is selected or typed, or with this instead.
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
async fn a_neighbours_mistakes_cost_an_innocent_no_wait_and_no_third_round() {
    for ids in [false, true] {
        let site = with(Humanify::builder().use_client_id(ids));
        for _ in 0..10 {
            let neighbour = site.browser(HOME);
            let page = challenge(&neighbour).await;
            neighbour.err(&page).await;
        }
        for _ in 0..90 {
            let innocent = site.browser(HOME);
            let first = challenge(&innocent).await;
            assert_eq!(first.status, StatusCode::OK);
            let second = innocent.answer(&first).await;
            assert!(second.body.contains("Round 2 of 2"), "{}", second.body);
            assert!(innocent.answer(&second).await.clears());
        }
    }
}

#[tokio::test]
async fn proof_of_work_is_never_closed_and_becomes_harder() {
    let site = with(Humanify::builder().challenge_type(ChallengeType::ProofOfWork));
    let visitor = site.browser(HOME);
    let page = challenge(&visitor).await;
    assert!(page.body.contains("data-range=\"20480\""));
    let pictures = page.link("/humanify/challenge");
    let mut page = visitor.get(&pictures).await;
    for _ in 0..3 {
        assert_eq!(page.status, StatusCode::OK);
        page = visitor.err(&page).await;
    }
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let work = challenge(&visitor).await;
    assert!(work.body.contains("data-range=\"40960\""), "{}", work.body);
    assert!(visitor.answer(&work).await.clears());
}

#[tokio::test]
async fn an_answer_that_is_sent_twice_costs_nothing_and_leads_to_the_same_place() {
    let site = site();
    let visitor = site.browser(HOME);
    let first = challenge(&visitor).await;
    let answer = testing::solve(&site.humanify, &first.body).unwrap();
    let mut second = visitor.give(&answer).await;
    for _ in 0..5 {
        // A double click, or a reload that sends the form again.
        second = visitor.give(&answer).await;
        assert!(second.body.contains("Round 2 of 2"), "{}", second.body);
        assert!(!second.body.contains("role=\"alert\""));
    }
    let last = testing::solve(&site.humanify, &second.body).unwrap();
    let (one, other) = tokio::join!(
        visitor.post(&last.action, &last.body),
        visitor.post(&last.action, &last.body)
    );
    for reply in [&one, &other] {
        assert_eq!(reply.location().as_deref(), Some("/login"));
    }
    assert!(one.clearance_id(&site).is_some());
    assert_eq!(visitor.get("/login").await.body, "in");

    // A wrong one costs one try, however often it is sent.
    let visitor = site.browser("84.140.1.3");
    let first = challenge(&visitor).await;
    let wrong = testing::fail(&site.humanify, &first.body).unwrap();
    for _ in 0..5 {
        let again = visitor.give(&wrong).await;
        assert!(again.body.contains("Tries left: 2"), "{}", again.body);
    }
}

#[tokio::test]
async fn reload_back_and_other_pictures_work_in_every_round() {
    let site = site();
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    let mut address = asked.location().unwrap();
    for round in 1..=2 {
        let shown = visitor.get(&address).await;
        let said = format!("Round {round} of 2");
        assert!(shown.body.contains(&said), "{}", shown.body);
        let reloaded = visitor.get(&address).await;
        assert!(reloaded.body.contains(&said));
        let other = visitor.get(&reloaded.link("/humanify/challenge")).await;
        assert!(other.body.contains(&said));
        // The page that was left by "back" can be answered, too.
        let answer = testing::solve(&site.humanify, &shown.body).unwrap();
        let reply = visitor.post(&answer.action, &answer.body).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        address = reply.location().unwrap();
    }
    assert_eq!(address, "/login");
}

#[tokio::test]
async fn a_page_that_was_left_open_ran_out_of_time_and_is_renewed() {
    for minutes in [10, 60, 23 * 60, 48 * 60] {
        let site = site();
        let visitor = site.browser(HOME);
        let page = challenge(&visitor).await;
        site.clock.advance(Duration::from_secs(minutes * 60));
        // After a day the browser has forgotten its cookie as well.
        let visitor = match minutes {
            ..=1_440 => visitor,
            _ => visitor.forgetful(),
        };
        let renewed = visitor.answer(&page).await;
        assert!(renewed.body.contains("ran out of time"), "{minutes}");
        assert!(visitor.solve(renewed).await.clears(), "{minutes}");
    }
}

#[tokio::test]
async fn a_tab_of_another_cookie_is_stale_and_free() {
    let site = site();
    let visitor = site.browser(HOME);
    // Many tabs are restored at once: each gets a cookie, of which the last one stays.
    let tabs: Vec<Reply> = {
        let mut tabs = Vec::new();
        for _ in 0..50 {
            let tab = visitor.clone().forgetful();
            tabs.push(challenge(&tab).await);
            let cookie = tab.cookie("humanify_browser").unwrap();
            visitor.set_cookie("humanify_browser", &cookie);
        }
        tabs
    };
    for tab in &tabs[..10] {
        let wrong = testing::fail(&site.humanify, &tab.body).unwrap();
        let stale = visitor.give(&wrong).await;
        assert!(stale.body.contains("ran out of time"), "{}", stale.body);
    }
    let renewed = visitor.answer(&tabs[0]).await;
    assert!(visitor.solve(renewed).await.clears());
}

#[tokio::test]
async fn what_is_incomplete_is_refused_free_of_charge() {
    for (challenge_type, given) in [
        (ChallengeType::OneClick, None),
        (ChallengeType::OneClick, Some("")),
        (ChallengeType::Grid, None),
        (ChallengeType::Audio, None),
        (ChallengeType::Audio, Some("")),
        (ChallengeType::Audio, Some("abc")),
        (ChallengeType::Audio, Some(" a-b c.d ")),
    ] {
        let site = with(Humanify::builder().challenge_type(challenge_type));
        let visitor = site.browser(HOME);
        let mut page = challenge(&visitor).await;
        for _ in 0..5 {
            let right = testing::solve(&site.humanify, &page.body).unwrap();
            page = visitor.give(&with_answer(&right, given)).await;
            let named = format!("{challenge_type:?} {given:?} {}", page.body);
            assert!(page.body.contains("not complete"), "{named}");
        }
        let wrong = visitor.err(&page).await;
        assert!(wrong.body.contains("Tries left: 2"), "{}", wrong.body);
        assert!(visitor.solve(wrong).await.clears());
    }
}

#[tokio::test]
async fn an_incomplete_answer_keeps_the_round() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = challenge(&visitor).await;
    let second = visitor.answer(&page).await;
    let right = testing::solve(&site.humanify, &second.body).unwrap();
    let again = visitor.give(&with_answer(&right, None)).await;
    assert!(again.body.contains("Round 2 of 2"), "{}", again.body);
    assert!(visitor.answer(&again).await.clears());
}

#[tokio::test]
async fn a_wrong_answer_is_forgotten_after_its_hour() {
    let site = site();
    let visitor = site.browser(HOME);
    for _ in 0..4 {
        let page = visitor.get("/humanify/challenge").await;
        let wrong = visitor.err(&page).await;
        assert!(wrong.body.contains("Tries left: 2"), "{}", wrong.body);
        assert!(visitor.solve(wrong).await.clears());
        // With a clearance there would be nothing to solve.
        visitor.set_cookie("humanify_clearance", "none");
        site.clock.advance(Duration::from_secs(150 * 60));
    }
}

#[tokio::test]
async fn clocks_may_be_a_minute_apart() {
    // Each process has a clock; the second is behind.
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
        // One network of each, first come.
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
async fn who_is_banned_learns_until_when_in_their_language() {
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
        page.body.contains("lang=\"de\"") && page.body.contains("50 min"),
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
async fn applications_on_one_host_have_cookies_apart() {
    let first = with(Humanify::builder());
    let second = with(Humanify::builder().pages(humanify::Pages::at("/check/humans")));
    let named = with(Humanify::builder().cookies(humanify::Cookies::named("shop")));
    let visitor = first.browser(HOME);
    visitor.get_in("/login").await;
    // The same browser at the others brings all of its cookies along.
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
async fn a_frame_of_ones_own_shows_the_challenge_and_a_strangers_does_not() {
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
}

#[tokio::test]
async fn the_way_back_is_refused_only_where_it_leaves_the_site() {
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

#[tokio::test]
async fn copies_of_an_answer_clear_one_visitor_and_not_a_botnet() {
    let site = site();
    let visitor = site.browser(HOME);
    let first = challenge(&visitor).await;
    let last = visitor.answer(&first).await;
    let answer = testing::solve(&site.humanify, &last.body).unwrap();
    let browser = visitor.cookie("humanify_browser").unwrap();
    let mut cleared = 0;
    for ip in [
        HOME,
        HOME_V6,
        "84.140.1.3",
        "84.140.1.4",
        "84.140.2.2",
        HOME,
    ] {
        let copy = site.browser(ip);
        copy.set_cookie("humanify_browser", &browser);
        let reply = copy.post(&answer.action, &answer.body).await;
        cleared += usize::from(reply.clears());
    }
    // That of IPv4, twice, and that of IPv6.
    assert_eq!(cleared, 3);
}
