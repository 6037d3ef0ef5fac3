//! Answers that are wrong, late, incomplete or sent twice.

use std::time::Duration;

use http::StatusCode;
use humanify::{ChallengeType, prelude::*, testing};

use super::{HOME_V6, challenge, site, with, with_answer};
use crate::support::{HOME, Reply};

#[tokio::test]
async fn a_neighbours_mistakes_cause_no_wait_and_no_third_round() {
    for ids in [false, true] {
        let site = with(Humanify::builder().use_client_id(ids));
        for _ in 0..10 {
            let neighbour = site.browser(HOME);
            let page = challenge(&neighbour).await;
            neighbour.err(&page).await;
        }
        for _ in 0..20 {
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

    // A wrong answer costs one try, however often it is sent.
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
        // A page left by the back button can still be answered.
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
        // After a day, the browser's cookie has expired, too.
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
async fn a_tab_of_another_cookie_is_stale_and_costs_no_attempt() {
    let site = site();
    let visitor = site.browser(HOME);
    // Many tabs are restored at once: each gets a cookie, and the last one stays.
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
async fn an_incomplete_answer_is_refused_free_of_charge() {
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
        // With the clearance, there would be no challenge.
        visitor.set_cookie("humanify_clearance", "none");
        site.clock.advance(Duration::from_secs(150 * 60));
    }
}

#[tokio::test]
async fn copies_of_an_answer_clear_one_visitor_and_not_a_botnet() {
    const OTHER_V6: &str = "2a02:8100:9:2::1";
    for (addresses, expected) in [
        (&[HOME, HOME_V6, "84.140.1.3", "84.140.2.2", HOME][..], 3),
        // One network of each family, in any order.
        (&[HOME, "84.140.1.3", HOME_V6, OTHER_V6, HOME_V6], 3),
        (&[HOME_V6, OTHER_V6, "84.140.1.3", HOME, OTHER_V6], 2),
        (&["84.140.1.3", HOME, "84.140.2.2"], 1),
    ] {
        let site = site();
        let visitor = site.browser(HOME);
        let first = challenge(&visitor).await;
        let last = visitor.answer(&first).await;
        let answer = testing::solve(&site.humanify, &last.body).unwrap();
        let browser = visitor.cookie("humanify_browser").unwrap();
        let mut cleared = 0;
        for ip in addresses {
            let copy = site.browser(ip);
            copy.set_cookie("humanify_browser", &browser);
            let reply = copy.post(&answer.action, &answer.body).await;
            cleared += usize::from(reply.clears());
        }
        assert_eq!(cleared, expected, "{addresses:?}");
    }
}
