//! Managed challenges whose script does not load, as behind a filter.

use humanify::ChallengeType;
use serde_json::json;

use super::chromium::{Chromium, Look};
use super::person::Person;
use super::site::{Served, settings};

const SCRIPT: &str = "*/humanify/work-*";

/// A person whose browser runs scripts, but not that of humanify.
async fn person() -> Option<Person> {
    let browser = Chromium::start().await?;
    browser.set_look(Look::default(), None).await;
    browser.block(SCRIPT).await;
    let settings = settings().challenge_type(ChallengeType::Managed);
    let site = Served::start(settings).await;
    Some(Person { browser, site })
}

impl Person {
    /// Lets the time pass after which the page shows other ways.
    async fn let_time_pass(&self) {
        let script = "const waits = document.getAnimations().filter(({ animationName }) =>
                ['withhold', 'withdraw'].includes(animationName));
            waits.forEach(wait => wait.finish());
            return waits.map(wait => wait.effect.getTiming().delay)";
        let delays = self.browser.evaluate(script).await;
        assert_eq!(delays, json!([10_000, 10_000]));
    }

    /// Whether the page shows the ways without a script.
    async fn is_shown_other_ways(&self) -> bool {
        let ways = self.all("#work-fallback").await;
        assert_eq!(ways.len(), 1);
        ways[0].is_displayed().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_whose_script_does_not_load_gets_other_ways() {
    for page in ["work_challenge", "challenge", "audio_challenge"] {
        let Some(person) = person().await else {
            return;
        };
        person
            .go(&format!("/humanify/{page}?next=%2Fprotected"))
            .await;
        assert!(!person.is_shown_other_ways().await, "{page}");
        person.let_time_pass().await;
        assert!(person.is_shown_other_ways().await, "{page}");
        let text = person.text().await;
        assert!(
            text.contains("Your browser cannot do this check."),
            "{text}"
        );
        person.follow("/humanify/challenge").await;
        assert!(!person.is_challenged().await, "it waits first");
        assert!(
            person
                .text()
                .await
                .contains("The page then goes on by itself.")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_the_script_leads_to_other_ways_at_once() {
    let Some(person) = person().await else {
        return;
    };
    person.go("/humanify/challenge?next=%2Fprotected").await;
    person.answer().await;
    let text = person.text().await;
    assert!(text.contains("not finished its check yet"), "{text}");
    assert!(person.is_shown_other_ways().await);
    person.follow("/humanify/challenge").await;
    assert!(!person.is_challenged().await, "it waits first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_begins_shows_no_other_ways() {
    let Some(person) = person().await else {
        return;
    };
    person.go("/humanify/challenge?next=%2Fprotected").await;
    person.answer().await;
    assert!(person.is_shown_other_ways().await);
    // The filter is switched off.
    person.browser.block("nothing").await;
    person.browser.refresh().await.unwrap();
    assert!(!person.is_shown_other_ways().await);
    assert!(person.text().await.contains("Other pictures"));
}
