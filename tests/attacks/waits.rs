//! Waits of browsers without scripts: forged, shortened, and presented by other clients.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use humanify::{HumanifyBuilder, ManagedSteps, Redis, Secrets, prelude::*, testing};

use crate::support::redis::RedisServer;
use crate::support::{HOME, Reply, Site, Visitor};

fn site() -> Site {
    let (builder, app) = managed_site();
    Site::new(builder, app)
}

fn managed_site() -> (HumanifyBuilder, Router) {
    #[always_challenge(challenge_type = "managed")]
    async fn managed() -> &'static str {
        "in"
    }
    let steps = ManagedSteps::default().inconsistent(0).quick_answer(0);
    let builder = Humanify::builder().managed_steps(steps);
    (builder, Router::new().route("/managed", get(managed)))
}

/// The address to which a page with a wait leads.
fn continue_url(page: &Reply) -> String {
    let plain = page.body.replace("&amp;", "&").replace("&#x2f;", "/");
    let (_, rest) = plain.split_once(";url=").expect("a wait");
    rest.split('"').next().unwrap().to_owned()
}

/// The address of the mark that the page loads.
fn mark_url(page: &Reply) -> String {
    let plain = page.body.replace("&amp;", "&").replace("&#x2f;", "/");
    let (_, rest) = plain.split_once("class=\"mark\" src=\"").expect("a wait");
    rest.split('"').next().unwrap().to_owned()
}

fn is_wait(page: &Reply) -> bool {
    page.body.contains("http-equiv=\"refresh\"")
}

/// Whether a page asks for a wait or for work.
fn demands_wait_or_work(page: &Reply) -> bool {
    is_wait(page) || page.body.contains("data-range=\"20480\"")
}

async fn begin(visitor: &Visitor) -> Reply {
    let asked = visitor.get("/managed").await;
    let work = visitor.follow(asked).await;
    visitor.get(&work.link("/humanify/challenge")).await
}

#[tokio::test]
async fn forged_waits_and_waits_of_others_let_nobody_pass() {
    let site = site();
    let person = site.browser(HOME);
    let first = begin(&person).await;
    assert!(is_wait(&first));
    let (way, mark) = (continue_url(&first), mark_url(&first));
    for forged in [
        "/humanify/mark.svg".to_owned(),
        "/humanify/mark.svg?of=".to_owned(),
        "/humanify/mark.svg?of=AAAA".to_owned(),
        format!("{mark}A"),
        mark.replace("of=", "of=A"),
    ] {
        assert_eq!(person.get(&forged).await.status, 404, "{forged}");
    }
    assert_eq!(person.get(&mark).await.status, 200);
    site.clock.advance(Duration::from_secs(5));
    // The browser of another client, one without cookies, and one with a changed link start a new
    // wait.
    let stranger = site.browser("84.140.9.9");
    begin(&stranger).await;
    assert!(demands_wait_or_work(&stranger.get(&way).await));
    let forgetful = person.clone().forgetful().get(&way).await;
    assert!(
        forgetful.body.contains("Cookies are needed"),
        "{}",
        forgetful.body
    );
    let cut = &way[..way.len() - 2];
    assert!(demands_wait_or_work(&person.get(cut).await));
    let without = way.split("&at=").next().unwrap();
    assert!(demands_wait_or_work(&person.get(without).await));
    assert!(!demands_wait_or_work(&person.get(&way).await));
    // After ten minutes the wait has expired.
    site.clock.advance(Duration::from_secs(600));
    assert!(demands_wait_or_work(&person.get(&way).await));
}

#[tokio::test]
async fn a_wait_presented_from_many_addresses_takes_a_place_at_each() {
    let site = site();
    let farm = site.browser(HOME);
    let first = begin(&farm).await;
    farm.get(&mark_url(&first)).await;
    let way = continue_url(&first);
    site.clock.advance(Duration::from_secs(5));
    let mut cleared = 0;
    for number in 0..80 {
        // Keeps within the number of pages that a browser may request in a minute.
        site.clock.advance(Duration::from_secs(5));
        let node = farm.clone().at(&format!("84.140.7.{number}"));
        let shown = node.get(&way).await;
        if shown.status == 429 {
            continue;
        }
        cleared += u32::from(node.solve(shown).await.clears());
    }
    // The quota of a /24, and the places that flow back in seven minutes.
    assert!((64..=72).contains(&cleared), "{cleared}");
}

