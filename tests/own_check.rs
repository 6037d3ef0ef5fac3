//! A check of the application's own in place of a managed challenge.

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, extract::FromRef};
use http::StatusCode;
use humanify::{ChallengeType, ConfigError, HumanifyBuilder, ManagedSteps, OwnCheck, prelude::*};
use serde::Deserialize;

use crate::support::{DATACENTER, HOME, Site, Visitor};

#[derive(Clone)]
pub(crate) struct App(pub(crate) Humanify);

impl FromRef<App> for Humanify {
    fn from_ref(app: &App) -> Humanify {
        app.0.clone()
    }
}

#[derive(Deserialize)]
pub(crate) struct Proof {
    ticket: String,
}

#[always_challenge(challenge_type = "managed", hardness = 2)]
pub(crate) async fn managed() -> &'static str {
    "in"
}

#[always_challenge(challenge_type = "managed", hardness = 3)]
async fn harder() -> &'static str {
    "in"
}

#[always_challenge(challenge_type = "one_click")]
async fn pictures() -> &'static str {
    "in"
}

async fn ask(
    State(humanify): State<Humanify>,
    client: Client,
    Query(proof): Query<Proof>,
) -> String {
    let others = humanify.other_ways(&client, &proof.ticket);
    others.unwrap_or_default()
}

pub(crate) async fn check_page(
    State(humanify): State<Humanify>,
    client: Client,
    Form(proof): Form<Proof>,
) -> Response {
    match humanify.own_check_passed(&client, &proof.ticket).await {
        Ok(passed) => passed.into_response(),
        Err(error) => (StatusCode::FORBIDDEN, error.to_string()).into_response(),
    }
}

/// A site whose own check accepts every visitor with a valid ticket.
pub(crate) fn site(builder: HumanifyBuilder, check: OwnCheck) -> Site {
    let clock = humanify::ManualClock::default();
    let humanify = builder
        .clock(clock.clone())
        .managed_steps(ManagedSteps::default().inconsistent(0))
        .add_network(humanify::Group::Datacenter, "84.140.200.0/24")
        .own_check(check)
        .build()
        .unwrap();
    let app = Router::new()
        .route("/managed", get(managed))
        .route("/harder", get(harder))
        .route("/pictures", get(pictures))
        .route("/prove", get(ask).post(check_page))
        .route("/prove/help", get(managed))
        .route("/proved", get(managed))
        .with_state(App(humanify.clone()));
    Site::of(humanify, clock, app)
}

pub(crate) fn settings() -> HumanifyBuilder {
    Humanify::builder()
        .secrets(humanify::Secrets::new([7; 32]))
        .challenge_type(ChallengeType::Managed)
}

/// The ticket in the link on the page of a challenge.
pub(crate) async fn ticket(visitor: &Visitor, path: &str) -> String {
    let asked = visitor.get(path).await;
    let page = visitor.follow(asked).await;
    let link = page.link("/prove");
    link.split_once("ticket=").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_passed_check_returns_to_the_requested_page() {
    let site = site(settings(), OwnCheck::at("/prove"));
    let visitor = site.browser(HOME);
    let ticket = ticket(&visitor, "/managed?page=2&q=a%20b").await;
    let passed = visitor.post("/prove", &format!("ticket={ticket}")).await;
    assert_eq!(passed.status, StatusCode::SEE_OTHER, "{}", passed.body);
    let returned = passed.location().unwrap();
    assert_eq!(returned, "/managed?page=2&q=a%20b");
    assert!(passed.clears());
    assert_eq!(visitor.get(&returned).await.body, "in");
    // The clearance is worth the ticket's hardness, and belongs to one client.
    assert!(visitor.get("/harder").await.demands_challenge());
    assert!(visitor.get("/pictures").await.demands_challenge());
    let elsewhere = visitor.clone().at("84.140.9.9");
    assert!(elsewhere.get("/managed").await.demands_challenge());
}

#[tokio::test]
async fn from_a_given_hardness_the_check_comes_first_and_alternatives_remain() {
    let site = site(
        settings(),
        OwnCheck::at("/prove").first_from("4".parse().unwrap()),
    );
    // At home the hardness is 2, in a datacenter 4.
    let person = site.browser(HOME);
    assert!(person.get("/managed").await.demands_challenge());
    let visitor = site.browser(DATACENTER);
    let sent = visitor.get("/managed").await.location().unwrap();
    assert!(sent.starts_with("/prove?ticket="), "{sent}");
    let others = visitor.get(&sent).await.body;
    assert!(others.starts_with("/humanify/work_challenge?"), "{others}");
    let page = visitor.get(&others).await;
    assert!(page.body.contains("data-range=\"163840\""));
    assert!(visitor.answer(&page).await.clears());
    assert_eq!(visitor.get("/managed").await.body, "in");
    // A program gets the address of the challenge.
    let program = site.program(DATACENTER).get("/managed").await;
    assert!(program.body.contains("work_challenge"), "{}", program.body);
}

#[tokio::test]
async fn nobody_is_sent_from_the_check_to_the_check() {
    for (check, path, leads_to) in [
        ("/prove", "/managed", "/prove?"),
        ("/prove", "/proved", "/prove?"),
        ("/prove", "/prove/help", "/humanify/"),
        // The check itself is challenged, by mistake.
        ("/proved", "/proved", "/humanify/"),
        ("/proved", "/proved?ticket=x", "/humanify/"),
        ("/proved", "/managed?next=/proved", "/proved?"),
    ] {
        let check = OwnCheck::at(check).first_from("1".parse().unwrap());
        let visitor = site(settings(), check).browser(HOME);
        let sent = visitor.get(path).await.location().unwrap();
        assert!(sent.starts_with(leads_to), "{path} leads to {sent}");
    }
}

#[tokio::test]
async fn other_challenges_do_not_lead_to_the_check() {
    let site = site(settings(), OwnCheck::at("/prove"));
    let visitor = site.browser(HOME);
    let asked = visitor.get("/pictures").await;
    let page = visitor.follow(asked).await;
    assert!(!page.body.contains("ticket="));
}

#[test]
fn a_check_is_at_a_path_of_this_site() {
    for path in [
        "",
        "prove",
        "https://a.example/",
        "//a.example",
        "/a/../b",
        "/a?b",
        "/a#b",
        "/\\a",
    ] {
        let built = settings().own_check(OwnCheck::at(path)).build();
        let error = built.unwrap_err();
        assert!(matches!(error, ConfigError::OwnCheck(_)), "{path} {error}");
    }
}
