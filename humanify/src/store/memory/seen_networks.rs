//! `SeenNetworks`: the networks in which each clearance was presented, or from which each answer
//! was sent.

use std::collections::HashMap;

use crate::net::Network;
use crate::store::failure::StoreError;

/// Below this number of entries, expired ones are not removed.
const MIN_ENTRIES_TO_SWEEP: usize = 1_024;

/// The networks of each id, until the id expires.
pub(super) struct SeenNetworks {
    ids: HashMap<[u8; 16], Networks>,
    capacity: usize,
    /// At this number of entries, expired ones are removed. The limit is twice the number that was
    /// left the last time, so the amortised cost per entry is constant.
    limit: usize,
}

struct Networks {
    networks: Vec<Network>,
    expires: u64,
}

impl SeenNetworks {
    pub(super) fn new(capacity: usize) -> SeenNetworks {
        SeenNetworks {
            ids: HashMap::new(),
            capacity,
            limit: MIN_ENTRIES_TO_SWEEP.min(capacity),
        }
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
        if most == 0 {
            let known = self.ids.get(&id);
            return Ok(known.is_some_and(|known| known.networks.contains(&network)));
        }
        if self.ids.len() >= self.limit {
            self.ids.retain(|_, known| now < known.expires);
            self.limit =
                (2 * self.ids.len()).clamp(MIN_ENTRIES_TO_SWEEP.min(self.capacity), self.capacity);
        }
        if !self.ids.contains_key(&id) && self.ids.len() >= self.capacity {
            return Err(StoreError::Full);
        }
        let known = self.ids.entry(id).or_insert(Networks {
            networks: Vec::with_capacity(1),
            expires,
        });
        if known.networks.contains(&network) {
            return Ok(true);
        }
        let fits = known.networks.len() < most;
        if fits {
            known.networks.push(network);
        }
        Ok(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> [u8; 16] {
        u128::from(number).to_le_bytes()
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
    fn expired_entries_take_no_room_for_long() {
        let mut seen_networks = SeenNetworks::new(1_000_000);
        for number in 0..100_000_u32 {
            let now = u64::from(number);
            let noted = seen_networks.note(id(number), Network::V4(1), 2, now + 600, now);
            assert_eq!(noted, Ok(true));
            assert!(
                seen_networks.ids.len() <= 2 * MIN_ENTRIES_TO_SWEEP,
                "{number}"
            );
        }
    }

    #[test]
    fn a_full_table_keeps_ids_that_may_return() {
        let mut seen_networks = SeenNetworks::new(2);
        for number in 0..2 {
            let noted = seen_networks.note(id(number), Network::V4(1), 1, 1_000, 0);
            assert_eq!(noted, Ok(true));
        }
        let more = seen_networks.note(id(2), Network::V4(1), 1, 1_000, 999);
        assert_eq!(more, Err(StoreError::Full));
        assert_eq!(
            seen_networks.note(id(0), Network::V4(2), 1, 1_000, 999),
            Ok(false)
        );
        assert_eq!(
            seen_networks.note(id(2), Network::V4(1), 1, 2_000, 1_000),
            Ok(true)
        );
    }
}
