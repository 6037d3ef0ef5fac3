//! The thread that refreshes lists, and requests meanwhile.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use humanify::{Group, Humanify, HumanifyBuilder, ListSettings, Lists, ManualClock};

use super::{HOUR, LISTED, UNLISTED, exits, groups_of, refresh, site};
use crate::support::publisher::{Answer, Publisher, TOR};
use crate::support::wait::until;
use crate::support::{Log, Site};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_served_while_sets_are_swapped() {
    let publisher = Publisher::new().await;
    let site = self::site(publisher.builder());
    publisher.publish(TOR, &exits(100));
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let visitors: Vec<_> = [(LISTED, 403), (UNLISTED, 200)]
        .into_iter()
        .map(|(ip, expected)| {
            let (site, is_over) = (site.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut answered = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let reply = site.browser(ip).get("/shop").await;
                    assert_eq!(reply.status, expected, "{ip}");
                    answered += 1;
                    tokio::task::yield_now().await;
                }
                answered
            })
        })
        .collect();
    for round in 0..30 {
        publisher.publish(TOR, &exits(90 + round));
        site.clock.advance(24 * HOUR);
        refresh(&site, "tor-exits").await.unwrap().unwrap();
        let last = format!("84.140.8.{}", 2 * (89 + u16::from(round)));
        assert_eq!(groups_of(&site, &last).await, "TorExitNodes");
    }
    is_over.store(true, Ordering::Relaxed);
    for visitor in visitors {
        assert!(visitor.await.unwrap() > 0);
    }
}

/// Whether a thread of this name runs in this process.
fn thread_runs(name: &str) -> bool {
    count(name) > 0
}

/// How many threads of this name run in this process.
fn count(name: &str) -> usize {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    threads
        .filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("comm")).ok())
        .filter(|found| found.trim() == name)
        .count()
}

/// This is one test, since threads are found by their name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_background_thread_starts_without_a_network_fetches_by_itself_and_ends_with_its_owner()
{
    let publisher = Publisher::new().await;
    let fresh = || Humanify::builder().lists(publisher.lists(Lists::Fresh));

    publisher.respond_with(TOR, Answer::Silence);
    let site = self::site(fresh());
    assert_eq!(site.browser(LISTED).get("/shop").await.status, 200);
    // A thread has its name once it runs.
    until("the thread runs", async || thread_runs("humanify-lists")).await;
    drop(site);
    until("the thread ends", async || !thread_runs("humanify-lists")).await;

    publisher.publish(TOR, &exits(3));
    let site = self::site(fresh());
    until("the list is fetched", async || {
        site.browser(LISTED).get("/shop").await.status == 403
    })
    .await;

    // A second instance joins the first, whatever networks of its own it has.
    let (log, guard) = Log::collect();
    let app = || Router::new().fallback(|| async { "in" });
    let shared = |builder: HumanifyBuilder| {
        let built = builder.build().unwrap();
        Site::of(built, ManualClock::default(), app())
    };
    let other = publisher.lists(Lists::Fresh).without("mullvad");
    let other = || Humanify::builder().lists(other.clone());
    let before = count("humanify-lists");
    let one = shared(other());
    let two = shared(other().add_network(Group::Datacenter, UNLISTED));
    let started = "lists of addresses are fetched in the background";
    assert_eq!(log.text().matches(started).count(), 1, "{}", log.text());
    assert!(log.text().contains("lists=37 servers="), "{}", log.text());
    until("its thread runs", async || count("humanify-lists") > before).await;
    assert_eq!(count("humanify-lists"), before + 1);
    drop((one, two, guard));
    until("its thread ends", async || {
        count("humanify-lists") == before
    })
    .await;

    // Without a runtime, too.
    let other = ListSettings::new(Lists::Fresh)
        .mirror("http://127.0.0.1:9")
        .cache(publisher.cache.file("other"));
    let none = Humanify::builder().lists(other);
    std::thread::spawn(|| self::site(none)).join().unwrap();

    // Embedded lists start nothing.
    drop(site);
    until("the thread ends", async || !thread_runs("humanify-lists")).await;
    let _site = self::site(Humanify::builder().lists(Lists::Embedded));
    // When this thread has its name, threads started earlier have theirs.
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let later = std::thread::Builder::new().name("later".to_owned());
    let later = later.spawn(move || ended.recv()).unwrap();
    until("the later thread runs", async || thread_runs("later")).await;
    assert!(!thread_runs("humanify-lists"));
    drop(end);
    assert!(later.join().unwrap().is_err());
}