#[tokio::test]
async fn a_place_gives_one_clearance_and_a_wait_ends_after_ten_minutes() {
    let site = site();
    let visitor = site.browser(HOME);
    let first = begin(&visitor).await;
    visitor.get(&mark_url(&first)).await;
    let way = continue_url(&first);
    site.clock.advance(Duration::from_secs(5));
    let [one, other] = [visitor.get(&way).await, visitor.get(&way).await];
    assert!(!demands_wait_or_work(&other));
    assert!(visitor.solve(one).await.clears());
    let again = visitor.solve(other).await;
    assert!(!again.clears(), "{}", again.status);
    // The links of each page lead on for ten minutes from the start of the wait.
    let visitor = site.browser("84.140.9.9");
    let first = begin(&visitor).await;
    visitor.get(&mark_url(&first)).await;
    site.clock.advance(Duration::from_secs(5));
    let mut page = visitor.get(&continue_url(&first)).await;
    for _ in 0..3 {
        assert!(!demands_wait_or_work(&page), "{}", page.body);
        site.clock.advance(Duration::from_secs(240));
        page = visitor.get(&page.link("/humanify/challenge")).await;
    }
    assert!(demands_wait_or_work(&page), "{}", page.body);
}

/// During a change of secrets, processes seal with different ones.
#[tokio::test]
async fn a_place_gives_one_clearance_in_processes_that_seal_with_different_secrets() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let clock = RedisServer::clock();
    let sites = [(1, 2), (2, 1)].map(|(current, previous)| {
        let (builder, app) = managed_site();
        let redis = Redis::new(server.address()).timeout(Duration::from_secs(5));
        let secrets = Secrets::new([current; 32]).previous([previous; 32]);
        let builder = builder.store(redis).secrets(secrets).clock(clock.clone());
        Site::of(builder.build().unwrap(), clock.clone(), app)
    });
    let visitor = sites[0].browser(HOME);
    let first = begin(&visitor).await;
    visitor.get(&mark_url(&first)).await;
    clock.advance(Duration::from_secs(5));
    let pages = [
        visitor.get(&continue_url(&first)).await,
        visitor.get(&continue_url(&first)).await,
    ];
    let mut clearances = 0;
    let cookie = visitor.cookie("humanify_browser").unwrap();
    for (mut page, site) in pages.into_iter().zip(&sites) {
        // The second page is answered without the clearance that the first one earns.
        let visitor = site.browser(HOME);
        visitor.set_cookie("humanify_browser", &cookie);
        // A challenge that follows a refused answer has nothing to do with the wait.
        while !page.body.contains("ran out of time") {
            let answer = testing::solve(&site.humanify, &page.body).unwrap();
            let reply = visitor.post(&answer.action, &answer.body).await;
            if reply.clears() {
                clearances += 1;
                break;
            }
            page = visitor.follow(reply).await;
        }
    }
    assert_eq!(clearances, 1);
}

#[tokio::test]
async fn a_picture_without_the_work_beside_it_earns_nothing() {
    let site = site();
    let visitor = site.browser(HOME);
    let address = visitor.get("/managed").await.location().unwrap();
    let address = address.replace("/humanify/work_challenge?", "/humanify/challenge?");
    let page = visitor.get(&address).await;
    let answer = testing::solve(&site.humanify, &page.body).unwrap();
    let (picture, work) = answer.body.split_once("&work=").unwrap();
    let other = visitor.get(&address).await;
    let other = testing::solve(&site.humanify, &other.body).unwrap();
    let others_work = other.body.split_once("&work=").unwrap().1;
    for forged in ["", "0.0", others_work, &format!("{work}0"), "x"] {
        let body = format!("{picture}&work={forged}");
        let reply = visitor.post(&answer.action, &body).await;
        assert!(!reply.clears(), "{forged}");
        let next = visitor.follow(reply).await;
        let told = match forged {
            // What a page sends whose script did not run.
            "" => "not finished its check yet",
            _ => "not complete yet",
        };
        assert!(next.body.contains(told), "{forged} {}", next.body);
    }
    // None of these requests counted as an answer.
    assert!(visitor.post(&answer.action, &answer.body).await.clears());
}

#[tokio::test]
async fn marks_of_a_wide_network_leave_room_for_other_networks() {
    let site = site();
    let mut noted = 0;
    for number in 0..900 {
        let bot = site.browser(&format!("2a02:8100:1:{number:x}::1"));
        let page = begin(&bot).await;
        if is_wait(&page) {
            noted += u32::from(bot.get(&mark_url(&page)).await.status == 200);
        }
    }
    // A /48 has eight marks for each of its 64 places.
    assert!((500..=520).contains(&noted), "{noted}");
    let person = site.browser(HOME);
    let page = begin(&person).await;
    assert_eq!(person.get(&mark_url(&page)).await.status, 200);
    // Loading the mark again takes no further room.
    for _ in 0..100 {
        assert_eq!(person.get(&mark_url(&page)).await.status, 200);
    }
}
