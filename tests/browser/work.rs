//! What the script of proof of work makes of the browser and the device.

use std::time::Duration;

use humanify::ChallengeType;
use serde_json::json;

use super::chromium::Look;
use super::person::Person;
use super::site::settings;

/// A person at a site that demands proof of work. This script runs before the page's.
async fn person(script: &str) -> Option<Person> {
    let settings = settings().challenge_type(ChallengeType::ProofOfWork);
    let person = Person::start(settings, Look::default()).await?;
    person.browser.run_before_pages(script).await;
    person.go("/protected").await;
    Some(person)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_claims_to_be_a_computer_is_not_automated() {
    // The browser of the test is automated, and says so.
    for (property, value, found) in [
        // An iPad in its pages; its workers say "iPad".
        ("platform", "MacIntel", "webdriver"),
        ("userAgent", "Mozilla/5.0 (Forged)", "webdriver worker"),
    ] {
        let script = format!(
            "Object.defineProperty(Navigator.prototype, '{property}', {{ get: () => '{value}' }});
             HTMLFormElement.prototype.submit = function () {{
                 document.title = 'sent: ' + this.elements.namedItem('probes').value;
             }};"
        );
        let Some(person) = person(&script).await else {
            return;
        };
        person.wait_for("Done.").await;
        let sent = person.browser.evaluate("return document.title").await;
        assert_eq!(sent, json!(format!("sent: {found}")), "{property}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_slept_goes_on_with_the_work() {
    // No worker speaks until the test lets them, and the page's clock jumps.
    let script = "const post = Worker.prototype.postMessage;
        const kept = [];
        Worker.prototype.postMessage = function (...message) { kept.push([this, message]); };
        const now = performance.now.bind(performance);
        let slept = 0;
        performance.now = () => now() + slept;
        const later = window.setTimeout;
        const waits = [];
        window.setTimeout = (run, wait) => waits.push(run);
        window.sleep = () => { slept += 3_600_000; waits.splice(0).forEach((run) => run()); };
        window.begin = () => {
            Worker.prototype.postMessage = post;
            kept.forEach(([worker, message]) => post.apply(worker, message));
        };";
    let Some(person) = person(script).await else {
        return;
    };
    for _ in 0..3 {
        person.browser.evaluate("window.sleep()").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(person.text().await.contains("Computing"));
    }
    person.browser.evaluate("window.begin()").await;
    person.wait_for("for humans").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_ways_are_announced_and_take_the_focus_of_the_links() {
    // The work begins when the test says so. Each worker does two batches, and the clock runs fast.
    let script = "const post = Worker.prototype.postMessage;
        const kept = [];
        Worker.prototype.postMessage = function (...message) {
            kept.push([this, message]);
        };
        let passed = 0;
        performance.now = () => passed += 2900;
        window.setTimeout = () => {};
        window.begin = () => kept.splice(0).forEach(([worker, message]) => post.apply(worker, message));";
    let Some(person) = person(script).await else {
        return;
    };
    let focus = "document.querySelector('.links > *').focus(); window.begin()";
    person.browser.evaluate(focus).await;
    person.wait_for("You can wait or choose another way:").await;
    let status = person.one("#work-status").await.text().await.unwrap();
    assert!(
        status.contains("Computing") && status.contains("You can wait"),
        "{status}"
    );
    let focused = "return document.activeElement.closest('#work-fallback') !== null";
    assert_eq!(person.browser.evaluate(focused).await, json!(true));
}
