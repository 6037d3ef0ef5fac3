//! Managed challenges in a browser without scripts.

use std::time::Duration;

use humanify::ChallengeType;

use super::chromium::{Chromium, Look};
use super::person::Person;
use super::site::{Served, settings};
use crate::support::wait::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_scripts_waits_before_a_picture_or_a_recording() {
    let pass = async |language: &'static str, way: &'static str| {
        let Some(browser) = Chromium::start().await else {
            return;
        };
        let look = Look {
            language,
            scripts: false,
            ..Look::default()
        };
        browser.set_look(look, None).await;
        let settings = settings().challenge_type(ChallengeType::Managed);
        let site = Served::start(settings).await;
        let person = Person { browser, site };
        person.go("/protected?page=2").await;
        person.follow(way).await;
        assert!(!person.is_challenged().await);
        let loaded = "return performance.getEntriesByType('resource')
            .filter(entry => entry.name.includes('/humanify/mark.svg?'))
            .map(entry => entry.responseStatus)";
        until("the page loads what it has", async || {
            person.browser.evaluate(loaded).await == serde_json::json!([200])
        })
        .await;
        let page = person.one("html").await;
        person.wait(Duration::from_secs(5));
        // The page continues by itself.
        person.wait_for_the_page_after(&page).await;
        person.solve().await;
        assert_eq!(person.place().await, "/protected?page=2");
        assert_eq!(person.text().await, "for humans");
    };
    tokio::join!(
        pass("en", "/humanify/challenge"),
        pass("ar", "/humanify/audio_challenge"),
    );
}
