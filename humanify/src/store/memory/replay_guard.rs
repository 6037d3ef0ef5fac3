//! `Spent`: the challenges and other ids that were used once.

use std::collections::{HashMap, VecDeque};

use crate::net::Network;
use crate::store::MARGIN;
use crate::store::failure::StoreError;
use crate::store::types::FirstAnswer;

/// The sizes of the networks that each have a share of the room: prefix lengths of IPv4 and IPv6,
/// and the fraction of the capacity. A client with many addresses fills only the share of its
/// network.
pub(crate) const SHARES: [(u32, u32, usize); 2] = [(24, 48, 256), (16, 32, 16)];

/// The minimum of a share, if the capacity allows it: a household may answer several challenges
/// before the first one expires.
const LEAST_ROOM: usize = 256;

/// The spent challenges, with the outcomes of their first answers. None is forgotten before it has
/// expired; in a full table, no further one can be spent.
pub(super) struct Spent {
    ids: HashMap<[u8; 16], FirstAnswer>,
    /// The entries in the order in which they were spent.
    order: VecDeque<SpentEntry>,
    /// The number of entries of each part of the address space.
    shares: HashMap<RoomShare, u32>,
    capacity: usize,
    /// Entries up to this time were forgotten. It stays if the clock is set back.
    horizon: u64,
}

struct SpentEntry {
    id: [u8; 16],
    until: u64,
    network: Option<Network>,
}

/// A network with the index of its size in [`SHARES`]; `None` stands for all clients with unknown
/// addresses.
type RoomShare = Option<(usize, Network)>;

/// The divisor of the capacity for the share of all clients with unknown addresses. Behind a proxy
/// that forwards unreadable addresses, any client can be one of them.
pub(crate) const UNKNOWN: usize = 2;

impl Spent {
    pub(super) fn new(capacity: usize) -> Self {
        Spent {
            ids: HashMap::new(),
            order: VecDeque::new(),
            shares: HashMap::new(),
            capacity: capacity.max(1),
            horizon: 0,
        }
    }

    /// The outcome of the first answer to a challenge, if there was one.
    pub(super) fn find(&mut self, id: [u8; 16], now: u64) -> Option<FirstAnswer> {
        self.forget_expired(now);
        self.ids.get(&id).copied()
    }

    /// Whether a challenge with this expiry may have been spent and forgotten.
    pub(super) fn has_forgotten(&self, expires: u64) -> bool {
        expires.saturating_add(MARGIN) <= self.horizon
    }

    /// Spends a challenge that was not spent before, for a client in `network`.
    pub(super) fn spend(
        &mut self,
        id: [u8; 16],
        network: Option<Network>,
        expires: u64,
        answered: FirstAnswer,
        now: u64,
    ) -> Result<(), StoreError> {
        self.forget_expired(now);
        let full = shares(network).any(|(share, part)| {
            let room = room(self.capacity, part);
            self.shares.get(&share).is_some_and(|taken| *taken >= room)
        });
        if full || self.ids.len() >= self.capacity {
            return Err(StoreError::Full);
        }
        self.ids.insert(id, answered);
        for (share, _) in shares(network) {
            *self.shares.entry(share).or_default() += 1;
        }
        // Entries are forgotten in order, so none may expire before its predecessor.
        let until = expires.saturating_add(MARGIN);
        let until = self
            .order
            .back()
            .map_or(until, |last| until.max(last.until));
        self.order.push_back(SpentEntry { id, until, network });
        Ok(())
    }

    fn forget_expired(&mut self, now: u64) {
        self.horizon = self.horizon.max(now);
        while self.order.front().is_some_and(|entry| now >= entry.until)
            && let Some(entry) = self.order.pop_front()
        {
            self.ids.remove(&entry.id);
            for (share, _) in shares(entry.network) {
                if let Some(taken) = self.shares.get_mut(&share) {
                    *taken = taken.saturating_sub(1);
                    if *taken == 0 {
                        self.shares.remove(&share);
                    }
                }
            }
        }
    }
}

/// The shares to which a network belongs, each with its divisor of the capacity.
fn shares(network: Option<Network>) -> impl Iterator<Item = (RoomShare, usize)> {
    let shares = move |network: Network| {
        SHARES
            .iter()
            .enumerate()
            .map(move |(index, (v4, v6, part))| (Some((index, network.wider(*v4, *v6))), *part))
    };
    let unknown = network.is_none().then_some((None, UNKNOWN));
    network.into_iter().flat_map(shares).chain(unknown)
}

