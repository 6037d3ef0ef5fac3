//! Tickets for the application's own check: forged, reused, expired, and presented by other
//! clients.

use std::time::Duration;

use http::StatusCode;
use http::header::USER_AGENT;
use humanify::{OwnCheck, Secrets};

use crate::own_check::{settings, site, ticket};
use crate::support::{HOME, Reply, Site, Visitor};

fn the_site() -> Site {
    site(settings(), OwnCheck::at("/prove"))
}

async fn present(visitor: &Visitor, ticket: &str) -> Reply {
    visitor.post("/prove", &format!("ticket={ticket}")).await
}

fn assert_refused(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", reply.body);
    assert!(!reply.clears());
}

#[tokio::test]
async fn a_forged_ticket_earns_nothing() {
    let site = the_site();
    let visitor = site.browser(HOME);
    let real = ticket(&visitor, "/managed").await;
    let mut changed = real.clone().into_bytes();
    changed[60] = if changed[60] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    // A value that was sealed for another purpose is not a ticket.
    let demand = visitor.get("/managed").await.location().unwrap();
    let demand = demand.split_once("for=").unwrap().1.to_owned();
    let browser = visitor.cookie("humanify_browser").unwrap();
    for forged in [
        "",
        "A",
        &"A".repeat(20_000),
        &changed,
        &real[1..],
        &demand,
        &browser,
    ] {
        assert_refused(&present(&visitor, forged).await);
    }
    assert!(present(&visitor, &real).await.clears());
}

#[tokio::test]
async fn a_ticket_earns_one_clearance_however_many_send_it_at_once() {
    let site = the_site();
    let visitor = site.browser(HOME);
    let real = ticket(&visitor, "/managed").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (visitor, real) = (visitor.clone().forgetful(), real.clone());
        tasks.spawn(async move { present(&visitor, &real).await.clears() });
    }
    let cleared = tasks.join_all().await;
    assert_eq!(cleared.iter().filter(|clears| **clears).count(), 1);
    assert_refused(&present(&visitor, &real).await);
}

#[tokio::test]
async fn a_ticket_is_good_for_half_an_hour() {
    let site = the_site();
    let visitor = site.browser(HOME);
    let (first, second) = (
        ticket(&visitor, "/managed").await,
        ticket(&visitor, "/managed").await,
    );
    site.clock.advance(Duration::from_secs(1_799));
    assert!(present(&visitor, &first).await.clears());
    site.clock.advance(Duration::from_secs(1));
    assert_refused(&present(&visitor, &second).await);
}

#[tokio::test]
async fn a_ticket_holds_for_one_client_and_one_application() {
    let site = the_site();
    let visitor = site.browser(HOME);
    let real = ticket(&visitor, "/managed").await;
    assert_refused(&present(&visitor.clone().at("84.140.1.3"), &real).await);
    assert_refused(
        &present(
            &visitor.clone().with(USER_AGENT, "Mozilla/5.0 other"),
            &real,
        )
        .await,
    );
    let other = crate::own_check::site(
        settings().secrets(Secrets::new([8; 32])),
        OwnCheck::at("/prove"),
    );
    assert_refused(&present(&other.browser(HOME), &real).await);
    // None of these attempts has spent the ticket.
    assert!(present(&visitor, &real).await.clears());
}

#[tokio::test]
async fn a_ticket_of_a_client_with_an_id_holds_for_that_id() {
    let site = site(
        settings().use_client_id(humanify::ClientIdUse::Everywhere),
        OwnCheck::at("/prove"),
    );
    let visitor = site.browser(HOME);
    visitor.get("/managed").await;
    assert!(visitor.cookie("humanify_id").is_some());
    let real = ticket(&visitor, "/managed").await;
    // Another client at the same address has another id, or none.
    let neighbour = site.browser(HOME);
    assert_refused(&present(&neighbour, &real).await);
    neighbour.get("/managed").await;
    assert_refused(&present(&neighbour, &real).await);
    assert!(present(&visitor, &real).await.clears());
}

#[tokio::test]
async fn a_ticket_leads_to_no_other_site() {
    let site = the_site();
    let visitor = site.browser(HOME);
    for path in [
        "//evil.example/",
        "/%2F%2Fevil.example",
        "/\\evil.example",
        "/..//evil.example",
    ] {
        let asked = format!(
            "/humanify/work_challenge?next={}",
            path.replace('%', "%25").replace('\\', "%5C")
        );
        let page = visitor.get(&asked).await;
        let link = page.link("/prove");
        let real = link.split_once("ticket=").unwrap().1;
        let passed = present(&visitor, real).await;
        assert_eq!(passed.location().as_deref(), Some("/"), "{path}");
    }
}
