//! Reads and writes the list of bans that several processes share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use super::{BanEntry, Bans, make_room};
use crate::clock::LEEWAY_MILLISECONDS;
use crate::net::Network;
use crate::store::{BanPage, BanPosition, PageStart, SharedBans, StoreError};

/// The pause between two reads of the shared list.
const PAUSE: Duration = Duration::from_secs(1);

/// After so many failures in a row, the pause no longer doubles.
const DOUBLINGS: u32 = 3;

/// The maximum number of bans that are written to the shared list at once.
const MAX_PER_WRITE: usize = 256;

/// By how many milliseconds the ends of one ban may differ in two processes.
const SLACK: u64 = 1_000;

/// How often bans that have ended are removed, in milliseconds.
const CLEANING: u64 = 60_000;

impl Bans {
    /// Whether the bans are shared, and no task reads them.
    #[inline]
    pub(crate) fn is_unread(&self) -> bool {
        self.is_shared && !self.is_reading.load(Ordering::Relaxed)
    }

    /// Reads the shared list in the background, as long as the runtime and the bans live. Nothing waits for
    /// that.
    #[cold]
    pub(crate) fn keep_reading(self: &Arc<Self>) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if self.is_reading.swap(true, Ordering::Relaxed) {
            return;
        }
        let reading = ReadGuard(Arc::clone(&self.is_reading));
        let bans = Arc::downgrade(self);
        runtime.spawn(async move {
            let _reading = reading;
            while let Some(bans) = bans.upgrade() {
                let pause = bans.refresh().await;
                drop(bans);
                tokio::time::sleep(pause).await;
            }
        });
    }

    /// Reads what has changed in the shared list, and writes what it lacks. Returns the pause before the
    /// next time.
    async fn refresh(&self) -> Duration {
        self.note_clock();
        let read = self.read_changes().await;
        self.remove_ended();
        if let Err(error) = read {
            let failures = self.failures.fetch_add(1, Ordering::Relaxed);
            if failures == 0 {
                tracing::warn!(%error, "the shared bans cannot be read; new bans hold in the process that imposes them");
            }
            return PAUSE * (1 << failures.saturating_add(1).min(DOUBLINGS));
        }
        if self.failures.swap(0, Ordering::Relaxed) > 0 {
            tracing::warn!("the shared bans are read again");
        }
        self.share().await;
        PAUSE
    }

    async fn read_changes(&self) -> Result<(), StoreError> {
        loop {
            let known = *self.position();
            let SharedBans::Page(page) = self.store.bans(known).wait().await? else {
                return Ok(());
            };
            let more = page.more;
            self.merge(page);
            if !more {
                return Ok(());
            }
        }
    }

    fn merge(&self, page: BanPage) {
        let now = self.clock.milliseconds();
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *self.position(), page.position);
        match page.start {
            PageStart::OtherList if before.list != 0 => {
                for known in list.values_mut() {
                    known.version = None;
                }
                self.has_unshared.store(true, Ordering::Relaxed);
            }
            // The page and those after it contain all bans that still hold.
            PageStart::Behind => list.retain(|_, known| known.version.is_none()),
            PageStart::OtherList | PageStart::Next => {}
        }
        for change in page.changes {
            let known = list.get(&change.network);
            // A ban that this process has just written may be newer than the page.
            if known.is_some_and(|known| known.version > Some(change.version)) {
                continue;
            }
            // The list lacks a longer ban of this process, which is written to it again.
            let is_unshared = known.filter(|known| known.version.is_none());
            let has_longer = is_unshared
                .is_some_and(|known| change.until.is_none_or(|until| until + SLACK < known.until));
            if has_longer {
                continue;
            }
            let Some(until) = change.until else {
                list.remove(&change.network);
                continue;
            };
            if known.is_none() && list.len() >= self.room {
                make_room(&mut list, now, self.room);
            }
            let there = BanEntry {
                until,
                imposed_at: None,
                version: Some(change.version),
            };
            list.insert(change.network, there);
        }
        self.count.store(list.len(), Ordering::Relaxed);
    }

    /// Writes bans that the shared list lacks.
    async fn share(&self) {
        if !self.has_unshared.swap(false, Ordering::Relaxed) {
            return;
        }
        let now = self.clock.milliseconds();
        let open: Vec<(Network, BanEntry)> = {
            let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
            let open = list.iter().filter(|(_, known)| known.version.is_none());
            let open = open.filter(|(_, known)| known.until > now);
            open.take(MAX_PER_WRITE)
                .map(|(network, known)| (*network, *known))
                .collect()
        };
        if open.len() >= MAX_PER_WRITE {
            self.has_unshared.store(true, Ordering::Relaxed);
        }
        for (network, known) in open {
            let time = Duration::from_millis(known.until - now);
            let age = known.imposed_at.map_or(Duration::MAX, |imposed_at| {
                Duration::from_millis(now.saturating_sub(imposed_at))
            });
            let written = self.write(network, known.until, time, Some(age));
            if written.await.is_err() {
                self.has_unshared.store(true, Ordering::Relaxed);
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
        let shared = written.wait().await?;
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        let Some(shared) = shared else {
            list.remove(&network);
            self.count.store(list.len(), Ordering::Relaxed);
            return Ok(());
        };
        let known_list = self.position().list;
        if let Some(known) = list.get_mut(&network).filter(|known| known.until <= until) {
            // A ban that went into another list than the known one is written again once that is known.
            match known_list == 0 || known_list == shared.list {
                true => known.version = known.version.max(Some(shared.version)),
                false => self.has_unshared.store(true, Ordering::Relaxed),
            }
        }
        Ok(())
    }

    /// Removes the bans that have ended, once in a while.
    fn remove_ended(&self) {
        let now = self.clock.milliseconds();
        let last = self.cleaned_at.load(Ordering::Relaxed);
        if now.abs_diff(last) < CLEANING {
            return;
        }
        self.cleaned_at.store(now, Ordering::Relaxed);
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        list.retain(|_, known| known.until > now);
        self.count.store(list.len(), Ordering::Relaxed);
    }

    /// Reads all bans again after the clock was set: their ends are times of this clock.
    fn note_clock(&self) {
        let passed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let started_at = self.clock.milliseconds().saturating_sub(passed);
        let before = self.started_at.swap(started_at, Ordering::Relaxed);
        if before.abs_diff(started_at) > LEEWAY_MILLISECONDS {
            self.position().version = 0;
        }
    }

    fn position(&self) -> MutexGuard<'_, BanPosition> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Guard of the task that reads the shared list. Dropping it marks the task as ended, also when the
/// runtime ends.
struct ReadGuard(Arc<AtomicBool>);

impl Drop for ReadGuard {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{ManualClock, SharedClock};
    use crate::store::{BanChange, MemoryStore};

    const HOUR: u64 = 3_600_000;

    fn ip(last: u8) -> Network {
        Network::V4(0x548c_0100 + u32::from(last))
    }

    struct Process {
        bans: Bans,
        now: u64,
    }

    impl Process {
        fn new() -> Process {
            let clock = SharedClock::new(ManualClock::default());
            let store = Arc::new(MemoryStore::new(clock.clone(), 10));
            let now = clock.milliseconds();
            let bans = Bans::new(Vec::new(), Vec::new(), 10, store, clock);
            Process { bans, now }
        }

        /// Reads a page: its start, its list, and each network with its version and the hours that
        /// are left of its ban.
        fn read(&self, start: PageStart, list: u64, changes: &[(u8, u64, Option<u64>)]) {
            let changes = changes.iter().map(|(last, version, hours)| BanChange {
                network: ip(*last),
                version: *version,
                until: hours.map(|hours| self.now + hours * HOUR),
            });
            let changes: Vec<BanChange> = changes.collect();
            let version = changes.last().map_or(0, |change| change.version);
            self.bans.merge(BanPage {
                start,
                changes,
                position: BanPosition {
                    list,
                    version,
                    forgotten: 0,
                },
                more: false,
            });
        }

        /// Each banned address, with the hours that are left.
        async fn list(&self) -> Vec<(u8, u64)> {
            let mut list: Vec<(u8, u64)> = (0..=255)
                .filter_map(|last| {
                    let list = self.bans.list.read().unwrap();
                    let until = list.get(&ip(last))?.until;
                    Some((last, (until - self.now) / HOUR))
                })
                .collect();
            list.sort_unstable();
            list
        }
    }

    #[tokio::test]
    async fn changes_of_the_shared_list_are_merged_by_their_versions() {
        use PageStart::{Behind, Next, OtherList};
        let process = Process::new();
        process.read(OtherList, 1, &[(1, 1, Some(2)), (2, 2, Some(2))]);
        assert_eq!(process.list().await, [(1, 2), (2, 2)]);
        // A later ban may be shorter.
        process.read(Next, 1, &[(1, 3, None), (2, 5, Some(1)), (3, 6, Some(3))]);
        assert_eq!(process.list().await, [(2, 1), (3, 3)]);
        // A page that was read before a ban was written.
        process.read(Next, 1, &[(3, 4, None)]);
        assert_eq!(process.list().await, [(2, 1), (3, 3)]);
        process.read(Behind, 1, &[(3, 6, Some(3))]);
        assert_eq!(process.list().await, [(3, 3)]);
        // The server lost the list. Its bans are kept, and are written again.
        process.read(OtherList, 2, &[(4, 1, Some(1))]);
        assert_eq!(process.list().await, [(3, 3), (4, 1)]);
        process.read(Next, 2, &[(3, 2, None)]);
        assert_eq!(process.list().await, [(3, 3), (4, 1)]);
        process.read(Next, 2, &[(3, 3, Some(4))]);
        process.read(Next, 2, &[(3, 4, None)]);
        assert_eq!(process.list().await, [(4, 1)]);
    }

    #[tokio::test]
    async fn the_list_of_a_process_stays_bounded() {
        let process = Process::new();
        let many: Vec<(u8, u64, Option<u64>)> = (0..100)
            .map(|number| (number, u64::from(number) + 1, Some(u64::from(number) + 1)))
            .collect();
        process.read(PageStart::OtherList, 1, &many);
        let list = process.list().await;
        assert!(list.len() <= 10 && list.contains(&(99, 100)), "{list:?}");
    }
}
