//! Challenges, attempts and nonces that several processes share.

use std::collections::HashSet;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::any;
use http::{HeaderName, StatusCode};
use humanify::prelude::*;
use humanify::verify::SignedAgents;
use humanify::{Clock, CrawlerKind, CrawlerVerification, ManualClock, Redis, Secrets, testing};

use super::{site_with_store, solved_but_for_the_last, status};
use crate::support::redis::RedisServer;
use crate::support::signer::{Signed, Signer};
use crate::support::wait::until;
use crate::support::{HOME, Site, Visitor};

#[tokio::test]
async fn an_answer_gives_one_clearance_id_whichever_process_it_is_sent_to() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let sites = [site_with_store(&server), site_with_store(&server)];
    let person = sites[0].browser(HOME);
    let last = solved_but_for_the_last(&sites[0], &person).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16 {
        // The browser sends the same cookies each time, before any response arrives.
        let visitor = sites[number % 2].browser(HOME);
        let cookie = person.cookie("humanify_browser").unwrap();
        visitor.set_cookie("humanify_browser", &cookie);
        let last = last.clone();
        tasks.spawn(async move { visitor.post(&last.action, &last.body).await });
    }
    let replies = tasks.join_all().await;
    let ids: HashSet<Option<String>> = replies
        .iter()
        .map(|reply| reply.clearance_id(&sites[0]))
        .collect();
    assert!(ids.len() == 1 && !ids.contains(&None), "{ids:?}");
    // Another browser's cookie gets nothing.
    let thief = sites[1].browser(HOME);
    thief.get("/humanify/challenge").await;
    assert!(!thief.post(&last.action, &last.body).await.clears());
}

