//! A picture or a recording of a managed challenge with proof of work beside it.

use std::time::Duration;

use humanify::ChallengeType;
use serde_json::json;

use super::chromium::{Chromium, Look};
use super::person::Person;
use super::site::{Served, settings};
use crate::support::wait::until;

/// Holds the work back until the test starts it.
const HELD: &str = "const post = Worker.prototype.postMessage;
    const kept = [];
    Worker.prototype.postMessage = function (...message) { kept.push([this, message]); };
    window.begin = () => {
        Worker.prototype.postMessage = post;
        kept.forEach(([worker, message]) => post.apply(worker, message));
    };";

/// The numbers of the pictures that are shown as chosen.
const CHOSEN: &str = "return [...document.querySelectorAll('.tiles button')]
    .flatMap((tile, number) => tile.classList.contains('chosen')
        && tile.getAttribute('aria-pressed') === 'true' ? [number] : [])";

async fn person(hardness: u8) -> Option<Person> {
    let browser = Chromium::start().await?;
    browser.set_look(Look::default(), None).await;
    let settings = settings().challenge_type(ChallengeType::Managed);
    let site = Served::start(settings.hardness(hardness)).await;
    Some(Person { browser, site })
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_waits_for_the_work_and_leads_on() {
    for page in ["challenge", "audio_challenge"] {
        let Some(person) = person(1).await else {
            return;
        };
        person
            .go(&format!("/humanify/{page}?next=%2Fprotected%3Fpage=2"))
            .await;
        assert!(person.one("progress").await.is_displayed().await.unwrap());
        let text = person.text().await;
        // A fast browser may have finished already.
        let told = [
            "Meanwhile, your browser is doing",
            "The computation is done.",
        ];
        assert!(told.iter().any(|words| text.contains(words)), "{text}");
        // This browser is automated, so another challenge follows, one step harder.
        for _ in 0..2 {
            // A person does not answer at once.
            person.wait(Duration::from_secs(2));
            person.answer().await;
        }
        person.wait_for("for humans").await;
        assert_eq!(person.place().await, "/protected?page=2");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_cannot_compute_beside_a_picture_gets_other_ways() {
    let Some(person) = person(1).await else {
        return;
    };
    person
        .browser
        .run_before_pages("delete window.Worker")
        .await;
    person.go("/humanify/challenge?next=%2Fprotected").await;
    person.wait_for("Your browser cannot do this check.").await;
    // An expired picture can no longer be clicked.
    for tile in person.all(".tiles button").await {
        assert!(!tile.is_displayed().await.unwrap());
    }
    assert!(
        !person
            .one("#work-fallback")
            .await
            .text()
            .await
            .unwrap()
            .is_empty()
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

#[tokio::test(flavor = "multi_thread")]
async fn the_page_explains_why_the_answer_waits() {
    let Some(person) = person(1).await else {
        return;
    };
    let browser = &person.browser;
    browser.run_before_pages(HELD).await;
    let path = "/humanify/challenge?next=%2Fprotected";
    person.go(path).await;
    browser.evaluate("window.begin()").await;
    person.wait_for("Only your answer is missing.").await;

    person.go(path).await;
    let page = person.one("html").await;
    // Two pictures are chosen; the later one counts.
    for number in 0..2 {
        person.choose(number).await;
        person.wait_for("Your answer is sent as soon as").await;
        assert_eq!(browser.evaluate(CHOSEN).await, json!([number]));
    }
    browser.evaluate("window.begin()").await;
    person.wait_for_the_page_after(&page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_does_not_name_the_button_sends_the_picture_that_was_chosen() {
    let Some(person) = person(1).await else {
        return;
    };
    // Safari before 15.4 does not name it, and does not focus it either.
    let old = "delete SubmitEvent.prototype.submitter;
        addEventListener('mousedown', (event) => event.preventDefault(), true);";
    person.browser.run_before_pages(HELD).await;
    person.browser.run_before_pages(old).await;
    person.go("/humanify/challenge?next=%2Fprotected").await;
    for number in [4, 2] {
        person.choose(number).await;
        assert_eq!(person.browser.evaluate(CHOSEN).await, json!([number]));
    }
    let sent = "addEventListener('submit', (event) => event.preventDefault());
        addEventListener('click', ({ target }) => {
            document.title = 'sent: ' + target.closest('button').value;
        });
        window.begin()";
    person.browser.evaluate(sent).await;
    until("the picture is sent", async || {
        person.browser.evaluate("return document.title").await == "sent: 2"
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_waits_for_the_end_of_the_recording() {
    let Some(person) = person(1).await else {
        return;
    };
    // A recording that plays until the test pauses it.
    let plays = "let paused = false;
        Object.defineProperty(HTMLMediaElement.prototype, 'paused', { get: () => paused });
        window.pause = () => {
            paused = true;
            document.querySelector('audio').dispatchEvent(new Event('pause'));
        };";
    person.browser.run_before_pages(plays).await;
    person
        .go("/humanify/audio_challenge?next=%2Fprotected")
        .await;
    let done = "return document.getElementsByName('probes').length === 1";
    until("the work is done", async || {
        person.browser.evaluate(done).await == true
    })
    .await;
    let status = person.one("#work-status");
    assert_eq!(
        status.await.text().await.unwrap(),
        "Meanwhile, your browser is doing a short computation."
    );
    person.browser.evaluate("window.pause()").await;
    person.wait_for("Only your answer is missing.").await;
}
