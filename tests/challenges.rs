//! The way through a challenge, as a visitor goes it.

use std::time::Duration;

use axum::Router;
use axum::routing::{any, get};
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderName, REFERER, USER_AGENT};
use http::{Method, StatusCode};
use humanify::{ChallengeType, HumanifyBuilder, Pages, prelude::*, testing};

use crate::support::{DATACENTER, HOME, Site, VPN, Visitor};

fn site() -> Site {
    with(Humanify::builder())
}

fn with(builder: HumanifyBuilder) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "the login page"
    }
    #[require_human]
    async fn protected() -> &'static str {
        "for humans"
    }
    #[require_human(hardness = 3)]
    async fn hard() -> &'static str {
        "for patient humans"
    }
    #[block_bots]
    async fn admin() -> &'static str {
        "no bots"
    }
    let app = Router::new()
        .route("/login", any(login))
        .route("/protected", get(protected))
        .route("/hard", get(hard))
        .route("/admin", get(admin))
        .route("/form", any(|| async { "a form" }));
    Site::new(builder, app)
}

#[tokio::test]
async fn a_person_solves_and_is_where_they_wanted_to_be() {
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
async fn the_sound_challenge_is_another_way_in() {
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
async fn every_type_can_be_demanded_and_solved() {
    for (challenge_type, address, marks) in [
        (
            ChallengeType::OneClick,
            "/humanify/challenge",
            ["<button", "Picture 6 of 6"],
        ),
        (
            ChallengeType::Grid,
            "/humanify/challenge",
            ["checkbox", "Picture 9 of 9"],
        ),
        (
            ChallengeType::Audio,
            "/humanify/audio_challenge",
            ["<audio", "data:audio/"],
        ),
        (
            ChallengeType::ProofOfWork,
            "/humanify/work_challenge",
            ["<progress", "defer"],
        ),
    ] {
        let site = with(Humanify::builder().challenge_type(challenge_type));
        let visitor = site.browser(HOME);
        let asked = visitor.get("/login").await;
        assert!(
            asked.location().unwrap().starts_with(address),
            "{challenge_type:?}"
        );
        let page = visitor.follow(asked).await;
        for mark in marks {
            assert!(page.body.contains(mark), "{challenge_type:?} {mark}");
        }
        let wrong = visitor.err(&page).await;
        assert!(
            wrong.body.contains("not the right answer"),
            "{challenge_type:?}"
        );
        assert!(!wrong.clears());
        let solved = visitor.solve(wrong).await;
        assert_eq!(
            solved.location().as_deref(),
            Some("/login"),
            "{challenge_type:?}"
        );
        assert_eq!(visitor.get("/login").await.body, "the login page");
    }
}

#[tokio::test]
async fn proof_of_work_is_a_script_of_this_site_with_another_way_beside_it() {
    let site = with(Humanify::builder().challenge_type(ChallengeType::ProofOfWork));
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    let page = visitor.follow(asked).await;
    let plain = page.body.replace("&#x2f;", "/").replace("&amp;", "&");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'nonce-") && policy.contains("worker-src 'self'"));
    let start = plain.find("/humanify/work-").unwrap();
    let script: String = plain[start..].chars().take_while(|c| *c != '"').collect();
    let script = visitor.get(&script).await;
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert!(
        script
            .header("cache-control")
            .unwrap()
            .contains("immutable")
    );
    assert!(script.body.is_ascii());
    assert_eq!(
        visitor.get("/humanify/work-0.js").await.status,
        StatusCode::NOT_FOUND
    );
    // Where the script cannot run, pictures and sound are as good.
    for way in ["/humanify/challenge", "/humanify/audio_challenge"] {
        let visitor = visitor.clone().forgetful();
        let start = plain.find(&format!("{way}?")).unwrap();
        let link: String = plain[start..].chars().take_while(|c| *c != '"').collect();
        let page = visitor.get(&link).await;
        let solved = visitor.solve(page).await;
        assert_eq!(solved.location().as_deref(), Some("/login"), "{way}");
        assert_eq!(visitor.get("/login").await.body, "the login page");
    }
}

#[tokio::test]
async fn a_rule_and_an_attribute_choose_the_challenge() {
    #[always_challenge(challenge_type = "proof_of_work")]
    async fn work() -> &'static str {
        "in"
    }
    #[require_human(challenge_type = "audio", hardness = 3)]
    async fn heard() -> &'static str {
        "in"
    }
    let site = Site::new(
        Humanify::builder().rules(protect! {
            challenge(grid, hardness = 4) on "/ruled";
        }),
        Router::new()
            .route("/work", get(work))
            .route("/heard", get(heard))
            .route("/ruled", get(|| async { "in" })),
    );
    for (path, mark) in [
        ("/work", "data-range=\"20480\""),
        ("/heard", "<audio"),
        ("/ruled", "checkbox"),
    ] {
        let visitor = site.browser(DATACENTER);
        let asked = visitor.get(path).await;
        let page = visitor.follow(asked).await;
        assert!(page.body.contains(mark), "{path}");
        visitor.solve(page).await;
        assert_eq!(visitor.get(path).await.body, "in");
    }
}

