//! `ReplayGuard`: the challenges and other ids that were used once.

use std::collections::{BTreeSet, HashMap};

use super::spent_by_network::{Forgotten, SpentByNetwork};
use crate::clock::is_set_back;
use crate::net::Network;
use crate::store::MARGIN;
use crate::store::failure::StoreError;
use crate::store::spending::WhenFull;
use crate::store::types::FirstAnswer;

/// The spent ids, with the outcomes of their first answers.
///
/// There is always space for an id that this application has made: if all space is taken, the network
/// with the most ids forgets the one that expires first. From then on every id of that network that
/// expires as early is refused, spent or not, so that none can be spent twice.
pub(super) struct ReplayGuard {
    ids: HashMap<[u8; 16], FirstAnswer>,
    /// The networks of ids, for those ids that have any.
    networks: HashMap<[u8; 16], Vec<Network>>,
    /// The ids in the order in which they expire.
    order: BTreeSet<(u64, [u8; 16])>,
    by_network: SpentByNetwork,
    forgotten: Forgotten,
    capacity: usize,
    /// Entries up to this time were forgotten. If the clock is set back, the store refuses the ids that
    /// were made before, and this follows.
    horizon: u64,
}

impl ReplayGuard {
    pub(super) fn new(capacity: usize) -> Self {
        ReplayGuard {
            ids: HashMap::new(),
            networks: HashMap::new(),
            order: BTreeSet::new(),
            by_network: SpentByNetwork::default(),
            forgotten: Forgotten::default(),
            capacity: capacity.max(1),
            horizon: 0,
        }
    }

    /// The outcome of the first answer to a challenge, if there was one.
    pub(super) fn find(&mut self, id: [u8; 16], now: u64) -> Option<FirstAnswer> {
        self.forget_expired(now);
        self.ids.get(&id).copied()
    }

    /// Records a network of a spent id, which may have `most` networks among those that count. Returns
    /// whether the network is one of them. An id that is forgotten has no networks and gets none.
    pub(super) fn note_network(
        &mut self,
        id: [u8; 16],
        network: Network,
        (most, counts): (usize, impl Fn(Network) -> bool),
        now: u64,
    ) -> bool {
        if self.find(id, now).is_none() {
            return false;
        }
        let known = self.networks.get(&id).map_or(&[][..], Vec::as_slice);
        if known.contains(&network) {
            return true;
        }
        let fits = known.iter().filter(|known| counts(**known)).count() < most;
        if fits {
            let known = self.networks.entry(id);
            known.or_insert_with(|| Vec::with_capacity(1)).push(network);
        }
        fits
    }

    /// Whether a challenge with this expiry may have been spent and forgotten.
    pub(super) fn has_forgotten(&self, id: [u8; 16], when_full: WhenFull, expires: u64) -> bool {
        let until = expires.saturating_add(MARGIN);
        until <= self.horizon
            || (when_full == WhenFull::ForgetOldest && self.forgotten.holds(&id, until))
    }

    /// Spends a challenge that was not spent before.
    pub(super) fn spend(
        &mut self,
        id: [u8; 16],
        when_full: WhenFull,
        expires: u64,
        answered: FirstAnswer,
        now: u64,
    ) -> Result<(), StoreError> {
        self.forget_expired(now);
        if self.ids.len() >= self.capacity {
            let (id, until) = match when_full {
                WhenFull::ForgetOldest => self.by_network.to_forget().ok_or(StoreError::Full)?,
                WhenFull::Refuse => return Err(StoreError::Full),
            };
            self.forgotten.raise(id, until, now);
            self.remove(id, until);
        }
        let until = expires.saturating_add(MARGIN);
        self.ids.insert(id, answered);
        self.order.insert((until, id));
        if when_full == WhenFull::ForgetOldest {
            self.by_network.add(id, until);
        }
        Ok(())
    }