/// The room of a share.
pub(crate) fn room(capacity: usize, part: usize) -> u32 {
    let room = (capacity / part).max(LEAST_ROOM).min(capacity);
    u32::try_from(room).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000;

    fn id(number: u32) -> [u8; 16] {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_le_bytes());
        id
    }

    fn spend(spent: &mut Spent, id: [u8; 16], network: Option<Network>, now: u64) -> Spending {
        let expires = now + HOUR;
        if spent.find(id, now).is_some() {
            return Ok(false);
        }
        let answered = FirstAnswer::default();
        spent
            .spend(id, network, expires, answered, now)
            .map(|()| true)
    }

    type Spending = Result<bool, StoreError>;

    #[test]
    fn a_challenge_is_spent_once_until_it_has_expired() {
        let mut spent = Spent::new(2);
        let [one, two, three] = [1, 2, 3].map(|byte| Some(Network::V4(byte << 24)));
        let answered = FirstAnswer {
            right: true,
            ..FirstAnswer::default()
        };
        assert_eq!(spent.find(id(1), 0), None);
        assert_eq!(spent.spend(id(1), one, HOUR, answered, 0), Ok(()));
        assert_eq!(spent.find(id(1), HOUR + MARGIN - 1), Some(answered));
        assert_eq!(spend(&mut spent, id(2), two, 0), Ok(true));
        assert_eq!(spend(&mut spent, id(3), three, 0), Err(StoreError::Full));
        let later = HOUR + MARGIN;
        assert_eq!(spend(&mut spent, id(3), None, later), Ok(true));
        // Empty shares are forgotten.
        assert_eq!((spent.ids.len(), spent.shares.len()), (1, 1));
    }

    #[test]
    fn clients_without_an_address_leave_room_for_others() {
        const CAPACITY: usize = 2_000;
        let mut spent = Spent::new(CAPACITY);
        let granted =
            (0..3_000).take_while(|number| spend(&mut spent, id(*number), None, 0).is_ok());
        assert_eq!(granted.count(), CAPACITY / 2);
        let home = Some(Network::V4(0x5401_0203));
        assert_eq!(spend(&mut spent, id(u32::MAX), home, 0), Ok(true));
    }

    #[test]
    fn a_clock_that_is_set_back_opens_nothing_that_was_forgotten() {
        let mut spent = Spent::new(10);
        assert_eq!(spend(&mut spent, id(1), None, 0), Ok(true));
        assert!(!spent.has_forgotten(HOUR));
        // The clock jumps ahead, so that the challenge is forgotten, and is set right again.
        assert_eq!(spent.find(id(1), HOUR + MARGIN), None);
        assert_eq!(spent.find(id(1), 1), None);
        assert!(spent.has_forgotten(HOUR));
        assert!(!spent.has_forgotten(HOUR + 1));
    }

    #[test]
    fn in_a_small_memory_one_address_can_still_answer_many_challenges() {
        for (capacity, granted) in [(1_000, 256), (100, 100)] {
            let mut spent = Spent::new(capacity);
            let home = Some(Network::V4(0x5401_0203));
            let first =
                (0..300).take_while(|number| spend(&mut spent, id(*number), home, 0).is_ok());
            assert_eq!(first.count(), granted);
        }
    }

    #[test]
    fn a_client_with_many_addresses_locks_out_only_its_neighbours() {
        const CAPACITY: usize = 256 * 100;
        let v4 = |bits: u32| Some(Network::V4(bits));
        let v6 = |bits: u64| Some(Network::V6(bits));
        for (mine, neighbour, others) in [
            // A /24 and a /48, whose addresses each answer often.
            (
                (0..256)
                    .map(|host| v4(0x5401_0200 + host))
                    .collect::<Vec<_>>(),
                v4(0x5401_02ff),
                [v4(0x5401_0300), v6(0x2a02_8100_0001_0000)],
            ),
            (
                (0..256)
                    .map(|host| v6(0x2a02_8100_0001_0000 + host))
                    .collect(),
                v6(0x2a02_8100_0001_ffff),
                [v6(0x2a02_8100_0002_0000), v4(0x5401_0200)],
            ),
            // A /32 of IPv6: 65,536 networks.
            (
                (0..65_536)
                    .map(|net| v6(0x2a02_8100_0000_0000 + (net << 16)))
                    .collect(),
                v6(0x2a02_8100_ffff_0000),
                [v6(0x2a02_8101_0000_0000), v4(0x5401_0200)],
            ),
        ] {
            let mut spent = Spent::new(CAPACITY);
            let mut number = 0;
            for _ in 0..3 {
                for address in &mine {
                    number += 1;
                    let _ = spend(&mut spent, id(number), *address, 0);
                }
            }
            let full = Err(StoreError::Full);
            assert_eq!(spend(&mut spent, id(0), neighbour, 0), full);
            assert!(spent.ids.len() <= CAPACITY / 16);
            for (index, other) in (1..).zip(others) {
                let id = id(u32::MAX - index);
                assert_eq!(spend(&mut spent, id, other, 0), Ok(true));
            }
            // Nothing was forgotten, and there is room again after the expiry.
            assert_eq!(spend(&mut spent, id(1), mine[0], 0), Ok(false));
            assert_eq!(spend(&mut spent, id(0), neighbour, 2 * HOUR), Ok(true));
        }
    }
}
