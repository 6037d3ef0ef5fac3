//! Tests of every page in every look: accessible, self-contained, and fitting into a narrow window.

mod faults;
mod table;

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::chromium::{Chromium, Look};
use super::person::Person;
use super::site::{Served, settings};
use faults::{Rules, axe, complaints, loads_from_elsewhere, misfits, overflow, violations};
use table::{PAGES, Page, open};

/// The width of a window, whether the dark scheme is on, and the rules that depend on it.
type Window = (u32, bool, Rules);

/// The windows in which every page is checked.
const WINDOWS: &[Window] = &[
    (1280, false, Rules::All),
    (1280, true, Rules::Colors),
    (320, false, Rules::TargetSize),
];

/// The window for a second language: the other width and the other colour scheme, from right to left.
const SECOND_WINDOWS: &[Window] = &[(320, true, Rules::All)];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everyone_in_english() {
    every_page_is_for_everyone("en", "ltr", WINDOWS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everyone_in_arabic() {
    every_page_is_for_everyone("ar", "rtl", SECOND_WINDOWS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_a_small_window_in_languages_of_long_words_and_other_scripts() {
    let fits = async |language: &'static str| {
        let look = Look {
            language,
            width: 320,
            ..Look::default()
        };
        visit_every_page(Chromium::start, look, async |person, page| {
            let mut found = misfits(person, page, language, "ltr").await;
            found.extend(overflow(person).await);
            let name = format!("{}-{language}-320-light", page.name);
            save(&name, person, 320).await;
            let found = found.iter().map(|fault| format!("{name}: {fault}"));
            found.collect()
        })
        .await
    };
    let (german, hindi) = tokio::join!(fits("de"), fits("hi"));
    let faults = [german, hindi].concat();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Looks at every page in a language, and at each in these windows.
async fn every_page_is_for_everyone(language: &'static str, direction: &str, windows: &[Window]) {
    let Some(axe) = axe() else {
        return;
    };
    let look = Look {
        language,
        ..Look::default()
    };
    let faults = visit_every_page(Chromium::start_with_logs, look, async |person, page| {
        let mut found = misfits(person, page, language, direction).await;
        found.extend(complaints(person).await);
        found.extend(loads_from_elsewhere(person).await);
        let found = found.iter().map(|fault| format!("{}: {fault}", page.name));
        let mut faults: Vec<String> = found.collect();
        for (width, dark, rules) in windows.iter().copied() {
            let look = Look {
                width,
                dark,
                ..look
            };
            person.browser.set_look(look, page.peer).await;
            let mut found = overflow(person).await;
            found.extend(violations(person, &axe, page.excused, rules).await);
            let scheme = if dark { "dark" } else { "light" };
            let name = format!("{}-{language}-{width}-{scheme}", page.name);
            save(&name, person, width).await;
            faults.extend(found.iter().map(|fault| format!("{name}: {fault}")));
        }
        faults
    })
    .await;
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Visits every page, and returns the faults that `visit` finds. Two browsers share the pages, each with
/// a site of its own, since most of a visit is waiting.
async fn visit_every_page(
    start: impl AsyncFn() -> Option<Chromium>,
    look: Look,
    visit: impl AsyncFn(&Person, &Page) -> Vec<String>,
) -> Vec<String> {
    let (first, second) = PAGES.split_at(PAGES.len() / 2);
    let visit_part = async |pages: &[Page]| match start().await {
        Some(browser) => visit_in_turn(browser, pages, look, &visit).await,
        None => Vec::new(),
    };
    let (first, second) = tokio::join!(visit_part(first), visit_part(second));
    [first, second].concat()
}

/// Visits pages in turn with one browser.
async fn visit_in_turn(
    mut browser: Chromium,
    pages: &[Page],
    look: Look,
    visit: impl AsyncFn(&Person, &Page) -> Vec<String>,
) -> Vec<String> {
    let shared = Served::start(settings()).await;
    let mut faults = Vec::new();
    for page in pages {
        let site = match page.settings {
            Some(own) => Served::start(own(settings())).await,
            None => shared.clone(),
        };
        browser.set_look(look, page.peer).await;
        let person = Person { browser, site };
        let script = person.browser.run_before_pages(page.script).await;
        open(&person, page).await;
        faults.extend(visit(&person, page).await);
        person.browser.forget(&script).await;
        // Lets blocks and limits end before the next page.
        person.wait(Duration::from_secs(5 * 3_600));
        browser = person.browser;
    }
    faults
}

/// Keeps a screenshot for people to look at, with `HUMANIFY_SCREENSHOTS=1`.
async fn save(name: &str, person: &Person, width: u32) {
    if std::env::var_os("HUMANIFY_SCREENSHOTS").is_none_or(|value| value != "1") {
        return;
    }
    let png = person.browser.whole_page(width).await;
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("screenshots");
    fs::create_dir_all(&folder).unwrap();
    let png = BASE64_STANDARD.decode(png).unwrap();
    fs::write(folder.join(format!("{name}.png")), png).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_page_is_found_out() {
    let (Some(axe), Some(browser)) = (axe(), Chromium::start_with_logs().await) else {
        return;
    };
    browser.set_look(Look::default(), None).await;
    let site = Served::start(settings()).await;
    let person = Person { browser, site };
    person.go("/faulty").await;
    let mut faults = complaints(&person).await;
    faults.extend(loads_from_elsewhere(&person).await);
    faults.extend(overflow(&person).await);
    faults.extend(violations(&person, &axe, None, Rules::All).await);
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