    /// The number of ids.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    fn remove(&mut self, id: [u8; 16], until: u64) {
        self.ids.remove(&id);
        self.networks.remove(&id);
        self.order.remove(&(until, id));
        self.by_network.remove(id, until);
    }

    fn forget_expired(&mut self, now: u64) {
        if is_set_back(self.horizon, now) {
            self.horizon = now;
            self.forgotten = Forgotten::default();
        }
        self.horizon = self.horizon.max(now);
        while let Some((until, id)) = self.order.first().copied()
            && now >= until
        {
            self.remove(id, until);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::store::spendable_id;

    const HOUR: u64 = 3_600_000;

    fn id(network: u32) -> [u8; 16] {
        spendable_id(Some(Network::V4(network))).unwrap()
    }

    #[derive(Debug, PartialEq, Eq)]
    enum Spending {
        First,
        Again,
        Forgotten,
    }

    /// Spends an id as the store does.
    fn spend_until(spent: &mut ReplayGuard, id: [u8; 16], expires: u64, now: u64) -> Spending {
        if spent.find(id, now).is_some() {
            return Spending::Again;
        }
        if spent.has_forgotten(id, WhenFull::ForgetOldest, expires) {
            return Spending::Forgotten;
        }
        let answered = FirstAnswer::default();
        spent
            .spend(id, WhenFull::ForgetOldest, expires, answered, now)
            .unwrap();
        Spending::First
    }

    fn spend(spent: &mut ReplayGuard, id: [u8; 16], now: u64) -> Spending {
        spend_until(spent, id, now + HOUR, now)
    }

    #[test]
    fn a_challenge_is_spent_once_until_it_has_expired() {
        let mut spent = ReplayGuard::new(2);
        let answered = FirstAnswer {
            right: true,
            ..FirstAnswer::default()
        };
        let first = id(1);
        assert_eq!(spent.find(first, 0), None);
        let spending = spent.spend(first, WhenFull::ForgetOldest, HOUR, answered, 0);
        assert_eq!(spending, Ok(()));
        assert_eq!(spent.find(first, HOUR + MARGIN - 1), Some(answered));
        assert_eq!(spend(&mut spent, id(2), 0), Spending::First);
        assert_eq!(spent.find(first, HOUR + MARGIN), None);
        assert!(spent.has_forgotten(first, WhenFull::ForgetOldest, HOUR));
        assert!(spent.ids.is_empty() && spent.order.is_empty() && spent.by_network.is_empty());
    }

    #[test]
    fn a_full_guard_that_refuses_forgets_nothing() {
        let mut spent = ReplayGuard::new(2);
        let mut spend = |number| {
            let answered = FirstAnswer::default();
            spent.spend([number; 16], WhenFull::Refuse, HOUR, answered, 0)
        };
        assert_eq!([1, 2].map(&mut spend), [Ok(()), Ok(())]);
        assert_eq!(spend(3), Err(StoreError::Full));
        assert!(spent.find([1; 16], 0).is_some());
    }

    #[test]
    fn a_clock_that_is_set_back_a_little_opens_nothing_that_was_forgotten() {
        let mut spent = ReplayGuard::new(10);
        let first = id(1);
        assert_eq!(spend(&mut spent, first, 0), Spending::First);
        assert!(!spent.has_forgotten(first, WhenFull::ForgetOldest, HOUR));
        // The clock jumps ahead, so that the challenge is forgotten, and back by a minute.
        assert_eq!(spent.find(first, HOUR + MARGIN), None);
        assert_eq!(spent.find(first, HOUR + MARGIN - 60_000), None);
        assert!(spent.has_forgotten(first, WhenFull::ForgetOldest, HOUR));
        assert!(!spent.has_forgotten(first, WhenFull::ForgetOldest, HOUR + 1));
    }

    #[test]
    fn a_flood_from_many_networks_affects_no_other_network() {
        const CAPACITY: usize = 1_000;
        let mut spent = ReplayGuard::new(CAPACITY);
        let home = id(0x5401_0203);
        assert_eq!(spend(&mut spent, home, 0), Spending::First);
        let mut flood = Vec::new();
        for now in 1..10 {
            // A thousand /24s in a hundred /16s.
            for network in 0..1_000 {
                let id = id(0x6000_0000 + ((network / 10) << 16) + ((network % 10) << 8));
                assert_eq!(spend(&mut spent, id, now), Spending::First);
                flood.push((id, now + HOUR));
            }
            // Whoever comes from elsewhere gets in.
            let other = id(0x5401_0203 + (u32::try_from(now).unwrap() << 16));
            assert_eq!(spend(&mut spent, other, now), Spending::First);
            assert_eq!(spend(&mut spent, other, now), Spending::Again);
        }
        assert_eq!(spent.ids.len(), CAPACITY);
        assert_eq!(spend(&mut spent, home, 0), Spending::Again);
        for (id, expires) in flood {
            let again = spend_until(&mut spent, id, expires, 10);
            assert_ne!(again, Spending::First, "nothing is spent twice");
        }
    }

    #[test]
    fn light_neighbours_of_a_flood_are_not_affected() {
        // In the same /16, and in the same /24, whose ids are forgotten together.
        for (neighbour, mine, is_apart) in [
            (0x5401_0303, 0x5401_0203, true),
            (0x5401_0103, 0x5401_0203, true),
            (0x5402_0203, 0x5402_0204, false),
        ] {
            let mut spent = ReplayGuard::new(100);
            let mut tokens = Vec::new();
            for number in 0..1_000 {
                assert_eq!(spend(&mut spent, id(mine), number), Spending::First);
                if number % 50 == 0 {
                    // A challenge of the same age as theirs.
                    let token = id(neighbour);
                    assert_eq!(spend(&mut spent, token, number), Spending::First);
                    tokens.push((token, number));
                }
            }
            for (token, number) in tokens {
                let again = spend(&mut spent, token, number);
                assert!(again == Spending::Again || !is_apart && again == Spending::Forgotten);
            }
        }
    }

    #[test]
    fn the_id_that_expires_first_is_forgotten() {
        let mut spent = ReplayGuard::new(3);
        let [first, second, third, new, newer] = [(); 5].map(|()| id(0x5401_0203));
        for (id, hours) in [(second, 2), (first, 1), (third, 4)] {
            assert_eq!(
                spend_until(&mut spent, id, hours * HOUR, 0),
                Spending::First
            );
        }
        assert_eq!(spend_until(&mut spent, new, 3 * HOUR, 0), Spending::First);
        for (id, hours, spending) in [
            (first, 1, Spending::Forgotten),
            (second, 2, Spending::Again),
            (new, 3, Spending::Again),
            (third, 4, Spending::Again),
            (newer, 2, Spending::First),
        ] {
            let got = spend_until(&mut spent, id, hours * HOUR, 0);
            assert_eq!(got, spending, "{hours}");
        }
    }

    #[test]
    fn no_id_is_spent_twice_whatever_is_forgotten() {
        let mut spent = ReplayGuard::new(16);
        let mut state = 7_u64;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        let mut known: Vec<([u8; 16], u64)> = Vec::new();
        let mut first = HashSet::new();
        let mut forgotten = 0;
        for now in 0..20_000 {
            if random(2) == 0 || known.is_empty() {
                let network = u32::try_from(random(3) << 16 | random(3) << 8).unwrap();
                known.push((id(network), now + random(500)));
            }
            let count = u64::try_from(known.len()).unwrap();
            let back = random(count.min(60));
            let (id, expires) = known[usize::try_from(count - 1 - back).unwrap()];
            match spend_until(&mut spent, id, expires, now) {
                Spending::First => assert!(first.insert(id)),
                Spending::Again => assert!(first.contains(&id)),
                Spending::Forgotten => forgotten += 1,
            }
            assert!(spent.ids.len() <= 16 && spent.order.len() == spent.ids.len());
        }
        assert!(first.len() > 1_000 && forgotten > 100, "{}", first.len());
    }
}
