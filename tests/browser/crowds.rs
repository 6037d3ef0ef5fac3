//! Many tabs and many parts of a page: none of them loops. Low windows: the pictures are in view.

use humanify::ChallengeType;

use super::chromium::{Chromium, Look};
use super::person::Person;
use super::site::{Served, settings};
use crate::support::wait::until;

async fn person(challenge_type: ChallengeType, look: Look) -> Option<Person> {
    let browser = Chromium::start().await?;
    browser.set_look(look, None).await;
    Some(Person {
        browser,
        site: Served::start(settings().challenge_type(challenge_type)).await,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_tabs_that_are_challenged_are_led_on_by_one_of_them() {
    for challenge_type in [ChallengeType::Managed, ChallengeType::OneClick] {
        let Some(person) = person(challenge_type, Look::default()).await else {
            return;
        };
        let mut tabs = Vec::new();
        for number in 0..50 {
            let tab = person.browser.new_tab().await.unwrap();
            person.browser.switch_to_window(tab.clone()).await.unwrap();
            person.go(&format!("/protected?{number}")).await;
            tabs.push(tab);
        }
        if challenge_type == ChallengeType::OneClick {
            person.solve().await;
        }
        for (number, tab) in tabs.into_iter().enumerate() {
            person.browser.switch_to_window(tab).await.unwrap();
            match challenge_type {
                // What is open computes, answers, and is led on.
                ChallengeType::Managed => person.wait_for("for humans").await,
                _ => person.browser.refresh().await.unwrap(),
            }
            assert_eq!(person.text().await, "for humans", "tab {number}");
            assert_eq!(person.place().await, format!("/protected?{number}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_parts_of_a_page_are_refused_once_each_and_lead_nowhere() {
    for challenge_type in [ChallengeType::Managed, ChallengeType::OneClick] {
        let Some(person) = person(challenge_type, Look::default()).await else {
            return;
        };
        person.go("/gallery").await;
        let loaded = "return performance.getEntriesByType('resource').map(entry =>
            [new URL(entry.name).pathname, entry.responseStatus])";
        let loaded = async || -> Vec<(String, u64)> {
            serde_json::from_value(person.browser.evaluate(loaded).await).unwrap()
        };
        until("all parts are answered", async || {
            loaded().await.len() >= 40
        })
        .await;
        let loaded = loaded().await;
        assert_eq!(loaded.len(), 40, "{loaded:?}");
        for (path, status) in loaded {
            assert_eq!((path.as_str(), status), ("/protected", 403));
        }
        assert_eq!(person.text().await, "gallery");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pictures_are_in_view_on_a_telephone_on_its_side_and_at_twice_the_size() {
    // 640 by 360 is a window of 1280 by 720 at 200 %.
    for (width, height) in [(640, 360), (667, 331), (568, 320), (360, 640), (1280, 720)] {
        for challenge_type in [ChallengeType::OneClick, ChallengeType::Grid] {
            let look = Look {
                language: "de",
                width,
                height,
                ..Look::default()
            };
            let Some(person) = person(challenge_type, look).await else {
                return;
            };
            person.go("/protected").await;
            let hidden = "return [...document.querySelectorAll('.tiles img')]
                .map(tile => tile.getBoundingClientRect())
                .filter(({ top, bottom, left, right, width }) =>
                    top < 0 || left < 0 || bottom > innerHeight || right > innerWidth || width < 44)
                .length";
            let hidden = person.browser.evaluate(hidden).await;
            assert_eq!(hidden, 0, "{width} x {height} {challenge_type:?}");
        }
    }
}
