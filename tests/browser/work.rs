//! What the script of proof of work makes of the browser and the device.

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
