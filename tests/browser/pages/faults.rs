//! Faults of a page: wrong status or language, loads from elsewhere, overflow, violations of WCAG.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::table::Page;
use crate::browser::person::Person;
use crate::support::services::missing;

/// Finds a wrong status, page or language.
pub(super) async fn misfits(
    person: &Person,
    page: &Page,
    language: &str,
    direction: &str,
) -> Vec<String> {
    let said = person
        .browser
        .evaluate(
            "return [document.documentElement.lang.slice(0, 2), document.documentElement.dir]",
        )
        .await;
    let mut misfits = Vec::new();
    if said != json!([language, direction]) {
        misfits.push(format!("it says that it is {said}"));
    }
    let status = person.status().await;
    if status != page.status {
        misfits.push(format!("status {status} instead of {}", page.status));
    }
    misfits
}

/// The messages in the browser's console, such as violations of the page's policy.
pub(super) async fn complaints(person: &Person) -> Vec<String> {
    let entries = person.browser.get_log("browser").await.unwrap();
    entries
        .into_iter()
        .map(|entry| entry.message)
        // The status of an error page is no fault.
        .filter(|message| !message.contains("the server responded with a status of"))
        .collect()
}

/// Requests to other sites.
pub(super) async fn loads_from_elsewhere(person: &Person) -> Vec<String> {
    let entries = person.browser.get_log("performance").await.unwrap();
    assert!(!entries.is_empty());
    entries
        .into_iter()
        .filter_map(|entry| {
            let event: Value = serde_json::from_str(&entry.message).unwrap();
            let event = &event["message"];
            (event["method"] == "Network.requestWillBeSent").then(|| {
                event["params"]["request"]["url"]
                    .as_str()
                    .map(str::to_owned)
            })?
        })
        .filter(|address| {
            !address.starts_with(&person.site.origin) && !address.starts_with("data:")
        })
        .map(|address| format!("it loads {address}"))
        .collect()
}

/// Elements beyond the sides of the window.
pub(super) async fn overflow(person: &Person) -> Vec<String> {
    let overflow = "return [...document.body.querySelectorAll('*')]
        .filter(element => {
            const { left, right, width } = element.getBoundingClientRect();
            return width > 0 && (left < -1 || right > innerWidth + 1);
        })
        .map(element => `outside the window: ${element.outerHTML.slice(0, 150)}`);";
    serde_json::from_value(person.browser.evaluate(overflow).await).unwrap()
}

/// The rules of axe-core that look at a page.
#[derive(Clone, Copy)]
pub(super) enum Rules {
    /// WCAG 2.2, levels A and AA.
    All,
    /// The contrast of colours, which depends on the colour scheme.
    Colors,
    /// The size of what is touched, which depends on the width of the window.
    TargetSize,
}

/// The violations of these rules that axe-core finds, except of the excused rule.
pub(super) async fn violations(
    person: &Person,
    axe: &str,
    excused: Option<&str>,
    rules: Rules,
) -> Vec<String> {
    // The source is half a megabyte, and a change of the window leaves it in the page.
    let is_there = "return typeof axe !== 'undefined'";
    if person.browser.evaluate(is_there).await != json!(true) {
        person.browser.execute(axe, Vec::new()).await.unwrap();
    }
    let run = "const [excused, alone, done] = arguments;
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        const rules = { 'target-size': { enabled: true } };
        if (excused) {
            rules[excused] = { enabled: false };
        }
        const options = alone
            ? { runOnly: { type: 'rule', values: [alone] } }
            : { runOnly: { type: 'tag', values: tags }, rules };
        axe.run(options)
            .then(({ violations, passes }) => done({
                passes: passes.map(rule => rule.id),
                violations: violations.map(rule =>
                    `${rule.id}: ` + rule.nodes.map(node => node.html.slice(0, 150))),
            }), error => done({ violations: [`${error}`], passes: [] }));";
    let alone = match rules {
        Rules::All => None,
        Rules::Colors => Some("color-contrast"),
        Rules::TargetSize => Some("target-size"),
    };
    let result = person
        .browser
        .execute_async(run, vec![json!(excused), json!(alone)])
        .await
        .unwrap();
    let result = result.json();
    // A page without links or buttons has nothing to touch.
    if !matches!(rules, Rules::TargetSize) {
        assert_ne!(
            result["passes"],
            json!([]),
            "axe-core has looked at nothing"
        );
    }
    serde_json::from_value(result["violations"].clone()).unwrap()
}

/// The source of axe-core, from `HUMANIFY_AXE` or where `.ci/run` installs it.
pub(super) fn axe() -> Option<String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let place = std::env::var_os("HUMANIFY_AXE").map_or_else(
        || target.join("browser/node_modules/axe-core/axe.min.js"),
        PathBuf::from,
    );
    let source = fs::read_to_string(place).ok();
    if source.is_none() {
        missing("axe-core");
    }
    source
}
