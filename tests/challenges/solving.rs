//! A visitor solves a challenge, errs, goes back or loads a page again.

use std::time::Duration;

use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, REFERER};
use http::{Method, StatusCode};
use humanify::testing;

use super::site;
use crate::support::{DATACENTER, HOME};

#[tokio::test]
async fn a_person_solves_a_challenge_and_gets_the_requested_page() {
    let site = site();
    let bot = site.browser(DATACENTER);
    let solved = bot.get_in("/protected?page=2&q=a%20b").await;
    assert_eq!(solved.status, StatusCode::SEE_OTHER);
    assert_eq!(
        solved.location().as_deref(),
        Some("/protected?page=2&q=a%20b")
    );
    assert!(solved.clears());
    let cookie = solved.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert!(
        cookie.contains("Max-Age=14400") && !cookie.contains("Secure"),
        "{cookie}"
    );
    assert_eq!(bot.get("/protected").await.body, "for humans");
    assert_eq!(bot.get("/login").await.body, "the login page");
}

#[tokio::test]
async fn the_audio_challenge_gives_a_clearance() {
    let site = site();
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    let page = visitor.follow(asked).await;
    let html = page.body.replace("&amp;", "&").replace("&#x2f;", "/");
    let start = html.find("/humanify/audio_challenge").unwrap();
    let link: String = html[start..].chars().take_while(|c| *c != '"').collect();
    let sound = visitor.get(&link).await;
    assert!(sound.body.contains("data:audio/wav;base64,"));
    let solved = visitor.solve(sound).await;
    assert_eq!(solved.location().as_deref(), Some("/login"));
    assert_eq!(visitor.get("/login").await.body, "the login page");
}

#[tokio::test]
async fn a_browser_without_cookies_gets_an_explanation_and_no_loop() {
    let site = site();
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    let page = visitor.follow(asked).await;
    let answer = testing::solve(&site.humanify, &page.body).unwrap();
    let reply = visitor
        .clone()
        .forgetful()
        .post(&answer.action, &answer.body)
        .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(reply.body.contains("Cookies are needed"));
    assert!(
        reply.body.contains("humanify&#x2f;challenge"),
        "a way to try again"
    );
    // The attempt was not counted: with cookies, the same answer is accepted.
    let next = visitor.give(&answer).await;
    assert!(next.body.contains("Round 2 of 2"), "{}", next.body);
}

#[tokio::test]
async fn a_recording_speaks_the_visitors_language_and_takes_its_digits() {
    let site = site();
    for (accepted, zero) in [
        ("ar-EG,en;q=0.5", '\u{660}'),
        ("zh-CN", '\u{ff10}'),
        ("zh-TW", '\u{ff10}'),
    ] {
        let visitor = site.browser(HOME).with(ACCEPT_LANGUAGE, accepted);
        let page = visitor.get("/humanify/audio_challenge").await;
        let answer = testing::solve(&site.humanify, &page.body).unwrap();
        let (form, code) = answer.body.split_once("&answer=").unwrap();
        // In these two languages only digits are spoken.
        assert!(code.bytes().all(|own| own.is_ascii_digit()), "{code}");
        let typed: String = code
            .bytes()
            .filter_map(|own| char::from_u32(u32::from(zero) + u32::from(own - b'0')))
            .collect();
        let mut body = form_urlencoded::Serializer::new(form.to_owned());
        // The language of the recording counts, not the one that the browser prefers now.
        let visitor = visitor.with(ACCEPT_LANGUAGE, "de");
        let solved = visitor
            .post(&answer.action, &body.append_pair("answer", &typed).finish())
            .await;
        assert!(solved.clears(), "{accepted} {code} {typed}");
    }
}

#[tokio::test]
async fn three_wrong_answers_close_the_challenge_for_an_hour() {
    let site = site();
    let visitor = site.browser(HOME);
    let other_tab = visitor.get("/humanify/challenge").await;
    let mut page = visitor.get("/humanify/challenge").await;
    for left in [2, 1] {
        page = visitor.err(&page).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(&format!("Tries left: {left}")));
    }
    let blocked = visitor.err(&page).await;
    assert_eq!(blocked.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(blocked.header("retry-after"), Some("3600"));
    assert_eq!(
        visitor.get("/humanify/challenge").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(
        visitor.answer(&other_tab).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    site.clock.advance(Duration::from_secs(3_600));
    assert!(visitor.get_in("/login").await.clears());
}

#[tokio::test]
async fn a_challenge_page_reloaded_after_success_redirects() {
    let site = site();
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    let first = visitor.follow(asked).await;
    let answer = testing::solve(&site.humanify, &first.body).unwrap();
    let second = visitor.give(&answer).await;
    assert!(visitor.answer(&second).await.clears());
    // Sends the first answer again, as a browser does after going back and reloading.
    let again = visitor.post(&answer.action, &answer.body).await;
    assert_eq!(again.location().as_deref(), Some("/login"));
    assert!(!again.clears());
    assert_eq!(visitor.get("/login").await.body, "the login page");
}

#[tokio::test]
async fn a_form_gets_its_challenge_in_place_and_the_way_back_to_its_page() {
    let site = site();
    // A form with a file is not kept.
    let multipart = "multipart/form-data; boundary=x";
    let visitor = site
        .browser(HOME)
        .with(CONTENT_TYPE, multipart)
        .with(REFERER, "http://site.example/form?step=2");
    let page = visitor.send(Method::POST, "/login", "--x--").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("not sent"), "{}", page.body);
    let solved = visitor.solve(page).await;
    assert_eq!(solved.location().as_deref(), Some("/form?step=2"));
    let stranger = site
        .browser(HOME)
        .with(CONTENT_TYPE, multipart)
        .with(REFERER, "http://other.example/form");
    let page = stranger.send(Method::POST, "/login", "--x--").await;
    assert_eq!(stranger.solve(page).await.location().as_deref(), Some("/"));
}

#[tokio::test]
async fn the_back_button_after_success_does_no_harm() {
    let site = site();
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    let challenge = asked.location().unwrap();
    visitor.get_in("/login").await;
    let back = visitor.get(&challenge).await;
    assert_eq!(back.location().as_deref(), Some("/login"));
}
