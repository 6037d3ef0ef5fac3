//! Reads and writes the list of bans that several processes share.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{BanEntry, Bans, NO_LIST, UNREAD};
use crate::net::Network;
use crate::store::{SharedBans, StoreError};

/// How old a shared list may be before it is read again, in milliseconds.
const FRESH: u64 = 1_000;

/// The maximum number of bans that are written to the shared list at once.
const MAX_PER_WRITE: usize = 256;

impl Bans {
    /// Reads the shared list again, if it is due.
    pub(crate) async fn refresh(&self) {
        let now = self.clock.milliseconds();
        let read_at = self.read_at.load(Ordering::Relaxed);
        let mine = is_old(read_at, now)
            && self
                .read_at
                .compare_exchange(read_at, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if !mine {
            return;
        }
        let known = self.version.load(Ordering::Relaxed);
        let known = (known != UNREAD).then_some(known);
        match self.store.bans(known).wait().await {
            Ok(SharedBans::List {
                version,
                since,
                bans,
            }) => {
                // A server that restarts from a backup may have an older list than before.
                let before = self.version.swap(version, Ordering::Relaxed);
                let is_older = before != UNREAD && version < before;
                self.merge(bans, (since, is_older), now);
            }
            Ok(SharedBans::Unchanged) => {}
            Ok(SharedBans::NotShared) | Err(_) => return,
        }
        self.share(now).await;
    }

    /// Merges the shared list, which was requested at `now`. A ban that is no longer in it was
    /// lifted, unless the store has created a new list because it lost the old one.
    fn merge(&self, bans: Vec<(Network, u64)>, (since, is_older): (u64, bool), now: u64) {
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        self.note(&mut list, since, is_older);
        // A ban that was written meanwhile may be missing in the list. The clock may have been set
        // back since a ban was written.
        let written = now..=self.clock.milliseconds();
        list.retain(|_, known| {
            known.until > now && known.shared_at.is_none_or(|at| written.contains(&at))
        });
        for (network, until) in bans.into_iter().take(self.room) {
            let there = BanEntry {
                until,
                imposed_at: None,
                shared_at: Some(now),
            };
            let known = list.entry(network).or_insert(there);
            if known.until <= until {
                *known = there;
            }
        }
        self.count.store(list.len(), Ordering::Relaxed);
    }

    /// Notes when the shared list was created. If the list was recreated, its contents are
    /// unknown.
    fn note(&self, list: &mut HashMap<Network, BanEntry>, since: u64, is_older: bool) {
        let before = self.since.load(Ordering::Relaxed);
        if is_older || before != NO_LIST && before != since {
            for known in list.values_mut() {
                known.shared_at = None;
            }
        }
        if since != NO_LIST {
            self.since.store(since, Ordering::Relaxed);
        }
    }

    /// Writes the bans that the shared list lacks.
    async fn share(&self, now: u64) {
        let open: Vec<(Network, BanEntry)> = {
            let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
            let open = list.iter().filter(|(_, known)| known.shared_at.is_none());
            let open = open.filter(|(_, known)| known.until > now);
            open.take(MAX_PER_WRITE)
                .map(|(network, known)| (*network, *known))
                .collect()
        };
        for (network, known) in open {
            let time = Duration::from_millis(known.until - now);
            let age = known.imposed_at.map_or(Duration::MAX, |imposed_at| {
                Duration::from_millis(now.saturating_sub(imposed_at))
            });
            let written = self.write(network, known.until, time, Some(age));
            if written.await.is_err() {
                return;
            }
        }
    }

    /// Writes a ban to the shared list: a new one, or one of this age again, unless it was lifted
    /// since it was imposed.
    pub(super) async fn write(
        &self,
        network: Network,
        until: u64,
        time: Duration,
        age: Option<Duration>,
    ) -> Result<(), StoreError> {
        let written = self.store.ban(network, time, self.room, age);
        let since = written.wait().await?;
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        let Some(since) = since else {
            list.remove(&network);
            self.count.store(list.len(), Ordering::Relaxed);
            return Ok(());
        };
        self.note(&mut list, since, false);
        if let Some(known) = list.get_mut(&network).filter(|known| known.until <= until) {
            known.shared_at = Some(self.clock.milliseconds());
        }
        Ok(())
    }

    /// Whether a shared list is due to be read.
    #[inline]
    pub(crate) fn is_due(&self) -> bool {
        if !self.is_shared {
            return false;
        }
        let read_at = self.read_at.load(Ordering::Relaxed);
        is_old(read_at, self.clock.milliseconds())
    }
}

/// Whether a list that was read then is due to be read again, also after the clock was set back.
fn is_old(read_at: u64, now: u64) -> bool {
    now.abs_diff(read_at) >= FRESH
}
