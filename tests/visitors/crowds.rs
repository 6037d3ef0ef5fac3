//! Visitors in a network in which many others get clearances.

use axum::Router;
use axum::routing::get;
use humanify::{ChallengeType, OwnCheck, prelude::*};

use crate::own_check;
use crate::support::{HOME, Reply, Site, Visitor};

/// The easiest range of proof of work, and the one in a crowded network.
const EASIEST: &str = "data-range=\"20480\"";
const HARDEST: &str = "data-range=\"327680\"";

async fn work(visitor: &Visitor, path: &str) -> Reply {
    let asked = visitor.get(path).await;
    visitor.follow(asked).await
}

/// The addresses of a network, in turns.
fn address(number: usize) -> String {
    format!("84.140.1.{}", number % 250 + 3)
}

#[tokio::test]
async fn a_browser_with_a_clearance_keeps_its_hardness_in_a_crowd() {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    let builder = Humanify::builder().challenge_type(ChallengeType::ProofOfWork);
    let site = Site::new(builder, Router::new().route("/login", get(login)));
    let regular = site.browser(HOME);
    assert!(regular.get_in("/login").await.clears());
    for number in 0..512 {
        let visitor = site.browser(&address(number));
        assert!(visitor.get_in("/login").await.clears(), "{number}");
    }
    let newcomer = site.browser(HOME);
    let page = work(&newcomer, "/login").await;
    assert!(page.body.contains(HARDEST), "{}", page.body);
    regular.set_cookie("humanify_clearance", "lost");
    let page = work(&regular, "/login").await;
    assert!(page.body.contains(EASIEST), "{}", page.body);
}

#[tokio::test]
async fn checks_of_the_applications_own_fill_a_network_as_challenges_do() {
    let site = own_check::site(own_check::settings(), OwnCheck::at("/prove"));
    let range = async |visitor: &Visitor| {
        let page = work(visitor, "/managed").await;
        let (_, rest) = page.body.split_once("data-range=\"").unwrap();
        rest.split('"').next().unwrap().parse::<u32>().unwrap()
    };
    let before = range(&site.browser(HOME)).await;
    for number in 0..512 {
        let visitor = site.browser(&address(number));
        let ticket = own_check::ticket(&visitor, "/managed").await;
        let passed = visitor.post("/prove", &format!("ticket={ticket}")).await;
        assert!(passed.clears(), "{number}");
    }
    let elsewhere = range(&site.browser("84.140.2.3")).await;
    assert_eq!(elsewhere, before);
    let here = range(&site.browser(HOME)).await;
    assert!(here > before, "{here}");
}