#[tokio::test]
async fn proof_of_work_opens_no_door_that_asks_for_pictures() {
    let site = site();
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await.location().unwrap();
    let query = asked.split_once('?').unwrap().1;
    for address in [
        "/humanify/work_challenge".to_owned(),
        format!("/humanify/work_challenge?{query}"),
    ] {
        assert_eq!(visitor.get(&address).await.status, StatusCode::NOT_FOUND);
    }
    let worker = with(Humanify::builder().challenge_type(ChallengeType::ProofOfWork));
    let worker = worker.browser(HOME);
    worker.get_in("/login").await;
    let cleared = worker.cookie("humanify_clearance").unwrap();
    // It is sealed that only work was done.
    visitor.set_cookie("humanify_clearance", &cleared);
    assert!(visitor.get("/login").await.demands_challenge());
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
    // It cost nothing: with cookies the same answer is taken.
    let next = visitor.give(&answer).await;
    assert!(next.body.contains("Round 2 of 2"), "{}", next.body);
}

#[tokio::test]
async fn a_test_gets_a_clearance_and_decides_who_is_a_bot() {
    let site = site();
    let agent = "Mozilla/5.0 Test";
    let visitor = site.browser(DATACENTER).with(USER_AGENT, agent);
    let cookie = testing::clearance(&site.humanify, DATACENTER.parse().unwrap(), agent).unwrap();
    let (name, value) = cookie.split_once('=').unwrap();
    visitor.set_cookie(name, value);
    assert_eq!(visitor.get("/hard").await.body, "for patient humans");
    // It is this client's, as any clearance.
    assert!(
        visitor
            .clone()
            .at(VPN)
            .get("/hard")
            .await
            .demands_challenge()
    );
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
        // What was spoken counts, not what the browser prefers by now.
        let visitor = visitor.with(ACCEPT_LANGUAGE, "de");
        let solved = visitor
            .post(&answer.action, &body.append_pair("answer", &typed).finish())
            .await;
        assert!(solved.clears(), "{accepted} {code} {typed}");
    }
}

#[tokio::test]
async fn a_clearance_holds_for_four_hours() {
    let site = site();
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    site.clock.advance(Duration::from_secs(4 * 3_600 - 1));
    assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
    site.clock.advance(Duration::from_secs(1));
    assert!(visitor.get("/login").await.demands_challenge());
}

