//! How long a clearance of a managed challenge holds, and for how many requests.

use std::time::Duration;

use http::header::COOKIE;
use humanify::{Hardness, Humanify, ManagedClearances};

use super::{site_with, steps};
use crate::support::{DATACENTER, HOME, Reply};

/// The `Set-Cookie` of the clearance in a response.
fn clearance(reply: &Reply) -> &str {
    let lines = reply.headers.get_all("set-cookie").iter();
    let mut lines = lines.map(|line| line.to_str().unwrap());
    lines.find(|line| line.contains("_clearance=")).unwrap()
}

#[tokio::test]
async fn more_signs_of_a_bot_shorten_the_clearance() {
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
        let site = site_with(builder.managed_clearances(clearances));
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
async fn a_clearance_is_used_up_after_its_number_of_requests() {
    let clearances = ManagedClearances::default();
    let clearances = clearances.at(Hardness::EASIEST, Duration::from_secs(3_600), 3);
    let builder = Humanify::builder().managed_steps(steps());
    let site = site_with(builder.managed_clearances(clearances));
    for path in ["/managed", "/limited"] {
        let visitor = site.browser(HOME);
        for time in 0..2 {
            assert!(visitor.get_in(path).await.clears(), "{path} {time}");
            for number in 0..3 {
                // Requests that need no clearance do not use its budget, and neither do
                // explanations.
                for path in ["/open", "/people"] {
                    assert_eq!(visitor.get(path).await.body, "in");
                }
                let reply = visitor.get(path).await;
                assert_eq!(reply.body, "in", "{path} {time} {number}");
                // The budget does not appear in the headers of limits.
                let policies = reply.header("ratelimit-policy").unwrap_or_default();
                let expected = usize::from(path == "/limited");
                assert_eq!(policies.matches("q=").count(), expected, "{policies}");
            }
            assert!(visitor.get(path).await.demands_challenge(), "{path} {time}");
        }
    }
    // Clearances of other challenges have no budget.
    let visitor = site.browser(HOME);
    visitor.get_in("/pictures").await;
    for _ in 0..10 {
        assert_eq!(visitor.get("/managed").await.body, "in");
    }
}

#[tokio::test]
async fn of_several_clearances_one_without_a_budget_counts_first_and_then_each_budget() {
    let clearances = ManagedClearances::default();
    let clearances = clearances.at(Hardness::EASIEST, Duration::from_secs(3_600), 3);
    let builder = Humanify::builder().managed_steps(steps());
    let site = site_with(builder.managed_clearances(clearances));
    let earned = async |path| {
        let visitor = site.browser(HOME);
        visitor.get_in(path).await;
        let clearance = visitor.cookie("humanify_clearance").unwrap();
        format!("humanify_clearance={clearance}")
    };
    let passing = async |cookies: &[&str]| {
        let visitor = site.browser(HOME).with(COOKIE, &cookies.join("; "));
        let mut passed = 0;
        for _ in 0..10 {
            passed += usize::from(visitor.get("/managed").await.body == "in");
        }
        passed
    };
    let (one, other) = (earned("/managed").await, earned("/managed").await);
    let free = earned("/pictures").await;
    for (cookies, passed) in [
        (&[&*one, &other, &free][..], 10),
        (&[&*one, &other], 6),
        (&[&*one, &other], 0),
        (&[&*one, &free], 10),
    ] {
        assert_eq!(passing(cookies).await, passed);
    }
}