#[tokio::test]
async fn an_agents_nonce_counts_once_on_either_process() {
    const ACME: Signer = Signer([1; 32]);
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let clock = ManualClock::default();
    let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    clock.advance(real.saturating_sub(clock.now()));
    let sites = [(); 2].map(|()| {
        let agents = SignedAgents::new(["site.example"]).unwrap();
        let agents = agents.key("Acme", CrawlerKind::AiAssistant, &ACME.x());
        let humanify = Humanify::builder()
            .store(Redis::new(server.address()).timeout(Duration::from_secs(5)))
            .secrets(Secrets::new([7; 32]))
            .crawlers(CrawlerVerification::new().signed_agents(agents.unwrap()))
            .rules(protect! { always_deny when !client.is_verified_crawler; })
            .clock(clock.clone())
            .build()
            .unwrap();
        let app = Router::new().route("/", any(|| async { "in" }));
        Site {
            app: humanify.protect(app).unwrap(),
            humanify,
            clock: clock.clone(),
        }
    });
    let signed = |nonce: &str| {
        let now = clock.now().as_secs();
        Signed::new(ACME, "site.example", now).nonce(nonce)
    };
    let ask = async |site: &Site, signed: &Signed| {
        let agent = site
            .program(HOME)
            .with(HeaderName::from_static("signature-input"), &signed.input())
            .with(HeaderName::from_static("signature"), &signed.signature());
        status(&agent, "/").await
    };
    // The server cannot know which values were used before its start.
    let early = ask(&sites[0], &signed("early")).await;
    assert_eq!(early, StatusCode::FORBIDDEN);
    clock.advance(Duration::from_secs(60));
    for round in 0..8 {
        let signed = signed(&format!("round {round}"));
        let (one, other) = tokio::join!(ask(&sites[0], &signed), ask(&sites[1], &signed));
        let mut both = [one, other];
        both.sort_unstable();
        assert_eq!(both, [StatusCode::OK, StatusCode::FORBIDDEN]);
    }
    // While used nonces cannot be looked up, no agent is verified.
    let signed = signed("last");
    drop(server);
    assert_eq!(ask(&sites[0], &signed).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn wrong_answers_bans_and_resets_are_shared() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let sites = [site_with_store(&server), site_with_store(&server)];
    // One browser that sends its requests to both processes in turns.
    let visitors = [sites[0].browser(HOME), sites[1].browser(HOME)];
    let mut shown = visitors[0].get("/humanify/challenge").await;
    for number in 0..3 {
        let visitor = &visitors[number % 2];
        let cookie = visitors[0].cookie("humanify_browser").unwrap();
        visitor.set_cookie("humanify_browser", &cookie);
        assert_eq!(shown.status, StatusCode::OK, "{number}");
        shown = visitor.err(&shown).await;
    }
    assert_eq!(shown.status, StatusCode::TOO_MANY_REQUESTS);
    // Other browsers at the address get grids on either process, and never wait.
    let innocent = sites[1].browser(HOME);
    let shown = innocent.get("/humanify/challenge").await;
    assert!(shown.body.contains("Round 1 of 2") && shown.body.contains("checkbox"));

    let other = "84.140.1.3";
    for expected in [200, 200, 200, 429] {
        assert_eq!(
            status(&sites[0].program(other), "/few").await.as_u16(),
            expected
        );
    }
    let ip: IpAddr = other.parse().unwrap();
    let limiter = sites[0].humanify.limiter();
    let stats = limiter.stats(ip).await.unwrap();
    assert_eq!(stats.len(), 2);
    assert_eq!(
        (stats[0].route.as_str(), stats[0].current_requests),
        ("/few:GET", 3)
    );
    limiter.reset(ip, None).await.unwrap();
    assert_eq!(
        status(&sites[1].program(other), "/few").await,
        StatusCode::OK
    );

    sites[0].browser(other).get("/.env").await;
    assert_eq!(
        status(&sites[0].browser(other), "/").await,
        StatusCode::FORBIDDEN
    );
    until("the other process learns of the ban", async || {
        status(&sites[1].browser(other), "/").await == StatusCode::FORBIDDEN
    })
    .await;
    let list = sites[1].humanify.bans().list().await.unwrap();
    assert_eq!(list[0].network.to_string(), "84.140.1.3/32");
    assert!(
        (3_590..=3_600).contains(&list[0].wait.as_secs()),
        "{list:?}"
    );
    assert!(sites[1].humanify.bans().lift(ip).await.unwrap());
    until("the first process learns that it is lifted", async || {
        status(&sites[0].browser(other), "/").await == StatusCode::OK
    })
    .await;
}

#[tokio::test]
async fn checks_left_open_are_counted_whichever_process_shows_them() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let sites = [site_with_store(&server), site_with_store(&server)];
    let first = sites[0].browser(HOME);
    let visitors = [first.clone(), first.at_site(&sites[1])];
    let mut last = None;
    for number in 0..20 {
        let visitor = &visitors[number % 2];
        let asked = visitor.get("/managed").await;
        let shown = visitor.follow(asked).await;
        assert!(shown.body.contains("data-range=\"20480\""), "{number}");
        last = Some(shown);
    }
    let ask = async |visitor: &Visitor| {
        let asked = visitor.get("/managed").await;
        visitor.follow(asked).await.body
    };
    assert!(ask(&visitors[0]).await.contains("data-range=\"40960\""));
    // A check with a wrong answer is no longer open, either.
    let answer = testing::fail(&sites[0].humanify, &last.unwrap().body).unwrap();
    visitors[1].post(&answer.action, &answer.body).await;
    assert!(ask(&visitors[0]).await.contains("data-range=\"20480\""));
    assert!(ask(&visitors[1]).await.contains("data-range=\"40960\""));
}