#[tokio::test]
async fn an_easy_clearance_does_not_open_a_hard_door() {
    let site = site();
    let bot = site.browser(DATACENTER);
    bot.get_in("/protected").await;
    assert!(bot.get("/hard").await.demands_challenge());
    bot.get_in("/hard").await;
    assert_eq!(bot.get("/hard").await.status, StatusCode::OK);
    assert_eq!(bot.get("/protected").await.status, StatusCode::OK);
    // What is denied stays denied.
    assert_eq!(bot.get("/admin").await.status, StatusCode::FORBIDDEN);
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
async fn a_block_does_not_touch_those_who_have_a_clearance() {
    let site = site();
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    // Somebody else with the same address and browser errs until the challenge is closed.
    let other = visitor.clone().forgetful();
    let mut page = other.get("/humanify/challenge").await;
    for _ in 0..3 {
        page = other.err(&page).await;
    }
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_that_is_loaded_again_after_success_leads_on() {
    let site = site();
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    let first = visitor.follow(asked).await;
    let answer = testing::solve(&site.humanify, &first.body).unwrap();
    let second = visitor.give(&answer).await;
    assert!(visitor.answer(&second).await.clears());
    // The first answer is sent once more, as a browser does that goes back and loads again.
    let again = visitor.post(&answer.action, &answer.body).await;
    assert_eq!(again.location().as_deref(), Some("/login"));
    assert!(!again.clears());
    assert_eq!(visitor.get("/login").await.body, "the login page");
}

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
async fn a_form_gets_its_challenge_in_place_and_the_way_back_to_its_page() {
    let site = site();
    // With a file it is not kept.
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

#[tokio::test]
async fn humanifys_pages_may_be_moved_and_nested() {
    let site = with(Humanify::builder().pages(Pages::at("/check/humans")));
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    assert!(
        asked
            .location()
            .unwrap()
            .starts_with("/check/humans/challenge?")
    );
    assert!(visitor.get_in("/login").await.clears());

    // Protected first, then nested: links carry the prefix.
    let mut nested = with(Humanify::builder());
    nested.app = Router::new().nest("/shop", nested.app);
    let visitor = nested.browser(HOME);
    let asked = visitor.get("/shop/login").await;
    assert!(
        asked
            .location()
            .unwrap()
            .starts_with("/shop/humanify/challenge?"),
        "{asked:?}"
    );
    let page = visitor.follow(asked).await;
    let solved = visitor.solve(page).await;
    assert_eq!(solved.location().as_deref(), Some("/shop/login"));
    assert_eq!(visitor.get("/shop/login").await.status, StatusCode::OK);
}

#[tokio::test]
async fn humanifys_pages_are_never_under_the_users_rules() {
    let site = Site::new(
        Humanify::builder().rules(protect! {
            deny_access on "*";
            always_challenge;
            limit "1/hour";
        }),
        Router::new(),
    );
    let visitor = site.browser(HOME);
    for _ in 0..3 {
        assert_eq!(
            visitor.get("/humanify/challenge").await.status,
            StatusCode::OK
        );
    }
    for (path, status) in [
        ("/humanify/access_denied", StatusCode::FORBIDDEN),
        ("/humanify/rate_limited", StatusCode::TOO_MANY_REQUESTS),
        ("/humanify/verify", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let reply = visitor.get(path).await;
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.body.contains("<!doctype html>"), "{path}");
    }
}

#[tokio::test]
async fn only_humanifys_own_pages_are_taken_from_the_application() {
    let app = Router::new().route("/humanify/mine", get(|| async { "mine" }));
    let site = Site::new(Humanify::builder(), app);
    let visitor = site.browser(HOME);
    assert_eq!(visitor.get("/humanify/mine").await.body, "mine");
    assert_eq!(
        visitor.get("/humanify/nothing").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_developer_on_localhost_is_told_why_a_challenge_is_shown() {
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

#[tokio::test]
async fn no_two_challenges_are_alike() {
    let site = site();
    let visitor: Visitor = site.browser(HOME);
    let mut pages = std::collections::HashSet::new();
    for _ in 0..5 {
        let page = visitor.get("/humanify/challenge").await;
        let pictures = page.body.matches("src=\"data:image/").count();
        assert_eq!(pictures, 6);
        for picture in page.body.split("src=\"data:image/").skip(1) {
            assert!(pages.insert(picture.split('"').next().unwrap().to_owned()));
        }
        assert!(page.body.len() < 60_000, "{} bytes", page.body.len());
    }
}

#[tokio::test]
async fn the_script_for_dialogs_is_small_and_any_page_of_the_site_can_load_it() {
    let site = with(Humanify::builder());
    let script = site.browser(HOME).get("/humanify/dialog.js").await;
    assert_eq!(script.status, StatusCode::OK);
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(script.header("cache-control"), Some("public, max-age=3600"));
    assert!(script.body.is_ascii());
    assert!(script.body.len() <= 2_048, "{}", script.body.len());
    let solved = site.browser(HOME).get("/humanify/solved").await;
    assert_eq!(solved.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_with_all_its_pictures_stays_below_sixty_kilobytes() {
    use humanify::ImageDataset;
    for dataset in [
        ImageDataset::AiDogs,
        ImageDataset::Animals,
        ImageDataset::Characters,
        ImageDataset::Keys,
    ] {
        for challenge_type in [ChallengeType::OneClick, ChallengeType::Grid] {
            for hardness in [1, 5] {
                let builder = Humanify::builder()
                    .image_dataset(dataset.clone())
                    .challenge_type(challenge_type)
                    .hardness(hardness);
                // The language whose texts are the longest.
                let visitor = with(builder)
                    .browser(HOME)
                    .with(http::header::ACCEPT_LANGUAGE, "hi");
                let asked = visitor.get("/login").await;
                let page = visitor.follow(asked).await;
                let size = page.body.len();
                assert!(
                    size <= 60 * 1_024,
                    "{dataset:?} {challenge_type:?} {hardness}: {size}"
                );
            }
        }
    }
}
