//! `Nonces`: the spent nonces of agents' signatures.

use std::collections::{BTreeMap, HashSet};

use crate::store::failure::StoreError;

/// The nonces of signatures that have not expired. None is forgotten earlier; in a full table, no
/// further nonce can be spent. Unlike challenges, they expire in any order, since each agent
/// chooses the lifetime of its signatures.
pub(super) struct Nonces {
    ids: HashSet<[u8; 16]>,
    /// The ids, by the second from which they can be forgotten.
    seconds: BTreeMap<u64, Vec<[u8; 16]>>,
    capacity: usize,
}

impl Nonces {
    pub(super) fn new(capacity: usize) -> Self {
        Nonces {
            ids: HashSet::new(),
            seconds: BTreeMap::new(),
            capacity,
        }
    }

    /// Spends a nonce; `false` if it was spent before. Times are in milliseconds.
    pub(super) fn spend(
        &mut self,
        id: [u8; 16],
        expires: u64,
        now: u64,
    ) -> Result<bool, StoreError> {
        while let Some(first) = self.seconds.first_entry()
            && *first.key() < now / 1_000
        {
            for id in first.remove() {
                self.ids.remove(&id);
            }
        }
        if self.ids.contains(&id) {
            return Ok(false);
        }
        if self.ids.len() >= self.capacity {
            return Err(StoreError::Full);
        }
        self.ids.insert(id);
        let second = expires.div_ceil(1_000);
        self.seconds.entry(second).or_default().push(id);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_spent_once_until_it_has_expired() {
        let mut nonces = Nonces::new(3);
        assert_eq!(nonces.spend([1; 16], 86_400_000, 0), Ok(true));
        assert_eq!(nonces.spend([2; 16], 60_000, 0), Ok(true));
        assert_eq!(nonces.spend([3; 16], 61_000, 0), Ok(true));
        assert_eq!(nonces.spend([4; 16], 60_000, 0), Err(StoreError::Full));
        for now in [0, 59_999, 60_999] {
            assert_eq!(nonces.spend([2; 16], 60_000, now), Ok(false), "{now}");
        }
        // An earlier nonce with a long lifetime does not hold back this one.
        assert_eq!(nonces.spend([4; 16], 70_000, 61_000), Ok(true));
        assert_eq!(nonces.spend([1; 16], 86_400_000, 61_000), Ok(false));
        assert_eq!(nonces.spend([5; 16], 70_000, 62_000), Ok(true));
        assert_eq!(nonces.ids.len(), 3);
        assert_eq!(nonces.spend([6; 16], u64::MAX, u64::MAX), Ok(true));
        assert_eq!((nonces.ids.len(), nonces.seconds.len()), (1, 1));
    }
}
