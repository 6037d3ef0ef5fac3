//! How many nonces an agent may have, in memory and in Redis.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use humanify::prelude::*;
use humanify::{ManualClock, Memory, Redis, Secrets};

use super::{ACME, OTHER, agent, now, site_with, with_agents, with_signature};
use crate::support::Site;
use crate::support::redis::RedisServer;
use crate::support::signer::{Signed, Signer};
use crate::support::wait::until;

/// Whether the signature of a request counts.
async fn counts(site: &Site, signed: &Signed) -> bool {
    let reply = with_signature(agent(site), signed).get("/").await;
    reply.body.ends_with("true")
}

/// A signature that is valid from now on, for a number of seconds.
fn signed(signer: Signer, now: u64, nonce: &str, seconds: u64) -> Signed {
    Signed::new(signer, "site.example", now)
        .nonce(nonce)
        .param("created", (now + 10).to_string())
        .param("expires", (now + 10 + seconds).to_string())
}

/// One agent uses more nonces than the store has room for.
async fn flood(site: &Site, now: u64, room: u64) {
    let kept = signed(OTHER, now, "kept", 100);
    assert!(counts(site, &kept).await);
    let mut used = Vec::new();
    for number in 0..room + 16 {
        let next = signed(ACME, now, &format!("n{number}"), 100 + number);
        assert!(counts(site, &next).await, "{number}");
        used.push(next);
    }
    // Another agent gets in, and nothing of it was forgotten.
    assert!(!counts(site, &kept).await);
    assert!(counts(site, &signed(OTHER, now, "new", 100)).await);
    // No signature counts twice, whether its nonce was forgotten or not.
    for (number, again) in used.iter().enumerate() {
        if number < 24 || number % 16 == 0 {
            assert!(!counts(site, again).await, "{number}");
        }
    }
    // Of this agent, none that expires as early as a forgotten one counts any more.
    assert!(!counts(site, &signed(ACME, now, "late", 100)).await);
    assert!(counts(site, &signed(ACME, now, "later", 100 + room)).await);
}

#[tokio::test]
async fn an_agent_with_very_many_nonces_leaves_room_for_others_in_memory() {
    let site = site_with(Humanify::builder().store(Memory::default().max_clients(32)));
    flood(&site, now(&site.clock), 32).await;
}

#[tokio::test]
async fn an_agent_with_very_many_nonces_leaves_room_for_others_in_redis() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let redis = Redis::new(server.address()).timeout(Duration::from_secs(5));
    let builder = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .store(redis.max_clients(1_000));
    let (builder, app) = with_agents(builder);
    let humanify = builder.build().unwrap();
    let site = Site {
        app: humanify.protect(app).unwrap(),
        humanify,
        clock: ManualClock::default(),
    };
    let now = || {
        let time = SystemTime::now().duration_since(UNIX_EPOCH);
        time.unwrap().as_secs()
    };
    until("the server's time has begun", async || {
        counts(&site, &signed(OTHER, now(), &now().to_string(), 100)).await
    })
    .await;
    flood(&site, now(), 256).await;
    // The forgotten ones take no room.
    let kept = server.ask("KEYS {humanify}:s:*");
    let kept = kept.lines().count();
    assert!(kept <= 256 + 3, "{kept}");
}
