//! Redis is down, restarts or is full.

use http::StatusCode;
use humanify::{OnStoreFailure, Redis};

use super::{process, site_with_store, solved_but_for_the_last, status};
use crate::support::redis::RedisServer;
use crate::support::wait::until;
use crate::support::{HOME, Log, Visitor};

#[tokio::test]
async fn a_server_that_is_killed_and_started_again_loses_no_safety() {
    // A server without persistence, and one whose file lags behind.
    for options in [&[][..], &["--appendonly", "yes", "--appendfsync", "no"]] {
        let Some(mut server) = RedisServer::start(options) else {
            return;
        };
        let site = site_with_store(&server);
        let person = site.browser(HOME);
        let spent = solved_but_for_the_last(&site, &person).await;
        assert!(person.post(&spent.action, &spent.body).await.clears());
        let other = site.browser("84.140.1.3");
        let unspent = solved_but_for_the_last(&site, &other).await;

        for visit in 0..3 {
            assert_eq!(status(&person, "/few").await, StatusCode::OK, "{visit}");
        }
        server.kill();
        // Limits fall back to memory; challenges do not.
        let mut passed = 0;
        for _ in 0..10 {
            passed += u32::from(status(&person, "/few").await == StatusCode::OK);
        }
        assert_eq!(passed, 3);
        let refused = other.post(&unspent.action, &unspent.body).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(site.humanify.limiter().store_failures(), 1);

        server.restart();
        until("the server is found again", async || {
            site.humanify.bans().list().await.is_ok()
        })
        .await;
        // Only the browser cookie is sent: with the clearance, the visitor would be redirected.
        let cookie = person.cookie("humanify_browser").unwrap();
        let replaying = site.browser(HOME);
        replaying.set_cookie("humanify_browser", &cookie);
        for (visitor, answer) in [(replaying, &spent), (other, &unspent)] {
            let reply = visitor.give(answer).await;
            assert!(!reply.clears(), "made before the server's time");
            assert!(reply.body.contains("ran out of time"), "{}", reply.body);
        }
        // Challenges that are made from now on are valid.
        let fresh = site.browser("84.140.1.4");
        let last = solved_but_for_the_last(&site, &fresh).await;
        assert!(fresh.post(&last.action, &last.body).await.clears());
        assert_eq!(site.humanify.limiter().store_failures(), 1);
    }
}

#[tokio::test]
async fn while_the_server_is_down_limits_follow_their_setting() {
    let Some(mut server) = RedisServer::start(&[]) else {
        return;
    };
    server.kill();
    for (on_failure, expected) in [
        (OnStoreFailure::Fallback, [200, 200, 200, 429]),
        (OnStoreFailure::Deny, [503, 503, 503, 503]),
        (OnStoreFailure::Allow, [200, 200, 200, 200]),
    ] {
        let site = process(Redis::new(server.address()).on_failure(on_failure));
        let visitor = site.program(HOME);
        for expected in expected {
            let status = status(&visitor, "/few").await.as_u16();
            assert_eq!(status, expected, "{on_failure:?}");
        }
        // Requests without a limit do not use the store.
        assert_eq!(status(&visitor, "/").await, StatusCode::OK);
        assert_eq!(site.humanify.limiter().store_failures(), 1);
    }
}

#[tokio::test]
async fn while_the_server_is_down_a_clearance_holds_in_its_own_network_only() {
    const SECOND_NETWORK: &str = "2a02:8100:1:2::1";
    for on_failure in [
        OnStoreFailure::Fallback,
        OnStoreFailure::Deny,
        OnStoreFailure::Allow,
    ] {
        let Some(mut server) = RedisServer::start(&[]) else {
            return;
        };
        let site = process(Redis::new(server.address()).on_failure(on_failure));
        let [roaming, staying] = ["84.140.1.3", "84.140.1.4"].map(|ip| site.browser(ip));
        for person in [&roaming, &staying] {
            let last = solved_but_for_the_last(&site, person).await;
            assert!(person.post(&last.action, &last.body).await.clears());
        }
        let elsewhere = |person: &Visitor| person.clone().at(SECOND_NETWORK);
        assert_eq!(status(&elsewhere(&roaming), "/login").await, StatusCode::OK);
        server.kill();
        for person in [&roaming, &staying] {
            assert_eq!(status(person, "/login").await, StatusCode::OK);
            let reply = elsewhere(person).get("/login").await;
            assert!(
                reply.demands_challenge(),
                "{on_failure:?}: {}",
                reply.status
            );
        }
    }
}

