//! `SpentByNetwork`: spent ids by network, to choose the one to forget. `Forgotten`: until when the
//! tokens of a network are refused, since their ids may have been forgotten.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::store::NetworkClass;

/// The spent ids of each class of networks, ordered by expiry.
#[derive(Default)]
pub(super) struct SpentByNetwork {
    wide: HashMap<u16, Wide>,
    /// The number of ids of each wide class.
    ranks: BTreeSet<(u32, u16)>,
}

#[derive(Default)]
struct Wide {
    taken: u32,
    narrow: BTreeMap<u8, BTreeSet<(u64, [u8; 16])>>,
}

impl SpentByNetwork {
    pub(super) fn add(&mut self, id: [u8; 16], until: u64) {
        let class = NetworkClass::of_id(&id);
        let wide = self.wide.entry(class.wide).or_default();
        self.ranks.remove(&(wide.taken, class.wide));
        wide.taken = wide.taken.saturating_add(1);
        self.ranks.insert((wide.taken, class.wide));
        wide.narrow
            .entry(class.narrow)
            .or_default()
            .insert((until, id));
    }

    pub(super) fn remove(&mut self, id: [u8; 16], until: u64) {
        let class = NetworkClass::of_id(&id);
        let Some(wide) = self.wide.get_mut(&class.wide) else {
            return;
        };
        let Some(ids) = wide.narrow.get_mut(&class.narrow) else {
            return;
        };
        if !ids.remove(&(until, id)) {
            return;
        }
        if ids.is_empty() {
            wide.narrow.remove(&class.narrow);
        }
        self.ranks.remove(&(wide.taken, class.wide));
        wide.taken = wide.taken.saturating_sub(1);
        match wide.taken {
            0 => {
                self.wide.remove(&class.wide);
            }
            taken => {
                self.ranks.insert((taken, class.wide));
            }
        }
    }

    /// The id to forget: the one that expires first in the heaviest /24 or /48 of the heaviest /16
    /// or /32.
    pub(super) fn to_forget(&self) -> Option<([u8; 16], u64)> {
        let (_, wide) = self.ranks.last()?;
        let narrow = self.wide.get(wide)?.narrow.values();
        let (until, id) = narrow.max_by_key(|ids| ids.len())?.first()?;
        Some((*id, *until))
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.wide.is_empty() && self.ranks.is_empty()
    }
}

/// For each class of networks, the latest expiry of an id that was forgotten. An id with this
/// expiry or an earlier one may have been spent.
#[derive(Default)]
pub(super) struct Forgotten {
    wide: HashMap<u16, Marks>,
    /// The number of marks of narrow classes.
    narrow: usize,
    /// The time of the last removal of expired marks.
    last_sweep: u64,
}

#[derive(Default)]
struct Marks {
    all: u64,
    narrow: BTreeMap<u8, u64>,
}

/// The maximum number of marks of narrow classes. A wide class has one mark beyond.
const MAX_MARKS: usize = 65_536;

/// The shortest time between two removals of expired marks, in milliseconds.
const SWEEP_INTERVAL_MILLISECONDS: u64 = 1_000;

impl Forgotten {
    /// Records that an id with this expiry was forgotten.
    pub(super) fn raise(&mut self, id: [u8; 16], until: u64, now: u64) {
        if self.narrow >= MAX_MARKS
            && now.saturating_sub(self.last_sweep) >= SWEEP_INTERVAL_MILLISECONDS
        {
            self.last_sweep = now;
            self.sweep(now);
        }
        let class = NetworkClass::of_id(&id);
        let marks = self.wide.entry(class.wide).or_default();
        if let Some(mark) = marks.narrow.get_mut(&class.narrow) {
            *mark = until.max(*mark);
        } else if self.narrow < MAX_MARKS {
            marks.narrow.insert(class.narrow, until);
            self.narrow += 1;
        } else {
            marks.all = until.max(marks.all);
        }
    }

    /// Whether the id may have been forgotten.
    pub(super) fn holds(&self, id: &[u8; 16], until: u64) -> bool {
        let class = NetworkClass::of_id(id);
        self.wide.get(&class.wide).is_some_and(|marks| {
            let narrow = marks.narrow.get(&class.narrow).copied();
            until <= marks.all.max(narrow.unwrap_or(0))
        })
    }

    /// Removes the marks of ids that have expired.
    fn sweep(&mut self, now: u64) {
        self.narrow = 0;
        self.wide.retain(|_, marks| {
            marks.narrow.retain(|_, mark| now < *mark);
            self.narrow += marks.narrow.len();
            now < marks.all || !marks.narrow.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(wide: u16, narrow: u8) -> [u8; 16] {
        let mut id = [7; 16];
        let [high, low] = wide.to_be_bytes();
        id[13..].copy_from_slice(&[high, low, narrow]);
        id
    }

    #[test]
    fn marks_are_bounded_and_kept_until_they_expire() {
        let mut forgotten = Forgotten::default();
        for wide in 0..400 {
            for narrow in 0..=255 {
                forgotten.raise(id(wide, narrow), 10_000, 0);
            }
        }
        assert!(forgotten.narrow <= MAX_MARKS);
        for (wide, narrow) in [(0, 0), (255, 255), (256, 0), (399, 255)] {
            assert!(forgotten.holds(&id(wide, narrow), 10_000));
            assert!(!forgotten.holds(&id(wide, narrow), 10_001));
        }
        assert!(!forgotten.holds(&id(400, 0), 1));
        let late = [id(1, 1), id(398, 1)];
        for id in late {
            forgotten.raise(id, 40_000, 0);
        }
        forgotten.raise(id(0, 0), 30_000, 20_000);
        assert_eq!((forgotten.narrow, forgotten.wide.len()), (2, 3));
        assert!(late.iter().all(|id| forgotten.holds(id, 40_000)));
    }
}
