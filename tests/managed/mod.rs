//! Managed challenges: the browser computes, the longer the more signs of a bot the client has.

mod background_work;
mod budgets;
mod clearances;
mod cookies;
mod scriptless;

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::header::HeaderName;
use humanify::{Humanify, HumanifyBuilder, ManagedSteps, prelude::*, testing};

use crate::support::{DATACENTER, HOME, Reply, Site, VPN, Visitor};

/// The default steps, but without a step for the few headers that these tests send.
fn steps() -> ManagedSteps {
    ManagedSteps::default().inconsistent(0)
}

fn site(steps: ManagedSteps) -> Site {
    site_with(Humanify::builder().managed_steps(steps))
}

fn site_with(builder: HumanifyBuilder) -> Site {
    #[always_challenge(challenge_type = "managed")]
    async fn managed() -> &'static str {
        "in"
    }
    #[require_human(challenge_type = "managed")]
    async fn for_people() -> &'static str {
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
        limit "1000/day" on "/limited";
        always_challenge(managed) on "/limited";
    };
    Site::new(
        builder.rules(rules),
        Router::new()
            .route("/managed", get(managed))
            .route("/people", get(for_people))
            .route("/work", get(work))
            .route("/pictures", get(pictures))
            .route("/limited", get(|| async { "in" }))
            .route("/open", get(|| async { "in" }))
            .route("/ruled", get(|| async { "in" })),
    )
}

async fn page(visitor: &Visitor, path: &str) -> Reply {
    let asked = visitor.get(path).await;
    visitor.follow(asked).await
}

/// The size of the range that the browser has to search.
fn range(page: &Reply) -> u32 {
    let (_, rest) = page.body.split_once("data-range=\"").expect("work");
    rest.split('"').next().unwrap().parse().unwrap()
}

/// The value of the first attribute in a page that starts with `start`.
fn value(page: &Reply, start: &str) -> String {
    let plain = page.body.replace("&amp;", "&").replace("&#x2f;", "/");
    let (_, rest) = plain.split_once(start).expect(start);
    rest.split('"').next().unwrap().to_owned()
}

/// Loads the mark of a page, as any browser does.
async fn load(visitor: &Visitor, page: &Reply) {
    let picture = visitor.get(&value(page, "class=\"mark\" src=\"")).await;
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
}

/// The wait of such a page in seconds, and the address to which it leads.
fn refresh(page: &Reply) -> (u64, String) {
    let refresh = value(page, "http-equiv=\"refresh\" content=\"");
    let (seconds, way) = refresh.split_once(";url=").unwrap();
    (seconds.parse().unwrap(), way.to_owned())
}

/// Follows a link to pictures or sound, and waits as a browser without scripts does.
async fn wait(site: &Site, visitor: &Visitor, link: &str) -> Reply {
    let page = visitor.get(link).await;
    load(visitor, &page).await;
    let (seconds, way) = refresh(&page);
    site.clock.advance(Duration::from_secs(seconds));
    visitor.get(&way).await
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
        // Signs make only managed challenges harder.
        (own, DATACENTER, "/work", 20_480),
    ] {
        let site = site(steps);
        let visitor = site.browser(ip);
        let page = page(&visitor, path).await;
        assert_eq!(range(&page), expected, "{ip} {path}");
        // One answer is enough, without any action of the visitor.
        assert!(visitor.answer(&page).await.clears(), "{ip} {path}");
        assert_eq!(visitor.get(path).await.body, "in");
    }
}

