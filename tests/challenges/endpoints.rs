//! humanify's own pages: where they are, how large, and which rules apply.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::{ChallengeType, Pages, prelude::*};

use super::{site, with};
use crate::support::{HOME, Site, Visitor};

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
