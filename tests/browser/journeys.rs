//! Complete passages through challenges in a browser.

use std::time::Duration;

use humanify::ChallengeType;
use serde_json::json;
use thirtyfour::prelude::*;

use super::chromium::{Chromium, Look};
use super::person::Person;
use super::site::{Served, settings};

const WITHOUT_SCRIPTS: Look = Look {
    language: "en",
    width: 1280,
    height: 720,
    dark: false,
    scripts: false,
};

#[tokio::test(flavor = "multi_thread")]
async fn pictures_lead_to_where_one_wanted_to_go() {
    for look in [Look::default(), WITHOUT_SCRIPTS] {
        let Some(person) = Person::start(settings(), look).await else {
            return;
        };
        let wanted = "/protected?page=2&q=a%20b";
        person.go(wanted).await;
        assert!(person.place().await.starts_with("/humanify/challenge?"));
        assert!(person.text().await.contains("localhost"));

        // After a mistake, the page shows the remaining tries and another challenge.
        let first = person.right_answer().await;
        let pictures = person.browser.source().await.unwrap();
        assert!(first.is_some());
        person.err().await;
        let alert = person.one("[role=alert]").await.text().await.unwrap();
        assert!(alert.contains("not the right answer"), "{alert}");
        assert!(alert.contains("Tries left: 2"), "{alert}");
        assert!(person.is_challenged().await);
        assert_ne!(person.browser.source().await.unwrap(), pictures);

        // Other pictures, the sound, and back to pictures: the return address is kept.
        person.follow("/humanify/challenge").await;
        assert!(person.is_challenged().await);
        person.follow("/humanify/audio_challenge").await;
        assert!(
            person
                .place()
                .await
                .starts_with("/humanify/audio_challenge")
        );
        person.follow("/humanify/challenge").await;
        assert!(person.place().await.starts_with("/humanify/challenge"));
        person.solve().await;
        assert_eq!(person.place().await, wanted);
        assert_eq!(person.text().await, "for humans");

        // There is no second challenge.
        person.go("/login").await;
        assert_eq!(person.text().await, "the login page");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_chosen_by_keyboard_alone() {
    let Some(person) = Person::start(settings(), Look::default()).await else {
        return;
    };
    person.go("/login").await;
    while let Some(answer) = person.right_answer().await {
        let tile = format!("button[name=answer][value='{}']", answer[0]);
        let page = person.one("html").await;
        person.tab_to(&tile).await;
        person.press(Key::Enter).await;
        person.wait_for_the_page_after(&page).await;
    }
    assert_eq!(person.text().await, "the login page");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recording_plays_and_is_typed() {
    for look in [Look::default(), WITHOUT_SCRIPTS] {
        let settings = settings().challenge_type(ChallengeType::Audio);
        let Some(person) = Person::start(settings, look).await else {
            return;
        };
        person.go("/login?from=here").await;
        assert!(
            person
                .place()
                .await
                .starts_with("/humanify/audio_challenge?")
        );
        let loaded = "const [audio, done] = [document.querySelector('audio'), arguments[0]];
            const tell = () => done([audio.duration, audio.error && audio.error.message]);
            if (audio.readyState > 0 || audio.error) tell();
            audio.onloadedmetadata = audio.onerror = tell;";
        let loaded = person.browser.execute_async(loaded, Vec::new()).await;
        let loaded = loaded.unwrap().json().clone();
        assert!(loaded[0].as_f64() > Some(2.0), "{loaded}");
        assert!(loaded[1].is_null(), "{loaded}");
        person.err().await;
        assert!(person.text().await.contains("Tries left: 2"));
        person.solve().await;
        assert_eq!(person.place().await, "/login?from=here");
        assert_eq!(person.text().await, "the login page");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_after_success_does_no_harm() {
    let Some(person) = Person::start(settings(), Look::default()).await else {
        return;
    };
    person.go("/").await;
    person.go("/login").await;
    person.solve().await;
    assert_eq!(person.text().await, "the login page");
    // Back past the rounds to the first page, without another challenge.
    while person.place().await != "/" {
        person.browser.back().await.unwrap();
        assert!(!person.is_challenged().await, "{}", person.text().await);
    }
    assert_eq!(person.text().await, "home");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_do_not_spoil_each_other() {
    let Some(person) = Person::start(settings(), Look::default()).await else {
        return;
    };
    let first = person.browser.window().await.unwrap();
    person.go("/login").await;
    let second = person.browser.new_tab().await.unwrap();
    person
        .browser
        .switch_to_window(second.clone())
        .await
        .unwrap();
    person.go("/protected").await;

    // One round in each tab.
    person.answer().await;
    person.browser.switch_to_window(first).await.unwrap();
    person.solve().await;
    assert_eq!(person.text().await, "the login page");
    person.browser.switch_to_window(second).await.unwrap();
    person.solve().await;
    assert_eq!(person.text().await, "for humans");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_challenged_in_place_and_sent_by_a_button_afterwards() {
    for look in [Look::default(), WITHOUT_SCRIPTS] {
        let Some(person) = Person::start(settings(), look).await else {
            return;
        };
        person.go("/contact?topic=roses").await;
        let message = person.one("input[name=message]").await;
        message.send_keys("Hello").await.unwrap();
        person.leave_by("form button").await;
        assert_eq!(person.place().await, "/send");
        assert_eq!(person.status().await, 403);
        assert!(person.text().await.contains("What you typed is kept"));
        // Another challenge keeps it, too.
        person.leave_by(".links button.as-link:first-of-type").await;
        assert!(person.text().await.contains("What you typed is kept"));
        person.solve().await;
        assert!(person.text().await.contains("has not been sent yet"));
        // A second click does not send it once more.
        person.double_click("button.submit").await;
        assert_eq!(person.place().await, "/send");
        assert_eq!(person.text().await, "thank you");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_challenge_is_replaced_by_a_new_one() {
    let Some(person) = Person::start(settings(), Look::default()).await else {
        return;
    };
    person.go("/login").await;
    person.wait(Duration::from_secs(601));
    person.answer().await;
    assert!(person.text().await.contains("ran out of time"));
    person.solve().await;
    assert_eq!(person.text().await, "the login page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grid_is_ticked_and_sent() {
    for look in [Look::default(), WITHOUT_SCRIPTS] {
        let settings = settings().challenge_type(ChallengeType::Grid);
        let Some(person) = Person::start(settings, look).await else {
            return;
        };
        person.go("/protected?page=2").await;
        assert_eq!(person.all("input[type=checkbox]").await.len(), 9);
        person.err().await;
        assert!(person.text().await.contains("Tries left: 2"));
        person.solve().await;
        assert_eq!(person.place().await, "/protected?page=2");
        assert_eq!(person.text().await, "for humans");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grid_is_ticked_by_keyboard_alone() {
    let settings = settings().challenge_type(ChallengeType::Grid);
    let Some(person) = Person::start(settings, Look::default()).await else {
        return;
    };
    person.go("/login").await;
    while let Some(answer) = person.right_answer().await {
        for value in answer {
            person
                .tab_to(&format!("input[name=answer][value='{value}']"))
                .await;
            person.press(Key::Space).await;
        }
        let page = person.one("html").await;
        person.tab_to("button.submit").await;
        person.press(Key::Enter).await;
        person.wait_for_the_page_after(&page).await;
    }
    assert_eq!(person.text().await, "the login page");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_computes_and_goes_on_by_itself() {
    let settings = settings().challenge_type(ChallengeType::ProofOfWork);
    let Some(person) = Person::start(settings, Look::default()).await else {
        return;
    };
    person.go("/protected?page=2").await;
    person.wait_for("for humans").await;
    assert_eq!(person.place().await, "/protected?page=2");
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_never_answer_are_given_up_within_ten_seconds() {
    let settings = settings().challenge_type(ChallengeType::ProofOfWork);
    let Some(person) = Person::start(settings, Look::default()).await else {
        return;
    };
    // Records waits, and ends them at once, as far as the page's clock shows.
    let script = "Worker.prototype.postMessage = () => {}; \
                  const later = window.setTimeout; \
                  window.waits = []; \
                  let passed = 0; \
                  performance.now = () => passed; \
                  window.setTimeout = (run, wait) => { \
                      window.waits.push(wait); \
                      return later(() => { passed += wait; run(); }, 1); \
                  };";
    person.browser.run_before_pages(script).await;
    person.go("/protected?page=2").await;
    person.wait_for("Your browser cannot do this check.").await;
    let script = "return window.waits.reduce((sum, wait) => sum + wait)";
    let waited = person.browser.evaluate(script).await;
    let waited = waited.as_u64().expect("a wait");
    assert!((1..=10_000).contains(&waited), "{waited}");
    person.follow("/humanify/challenge").await;
    person.solve().await;
    assert_eq!(person.place().await, "/protected?page=2");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_work_says_that_one_may_wait_until_it_has_failed() {
    let settings = settings().challenge_type(ChallengeType::ProofOfWork);
    let Some(person) = Person::start(settings, Look::default()).await else {
        return;
    };
    // Each worker gets the puzzle and two batches, and the page's clock runs fast. The test ends the
    // waits.
    let script = "const post = Worker.prototype.postMessage; \
                  Worker.prototype.postMessage = function (...message) { \
                      this.posts = (this.posts || 0) + 1; \
                      if (this.posts <= 3) { post.apply(this, message); } \
                  }; \
                  let passed = 0; \
                  performance.now = () => passed += 2900; \
                  window.waits = []; \
                  window.setTimeout = (run) => window.waits.push(run);";
    person.browser.run_before_pages(script).await;
    person.go("/protected").await;
    person.wait_for("You can wait or choose another way:").await;
    let text = person.text().await;
    assert!(text.contains("Computing"), "{text}");
    assert!(!text.contains("Choose another way:"), "{text}");

    let script = "for (let look = 0; look < 9; look += 1) { window.waits.at(-1)(); }";
    person.browser.evaluate(script).await;
    person.wait_for("Choose another way:").await;
    let text = person.text().await;
    assert!(
        text.contains("Your browser cannot do this check."),
        "{text}"
    );
    assert!(!text.contains("You can wait"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_without_scripts_solves_pictures_or_sound() {
    for way in ["/humanify/challenge", "/humanify/audio_challenge"] {
        let settings = settings().challenge_type(ChallengeType::ProofOfWork);
        let Some(person) = Person::start(settings, WITHOUT_SCRIPTS).await else {
            return;
        };
        person.go("/protected?page=2").await;
        person.follow(way).await;
        person.solve().await;
        assert_eq!(person.place().await, "/protected?page=2");
        assert_eq!(person.text().await, "for humans");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blocked_cookies_are_told_and_do_not_loop() {
    let preferences = json!({ "profile.default_content_setting_values.cookies": 2 });
    let Some(browser) = Chromium::start_whole(preferences).await else {
        return;
    };
    let site = Served::start(settings()).await;
    let person = Person { browser, site };
    person.go("/login").await;
    person.answer().await;
    assert!(!person.is_challenged().await);
    assert!(person.text().await.contains("Cookies are needed"));
}
