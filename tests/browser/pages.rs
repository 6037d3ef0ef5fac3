//! Every page, in every look: accessible, complete in itself, within a narrow window.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use humanify::{ChallengeType, HumanifyBuilder, Memory};
use serde_json::{Value, json};

use super::chromium::{Chromium, Look};
use super::person::Person;
use super::site::{Served, settings};
use crate::support::DATACENTER;
use crate::support::services::missing;

/// A page, and how one gets to it.
struct Page {
    name: &'static str,
    status: u64,
    /// What its site has besides what all have, if it has one of its own.
    settings: Option<fn(HumanifyBuilder) -> HumanifyBuilder>,
    /// Where the visitor comes from; nobody stands between a developer and localhost.
    peer: Option<&'static str>,
    path: &'static str,
    /// What runs before the page's own script.
    script: &'static str,
    then: Then,
}

/// What a visitor does once the path is open.
#[derive(Clone, Copy)]
enum Then {
    Look,
    Again,
    /// Answers rightly so many times.
    Answer(u8),
    /// Answers wrongly so many times.
    Err(u8),
    /// Answers when the time is over.
    Late,
    /// Answers, and sends the same once more by reloading.
    Twice,
    /// Answers when the cookies are gone.
    Forget,
    /// Sends the form.
    Send,
    /// Sends the form, and solves the challenge that interrupts it.
    SendAndSolve,
}

const PAGE: Page = Page {
    name: "",
    status: 200,
    settings: None,
    peer: Some(DATACENTER),
    path: "",
    script: "",
    then: Then::Look,
};

const PAGES: &[Page] = &[
    Page {
        name: "one_click",
        path: "/protected",
        ..PAGE
    },
    Page {
        name: "one_click_localhost",
        peer: None,
        path: "/protected",
        ..PAGE
    },
    Page {
        name: "one_click_second_round",
        path: "/protected",
        then: Then::Answer(1),
        ..PAGE
    },
    Page {
        name: "one_click_wrong",
        status: 200,
        path: "/protected",
        then: Then::Err(1),
        ..PAGE
    },
    Page {
        name: "one_click_expired",
        status: 200,
        path: "/protected",
        then: Then::Late,
        ..PAGE
    },
    Page {
        name: "one_click_used",
        status: 200,
        path: "/protected",
        then: Then::Twice,
        ..PAGE
    },
    Page {
        name: "one_click_form",
        status: 403,
        path: "/contact",
        then: Then::Send,
        ..PAGE
    },
    Page {
        name: "form_ready",
        status: 200,
        path: "/contact",
        then: Then::SendAndSolve,
        ..PAGE
    },
    Page {
        name: "one_click_hardest",
        settings: Some(|settings| settings.hardness(5)),
        path: "/protected",
        ..PAGE
    },
    Page {
        name: "audio",
        path: "/humanify/audio_challenge",
        ..PAGE
    },
    Page {
        name: "audio_wrong",
        status: 200,
        path: "/humanify/audio_challenge",
        then: Then::Err(1),
        ..PAGE
    },
    Page {
        name: "grid",
        settings: Some(|settings| settings.challenge_type(ChallengeType::Grid)),
        path: "/protected",
        ..PAGE
    },
    Page {
        name: "grid_wrong",
        status: 200,
        settings: Some(|settings| settings.challenge_type(ChallengeType::Grid)),
        path: "/protected",
        then: Then::Err(1),
        ..PAGE
    },
    Page {
        name: "work",
        settings: Some(|settings| settings.challenge_type(ChallengeType::ProofOfWork)),
        path: "/protected",
        // Nothing is ever found, so that the page stands still.
        script: "Worker.prototype.postMessage = () => {}",
        ..PAGE
    },
    Page {
        name: "work_impossible",
        settings: Some(|settings| settings.challenge_type(ChallengeType::ProofOfWork)),
        path: "/protected",
        script: "delete window.Worker",
        ..PAGE
    },
    Page {
        name: "cookies",
        status: 403,
        path: "/protected",
        then: Then::Forget,
        ..PAGE
    },
    Page {
        name: "blocked",
        status: 429,
        path: "/protected",
        then: Then::Err(3),
        ..PAGE
    },
    Page {
        name: "denied",
        status: 403,
        path: "/members",
        ..PAGE
    },
    Page {
        name: "limited",
        status: 429,
        path: "/scarce",
        then: Then::Again,
        ..PAGE
    },
    Page {
        // The memory for spent challenges has room for one.
        name: "busy",
        status: 503,
        settings: Some(|settings| settings.store(Memory::default().max_clients(1))),
        path: "/protected",
        then: Then::Answer(2),
        ..PAGE
    },
    Page {
        name: "error_404",
        status: 404,
        path: "/nothing",
        ..PAGE
    },
    Page {
        name: "error_405",
        status: 405,
        path: "/send",
        ..PAGE
    },
    Page {
        name: "error_410",
        status: 410,
        path: "/gone",
        ..PAGE
    },
    Page {
        name: "error_500",
        status: 500,
        path: "/broken",
        ..PAGE
    },
];

