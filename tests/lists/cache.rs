//! Lists on disk.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use humanify::{Group, Humanify, Lists};

use super::{HOUR, LISTED, UNLISTED, exits, groups_of, refresh, site};
use crate::support::publisher::{Publisher, TOR};

#[tokio::test]
async fn a_list_takes_effect_and_is_there_at_the_next_start_without_a_network() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site = self::site(publisher.builder());
    assert_eq!(site.browser(LISTED).get("/shop").await.status, 200);

    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    assert_eq!(site.browser(LISTED).get("/shop").await.status, 403);
    assert_eq!(site.browser(UNLISTED).get("/shop").await.status, 200);
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");

    let nobody = publisher.offline();
    let site = self::site(nobody);
    assert_eq!(site.browser(LISTED).get("/shop").await.status, 403);
}

#[tokio::test]
async fn a_damaged_file_is_ignored_and_replaced() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let file = publisher.cache.file("tor-exits.list");
    let good = fs::read(&file).unwrap();
    let other = String::from_utf8(good.clone())
        .unwrap()
        .replace("tor-exits", "mullvad");

    let mut damaged: Vec<Vec<u8>> = (0..good.len())
        .step_by(7)
        .flat_map(|place| {
            let mut flipped = good.clone();
            flipped[place] ^= 1;
            [flipped, good[..place].to_vec()]
        })
        .collect();
    damaged.extend([
        vec![],
        vec![0xff; 100],
        other.into_bytes(),
        [&good[..], b"8.8.8.8/32\n"].concat(),
    ]);
    for bytes in damaged {
        fs::write(&file, &bytes).unwrap();
        fs::remove_file(publisher.cache.file("sets.compiled")).ok();
        let site = self::site(publisher.builder());
        assert_eq!(
            groups_of(&site, LISTED).await,
            "",
            "{}",
            String::from_utf8_lossy(&bytes)
        );
    }
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");
    assert_eq!(fs::read(&file).unwrap().len(), good.len());
}

#[tokio::test]
async fn compiled_sets_are_taken_unless_they_are_damaged_or_of_other_lists() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    let list = publisher.cache.file("tor-exits.list");
    let compiled = publisher.cache.file("sets.compiled");
    let (good_list, good) = (fs::read(&list).unwrap(), fs::read(&compiled).unwrap());
    let found = async || groups_of(&self::site(publisher.builder()), LISTED).await;

    // The list is damaged and not read, and the last good sets are used.
    let mut damaged = good_list.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&list, &damaged).unwrap();
    assert_eq!(found().await, "TorExitNodes");

    // The application's own networks are not stored in the cache.
    let mine = publisher
        .builder()
        .add_network(Group::Datacenter, "84.140.9.9");
    assert_eq!(groups_of(&self::site(mine), UNLISTED).await, "Datacenter");
    assert_eq!(
        groups_of(&self::site(publisher.builder()), UNLISTED).await,
        ""
    );

    fs::write(&list, &good_list).unwrap();
    let places = (0..good.len()).step_by(good.len() / 20);
    let flipped = places.flat_map(|place| {
        let mut flipped = good.clone();
        flipped[place] ^= 1;
        [flipped, good[..place].to_vec()]
    });
    for bytes in flipped {
        fs::write(&compiled, bytes).unwrap();
        assert_eq!(found().await, "TorExitNodes");
        assert!(fs::read(&compiled).unwrap() == good, "it is mended");
    }

    // Another process has fetched another list since they were compiled.
    publisher.publish(TOR, &format!("{}{UNLISTED}\n", exits(3)));
    site.clock.advance(24 * HOUR);
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    fs::write(&compiled, &good).unwrap();
    let site = self::site(publisher.builder());
    assert_eq!(groups_of(&site, UNLISTED).await, "TorExitNodes");

    // A list that another process fetched later is used when a list is due, even if the server
    // answers that it did not change.
    fs::write(&list, &good_list).unwrap();
    fs::write(&compiled, &good).unwrap();
    let site = self::site(publisher.builder());
    let other = self::site(publisher.builder());
    other.clock.advance(24 * HOUR);
    refresh(&other, "tor-exits").await.unwrap().unwrap();
    site.clock.advance(27 * HOUR);
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    assert_eq!(groups_of(&site, UNLISTED).await, "TorExitNodes");
}

#[tokio::test]
async fn an_unwritable_directory_affects_only_the_next_start() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let file = publisher.cache.file("file");
    fs::create_dir_all(publisher.cache.path()).unwrap();
    fs::write(&file, "not a directory").unwrap();
    let site = self::site(
        Humanify::builder().lists(publisher.lists(Lists::ByHand).cache(file.join("cache"))),
    );
    assert_eq!(refresh(&site, "tor-exits").await, Some(Ok(())));
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");
}

#[tokio::test]
async fn processes_that_share_a_directory_fetch_each_list_once() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let (one, other) = (
        self::site(publisher.builder()),
        self::site(publisher.builder()),
    );
    refresh(&one, "tor-exits").await.unwrap().unwrap();
    assert_eq!(publisher.count(TOR), 1);
    assert_eq!(refresh(&other, "tor-exits").await, Some(Ok(())));
    assert_eq!(publisher.count(TOR), 0);
    assert_eq!(groups_of(&other, LISTED).await, "TorExitNodes");
    // Temporary files of a process that ended are removed; files that may still be written are not.
    let begun = [".new.1.1", ".new.2.1"].map(|name| publisher.cache.file(name));
    for (path, age) in begun.iter().zip([2 * HOUR, HOUR / 2]) {
        let file = fs::File::create(path).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
    one.clock.advance(3 * HOUR);
    publisher.publish(TOR, &exits(4));
    refresh(&one, "tor-exits").await.unwrap().unwrap();
    let [old, young] = begun;
    assert!(!old.exists() && young.exists());
    fs::remove_file(young).unwrap();
    let mut left: Vec<PathBuf> = fs::read_dir(publisher.cache.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    left.sort();
    assert_eq!(
        left,
        ["sets.compiled", "tor-exits.list"].map(|name| publisher.cache.file(name)),
        "nothing else is left behind"
    );
}

/// Other users may write to the directory, or processes of several machines with the same process
/// id may share it.
#[cfg(unix)]
#[tokio::test]
async fn no_list_is_written_through_a_link_at_its_temporary_path() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    fs::create_dir_all(publisher.cache.path()).unwrap();
    let precious = publisher.cache.file("precious");
    fs::write(&precious, "precious").unwrap();
    for number in 0..1_000 {
        let name = format!(".new.{}.{number}", std::process::id());
        std::os::unix::fs::symlink(&precious, publisher.cache.file(&name)).unwrap();
    }
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    let kept = publisher.cache.file("tor-exits.list");
    assert!(fs::symlink_metadata(kept).unwrap().is_file());
}

/// Opening a pipe for reading blocks until another process writes.
#[cfg(unix)]
#[tokio::test]
async fn a_pipe_in_place_of_a_list_does_not_block() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    fs::create_dir_all(publisher.cache.path()).unwrap();
    for name in ["tor-exits.list", "sets.compiled"] {
        let made = std::process::Command::new("mkfifo")
            .arg(publisher.cache.file(name))
            .status();
        assert!(made.unwrap().success());
    }
    let site = self::site(publisher.builder());
    refresh(&site, "tor-exits").await.unwrap().unwrap();
    assert_eq!(groups_of(&site, LISTED).await, "TorExitNodes");
    let kept = publisher.cache.file("tor-exits.list");
    assert!(fs::metadata(kept).unwrap().is_file());
}