#[tokio::test]
async fn a_closed_connection_affects_no_visitor() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let redis = Redis::new(server.address()).on_failure(OnStoreFailure::Deny);
    let site = process(redis);
    let visitor = site.browser(HOME);
    assert_eq!(status(&visitor, "/thousand").await, StatusCode::OK);
    for path in ["/thousand", "/humanify/challenge", "/few"] {
        // Servers close connections that are idle for too long.
        server.ask("CLIENT KILL TYPE normal");
        assert_eq!(status(&visitor, path).await, StatusCode::OK, "{path}");
    }
    assert_eq!(site.humanify.limiter().store_failures(), 0);
}

#[tokio::test]
async fn a_server_that_became_a_replica_is_no_longer_used() {
    // Without their master, some replicas refuse only writes, others also reads.
    for stale in ["yes", "no"] {
        let Some(server) = RedisServer::start(&["--replica-serve-stale-data", stale]) else {
            return;
        };
        let redis = Redis::new(server.address()).on_failure(OnStoreFailure::Deny);
        let site = process(redis);
        let visitor = site.browser(HOME);
        assert_eq!(status(&visitor, "/thousand").await, StatusCode::OK);
        let connections = || {
            let stats = server.ask("INFO stats");
            let line = stats
                .lines()
                .find_map(|line| line.strip_prefix("total_connections_received:"));
            line.unwrap().trim().parse::<u64>().unwrap()
        };
        server.ask("REPLICAOF 127.0.0.1 1");
        let before = connections();
        let refused = status(&visitor, "/thousand").await;
        assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
        // The connection of this command, and one that the request opened to reach a new server.
        assert!(connections() >= before + 2, "{stale}");
        server.ask("REPLICAOF NO ONE");
        until("another server has the name", async || {
            status(&visitor, "/thousand").await == StatusCode::OK
        })
        .await;
    }
}

#[tokio::test]
async fn a_full_server_forgets_and_accepts_no_challenge_and_limits_follow_their_setting() {
    let Some(server) = RedisServer::start(&["--maxmemory-policy", "noeviction"]) else {
        return;
    };
    let site = site_with_store(&server);
    let person = site.browser(HOME);
    let spent = solved_but_for_the_last(&site, &person).await;
    assert!(person.post(&spent.action, &spent.body).await.clears());
    let other = site.browser("84.140.1.3");
    let unspent = solved_but_for_the_last(&site, &other).await;
    let cookie = person.cookie("humanify_browser").unwrap();

    server.ask("CONFIG SET maxmemory 1");
    let replaying = site.browser(HOME);
    replaying.set_cookie("humanify_browser", &cookie);
    for (visitor, answer) in [(&replaying, &spent), (&other, &unspent)] {
        let refused = visitor.post(&answer.action, &answer.body).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    let visitor = site.program("84.140.1.4");
    let mut passed = 0;
    for _ in 0..10 {
        passed += u32::from(status(&visitor, "/few").await == StatusCode::OK);
    }
    assert_eq!(passed, 3, "each process counts by itself");

    server.ask("CONFIG SET maxmemory 0");
    until("there is room again", async || {
        other.post(&unspent.action, &unspent.body).await.clears()
    })
    .await;
}

/// Checks the figure of the guide for a server's memory.
#[tokio::test]
async fn a_client_costs_the_server_no_more_memory_than_the_guide_says() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let guide = include_str!("../../humanify/docs/limits.md");
    let (_, figure) = guide.split_once("about ").unwrap();
    let (figure, _) = figure
        .split_once(" bytes for\neach client and each rate")
        .unwrap();
    let figure: u64 = figure.parse().unwrap();
    let site = site_with_store(&server);
    const CLIENTS: u64 = 500;
    for client in 0..CLIENTS {
        let visitor = site.program(&format!("2a02:8100:1:{client:x}::1"));
        assert_eq!(status(&visitor, "/thousand").await, StatusCode::OK);
    }
    let keys = server.ask("KEYS {humanify}:l:*");
    let keys: Vec<&str> = keys.lines().collect();
    assert_eq!(
        keys.len(),
        usize::try_from(CLIENTS).unwrap(),
        "one for each /64"
    );
    for key in keys.iter().step_by(50) {
        let used: u64 = server
            .ask(&format!("MEMORY USAGE {key}"))
            .trim()
            .parse()
            .unwrap();
        assert!(used <= figure, "{key} takes {used} bytes");
    }
    // The same clients again cost nothing more.
    for client in 0..20 {
        let visitor = site.program(&format!("2a02:8100:1:{client:x}::2"));
        assert_eq!(status(&visitor, "/thousand").await, StatusCode::OK);
    }
    assert_eq!(
        server.ask("KEYS {humanify}:l:*").lines().count(),
        keys.len()
    );
}

