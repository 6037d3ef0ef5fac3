//! humanify's script that shows a challenge in a dialog.

use humanify::ChallengeType;
use serde_json::Value;

use super::chromium::{Chromium, Look};
use super::person::Person;
use super::site::{Served, settings};
use crate::support::wait::until;

/// A person at a page whose script makes forty requests; `None` without a browser.
async fn person(challenge_type: ChallengeType) -> Option<Person> {
    let settings = settings().challenge_type(challenge_type);
    let person = Person::start(settings, Look::default()).await?;
    person.go("/app").await;
    Some(person)
}

/// A name that the browser resolves to this machine. Unlike `localhost`, its pages are insecure
/// without TLS, so that the browser sends no Fetch Metadata.
const INSECURE: &str = "garden.example";

impl Person {
    /// The results of the forty requests.
    async fn answers(&self) -> Vec<String> {
        let script = "return window.answers";
        until("all requests are answered", async || {
            self.browser.evaluate(script).await != Value::Null
        })
        .await;
        serde_json::from_value(self.browser.evaluate(script).await).unwrap()
    }

    /// The number of requests that the page made for protected resources.
    async fn requests(&self) -> u64 {
        let script = "return performance.getEntriesByType('resource')
            .filter(entry => new URL(entry.name).pathname === '/protected').length";
        self.browser.evaluate(script).await.as_u64().unwrap()
    }

    /// Waits for the dialog's challenge, and looks into its frame.
    async fn enter_dialog(&self) {
        until("the dialog shows a challenge", async || {
            let script = "const frame = document.querySelector('dialog iframe');
                return frame !== null && frame.contentDocument.querySelector('h1') !== null";
            self.browser.evaluate(script).await == true
        })
        .await;
        let frame = self.one("dialog iframe").await;
        frame.enter_frame().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_requests_of_a_script_wait_for_one_challenge_in_a_dialog() {
    for challenge_type in [ChallengeType::Grid, ChallengeType::Managed] {
        let Some(person) = person(challenge_type).await else {
            return;
        };
        // Proof of work needs no person.
        if challenge_type == ChallengeType::Grid {
            person.enter_dialog().await;
            person.answer().await;
            person.browser.enter_default_frame().await.unwrap();
        }
        let answers = person.answers().await;
        assert_eq!(answers.len(), 40);
        for answer in answers {
            assert!(
                answer.starts_with("200 ") && answer.contains("for humans"),
                "{answer}"
            );
        }
        assert!(person.all("dialog").await.is_empty());
        assert!(person.requests().await <= 80);
        assert_eq!(person.place().await, "/app");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dialog_works_without_referrers_and_without_fetch_metadata() {
    for (host, path) in [("127.0.0.1", "/quiet_app"), (INSECURE, "/app")] {
        let Some(browser) = Chromium::start_resolving(INSECURE).await else {
            return;
        };
        browser.set_look(Look::default(), None).await;
        let settings = settings().challenge_type(ChallengeType::Grid);
        let mut site = Served::start(settings).await;
        site.origin = site.origin.replace("127.0.0.1", host);
        let person = Person { browser, site };
        person.go(path).await;
        person.enter_dialog().await;
        person.answer().await;
        person.browser.enter_default_frame().await.unwrap();
        for answer in person.answers().await {
            assert!(answer.contains("for humans"), "{path} {answer}");
        }
        assert_eq!(person.place().await, path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_dialog_returns_the_problem_document_to_every_request() {
    let Some(person) = person(ChallengeType::Grid).await else {
        return;
    };
    person.enter_dialog().await;
    person.browser.enter_default_frame().await.unwrap();
    person.one("dialog button").await.click().await.unwrap();
    let answers = person.answers().await;
    assert_eq!(answers.len(), 40);
    for answer in answers {
        assert!(answer.starts_with("403 "), "{answer}");
        assert!(
            answer.contains("urn:humanify:problem:challenge-required"),
            "{answer}"
        );
    }
    assert!(person.all("dialog").await.is_empty());
    assert!(person.requests().await <= 40);
}
