//! Tests of slots: which slot a newcomer displaces.

use super::*;
use crate::net::network;

fn key(ip: &str) -> ClientKey {
    ClientKey::Address(network(ip.parse().unwrap()))
}

/// The addresses whose slots were taken back.
fn displaced(held: &mut [SlotGuard]) -> Vec<ClientKey> {
    let mut context = Context::from_waker(std::task::Waker::noop());
    held.iter_mut()
        .filter_map(|guard| guard.is_displaced(&mut context).then_some(guard.address))
        .collect()
}

#[test]
fn a_few_addresses_cannot_hold_all_slots() {
    let slots = FairSlots::new(8);
    let attackers = ["84.1.1.1", "84.1.2.1", "2a02:1:1::1", "2a02:1:2::1"].map(key);
    let mut held: Vec<_> = attackers
        .repeat(2)
        .into_iter()
        .map(|ip| slots.enter(ip))
        .collect();
    assert_eq!(displaced(&mut held), [], "eight slots are free");
    let mut others: Vec<_> = (0..6)
        .map(|number| slots.enter(key(&format!("85.{number}.1.1"))))
        .collect();
    assert_eq!(displaced(&mut others), [], "whoever has one slot keeps it");
    assert_eq!(displaced(&mut held).len(), 6);
    // Whatever they do then, they displace one another.
    for _ in 0..100 {
        held.extend(attackers.map(|ip| slots.enter(ip)));
    }
    assert_eq!(displaced(&mut others), []);
    assert_eq!(held.len() - displaced(&mut held).len(), 2);
    drop((held, others));
    assert!(slots.is_empty());
}

#[test]
fn the_oldest_slot_of_the_address_with_the_most_is_taken_back() {
    for (neighbours, [most, wider]) in [
        // In a /24 of a /16, and in a /48 of a /32.
        (["84.1.1.1", "84.1.1.2"], ["84.1.2.1", "84.2.1.1"]),
        (
            ["2a02:1:1:1::1", "2a02:1:1:2::1"],
            ["2a02:1:2::1", "2a02:2:1::1"],
        ),
    ] {
        let slots = FairSlots::new(8);
        let from = [
            wider,
            wider,
            neighbours[0],
            neighbours[1],
            most,
            most,
            most,
            most,
        ];
        let mut held: Vec<_> = from
            .map(key)
            .into_iter()
            .map(|ip| slots.enter(ip))
            .collect();
        held.push(slots.enter(key(neighbours[0])));
        assert_eq!(displaced(&mut held), [key(most)]);
        let mut fifth = held.remove(4);
        assert_eq!(displaced(std::slice::from_mut(&mut fifth)), [key(most)]);
    }
}

#[test]
fn the_network_with_the_most_gives_up_a_slot_and_not_the_oldest_slot() {
    // Who holds slots, the oldest first; who comes; whose slot is taken back.
    for (before, newcomer, loser) in [
        // A /16, with the newcomer's.
        (&["85.1.1.1", "84.1.1.1", "84.2.1.1"][..], "84.1.9.9", 1),
        // A /24, and with the newcomer's.
        (&["84.1.1.1", "84.1.2.1", "84.1.2.2"], "85.1.1.1", 1),
        (&["84.1.1.1", "84.1.2.1"], "84.1.2.2", 1),
        // An address.
        (&["84.1.1.1", "84.1.1.2", "84.1.1.2"], "85.1.1.1", 1),
        // The same with a /32, a /48 and a /64.
        (&["2a03::1", "2a02:1:1::1", "2a04::1"], "2a02:1:9::1", 1),
        (
            &["2a02:1:1::1", "2a02:1:2::1", "2a02:1:2:2::1"],
            "2a03::1",
            1,
        ),
        (&["2a02:1:1::1", "2a02:1:2::1"], "2a02:1:2:2::1", 1),
        (
            &["2a02:1:1:1::1", "2a02:1:1:2::1", "2a02:1:1:2::2"],
            "2a03::1",
            1,
        ),
        // Among equals the oldest slot.
        (&["84.1.1.1", "85.1.1.1", "86.1.1.1"], "87.1.1.1", 0),
    ] {
        let slots = FairSlots::new(before.len());
        let mut held: Vec<_> = before.iter().map(|ip| slots.enter(key(ip))).collect();
        held.push(slots.enter(key(newcomer)));
        assert_eq!(displaced(&mut held), [key(before[loser])], "{before:?}");
        assert_eq!(displaced(&mut held[loser..=loser]).len(), 1, "{before:?}");
    }
}

#[test]
fn among_equal_networks_the_longest_idle_slot_is_taken_first_and_busy_ones_last() {
    let slots = FairSlots::new(4);
    let from = ["84.1.1.1", "85.1.1.1", "86.1.1.1", "2a02:1:1::1"].map(key);
    let mut held = Vec::from([slots.enter(from[0])]);
    let short = held[0].usage().begin();
    held.extend(from[1..].iter().map(|ip| slots.enter(*ip)));
    // The last one has been busy for the longest, the first one idle for the shortest time.
    let mut jobs = vec![held[3].usage().begin(), held[1].usage().begin()];
    drop(short);
    let mut lost = Vec::new();
    for (number, expected) in [2, 0, 3, 1].into_iter().enumerate() {
        held.push(slots.enter(key(&format!("90.{number}.1.1"))));
        jobs.extend(held.last().map(|guard| guard.usage().begin()));
        lost.push(from[expected]);
        let taken_back = displaced(&mut held);
        assert_eq!(taken_back.len(), lost.len());
        assert!(lost.iter().all(|ip| taken_back.contains(ip)), "{expected}");
    }
    drop(jobs);

    // An idle slot of one network is kept before a busy one of a network with two.
    let slots = FairSlots::new(3);
    let mut held: Vec<_> = ["84.1.1.1", "85.1.1.1", "85.1.1.1"]
        .map(|ip| slots.enter(key(ip)))
        .into();
    let _busy = [1, 2].map(|index| held[index].usage().begin());
    held.push(slots.enter(key("86.1.1.1")));
    assert_eq!(displaced(&mut held), [key("85.1.1.1")]);
}

#[test]
fn exempt_holders_give_up_no_slot() {
    let slots = FairSlots::new(3);
    let enter = |ip: &str| slots.enter_sparing(key(ip), ClientKey::Local);
    let proxy = || slots.enter_sparing(ClientKey::Local, ClientKey::Local);
    let mut held: Vec<_> = [proxy(), proxy(), enter("84.1.1.1")]
        .into_iter()
        .flatten()
        .collect();
    held.extend(enter("85.1.1.1"));
    assert_eq!(displaced(&mut held), [key("84.1.1.1")]);
    held.extend(proxy());
    held.remove(2);
    assert_eq!(displaced(&mut held), [key("85.1.1.1")]);
    assert!(enter("86.1.1.1").is_none() && proxy().is_none());
    drop(held);
    assert!(slots.is_empty());
}

#[tokio::test]
async fn work_ends_where_its_slot_is_taken_back() {
    let slots = FairSlots::new(1);
    let first = slots.enter(key("84.1.1.1"));
    let second = slots.enter(key("84.1.1.1"));
    assert_eq!(
        first.hold(std::future::pending::<()>()).await,
        Err(Displaced)
    );
    assert_eq!(second.hold(async { 7 }).await, Ok(7));
    assert!(slots.is_empty());
}
