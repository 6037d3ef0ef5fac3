//! Managed challenges without scripts: a wait, then a picture.

use std::time::Duration;

use super::{load, page, refresh, site, steps, wait};
use crate::support::{HOME, Visitor};

const PICTURES: &str = "/humanify/challenge";

/// The link for browsers without scripts on the page of a managed challenge.
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
            // A browser that comes too early waits for the rest of the time.
            site.clock.advance(Duration::from_secs(seconds - 1));
            let early = visitor.get(&way).await;
            assert_eq!(refresh(&early).0, 1);
            site.clock.advance(Duration::from_secs(1));
            shown = visitor.get(&way).await;
        }
        // Neither reloading the page nor a mistake causes another wait.
        assert!(shown.body.contains("Picture 1 of "), "{}", shown.body);
        let erred = visitor.err(&shown).await;
        assert!(erred.body.contains("not the right answer"));
        assert!(visitor.solve(erred).await.clears(), "{loads}");
    }
}

#[tokio::test]
async fn a_clearance_without_scripts_holds_for_half_an_hour() {
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
        let mut shown = visitor.get(&way).await;
        if ip == HOME {
            // Reloading takes no further place.
            for _ in 0..3 {
                assert!(shown.body.contains("Picture 1 of "));
                shown = visitor.get(&way).await;
            }
        }
        assert!(visitor.solve(shown).await.clears());
        200
    };
    for _ in 0..8 {
        assert_eq!(enter(HOME).await, 200);
    }
    assert_eq!(enter(HOME).await, 429);
    // A neighbour has its own places, until the network has none left.
    let mut entered = 8;
    for number in 10..30 {
        for _ in 0..6 {
            let status = enter(&format!("84.140.1.{number}")).await;
            entered += u32::from(status == 200);
        }
    }
    // Some places flow back meanwhile.
    assert!((64..=80).contains(&entered), "{entered}");
    assert_eq!(enter("84.140.2.1").await, 200, "another network");
    let visitor = site.browser(HOME);
    assert!(visitor.get_in("/managed").await.clears());
}
