//! Challenged pages that redirect to another origin.

use axum::Router;
use axum::extract::Query;
use axum::response::{Html, Redirect};
use axum::routing::{any, get};
use humanify::ChallengeType;
use humanify::prelude::*;
use serde::Deserialize;

use super::chromium::{Chromium, Look};
use super::person::Person;
use super::site::{Served, settings};

#[derive(Deserialize)]
struct Away {
    to: String,
}

#[always_challenge]
async fn login(Query(Away { to }): Query<Away>) -> Redirect {
    Redirect::to(&to)
}

async fn order(Query(Away { to }): Query<Away>) -> Html<String> {
    Html(format!(
        "<form method=post action='/login?to={to}'><input name=a value=b><button>Go</button></form>"
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_solved_challenge_may_lead_to_another_origin() {
    for (challenge_type, path) in [
        (ChallengeType::OneClick, "/login"),
        (ChallengeType::OneClick, "/order"),
        (ChallengeType::ProofOfWork, "/login"),
    ] {
        let Some(browser) = Chromium::start().await else {
            return;
        };
        browser.set_look(Look::default(), None).await;
        // Another port is another origin.
        let other = Served::start(settings()).await;
        let app = Router::new()
            .route("/login", any(login))
            .route("/order", get(order));
        let site = Served::with(settings().challenge_type(challenge_type), app).await;
        let person = Person { browser, site };
        person.go(&format!("{path}?to={}", other.at("/"))).await;
        if path == "/order" {
            person.leave_by("form button").await;
        }
        if challenge_type == ChallengeType::OneClick {
            person.solve().await;
        }
        if path == "/order" {
            person.leave_by("button.submit").await;
        }
        person.wait_for("home").await;
        assert_eq!(person.place().await, other.at("/"), "{path}");
    }
}