#[tokio::test]
async fn a_scriptless_wait_is_recorded_by_whichever_process_shows_it() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let clock = ManualClock::default();
    let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    clock.advance(real.saturating_sub(clock.now()));
    let sites = [(); 2].map(|()| {
        let humanify = Humanify::builder()
            .store(Redis::new(server.address()).timeout(Duration::from_secs(5)))
            .secrets(Secrets::new([7; 32]))
            .challenge_type(humanify::ChallengeType::Managed)
            .clock(clock.clone())
            .build()
            .unwrap();
        Site::of(humanify, clock.clone(), Router::new())
    });
    // The server cannot know which values were used before its start.
    clock.advance(Duration::from_secs(60));
    let plain = |page: &str| page.replace("&amp;", "&").replace("&#x2f;", "/");
    let after = |page: &str, start: &str| {
        let (_, rest) = page.split_once(start).expect("a wait");
        rest.split('"').next().unwrap().to_owned()
    };
    // Eight browsers load the mark of their page from the other process; the ninth gets no place.
    for number in 0..9 {
        let (one, other) = (&sites[number % 2], &sites[(number + 1) % 2]);
        let visitor = one.browser(HOME);
        let elsewhere = visitor.clone().at_site(other);
        let works = visitor.get("/humanify/challenge").await;
        let first = visitor.get(&works.link("/humanify/challenge")).await;
        if number == 8 {
            assert_eq!(first.status, StatusCode::TOO_MANY_REQUESTS);
            break;
        }
        let page = plain(&first.body);
        let way = after(&page, ";url=");
        elsewhere.get(&after(&page, "class=\"mark\" src=\"")).await;
        assert!(visitor.get(&way).await.body.contains("http-equiv"));
        clock.advance(Duration::from_secs(5));
        for visitor in [&elsewhere, &visitor] {
            let shown = visitor.get(&way).await;
            assert!(shown.body.contains("Picture 1 of "), "{}", shown.body);
        }
    }
}

#[tokio::test]
async fn the_requests_of_a_clearance_are_counted_whichever_process_they_come_to() {
    #[always_challenge(challenge_type = "managed")]
    async fn managed() -> &'static str {
        "in"
    }
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let clearances = humanify::ManagedClearances::default();
    let clearances = clearances.at(humanify::Hardness::EASIEST, Duration::from_secs(3_600), 8);
    let sites = [(); 2].map(|()| {
        let humanify = Humanify::builder()
            .store(Redis::new(server.address()).timeout(Duration::from_secs(5)))
            .secrets(Secrets::new([7; 32]))
            .managed_steps(humanify::ManagedSteps::default().inconsistent(0))
            .managed_clearances(clearances)
            .rules(protect! { limit "1000/day" on "/limited"; })
            .build()
            .unwrap();
        let app = Router::new()
            .route("/managed", any(managed))
            .route("/limited", any(managed));
        Site::of(humanify, ManualClock::default(), app)
    });
    let one = sites[0].browser(HOME);
    let other = one.clone().at_site(&sites[1]);
    assert!(one.get_in("/managed").await.clears());
    for visitor in [&one, &other, &one, &other] {
        for path in ["/managed", "/limited"] {
            assert_eq!(visitor.get(path).await.body, "in");
        }
    }
    for visitor in [&one, &other] {
        for path in ["/managed", "/limited"] {
            assert!(visitor.get(path).await.demands_challenge());
        }
    }
}

/// Two requests pass by a clearance, and the third needs a new one. A limit refuses what follows.
#[tokio::test]
async fn what_a_statement_observes_is_reported_once_for_each_request_that_limits_let_pass() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let clearances = humanify::ManagedClearances::default();
    let clearances = clearances.at(humanify::Hardness::EASIEST, Duration::from_secs(3_600), 2);
    let redis = Redis::new(server.address()).timeout(Duration::from_secs(5));
    let stored = Humanify::builder().store(redis);
    for (store, builder) in [("Redis", stored), ("memory", Humanify::builder())] {
        let humanify = builder
            .managed_steps(humanify::ManagedSteps::default().inconsistent(0))
            .managed_clearances(clearances)
            .rules(protect! {
                observe deny_access everyone on "/managed";
                always_challenge(managed) on "/managed";
                limit "4/day" on "/managed";
            })
            .build()
            .unwrap();
        let app = Router::new().route("/managed", any(|| async { "in" }));
        let site = Site::of(humanify, ManualClock::default(), app);
        let observed = || {
            let summary = site.humanify.observed();
            let requests = summary
                .statements
                .iter()
                .map(|statement| statement.requests);
            requests.sum::<u64>()
        };
        let visitor = site.browser(HOME);
        // The first one demands the challenge.
        assert!(visitor.get_in("/managed").await.clears());
        for (number, reported) in [1, 1, 1, 0, 0].into_iter().enumerate() {
            let before = observed();
            let reply = visitor.get("/managed").await;
            assert_eq!(reply.body == "in", number < 2, "{store} {number}");
            assert_eq!(observed() - before, reported, "{store} {number}");
        }
    }
}
