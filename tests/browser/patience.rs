//! Slow lines, double clicks, reloads, restored tabs, and pages that were left open.

use std::time::Duration;

use humanify::ChallengeType;

use super::chromium::Look;
use super::person::Person;
use super::site::settings;

/// A person with a slow connection; `None` without a browser.
async fn person(challenge_type: ChallengeType, latency: Duration) -> Option<Person> {
    let settings = settings().challenge_type(challenge_type);
    let person = Person::start(settings, Look::default()).await?;
    person.browser.slow_down(latency).await;
    Some(person)
}

/// Visits with a fast, a usual and a slow connection, at the same time, since a slow one mostly waits.
async fn on_each_line(visit: impl AsyncFn(Duration)) {
    tokio::join!(
        visit(Duration::ZERO),
        visit(Duration::from_millis(300)),
        visit(Duration::from_millis(1_500)),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_on_every_picture_costs_nothing() {
    let visit = async |challenge_type: ChallengeType, latency: Duration| {
        let Some(person) = person(challenge_type, latency).await else {
            return;
        };
        person.go("/protected?page=2").await;
        while person.is_challenged().await {
            assert!(person.all("[role=alert]").await.is_empty(), "{latency:?}");
            person.double_click_the_answer().await;
        }
        assert_eq!(person.place().await, "/protected?page=2", "{latency:?}");
        assert_eq!(person.text().await, "for humans");
    };
    tokio::join!(
        on_each_line(async |latency| visit(ChallengeType::OneClick, latency).await),
        on_each_line(async |latency| visit(ChallengeType::Grid, latency).await),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_round_can_be_loaded_again() {
    on_each_line(async |latency| {
        let Some(person) = person(ChallengeType::OneClick, latency).await else {
            return;
        };
        person.go("/protected?page=2").await;
        for round in 1..=2 {
            for _ in 0..2 {
                let said = format!("Round {round} of 2");
                assert!(person.text().await.contains(&said), "{latency:?}");
                person.browser.refresh().await.unwrap();
            }
            person.answer().await;
        }
        assert_eq!(person.text().await, "for humans");
        // The back button leads past the rounds, and shows no challenge.
        person.browser.back().await.unwrap();
        assert!(!person.is_challenged().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restored_tabs_can_each_be_solved() {
    let Some(person) = person(ChallengeType::OneClick, Duration::ZERO).await else {
        return;
    };
    let mut tabs = Vec::new();
    for _ in 0..5 {
        let tab = person.browser.new_tab().await.unwrap();
        person.browser.switch_to_window(tab.clone()).await.unwrap();
        person.go("/protected?page=2").await;
        tabs.push(tab);
    }
    for tab in tabs {
        person.browser.switch_to_window(tab).await.unwrap();
        // After the clearance in one tab, an answer to an old page in another tab redirects to the
        // requested page.
        person.solve().await;
        assert_eq!(person.text().await, "for humans");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_left_for_an_hour_is_renewed_and_without_cookies_told() {
    let Some(person) = person(ChallengeType::OneClick, Duration::ZERO).await else {
        return;
    };
    person.go("/protected?page=2").await;
    person.wait(Duration::from_secs(3_600));
    person.answer().await;
    assert!(person.text().await.contains("ran out of time"));
    person.browser.delete_all_cookies().await.unwrap();
    person.answer().await;
    assert!(person.text().await.contains("Cookies are needed"));
    person.leave_by("a.button").await;
    person.solve().await;
    assert_eq!(person.text().await, "for humans");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_whose_address_changes_its_family_stays_cleared() {
    let [v4, v6] = ["84.140.1.2", "2a02:8100:1:2::1"].map(Some);
    on_each_line(async |latency| {
        let Some(person) = person(ChallengeType::OneClick, latency).await else {
            return;
        };
        person.browser.set_look(Look::default(), v4).await;
        person.go("/login").await;
        // The page was loaded over one address family, and the answers are sent over the other.
        person.browser.set_look(Look::default(), v6).await;
        person.solve().await;
        assert_eq!(person.text().await, "the login page", "{latency:?}");
        for address in [v4, v6, v4] {
            person.browser.set_look(Look::default(), address).await;
            person.go("/login").await;
            assert_eq!(person.text().await, "the login page", "{address:?}");
        }
        person
            .browser
            .set_look(Look::default(), Some("84.140.77.1"))
            .await;
        person.go("/login").await;
        assert!(
            person.is_challenged().await,
            "an address that is not its own"
        );
    })
    .await;
}
