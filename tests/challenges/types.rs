//! Types of challenges, and who chooses one.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::{ChallengeType, prelude::*};

use super::{site, with};
use crate::support::{DATACENTER, HOME, Site};

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
async fn proof_of_work_is_a_script_of_this_site_with_an_alternative() {
    let site = with(Humanify::builder().challenge_type(ChallengeType::ProofOfWork));
    let visitor = site.browser(HOME);
    let asked = visitor.get("/login").await;
    let page = visitor.follow(asked).await;
    let plain = page.body.replace("&#x2f;", "/").replace("&amp;", "&");
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'nonce-")
            && policy.contains("worker-src 'self'; child-src 'self'")
    );
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
    // If the script cannot run, pictures and sound count as much.
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
async fn proof_of_work_opens_no_page_that_demands_pictures() {
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
    // The sealed clearance says that only work was done.
    visitor.set_cookie("humanify_clearance", &cleared);
    assert!(visitor.get("/login").await.demands_challenge());
}
