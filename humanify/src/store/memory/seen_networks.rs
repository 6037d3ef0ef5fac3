//! `SeenNetworks`: the networks in which each clearance was presented, or those of each wait.

use super::replay_guard::ReplayGuard;
use crate::net::Network;
use crate::store::failure::StoreError;
use crate::store::spending::WhenFull;
use crate::store::types::FirstAnswer;

/// The networks of each id, until the id expires.
///
/// If all space is taken, the network for which the most ids were made forgets the one that expires
/// first. From then on its ids that are not known and expire as early get no networks, so that no id
/// ever has more networks than it may have.
pub(super) struct SeenNetworks(ReplayGuard);

impl SeenNetworks {
    pub(super) fn new(capacity: usize) -> SeenNetworks {
        SeenNetworks(ReplayGuard::new(capacity))
    }

    /// Records a network of an id, which may have `most` networks. Returns whether the network is
    /// one of them. If `most` is zero, nothing is recorded.
    pub(super) fn note(
        &mut self,
        id: [u8; 16],
        network: Network,
        most: usize,
        expires: u64,
        now: u64,
    ) -> Result<bool, StoreError> {
        const WHEN_FULL: WhenFull = WhenFull::ForgetOldest;
        let SeenNetworks(ids) = self;
        if most > 0 && ids.find(id, now).is_none() {
            if ids.has_forgotten(id, WHEN_FULL, expires) {
                return Ok(false);
            }
            ids.spend(id, WHEN_FULL, expires, FirstAnswer::default(), now)?;
        }
        Ok(ids.note_network(id, network, (most, |_| true), now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{MARGIN, NetworkClass};

    /// An id that was made for an address.
    fn id(address: u32, number: u32) -> [u8; 16] {
        let class = NetworkClass::of(Some(Network::V4(address)));
        class.mark((u128::from(number) << 32).to_be_bytes())
    }

    #[test]
    fn the_networks_of_an_id_are_bounded_and_stay() {
        let mut seen_networks = SeenNetworks::new(10);
        let mut note = |id, network| seen_networks.note(id, Network::V4(network), 7, 1_000, 0);
        for network in 0..7 {
            assert_eq!(note([1; 16], network), Ok(true));
        }
        assert_eq!(note([1; 16], 3), Ok(true));
        assert_eq!(note([1; 16], 7), Ok(false));
        assert_eq!(note([2; 16], 7), Ok(true));
    }

    #[test]
    fn a_look_up_records_nothing() {
        let mut seen_networks = SeenNetworks::new(10);
        let mut note = |most| seen_networks.note([1; 16], Network::V4(1), most, 1_000, 0);
        for (most, noted) in [(0, false), (0, false), (1, true), (0, true)] {
            assert_eq!(note(most), Ok(noted), "{most}");
        }
    }

    #[test]
    fn expired_entries_take_no_room() {
        let mut seen_networks = SeenNetworks::new(1_000_000);
        for number in 0..10_000_u32 {
            let now = 1_000 * u64::from(number);
            let noted = seen_networks.note(id(7, number), Network::V4(1), 2, now + 600, now);
            assert_eq!(noted, Ok(true));
        }
        let later = 20_000_000 + MARGIN;
        let noted = seen_networks.note(id(7, 0), Network::V4(2), 2, 600, later);
        assert_eq!(noted, Ok(false), "its clearance has expired");
        let SeenNetworks(ids) = seen_networks;
        assert_eq!(ids.len(), 0);
    }

    #[test]
    fn a_flood_from_one_network_takes_no_room_of_others_and_gains_no_networks() {
        const FLOOD: u32 = 0x548c_0100;
        const OTHER: u32 = 0x5b01_0101;
        let mut seen_networks = SeenNetworks::new(16);
        let mut note = |id, network, expires| {
            let noted = seen_networks.note(id, Network::V4(network), 1, expires, 0);
            noted.unwrap()
        };
        assert!(note(id(OTHER, 0), 1, 1_000));
        for number in 0..1_000 {
            assert!(note(id(FLOOD, number), 1, 1_000 + u64::from(number)));
            if number % 10 == 0 {
                assert!(note(id(OTHER, 1), 1, 1_000), "{number}");
                assert!(!note(id(OTHER, 1), 2, 1_000), "{number}");
            }
        }
        assert!(note(id(OTHER, 0), 1, 1_000) && !note(id(OTHER, 0), 2, 1_000));
        for number in 0..1_000 {
            let expires = 1_000 + u64::from(number);
            assert!(!note(id(FLOOD, number), 2, expires), "{number}");
        }
    }
}