#[tokio::test]
async fn applications_on_one_server_have_a_prefix_each_and_no_key_contains_an_address() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let [shop, blog] = ["shop", "blog"].map(|prefix| {
        let redis = Redis::new(server.address()).prefix(prefix);
        process(redis).browser(HOME)
    });
    for _ in 0..3 {
        assert_eq!(status(&shop, "/few").await, StatusCode::OK);
    }
    let over = StatusCode::TOO_MANY_REQUESTS;
    assert_eq!(status(&shop, "/few").await, over);
    assert_eq!(status(&blog, "/few").await, StatusCode::OK);
    let keys = server.ask("KEYS *");
    assert!(
        keys.contains("{shop}:") && keys.contains("{blog}:"),
        "{keys}"
    );
    for key in keys.lines() {
        let named = key.starts_with("{shop}:") || key.starts_with("{blog}:");
        assert!(named && !key.contains(HOME), "{key}");
    }
    for prefix in ["", "a b", "{a}"] {
        let redis = Redis::new(server.address()).prefix(prefix);
        let built = humanify::Humanify::builder().store(redis).build();
        assert!(built.is_err(), "{prefix}");
    }
}

#[tokio::test]
async fn the_log_says_why_the_server_fails() {
    let Some(locked) = RedisServer::start(&["--requirepass", "open sesame"]) else {
        return;
    };
    let full = RedisServer::start(&["--maxmemory-policy", "noeviction"]).unwrap();
    full.ask("CONFIG SET maxmemory 1");
    let mut gone = RedisServer::start(&[]).unwrap();
    gone.kill();
    let refuses = "the shared store refuses commands; no challenge can be solved until";
    let unreachable = "the shared store cannot be reached; no challenge can be solved until";
    for (address, text, cause) in [
        (
            format!("redis://:hunter2@127.0.0.1:{}", locked.port),
            refuses,
            "authentication failed",
        ),
        (locked.address(), refuses, "NOAUTH"),
        (full.address(), refuses, "OOM"),
        (gone.address(), unreachable, "refused"),
        (
            format!("rediss://127.0.0.1:{}", full.port),
            unreachable,
            "error=",
        ),
    ] {
        let (log, _guard) = Log::collect();
        let site = process(Redis::new(&address));
        for _ in 0..3 {
            status(&site.program(HOME), "/few").await;
        }
        let log = log.text();
        let mut lines = log.lines().filter(|line| line.contains("ERROR"));
        let line = lines.next().unwrap();
        assert!(line.contains(text) && line.contains(cause), "{line}");
        assert_eq!(lines.next(), None, "once");
        assert!(!log.contains("hunter2"), "{log}");
    }
}
