//! A managed challenge: the browser computes, for the longer the more signs speak against it.

use axum::Router;
use axum::routing::get;
use humanify::{Humanify, ManagedSteps, prelude::*, testing};

use crate::support::{DATACENTER, HOME, Reply, Site, VPN, Visitor};

/// The default, but that nothing is made of the few headers that these tests send.
fn steps() -> ManagedSteps {
    ManagedSteps::default().inconsistent(0)
}

fn site(steps: ManagedSteps) -> Site {
    #[always_challenge(challenge_type = "managed")]
    async fn managed() -> &'static str {
        "in"
    }
    #[always_challenge(challenge_type = "proof_of_work")]
    async fn work() -> &'static str {
        "in"
    }
    #[always_challenge(challenge_type = "one_click")]
    async fn pictures() -> &'static str {
        "in"
    }
    let rules = protect! {
        always_challenge(managed, hardness = 2) on "/ruled";
    };
    Site::new(
        Humanify::builder().managed_steps(steps).rules(rules),
        Router::new()
            .route("/managed", get(managed))
            .route("/work", get(work))
            .route("/pictures", get(pictures))
            .route("/ruled", get(|| async { "in" })),
    )
}

async fn page(visitor: &Visitor, path: &str) -> Reply {
    let asked = visitor.get(path).await;
    visitor.follow(asked).await
}

/// How many numbers the page has the browser search.
fn range(page: &Reply) -> u32 {
    let (_, rest) = page.body.split_once("data-range=\"").expect("work");
    rest.split('"').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_work_grows_with_the_signs_of_the_client() {
    let own = steps().vpn(3).datacenter(9);
    for (steps, ip, path, expected) in [
        (steps(), HOME, "/managed", 20_480),
        (steps(), HOME, "/ruled", 40_960),
        (steps(), VPN, "/managed", 20_480),
        (steps(), DATACENTER, "/managed", 81_920),
        (steps(), DATACENTER, "/ruled", 163_840),
        (own, HOME, "/managed", 20_480),
        (own, VPN, "/managed", 163_840),
        (own, DATACENTER, "/managed", 327_680),
        // Signs make no other challenge harder.
        (own, DATACENTER, "/work", 20_480),
    ] {
        let site = site(steps);
        let visitor = site.browser(ip);
        let page = page(&visitor, path).await;
        assert_eq!(range(&page), expected, "{ip} {path}");
        // One answer, without a choice of the visitor's.
        assert!(visitor.answer(&page).await.clears(), "{ip} {path}");
        assert_eq!(visitor.get(path).await.body, "in");
    }
}

#[tokio::test]
async fn a_browser_that_a_program_drives_works_once_more_and_longer() {
    let site = site(steps());
    for (path, again) in [("/managed", true), ("/work", false)] {
        let visitor = site.browser(HOME);
        let first = page(&visitor, path).await;
        let mut answer = testing::solve(&site.humanify, &first.body).unwrap();
        answer.body.push_str("&probes=webdriver");
        let second = visitor.give(&answer).await;
        if again {
            assert_eq!(range(&second), 40_960);
            // What the script says of itself now costs no third time.
            let mut answer = testing::solve(&site.humanify, &second.body).unwrap();
            answer.body.push_str("&probes=webdriver+worker");
            let reply = visitor.give(&answer).await;
            assert!(reply.clears(), "{}", reply.body);
        } else {
            assert!(second.clears(), "{}", second.body);
        }
        assert_eq!(visitor.get(path).await.body, "in");
    }
}

#[tokio::test]
async fn pictures_and_sound_stand_in_for_the_work_and_are_worth_what_they_are_elsewhere() {
    let site = site(steps());
    for way in ["/humanify/challenge", "/humanify/audio_challenge"] {
        let visitor = site.browser(HOME);
        let work = page(&visitor, "/managed").await;
        let other = visitor.get(&work.link(way)).await;
        assert!(visitor.solve(other).await.clears(), "{way}");
        for path in ["/managed", "/work", "/pictures"] {
            assert_eq!(visitor.get(path).await.body, "in", "{way} {path}");
        }
    }
    let visitor = site.browser(HOME);
    visitor.get_in("/managed").await;
    assert_eq!(visitor.get("/work").await.body, "in");
    assert!(visitor.get("/pictures").await.demands_challenge());
    assert!(
        visitor.get("/ruled").await.demands_challenge(),
        "hardness 2"
    );
    // A clearance is worth the step for which it was given.
    let visitor = site.browser(DATACENTER);
    visitor.get_in("/managed").await;
    assert_eq!(visitor.get("/managed").await.body, "in");
    assert!(visitor.get("/ruled").await.demands_challenge());
}
