//! Settings of lists.

use humanify::prelude::*;
use humanify::testing::refresh_lists;
use humanify::{Group, Humanify, ListSettings, Lists, VpnProvider};

use super::{HOUR, LISTED, exits, groups_of, refresh, site};
use crate::support::publisher::{Publisher, TOR};

#[tokio::test]
async fn added_removed_and_trusted_networks_survive_a_refresh() {
    let publisher = Publisher::new().await;
    let nord = "raw.githubusercontent.com/Joe12387/open-source-vpn-ip-lists/master/nordvpn.txt";
    publisher.publish(TOR, &exits(3));
    publisher.publish(nord, "84.140.30.1\n84.140.30.2\n");
    let express = Group::Vpn(VpnProvider::ExpressVpn);
    let site = self::site(
        publisher
            .builder()
            .add_network(express, "84.140.40.0/24")
            .remove_network(Group::TorExitNodes, LISTED)
            .signals(Signals::default().vpn(false)),
    );
    for _ in 0..2 {
        refresh_lists(&site.humanify).await;
        assert_eq!(groups_of(&site, "84.140.40.1").await, "ExpressVPN");
        assert_eq!(groups_of(&site, LISTED).await, "");
        assert_eq!(groups_of(&site, "84.140.8.2").await, "TorExitNodes");
        assert_eq!(groups_of(&site, "84.140.30.1").await, "NordVPN");
        assert_eq!(site.browser("84.140.30.1").get("/shop").await.status, 200);
        site.clock.advance(48 * HOUR);
    }
}

#[tokio::test]
async fn a_list_that_is_left_out_is_not_fetched() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, &exits(3));
    let site =
        self::site(Humanify::builder().lists(publisher.lists(Lists::ByHand).without("tor-exits")));
    assert_eq!(refresh(&site, "tor-exits").await, None);
    assert_eq!(publisher.count(TOR), 0);
}

#[test]
fn settings_that_cannot_work_are_refused_with_the_correction() {
    let error = |lists: ListSettings| {
        let builder = Humanify::builder().lists(lists);
        builder.build().unwrap_err().to_string()
    };
    let by_hand = || ListSettings::new(Lists::ByHand);
    let told = error(by_hand().without("stopforumspan"));
    assert!(
        told.contains("there is no list `stopforumspan`, did you mean `stopforumspam`?"),
        "{told}"
    );
    let told = error(by_hand().mirror("http://lists.example"));
    assert!(
        told.contains("`http://lists.example` is not an address of a mirror"),
        "{told}"
    );
}
