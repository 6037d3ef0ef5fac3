//! Pages in many tabs, and pages with many protected parts: none of them loops.

use humanify::ChallengeType;

use super::chromium::Look;
use super::person::Person;
use super::site::settings;
use crate::support::wait::until;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_tabs_that_are_challenged_are_all_led_on_once_one_of_them_is_solved() {
    // Tabs with proof of work share the processor, so there are fewer.
    for (challenge_type, count) in [(ChallengeType::Managed, 2), (ChallengeType::OneClick, 50)] {
        let Some(person) =
            Person::start(settings().challenge_type(challenge_type), Look::default()).await
        else {
            return;
        };
        let mut tabs = Vec::new();
        for number in 0..count {
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
                // An open page computes, answers, and is redirected.
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
        let Some(person) =
            Person::start(settings().challenge_type(challenge_type), Look::default()).await
        else {
            return;
        };
        person.go("/gallery").await;
        let loaded = "return performance.getEntriesByType('resource')
            .map(entry => [new URL(entry.name).pathname, entry.responseStatus])
            .filter(([path]) => path !== '/favicon.ico')";
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
