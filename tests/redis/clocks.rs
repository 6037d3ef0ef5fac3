//! Processes whose clocks differ, and servers that begin another run.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::any;
use http::StatusCode;
use humanify::prelude::*;
use humanify::{Clock, ManualClock, OwnCheck, Redis, Secrets};

use super::solved_but_for_the_last;
use crate::forms::{TYPED, button, press};
use crate::own_check;
use crate::support::redis::RedisServer;
use crate::support::wait::until;
use crate::support::{HOME, Site, Visitor};

/// Clocks that are a minute apart, and half a minute from the server's.
const BEHIND: i64 = -30;
const AHEAD: i64 = 30;

/// A process whose clock differs from the server's by this many seconds.
fn process(server: &RedisServer, seconds: i64) -> Site {
    #[always_challenge]
    async fn login(body: String) -> String {
        body
    }
    let clock = ManualClock::default();
    let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let off = Duration::from_secs(seconds.unsigned_abs());
    let time = match seconds < 0 {
        true => real - off,
        false => real + off,
    };
    clock.advance(time - clock.now());
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .store(Redis::new(server.address()).timeout(Duration::from_secs(5)))
        .clock(clock.clone())
        .build()
        .unwrap();
    let app = Router::new().route("/login", any(login));
    Site::of(humanify, clock, app)
}

/// Sends a form, solves the challenge, and returns what the button then sends.
async fn interrupted(visitor: &Visitor) -> (String, String) {
    let page = visitor.post("/login", TYPED).await;
    let ready = visitor.solve(page).await;
    assert!(ready.clears(), "{}", ready.body);
    button(&ready).expect("a button")
}

#[tokio::test]
async fn clocks_a_minute_apart_close_no_challenge_even_on_a_new_server() {
    for offsets in [[AHEAD, BEHIND], [BEHIND, AHEAD]] {
        let Some(server) = RedisServer::start(&[]) else {
            return;
        };
        for (offset, ip) in offsets.into_iter().zip([HOME, "84.141.1.2"]) {
            let site = process(&server, offset);
            // The first request that the server hears of is a form that is interrupted.
            let visitor = site.browser(ip);
            let (target, sealed) = interrupted(&visitor).await;
            let sent = press(&visitor, &target, &sealed).await;
            assert_eq!(sent.body, TYPED, "{offset}");
            let other = site.browser(&ip.replace(".1.2", ".1.3"));
            assert!(other.get_in("/login").await.clears(), "{offset}");
        }
    }
}

#[tokio::test]
async fn what_was_spent_before_a_restart_stays_spent_whichever_clock_comes_first() {
    let Some(mut server) = RedisServer::start(&[]) else {
        return;
    };
    let sites = [process(&server, BEHIND), process(&server, AHEAD)];
    let [behind, ahead] = &sites;
    let visitor = ahead.browser(HOME);
    let last = solved_but_for_the_last(ahead, &visitor).await;
    assert!(visitor.post(&last.action, &last.body).await.clears());
    let cookie = visitor.cookie("humanify_browser").unwrap();
    let sender = ahead.browser("84.140.1.3");
    let (target, sealed) = interrupted(&sender).await;
    assert_eq!(press(&sender, &target, &sealed).await.body, TYPED);

    server.kill();
    server.restart();
    for site in &sites {
        until("the server is found again", async || {
            let page = site.browser("84.140.1.4").get("/humanify/challenge").await;
            page.status == StatusCode::OK
        })
        .await;
    }
    for site in [behind, ahead] {
        let replaying = site.browser(HOME);
        replaying.set_cookie("humanify_browser", &cookie);
        let reply = replaying.give(&last).await;
        assert!(!reply.clears());
        assert!(reply.body.contains("ran out of time"), "{}", reply.body);
        let again = press(&sender.clone().at_site(site), &target, &sealed).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN);
        // What is made from now on is valid.
        assert!(replaying.solve(reply).await.clears());
    }
}

#[tokio::test]
async fn after_the_servers_clock_was_ahead_only_new_challenges_are_valid() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let site = process(&server, 0);
    let visitor = site.browser(HOME);
    let open = solved_but_for_the_last(&site, &visitor).await;
    // The server's clock was an hour ahead when a script last asked for it.
    let run = server.ask("GET {humanify}:run");
    let (run, latest) = run.trim().rsplit_once(':').unwrap();
    let latest: u64 = latest.parse().unwrap();
    let ahead = latest + 3_600_000;
    server.ask(&format!("SET {{humanify}}:run {run}:{ahead}"));
    let reply = visitor.give(&open).await;
    assert!(reply.body.contains("ran out of time"), "{}", reply.body);
    assert!(visitor.solve(reply).await.clears());
}

#[tokio::test]
async fn a_ticket_is_exchanged_once_also_after_a_restart_and_whatever_the_clock() {
    let Some(mut server) = RedisServer::start(&[]) else {
        return;
    };
    // The clock of this process is months behind.
    let store = Redis::new(server.address()).timeout(Duration::from_secs(5));
    let site = own_check::site(own_check::settings().store(store), OwnCheck::at("/prove"));
    let visitor = site.browser(HOME);
    let exchange = async |ticket: &str| {
        let form = format!("ticket={ticket}");
        visitor.clone().forgetful().post("/prove", &form).await
    };
    let spent = own_check::ticket(&visitor, "/managed").await;
    assert!(exchange(&spent).await.clears());
    assert!(!exchange(&spent).await.clears());
    server.kill();
    server.restart();
    until("the server is found again", async || {
        visitor.get("/humanify/challenge").await.status == StatusCode::OK
    })
    .await;
    assert!(!exchange(&spent).await.clears());
    let new = own_check::ticket(&visitor, "/managed").await;
    assert!(exchange(&new).await.clears());
}
