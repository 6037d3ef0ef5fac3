//! Pictures with proof of work beside them.

use std::time::Duration;

use humanify::testing;

use super::{page, range, site, steps};
use crate::support::{DATACENTER, HOME, Reply, Visitor};

/// The page of a picture with work beside it.
async fn beside_work(visitor: &Visitor, path: &str) -> Reply {
    let address = visitor.get(path).await.location().unwrap();
    let address = address.replace("/humanify/work_challenge?", "/humanify/challenge?");
    visitor.get(&address).await
}

const LOOK: Duration = Duration::from_secs(2);

#[tokio::test]
async fn one_picture_is_enough_with_proof_of_work_and_one_more_after_a_mistake() {
    let site = site(steps());
    for (ip, expected) in [(HOME, 20_480), (DATACENTER, 81_920)] {
        let visitor = site.browser(ip);
        let shown = beside_work(&visitor, "/managed").await;
        assert_eq!(range(&shown), expected, "{ip}");
        assert!(shown.body.contains("Picture 6 of 6") && !shown.body.contains("Round 1"));
        site.clock.advance(LOOK);
        assert!(visitor.answer(&shown).await.clears(), "{ip}");
        assert_eq!(visitor.get("/managed").await.body, "in");
        // One easy picture does not count as a picture challenge, which needs two.
        assert!(visitor.get("/pictures").await.demands_challenge(), "{ip}");
    }
    let visitor = site.browser("84.140.3.3");
    let shown = beside_work(&visitor, "/managed").await;
    let mut shown = visitor.err(&shown).await;
    assert!(shown.body.contains("not the right answer"));
    for round in ["Round 1 of 2", "Round 2 of 2"] {
        assert!(shown.body.contains(round), "{}", shown.body);
        assert_eq!(range(&shown), 20_480);
        site.clock.advance(LOOK);
        shown = visitor.answer(&shown).await;
    }
    assert!(shown.clears());
    assert_eq!(visitor.get("/managed").await.body, "in");
    // After a mistake, a picture challenge needs more than two easy pictures.
    assert!(visitor.get("/pictures").await.demands_challenge());
    // A neighbour's mistake adds no round.
    let neighbour = site.browser("84.140.3.3");
    let shown = beside_work(&neighbour, "/managed").await;
    site.clock.advance(LOOK);
    assert!(neighbour.answer(&shown).await.clears());
}

/// Else a program in such a network would choose pictures, and pay for less work.
#[tokio::test]
async fn the_work_beside_a_picture_grows_with_the_wrong_answers_of_an_address_as_work_alone_does() {
    let site = site(steps());
    let mut ranges = Vec::new();
    for number in 0..70 {
        site.clock.advance(Duration::from_secs(10));
        let visitor = site.browser(HOME);
        let shown = beside_work(&visitor, "/managed").await;
        let alone = page(&site.browser(HOME), "/managed").await;
        assert_eq!(range(&shown), range(&alone), "{number}");
        ranges.push(range(&shown));
        visitor.err(&shown).await;
    }
    ranges.dedup();
    assert_eq!(ranges, [20_480, 40_960]);
}

#[tokio::test]
async fn many_open_checks_add_one_step_in_all() {
    let site = site(steps());
    let visitor = site.browser(HOME);
    for number in 0..20 {
        let shown = page(&visitor, "/managed").await;
        assert_eq!(range(&shown), 20_480, "{number}");
    }
    let shown = beside_work(&visitor, "/managed").await;
    assert_eq!(range(&shown), 40_960);
    let mut shown = visitor.err(&shown).await;
    // Two rounds follow the mistake.
    for round in 1..=2 {
        assert_eq!(range(&shown), 40_960, "{round}");
        site.clock.advance(LOOK);
        shown = visitor.answer(&shown).await;
    }
    assert!(shown.clears());
}

#[tokio::test]
async fn signs_of_automation_beside_a_picture_add_one_step() {
    let site = site(steps());
    for (look, probes) in [(Duration::ZERO, ""), (LOOK, "&probes=webdriver")] {
        let visitor = site.browser(HOME);
        let shown = beside_work(&visitor, "/managed").await;
        let mut answer = testing::solve(&site.humanify, &shown.body).unwrap();
        answer.body.push_str(probes);
        site.clock.advance(look);
        let again = visitor.give(&answer).await;
        assert_eq!(range(&again), 40_960, "{probes}");
        let mut answer = testing::solve(&site.humanify, &again.body).unwrap();
        answer.body.push_str(probes);
        assert!(visitor.give(&answer).await.clears(), "{probes}");
    }
}
