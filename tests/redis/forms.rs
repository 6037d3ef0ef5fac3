//! A form whose spending a slow server has not confirmed.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::StatusCode;
use humanify::prelude::*;
use humanify::{ManualClock, Redis, Secrets};

use crate::forms::{TYPED, button, press};
use crate::support::redis::RedisServer;
use crate::support::wait::until;
use crate::support::{HOME, Site};

fn process(server: &RedisServer) -> Site {
    #[always_challenge]
    async fn comment(body: String) -> String {
        body
    }
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .store(Redis::new(server.address()).timeout(Duration::from_secs(2)))
        .build()
        .unwrap();
    let app = Router::new().route("/comment", any(comment));
    Site::of(humanify, ManualClock::default(), app)
}

/// How a press ends while the server is slow.
#[derive(Debug, Clone, Copy)]
enum Press {
    TimesOut,
    /// The browser closes the connection first.
    IsGivenUp,
}

#[tokio::test]
async fn a_press_that_failed_can_be_repeated_and_the_form_arrives_once() {
    for first_press in [Press::TimesOut, Press::IsGivenUp] {
        let Some(server) = RedisServer::start(&[]) else {
            return;
        };
        let sites = [process(&server), process(&server)];
        let visitor = sites[0].browser(HOME);
        let page = visitor.post("/comment", TYPED).await;
        let ready = visitor.solve(page).await;
        let (target, sealed) = button(&ready).expect("a button");
        // The server learns each script when it runs first, which takes a second round trip.
        let other = sites[0].browser("84.140.1.3");
        let page = other.post("/comment", TYPED).await;
        let (other_target, other_sealed) = button(&other.solve(page).await).expect("a button");
        let sent = press(&other, &other_target, &other_sealed).await;
        assert_eq!(sent.body, TYPED);
        let spent = || server.ask("KEYS {humanify}:s:*").lines().count();
        let before = spent();

        server.ask("CLIENT PAUSE 600000 WRITE");
        let pressed = press(&visitor, &target, &sealed);
        match first_press {
            Press::TimesOut => {
                assert_eq!(pressed.await.status, StatusCode::SERVICE_UNAVAILABLE);
            }
            Press::IsGivenUp => {
                let given_up = tokio::time::timeout(Duration::from_millis(500), pressed).await;
                assert!(given_up.is_err());
            }
        }
        // The server spends the form afterwards.
        server.ask("CLIENT UNPAUSE");
        until("the form is spent", async || spent() > before).await;

        // Another process cannot know whether the form arrived, and says so.
        let elsewhere = visitor.clone().at_site(&sites[1]);
        for site in &sites {
            until("the store is asked again", async || {
                let other = site.browser("84.140.1.9");
                other.get("/humanify/challenge").await.status == StatusCode::OK
            })
            .await;
        }
        let reply = press(&elsewhere, &target, &sealed).await;
        assert_eq!(reply.status, StatusCode::CONFLICT, "{first_press:?}");
        assert!(reply.body.contains("check whether it arrived"));
        let mut presses = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (visitor, target, sealed) = (visitor.clone(), target.clone(), sealed.clone());
            presses.spawn(async move { press(&visitor, &target, &sealed).await });
        }
        let mut arrived = 0;
        for reply in presses.join_all().await {
            match reply.status {
                StatusCode::CONFLICT => {}
                _ => {
                    assert_eq!(reply.body, TYPED);
                    arrived += 1;
                }
            }
        }
        assert_eq!(arrived, 1, "{first_press:?}");
    }
}
