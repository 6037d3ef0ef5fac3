//! Tokens that are changed, mixed or used for another purpose.

use http::StatusCode;
use http::header::USER_AGENT;
use humanify::prelude::*;

use super::{field, last_round, site, with};
use crate::support::{DATACENTER, HOME};

/// A token with one character changed to a different one.
fn with_one_character_changed(token: &str) -> String {
    let middle = token.len() / 2;
    let other = if token[middle..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    format!("{}{other}{}", &token[..middle], &token[middle + 1..])
}

#[tokio::test]
async fn garbage_spends_no_challenge_and_costs_no_attempt() {
    let site = site();
    let visitor = site.browser(HOME);
    let (page, answer) = last_round(&site, &visitor, "/login").await;
    let (token, next) = (field(&answer.body, "token"), field(&answer.body, "next"));
    for body in [
        String::new(),
        "token=x&answer=1".into(),
        format!(
            "token={}&next={next}&answer=0",
            with_one_character_changed(&token)
        ),
        format!("token={token}&next=/elsewhere&answer=0"),
        format!("token={}&answer=0", "A".repeat(8_000)),
        "%ff=%fe&token=%00".into(),
    ] {
        for _ in 0..3 {
            let reply = visitor.post("/humanify/verify", &body).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{body}");
        }
    }
    // Another client can neither answer it nor spend it.
    let thief = site.browser("84.140.9.9");
    assert!(!thief.post(&answer.action, &answer.body).await.clears());
    let thief = site
        .browser(HOME)
        .with(USER_AGENT, "Mozilla/5.0 (X11) Other/1.0");
    assert!(!thief.post(&answer.action, &answer.body).await.clears());
    assert!(visitor.answer(&page).await.clears());
}

#[tokio::test]
async fn the_client_does_not_choose_its_own_difficulty() {
    let site = site();
    let bot = site.browser(DATACENTER);
    let easy = bot.get("/protected").await.location().unwrap();
    let hard = bot.get("/hard").await.location().unwrap();
    let ticket = |address: &str| field(address.split_once('?').unwrap().1, "for");
    // The demand of the easy page with the return address of the hard one.
    let forged = format!("/humanify/challenge?next=%2Fhard&for={}", ticket(&easy));
    let page = bot.get(&forged).await;
    bot.solve(page).await;
    assert!(bot.get("/hard").await.demands_challenge());
    // Invented parameters have no effect.
    let page = bot
        .get(&format!("{hard}&hardness=1&challenge_type=proof_of_work"))
        .await;
    bot.solve(page).await;
    assert_eq!(bot.get("/hard").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_of_one_purpose_is_refused_for_another() {
    let site = with(Humanify::builder().use_client_id(true));
    let visitor = site.browser(HOME);
    let (page, answer) = last_round(&site, &visitor, "/login").await;
    let token = field(&answer.body, "token");
    let ticket = field(&answer.body, "for");
    let id = visitor.cookie("humanify_id").unwrap();
    for stolen in [&token, &ticket, &id] {
        let forger = site.browser(HOME);
        forger.set_cookie("humanify_clearance", stolen);
        assert!(forger.get("/login").await.demands_challenge());
        forger.set_cookie("humanify_id", stolen);
        assert!(!forger.get("/login").await.status.is_server_error());
    }
    // A challenge of pictures is not accepted as one of sound.
    let sound = visitor.post("/humanify/verify_audio", &answer.body).await;
    assert!(!sound.clears());
    assert!(visitor.answer(&page).await.clears());
}

#[tokio::test]
async fn a_clearance_with_one_character_changed_opens_nothing() {
    let site = site();
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    let clearance = visitor.cookie("humanify_clearance").unwrap();
    assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
    for place in 0..clearance.len() {
        let other = match &clearance[place..=place] {
            "A" => "B",
            _ => "A",
        };
        let (before, after) = (&clearance[..place], &clearance[place + 1..]);
        visitor.set_cookie("humanify_clearance", &format!("{before}{other}{after}"));
        assert!(visitor.get("/login").await.demands_challenge(), "{place}");
    }
    for cut in [0, 1, clearance.len() / 2, clearance.len() - 1] {
        visitor.set_cookie("humanify_clearance", &clearance[..cut]);
        assert!(visitor.get("/login").await.demands_challenge(), "{cut}");
    }
}