#[tokio::test]
async fn an_automated_browser_works_once_more_and_longer() {
    let site = site(steps());
    for (path, again) in [("/managed", true), ("/work", false)] {
        let visitor = site.browser(HOME);
        let first = page(&visitor, path).await;
        let mut answer = testing::solve(&site.humanify, &first.body).unwrap();
        answer.body.push_str("&probes=webdriver");
        let second = visitor.give(&answer).await;
        if again {
            assert_eq!(range(&second), 40_960);
            // The script's findings do not add a third round.
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
async fn pictures_and_sound_replace_the_work_and_earn_their_usual_clearance() {
    let site = site(steps());
    for way in ["/humanify/challenge", "/humanify/audio_challenge"] {
        let visitor = site.browser(HOME);
        let work = page(&visitor, "/managed").await;
        let other = wait(&site, &visitor, &work.link(way)).await;
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
    // A clearance is worth the hardness for which it was given.
    let visitor = site.browser(DATACENTER);
    visitor.get_in("/managed").await;
    assert_eq!(visitor.get("/managed").await.body, "in");
    assert!(visitor.get("/ruled").await.demands_challenge());
}

/// Solves pictures instead of work; each is looked at for this long.
async fn solve_pictures(
    site: &Site,
    visitor: &Visitor,
    path: &str,
    look: Duration,
) -> (usize, Reply) {
    let work = page(visitor, path).await;
    let mut shown = wait(site, visitor, &work.link("/humanify/challenge")).await;
    for round in 1..10 {
        site.clock.advance(look);
        shown = visitor.answer(&shown).await;
        if shown.clears() {
            return (round, shown);
        }
    }
    panic!("more than ten rounds");
}

#[tokio::test]
async fn a_picture_answered_too_quickly_is_asked_again_one_step_harder() {
    const PERSON: Duration = Duration::from_millis(1_500);
    const PROGRAM: Duration = Duration::from_millis(1_499);
    for (steps, look, rounds, is_harder) in [
        (steps(), PERSON, 2, false),
        (steps(), PROGRAM, 3, true),
        (steps().quick_answer(0), PROGRAM, 2, false),
    ] {
        let site = site(steps);
        let visitor = site.browser(HOME);
        let (answered, _) = solve_pictures(&site, &visitor, "/managed", look).await;
        assert_eq!(answered, rounds, "{look:?}");
        assert_eq!(visitor.get("/managed").await.body, "in");
        // The clearance is worth the hardness of the last challenge.
        let harder = visitor.get("/ruled").await;
        assert_eq!(harder.body == "in", is_harder, "{look:?} {}", harder.body);
    }
    // In other challenges the time of an answer does not matter.
    let site = site(steps());
    let visitor = site.browser(HOME);
    let first = page(&visitor, "/pictures").await;
    let second = visitor.answer(&first).await;
    assert!(visitor.answer(&second).await.clears());
}

#[tokio::test]
async fn a_browser_that_leaves_more_than_twenty_checks_open_within_an_hour_works_longer() {
    let site = site(steps());
    let visitor = site.browser(HOME);
    let own = async |visitor: &Visitor| range(&page(visitor, "/managed").await);
    for number in 0..20 {
        assert_eq!(own(&visitor).await, 20_480, "{number}");
    }
    assert_eq!(own(&visitor).await, 40_960);
    // Neighbours are not affected.
    assert_eq!(own(&site.browser(HOME)).await, 20_480);
    // Answered checks are no longer open.
    let other = site.browser(HOME);
    for number in 0..40 {
        let shown = page(&other, "/managed").await;
        assert_eq!(range(&shown), 20_480, "{number}");
        let answer = testing::fail(&site.humanify, &shown.body).unwrap();
        other.post(&answer.action, &answer.body).await;
        site.clock.advance(Duration::from_secs(1));
    }
    // After an hour, all open checks are forgotten.
    site.clock.advance(Duration::from_secs(3_600));
    assert_eq!(own(&visitor).await, 20_480);

    let site = self::site(steps().open_checks(0));
    let visitor = site.browser(HOME);
    for _ in 0..30 {
        assert_eq!(own(&visitor).await, 20_480);
    }
}

#[tokio::test]
async fn checks_that_others_open_in_a_browser_do_not_count() {
    const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
    const DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
    const PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
    let site = site(steps());
    for (name, value) in [
        (SITE, "cross-site"),
        (MODE, "cors"),
        (DEST, "iframe"),
        (PURPOSE, "prefetch"),
    ] {
        let visitor = site.browser(HOME);
        // The first request sets the cookie that identifies the browser.
        let address = visitor.get("/managed").await.location().unwrap();
        assert_eq!(range(&visitor.get(&address).await), 20_480);
        let led = visitor.clone().with(name, value);
        for _ in 0..30 {
            assert_eq!(range(&led.get(&address).await), 20_480, "{value}");
        }
        assert_eq!(range(&visitor.get(&address).await), 20_480, "{value}");
    }
}

#[tokio::test]
async fn a_script_that_finds_nothing_says_so() {
    let site = site(steps());
    let visitor = site.browser(HOME);
    let page = page(&visitor, "/managed").await;
    let mut answer = testing::solve(&site.humanify, &page.body).unwrap();
    answer.body.push_str("&probes=");
    assert!(visitor.give(&answer).await.clears());
}

#[tokio::test]
async fn a_harder_challenge_still_says_that_a_form_was_not_sent() {
    const NOT_SENT: &str = "Your form was not sent";
    let site = site_with(Humanify::builder().managed_steps(steps()).rules(protect! {
        always_challenge(managed) on "/sent";
    }));
    let visitor = site.browser(HOME);
    let long = format!("text={}", "x".repeat(9_000));
    let first = visitor.post("/sent", &long).await;
    assert!(first.body.contains(NOT_SENT), "{}", first.body);
    let mut answer = testing::solve(&site.humanify, &first.body).unwrap();
    answer.body.push_str("&probes=webdriver");
    let second = visitor.give(&answer).await;
    assert_eq!(range(&second), 40_960);
    assert!(second.body.contains(NOT_SENT), "{}", second.body);
}
