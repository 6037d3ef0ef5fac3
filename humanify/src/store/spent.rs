//! Challenges that had their answer.

use std::collections::{HashSet, VecDeque};

use super::StoreError;

/// The spent challenges. None is forgotten before it has expired; when there is no room,
/// nothing more can be spent.
pub(super) struct Spent {
    ids: HashSet<[u8; 16]>,
    /// In the order in which they were spent, with the instant when they can be forgotten.
    order: VecDeque<([u8; 16], u64)>,
    capacity: usize,
}

/// How much longer than its challenge a spent id is kept, in milliseconds.
const MARGIN: u64 = 1_000;

impl Spent {
    pub(super) fn new(capacity: usize) -> Self {
        Spent {
            ids: HashSet::new(),
            order: VecDeque::new(),
            capacity: capacity.max(1),
        }
    }

    /// Spends a challenge; `false` if it was spent before.
    pub(super) fn spend(
        &mut self,
        id: [u8; 16],
        expires: u64,
        now: u64,
    ) -> Result<bool, StoreError> {
        while let Some((old, until)) = self.order.front().copied() {
            if now < until {
                break;
            }
            self.order.pop_front();
            self.ids.remove(&old);
        }
        if self.ids.contains(&id) {
            return Ok(false);
        }
        if self.ids.len() >= self.capacity {
            return Err(StoreError::Full);
        }
        self.ids.insert(id);
        // Ids are kept in order, so none is kept shorter than the one before it.
        let until = expires.saturating_add(MARGIN);
        let until = self
            .order
            .back()
            .map_or(until, |(_, last)| until.max(*last));
        self.order.push_back((id, until));
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_spent_once_until_it_has_expired() {
        let mut spent = Spent::new(2);
        assert_eq!(spent.spend([1; 16], 100, 0), Ok(true));
        assert_eq!(spent.spend([1; 16], 100, 0), Ok(false));
        assert_eq!(spent.spend([1; 16], 100, 100), Ok(false));
        assert_eq!(spent.spend([2; 16], 100, 0), Ok(true));
        assert_eq!(spent.spend([3; 16], 100, 0), Err(StoreError::Full));
        assert_eq!(spent.spend([3; 16], 5_000, 2_000), Ok(true));
        assert_eq!(spent.ids.len(), 1);
    }
}
