//! A managed challenge: the browser computes, for the longer the more signs speak against it.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::header::HeaderName;
use humanify::{
    Hardness, Humanify, HumanifyBuilder, ManagedClearances, ManagedSteps, prelude::*, testing,
};

use crate::support::{DATACENTER, HOME, Reply, Site, VPN, Visitor};

/// The default, but that nothing is made of the few headers that these tests send.
fn steps() -> ManagedSteps {
    ManagedSteps::default().inconsistent(0)
}

fn site(steps: ManagedSteps) -> Site {
    with(Humanify::builder().managed_steps(steps))
}

fn with(builder: HumanifyBuilder) -> Site {
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
        limit "1000/day" on "/limited";
        always_challenge(managed) on "/limited";
    };
    Site::new(
        builder.rules(rules),
        Router::new()
            .route("/managed", get(managed))
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

/// How many numbers the page has the browser search.
fn range(page: &Reply) -> u32 {
    let (_, rest) = page.body.split_once("data-range=\"").expect("work");
    rest.split('"').next().unwrap().parse().unwrap()
}

/// What a page has as the value of an attribute that begins so.
fn value(page: &Reply, start: &str) -> String {
    let plain = page.body.replace("&amp;", "&").replace("&#x2f;", "/");
    let (_, rest) = plain.split_once(start).expect(start);
    rest.split('"').next().unwrap().to_owned()
}

/// Loads what a page of a browser without a script has, as any browser does.
async fn load(visitor: &Visitor, page: &Reply) {
    let picture = visitor.get(&value(page, "class=\"mark\" src=\"")).await;
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
}

/// Where such a page leads, and after how many seconds.
fn refresh(page: &Reply) -> (u64, String) {
    let refresh = value(page, "http-equiv=\"refresh\" content=\"");
    let (seconds, way) = refresh.split_once(";url=").unwrap();
    (seconds.parse().unwrap(), way.to_owned())
}

/// Follows a link to pictures or sound, and waits as a browser without a script does.
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
    // A clearance is worth the step for which it was given.
    let visitor = site.browser(DATACENTER);
    visitor.get_in("/managed").await;
    assert_eq!(visitor.get("/managed").await.body, "in");
    assert!(visitor.get("/ruled").await.demands_challenge());
}

/// Solves pictures in place of work, each of which is looked at for so long.
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
async fn a_picture_that_nobody_can_have_looked_at_is_asked_again_a_step_harder() {
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
        // The clearance is worth the step that was asked for in the end.
        let harder = visitor.get("/ruled").await;
        assert_eq!(harder.body == "in", is_harder, "{look:?} {}", harder.body);
    }
    // What is no managed challenge asks nobody how long it took.
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
    // Neighbours pay nothing for it.
    assert_eq!(own(&site.browser(HOME)).await, 20_480);
    // What was answered is not open any more.
    let other = site.browser(HOME);
    for number in 0..40 {
        let shown = page(&other, "/managed").await;
        assert_eq!(range(&shown), 20_480, "{number}");
        let answer = testing::fail(&site.humanify, &shown.body).unwrap();
        other.post(&answer.action, &answer.body).await;
        site.clock.advance(Duration::from_secs(1));
    }
    // An hour later all is forgotten.
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
        // The first one sets the cookie by which the browser is known.
        let address = visitor.get("/managed").await.location().unwrap();
        assert_eq!(range(&visitor.get(&address).await), 20_480);
        let led = visitor.clone().with(name, value);
        for _ in 0..30 {
            assert_eq!(range(&led.get(&address).await), 20_480, "{value}");
        }
        assert_eq!(range(&visitor.get(&address).await), 20_480, "{value}");
    }
}

const PICTURES: &str = "/humanify/challenge";

/// Where the page of a managed challenge leads a browser without a script.
async fn link(visitor: &Visitor) -> String {
    page(visitor, "/managed").await.link(PICTURES)
}