/// How a page is looked at: width of the window, and whether it is dark.
type Window = (u32, bool);

/// Looks at every page in a language, and at each in every window.
const WINDOWS: &[Window] = &[(1280, false), (1280, true), (320, false), (320, true)];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everyone_in_english() {
    every_page_is_for_everyone("en", "ltr").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everyone_in_arabic() {
    every_page_is_for_everyone("ar", "rtl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_a_small_window_in_languages_of_long_words_and_other_scripts() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let mut faults = Vec::new();
    for language in ["de", "hi"] {
        let look = Look {
            language,
            width: 320,
            ..Look::default()
        };
        browser = visit_every_page(browser, look, async |person, page| {
            let mut found = misfits(person, page, language, "ltr").await;
            found.extend(overflow(person).await);
            let name = format!("{}-{language}-320-light", page.name);
            save(&name, &person.browser.whole_page(320).await);
            faults.extend(found.iter().map(|fault| format!("{name}: {fault}")));
        })
        .await;
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

async fn every_page_is_for_everyone(language: &'static str, direction: &str) {
    let (Some(axe), Some(browser)) = (axe(), Chromium::start().await) else {
        return;
    };
    let look = Look {
        language,
        ..Look::default()
    };
    let mut faults = Vec::new();
    visit_every_page(browser, look, async |person, page| {
        let mut found = misfits(person, page, language, direction).await;
        found.extend(complaints(person).await);
        found.extend(loads_from_elsewhere(person).await);
        let found = found.iter().map(|fault| format!("{}: {fault}", page.name));
        faults.extend(found);
        for (width, dark) in WINDOWS.iter().copied() {
            let look = Look {
                width,
                dark,
                ..look
            };
            person.browser.set_look(look, page.peer).await;
            let mut found = overflow(person).await;
            found.extend(violations(person, &axe).await);
            let scheme = if dark { "dark" } else { "light" };
            let name = format!("{}-{language}-{width}-{scheme}", page.name);
            save(&name, &person.browser.whole_page(width).await);
            faults.extend(found.iter().map(|fault| format!("{name}: {fault}")));
        }
    })
    .await;
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Goes to each page in turn and looks at it.
async fn visit_every_page(
    mut browser: Chromium,
    look: Look,
    mut visit: impl AsyncFnMut(&Person, &Page),
) -> Chromium {
    let shared = Served::start(settings()).await;
    for page in PAGES {
        let site = match page.settings {
            Some(own) => Served::start(own(settings())).await,
            None => shared.clone(),
        };
        browser.set_look(look, page.peer).await;
        let person = Person { browser, site };
        let script = person.browser.run_before_pages(page.script).await;
        open(&person, page).await;
        visit(&person, page).await;
        person.browser.forget(&script).await;
        // Blocks and limits end, so that the next page begins anew.
        person.wait(Duration::from_secs(5 * 3_600));
        browser = person.browser;
    }
    browser
}

/// Goes to a page as a visitor does.
async fn open(person: &Person, page: &Page) {
    // What earlier pages have said is forgotten.
    person.go("/").await;
    for log in ["browser", "performance"] {
        person.browser.get_log(log).await.unwrap();
    }
    person.go(page.path).await;
    match page.then {
        Then::Look => {}
        Then::Again => person.go(page.path).await,
        Then::Answer(times) => {
            for _ in 0..times {
                person.answer().await;
            }
        }
        Then::Err(times) => {
            for _ in 0..times {
                person.err().await;
            }
        }
        Then::Late => {
            person.wait(Duration::from_secs(601));
            person.answer().await;
        }
        Then::Twice => {
            person.answer().await;
            person.browser.refresh().await.unwrap();
        }
        Then::Forget => {
            person.browser.delete_all_cookies().await.unwrap();
            person.answer().await;
        }
        Then::Send => person.leave_by("form button").await,
        Then::SendAndSolve => {
            person.leave_by("form button").await;
            person.solve().await;
        }
    }
}

/// Whether it is the page that was meant, in the language that was asked for.
async fn misfits(person: &Person, page: &Page, language: &str, direction: &str) -> Vec<String> {
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

/// What the browser's console says, such as violations of the page's policy.
async fn complaints(person: &Person) -> Vec<String> {
    let entries = person.browser.get_log("browser").await.unwrap();
    entries
        .into_iter()
        .map(|entry| entry.message)
        // That a page has an error's status is no fault of the page.
        .filter(|message| !message.contains("the server responded with a status of"))
        .collect()
}

/// Requests that the browser made anywhere but at the site.
async fn loads_from_elsewhere(person: &Person) -> Vec<String> {
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

/// What of the page is beyond the sides of its window.
async fn overflow(person: &Person) -> Vec<String> {
    let overflow = "return [...document.body.querySelectorAll('*')]
        .filter(element => {
            const { left, right, width } = element.getBoundingClientRect();
            return width > 0 && (left < -1 || right > innerWidth + 1);
        })
        .map(element => `outside the window: ${element.outerHTML.slice(0, 150)}`);";
    serde_json::from_value(person.browser.evaluate(overflow).await).unwrap()
}

/// What axe-core finds against WCAG 2.2, levels A and AA.
async fn violations(person: &Person, axe: &str) -> Vec<String> {
    person.browser.execute(axe, Vec::new()).await.unwrap();
    let run = "const done = arguments[0];
        const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        axe.run({ runOnly: { type: 'tag', values }, rules: { 'target-size': { enabled: true } } })
            .then(({ violations, passes }) => done({
                passes: passes.map(rule => rule.id),
                violations: violations.map(rule =>
                    `${rule.id}: ` + rule.nodes.map(node => node.html.slice(0, 150))),
            }), error => done({ violations: [`${error}`], passes: [] }));";
    let result = person.browser.execute_async(run, Vec::new()).await.unwrap();
    let result = result.json();
    assert_ne!(
        result["passes"],
        json!([]),
        "axe-core has looked at nothing"
    );
    serde_json::from_value(result["violations"].clone()).unwrap()
}

/// The source of axe-core, from `HUMANIFY_AXE` or where `.ci/run` installs it.
fn axe() -> Option<String> {
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

/// Keeps a screenshot for people to look at.
fn save(name: &str, png: &str) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("screenshots");
    fs::create_dir_all(&folder).unwrap();
    let png = BASE64_STANDARD.decode(png).unwrap();
    fs::write(folder.join(format!("{name}.png")), png).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_page_is_found_out() {
    let (Some(axe), Some(browser)) = (axe(), Chromium::start().await) else {
        return;
    };
    browser.set_look(Look::default(), None).await;
    let site = Served::start(settings()).await;
    let person = Person { browser, site };
    person.go("/faulty").await;
    let mut faults = complaints(&person).await;
    faults.extend(loads_from_elsewhere(&person).await);
    faults.extend(overflow(&person).await);
    faults.extend(violations(&person, &axe).await);
    let faults = faults.join("\n");
    for expected in [
        "html-has-lang",
        "image-alt",
        "color-contrast",
        "outside the window: <p style",
        "it loads http://127.0.0.1:9/pixel.png",
        "Content Security Policy",
    ] {
        assert!(faults.contains(expected), "no {expected} in {faults}");
    }
}
