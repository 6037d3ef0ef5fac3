//! Layout in low windows, the countdown, and the order of the keyboard focus.

use humanify::ChallengeType;
use serde_json::json;
use thirtyfour::prelude::*;

use super::chromium::Look;
use super::person::Person;
use super::site::settings;

#[tokio::test(flavor = "multi_thread")]
async fn all_pictures_are_in_view_on_a_telephone_on_its_side_and_at_twice_the_size() {
    // 640 by 360 is a window of 1280 by 720 at 200 %.
    for (width, height) in [(640, 360), (667, 331), (568, 320), (360, 640), (1280, 720)] {
        for challenge_type in [ChallengeType::OneClick, ChallengeType::Grid] {
            let look = Look {
                language: "de",
                width,
                height,
                ..Look::default()
            };
            let Some(person) = Person::start(settings().challenge_type(challenge_type), look).await
            else {
                return;
            };
            person.go("/protected").await;
            let hidden = "return [...document.querySelectorAll('.tiles img')]
                .map(tile => tile.getBoundingClientRect())
                .filter(({ top, bottom, left, right, width }) =>
                    top < 0 || left < 0 || bottom > innerHeight || right > innerWidth || width < 44)
                .length";
            let hidden = person.browser.evaluate(hidden).await;
            assert_eq!(hidden, 0, "{width} x {height} {challenge_type:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_grow_with_the_zoom() {
    // A window of 1280 by 720, and of 1280 by 1024, at 400 %.
    for (width, height) in [(320, 180), (320, 256)] {
        for challenge_type in [ChallengeType::OneClick, ChallengeType::Grid] {
            let look = Look {
                width,
                height,
                ..Look::default()
            };
            let Some(person) = Person::start(settings().challenge_type(challenge_type), look).await
            else {
                return;
            };
            person.go("/protected").await;
            let narrowest = "return Math.min(...[...document.querySelectorAll('.tiles img')]
                .map(tile => tile.getBoundingClientRect().width))";
            let narrowest = person.browser.evaluate(narrowest).await;
            assert!(
                narrowest.as_f64() > Some(75.0),
                "{width} x {height} {challenge_type:?}: {narrowest}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_counts_down_without_a_script() {
    let Some(person) = Person::start(settings(), Look::default()).await else {
        return;
    };
    person.go("/scarce").await;
    person.go("/scarce").await;
    // The test advances the animation, instead of waiting an hour.
    for (passed, long, shown) in [
        (1, false, "0:59:59"),
        (1_799, false, "0:30:01"),
        (3_598, false, "0:00:02"),
        (3_600, false, "0:00:00"),
        // Hours and minutes that have begun.
        (1, true, "1:00"),
        (1_799, true, "0:31"),
        (3_540, true, "0:01"),
        (3_599, true, "0:01"),
        (3_600, true, "0:00"),
    ] {
        let script = format!(
            "const left = document.querySelector('.left');
             left.classList.toggle('long', {long});
             const [count] = left.getAnimations();
             count.pause();
             count.currentTime = {passed} * 1000;
             const style = getComputedStyle(left, '::before');
             const [, hours, minutes, seconds] =
                 /h (\\d+) m (\\d+) s (-?\\d+)/.exec(style.counterReset);
             return [hours, minutes.padStart(2, '0'), seconds.padStart(2, '0')]
                 .slice(0, {long} ? 2 : 3).join(':')"
        );
        assert_eq!(
            person.browser.evaluate(&script).await,
            json!(shown),
            "{passed}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_of_hours_looks_like_no_time_of_day_and_the_button_stands_back_until_it_is_over() {
    let Some(person) = Person::start(settings(), Look::default()).await else {
        return;
    };
    person.go("/scarce").await;
    person.go("/scarce").await;
    let content = "return getComputedStyle(document.querySelector('.left'), '::before').content";
    let content = person.browser.evaluate(content).await;
    let content = content.as_str().unwrap();
    assert!(!content.contains("\":\""), "{content}");
    let script = "return ['data-h', 'data-m']
        .map(name => document.querySelector('.left').getAttribute(name))";
    let units = person.browser.evaluate(script).await;
    assert_eq!(units, json!(["\u{a0}h", "\u{a0}min"]));
    for (passed, filled) in [(3_599, false), (3_601, true)] {
        let script = format!(
            "const button = document.querySelector('.links .button');
             for (const animation of button.getAnimations()) {{
                 animation.pause();
                 animation.currentTime = {passed} * 1000;
             }}
             return getComputedStyle(button).backgroundColor !== 'rgba(0, 0, 0, 0)'"
        );
        let script = person.browser.evaluate(&script).await;
        assert_eq!(script, json!(filled), "{passed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_on_appears_at_the_end_of_a_wait() {
    let look = Look {
        scripts: false,
        ..Look::default()
    };
    let settings = settings().challenge_type(ChallengeType::Managed);
    let Some(person) = Person::start(settings, look).await else {
        return;
    };
    person.go("/protected").await;
    person.follow("/humanify/challenge").await;
    for (passed, visibility) in [(4_999, "hidden"), (5_001, "visible")] {
        let script = format!(
            "const way = document.querySelector('.links a');
             const [animation] = way.getAnimations();
             animation.pause();
             animation.currentTime = {passed};
             return getComputedStyle(way).visibility"
        );
        let shown = person.browser.evaluate(&script).await;
        assert_eq!(shown, json!(visibility), "{passed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_ways_are_in_view_beside_a_preview_on_a_telephone_on_its_side() {
    for language in ["en", "de", "ru", "ja"] {
        let look = Look {
            language,
            width: 667,
            height: 331,
            ..Look::default()
        };
        let settings = settings().image_dataset(humanify::ImageDataset::Animals);
        let Some(person) = Person::start(settings, look).await else {
            return;
        };
        person.go("/protected").await;
        let lowest = "return Math.max(...[...document.querySelectorAll('.links > *')]
            .map(way => way.getBoundingClientRect().bottom)) - innerHeight";
        let lowest = person.browser.evaluate(lowest).await;
        assert!(lowest.as_f64().unwrap() <= 0.0, "{language}: {lowest}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_wait_is_shown_in_local_time_or_in_utc() {
    // It is 2026-01-01 00:00 UTC, and in the browser's time zone it is still 2025.
    for (scripts, language, expected) in [
        (false, "en", "(01:00 UTC)"),
        (true, "en", "(Jan 1, 2026, 6:30 AM)"),
        (true, "de", "(01.01.2026, 06:30)"),
    ] {
        let look = Look {
            scripts,
            language,
            ..Look::default()
        };
        let Some(person) = Person::start(settings(), look).await else {
            return;
        };
        person.browser.move_to("Asia/Kolkata").await;
        person.go("/scarce").await;
        person.go("/scarce").await;
        let shown = person.one(".clock").await.text().await.unwrap();
        assert_eq!(shown, expected, "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_the_sound_comes_before_the_pictures() {
    for challenge_type in [ChallengeType::OneClick, ChallengeType::Grid] {
        let Some(person) =
            Person::start(settings().challenge_type(challenge_type), Look::default()).await
        else {
            return;
        };
        person.go("/protected").await;
        person.press(Key::Tab).await;
        let focused = "return document.activeElement.getAttribute('href').split('?')[0]";
        let focused = person.browser.evaluate(focused).await;
        assert_eq!(focused, "/humanify/audio_challenge");
        // The link becomes visible when it gets the keyboard focus.
        let width = "return document.activeElement.getBoundingClientRect().width";
        assert!(person.browser.evaluate(width).await.as_f64() > Some(44.0));
    }
}
