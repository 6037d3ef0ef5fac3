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
async fn a_wait_counts_down_without_a_script() {
    let Some(person) = Person::start(settings(), Look::default()).await else {
        return;
    };
    person.go("/scarce").await;
    person.go("/scarce").await;
    // The test advances the animation, instead of waiting an hour.
    for (passed, shown) in [
        (1, "59:59"),
        (1_799, "30:01"),
        (3_598, "0:02"),
        (3_600, "0:00"),
    ] {
        let script = format!(
            "const left = document.querySelector('.left');
             const [count] = left.getAnimations();
             count.pause();
             count.currentTime = {passed} * 1000;
             const style = getComputedStyle(left, '::before');
             const [, hours, minutes, seconds] =
                 /h (\\d+) m (\\d+) s (\\d+)/.exec(style.counterReset);
             return `${{Number(hours) * 60 + Number(minutes)}}:${{seconds.padStart(2, '0')}}`"
        );
        assert_eq!(
            person.browser.evaluate(&script).await,
            json!(shown),
            "{passed}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_wait_is_shown_in_local_time_or_in_utc() {
    // It is 2026-01-01 00:00 UTC, and in the browser's time zone it is still 2025.
    for (scripts, language, expected) in [
        (false, "en", "(01:00 UTC)"),
        (true, "en", "(Jan 1, 06:30 AM)"),
        (true, "de", "(1. Jan., 06:30)"),
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