#[tokio::test]
async fn a_browser_without_a_script_waits_five_seconds_or_thirty_if_it_loads_nothing() {
    let site = site(steps());
    for (loads, waits) in [(true, &[5][..]), (false, &[5, 25])] {
        let visitor = site.browser(HOME);
        let mut shown = visitor.get(&link(&visitor).await).await;
        if loads {
            load(&visitor, &shown).await;
        }
        for expected in waits {
            let (seconds, way) = refresh(&shown);
            assert_eq!(seconds, *expected, "{loads}");
            // Whoever is too early waits for the rest.
            site.clock.advance(Duration::from_secs(seconds - 1));
            let early = visitor.get(&way).await;
            assert_eq!(refresh(&early).0, 1);
            site.clock.advance(Duration::from_secs(1));
            shown = visitor.get(&way).await;
        }
        // Loading the page again costs no other wait, and a mistake does not either.
        assert!(shown.body.contains("Picture 1 of "), "{}", shown.body);
        let erred = visitor.err(&shown).await;
        assert!(erred.body.contains("not the right answer"));
        assert!(visitor.solve(erred).await.clears(), "{loads}");
    }
}

#[tokio::test]
async fn what_is_earned_without_a_script_holds_for_half_an_hour() {
    let site = site(steps());
    let visitor = site.browser(HOME);
    let shown = wait(&site, &visitor, &link(&visitor).await).await;
    let solved = visitor.solve(shown).await;
    let cookies = solved.headers.get_all("set-cookie").iter();
    let cookies: Vec<&str> = cookies.map(|line| line.to_str().unwrap()).collect();
    let clearance = cookies.iter().find(|line| line.contains("_clearance="));
    assert!(clearance.unwrap().contains("Max-Age=1800"), "{cookies:?}");
    for (later, holds) in [(1_799, true), (1, false)] {
        site.clock.advance(Duration::from_secs(later));
        assert_eq!(visitor.get("/managed").await.body == "in", holds, "{later}");
    }
}

#[tokio::test]
async fn a_network_has_few_places_without_a_script_and_work_stays_open() {
    let site = site(steps());
    let enter = async |ip: &str| {
        let visitor = site.browser(ip);
        let link = link(&visitor).await;
        let first = visitor.get(&link).await;
        if first.status != 200 {
            return first.status.as_u16();
        }
        load(&visitor, &first).await;
        let (seconds, way) = refresh(&first);
        site.clock.advance(Duration::from_secs(seconds));
        // However often it is loaded, it is one place.
        for _ in 0..3 {
            assert!(visitor.get(&way).await.body.contains("Picture 1 of "));
        }
        let shown = visitor.get(&way).await;
        assert!(visitor.solve(shown).await.clears());
        200
    };
    for _ in 0..8 {
        assert_eq!(enter(HOME).await, 200);
    }
    assert_eq!(enter(HOME).await, 429);
    // A neighbour has places of its own, until the network has none.
    let mut entered = 8;
    for number in 10..30 {
        for _ in 0..6 {
            let status = enter(&format!("84.140.1.{number}")).await;
            entered += u32::from(status == 200);
        }
    }
    // Some of them flow back meanwhile.
    assert!((64..=80).contains(&entered), "{entered}");
    assert_eq!(enter("84.140.2.1").await, 200, "another network");
    let visitor = site.browser(HOME);
    assert!(visitor.get_in("/managed").await.clears());
}

/// The line of the cookie with the clearance that a reply gives.
fn clearance(reply: &Reply) -> &str {
    let lines = reply.headers.get_all("set-cookie").iter();
    let mut lines = lines.map(|line| line.to_str().unwrap());
    lines.find(|line| line.contains("_clearance=")).unwrap()
}

#[tokio::test]
async fn the_more_signs_speak_against_a_client_the_shorter_its_clearance_holds() {
    let own = ManagedClearances::default()
        .at(Hardness::EASIEST, Duration::from_secs(600), None)
        .at("3".parse().unwrap(), Duration::from_secs(1), None);
    let longest = ManagedClearances::default().at(Hardness::EASIEST, Duration::MAX, None);
    for (clearances, ip, seconds) in [
        (ManagedClearances::default(), HOME, 14_400),
        (ManagedClearances::default(), DATACENTER, 7_200),
        (own, HOME, 600),
        (own, DATACENTER, 60),
        (longest, HOME, 14_400),
    ] {
        let builder = Humanify::builder().managed_steps(steps());
        let site = with(builder.managed_clearances(clearances));
        let visitor = site.browser(ip);
        let solved = visitor.get_in("/managed").await;
        let age = format!("Max-Age={seconds}");
        assert!(clearance(&solved).contains(&age), "{}", clearance(&solved));
        for (later, holds) in [(seconds - 1, true), (1, false)] {
            site.clock.advance(Duration::from_secs(later));
            assert_eq!(
                visitor.get("/managed").await.body == "in",
                holds,
                "{ip} {later}"
            );
        }
    }
}

#[tokio::test]
async fn a_clearance_lets_so_many_requests_pass_and_then_the_next_check_comes() {
    let clearances = ManagedClearances::default();
    let clearances = clearances.at(Hardness::EASIEST, Duration::from_secs(3_600), 3);
    let builder = Humanify::builder().managed_steps(steps());
    let site = with(builder.managed_clearances(clearances));
    for path in ["/managed", "/limited"] {
        let visitor = site.browser(HOME);
        for time in 0..2 {
            assert!(visitor.get_in(path).await.clears(), "{path} {time}");
            for number in 0..3 {
                // What asks for no clearance takes nothing of it, and neither does what is looked at.
                assert_eq!(visitor.get("/open").await.body, "in");
                let reply = visitor.get(path).await;
                assert_eq!(reply.body, "in", "{path} {time} {number}");
                // It is no limit of which headers speak.
                let policies = reply.header("ratelimit-policy").unwrap_or_default();
                let expected = usize::from(path == "/limited");
                assert_eq!(policies.matches("q=").count(), expected, "{policies}");
            }
            assert!(visitor.get(path).await.demands_challenge(), "{path} {time}");
        }
    }
    // Pictures and work that were not managed are given without a count.
    let visitor = site.browser(HOME);
    visitor.get_in("/pictures").await;
    for _ in 0..10 {
        assert_eq!(visitor.get("/managed").await.body, "in");
    }
}

/// The page with a picture beside which it works.
async fn beside_work(visitor: &Visitor, path: &str) -> Reply {
    let address = visitor.get(path).await.location().unwrap();
    let address = address.replace("/humanify/work_challenge?", "/humanify/challenge?");
    visitor.get(&address).await
}

const LOOK: Duration = Duration::from_secs(2);

#[tokio::test]
async fn one_picture_is_enough_beside_work_and_one_more_after_a_mistake() {
    let site = site(steps());
    for (ip, expected) in [(HOME, 20_480), (DATACENTER, 81_920)] {
        let visitor = site.browser(ip);
        let shown = beside_work(&visitor, "/managed").await;
        assert_eq!(range(&shown), expected, "{ip}");
        assert!(shown.body.contains("Picture 6 of 6") && !shown.body.contains("Round 1"));
        site.clock.advance(LOOK);
        assert!(visitor.answer(&shown).await.clears(), "{ip}");
        assert_eq!(visitor.get("/managed").await.body, "in");
        // One easy picture is guessed too often to be worth what two are.
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
    // A neighbour's mistake costs nobody a round.
    let neighbour = site.browser("84.140.3.3");
    let shown = beside_work(&neighbour, "/managed").await;
    site.clock.advance(LOOK);
    assert!(neighbour.answer(&shown).await.clears());
}

#[tokio::test]
async fn what_speaks_against_a_browser_beside_a_picture_asks_for_one_more_step() {
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
