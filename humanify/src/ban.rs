//! Bans: who keeps being refused is shut out for a while, before anything else is looked at.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use humanify_syntax::{Ban, Offence};
use ipnet::IpNet;
use smallvec::{SmallVec, smallvec};

use crate::client::{Client, ClientKey};
use crate::clock::SharedClock;
use crate::limit::Counter;
use crate::net::{Network, is_routable, network};
use crate::store::{Bucket, CountMode, Counted, SharedBans, Store, StoreError};

/// How old the list may be before it is read again, where processes share one, in
/// milliseconds.
const FRESH: u64 = 1_000;

/// The version of the list before one was read.
const UNREAD: u64 = u64::MAX;

/// When a list was begun that nobody has read yet, or in which nothing was ever written.
const NO_LIST: u64 = 0;

/// So many bans are written to the shared list in one go that it does not have.
const SHARED_AT_ONCE: usize = 256;

/// The longest ban, ten years.
const LONGEST: Duration = Duration::from_secs(10 * 366 * 86_400);

/// Where there is no more room, so much of it is made at once, so that it costs little for
/// each ban.
const ROOM_MADE: usize = 16;

/// The addresses that are banned.
///
/// Each process looks into a list of its own, without asking the store. What a process bans
/// it bans at once; where a store is shared, the others learn it within about a second.
pub(crate) struct Bans {
    rules: Vec<Ban>,
    /// The addresses that are never banned, beside those that are not routable.
    spared: Vec<IpNet>,
    list: RwLock<HashMap<Network, Shut>>,
    /// How many there are, so that nobody waits for a lock while nobody is banned.
    count: AtomicUsize,
    room: usize,
    read_at: AtomicU64,
    /// Which list was read last, where processes share one.
    version: AtomicU64,
    /// When that list was begun.
    since: AtomicU64,
    store: Arc<dyn Store>,
    clock: SharedClock,
}

/// How somebody is shut out.
#[derive(Debug, Clone, Copy)]
struct Shut {
    /// Until when, in milliseconds since 1970.
    until: u64,
    /// When the shared store had it, too, as far as is known. What it has not is kept whatever
    /// the list in the store says, and written there again.
    shared_at: Option<u64>,
}

impl Bans {
    pub(crate) fn new(
        rules: Vec<Ban>,
        spared: Vec<IpNet>,
        room: usize,
        store: Arc<dyn Store>,
        clock: SharedClock,
    ) -> Self {
        Bans {
            rules,
            spared,
            list: RwLock::default(),
            count: AtomicUsize::new(0),
            room,
            read_at: AtomicU64::new(0),
            version: AtomicU64::new(UNREAD),
            since: AtomicU64::new(NO_LIST),
            store,
            clock,
        }
    }

    pub(crate) fn rules(&self) -> &[Ban] {
        &self.rules
    }

    /// How much longer a client is shut out, if it is. Where a proxy does not tell clearly who
    /// the client is, it may be any of those that are `named`: a client that contradicts what
    /// the proxy says is not let in by that.
    pub(crate) fn wait(
        &self,
        client: &Client,
        named: impl FnOnce() -> Vec<IpAddr>,
    ) -> Option<Duration> {
        if self.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let ips = match client.ip() {
            Some(ip) => smallvec![ip],
            None if client.is_unknown() => SmallVec::<[IpAddr; 1]>::from_vec(named()),
            None => return None,
        };
        let now = self.clock.milliseconds();
        let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
        let ends = ips
            .into_iter()
            .filter_map(|ip| Some(list.get(&self.bannable(ip)?)?.until));
        let wait = ends.max()?.checked_sub(now).filter(|wait| *wait > 0)?;
        Some(Duration::from_millis(wait))
    }

    /// Counts what a client did, and bans it if that was too often.
    pub(crate) async fn offend(&self, client: &Client, offence: Offence) {
        let Some(network) = client.ip().and_then(|ip| self.bannable(ip)) else {
            return;
        };
        let counted = |ban: &&Ban| ban.offence == Offence::Denial || ban.offence == offence;
        for ban in self.rules.iter().filter(counted) {
            let counter = Counter::Offences {
                offence: ban.offence.name(),
                seconds: ban.seconds,
            };
            let bucket = Bucket {
                rate: ban.rate,
                ..Bucket::new(counter.key(ClientKey::Address(network)), ban.rate)
            };
            let counted = self.store.count(&[bucket], CountMode::Charge).wait().await;
            let (Ok(Counted::Within(counts)) | Ok(Counted::Over { counts, .. })) = counted else {
                continue;
            };
            if counts.first().is_some_and(|count| count.remaining() == 0) {
                tracing::info!(
                    target: "humanify::ban",
                    %network,
                    offence = offence.name(),
                    seconds = ban.seconds,
                    "banned"
                );
                let time = Duration::from_secs(ban.seconds.into());
                if let Err(error) = self.ban(network, time).await {
                    tracing::error!(%error, "the ban holds in this process only, for now");
                }
            }
        }
    }

    /// Reads the shared list again, if there is one and it is time.
    pub(crate) async fn refresh(&self) {
        let now = self.clock.milliseconds();
        let read_at = self.read_at.load(Ordering::Relaxed);
        let due = now >= read_at.saturating_add(FRESH);
        let mine = due
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
                // A list that is older than the one before is what a server had kept of it.
                let before = self.version.swap(version, Ordering::Relaxed);
                let is_older = before != UNREAD && version < before;
                self.merge(bans, (since, is_older), now);
            }
            Ok(SharedBans::Unchanged) => {}
            Ok(SharedBans::NotShared) | Err(_) => return,
        }
        self.share(now).await;
    }

    /// Takes over the shared list, for which was asked at `now`. What it has not any more was
    /// lifted, unless the store has begun a new one, because it lost what it had.
    fn merge(&self, bans: Vec<(Network, u64)>, (since, is_older): (u64, bool), now: u64) {
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        self.note(&mut list, since, is_older);
        list.retain(|_, shut| shut.until > now && shut.shared_at.is_none_or(|at| at >= now));
        for (network, until) in bans.into_iter().take(self.room) {
            let there = Shut {
                until,
                shared_at: Some(now),
            };
            let shut = list.entry(network).or_insert(there);
            if shut.until <= until {
                *shut = there;
            }
        }
        self.count.store(list.len(), Ordering::Relaxed);
    }

    /// Notes when the shared list was begun. Of another one than before it is not known what
    /// it has.
    fn note(&self, list: &mut HashMap<Network, Shut>, since: u64, is_older: bool) {
        let before = self.since.load(Ordering::Relaxed);
        if is_older || before != NO_LIST && before != since {
            for shut in list.values_mut() {
                shut.shared_at = None;
            }
        }
        if since != NO_LIST {
            self.since.store(since, Ordering::Relaxed);
        }
    }

    /// Writes to the shared list what it does not have yet.
    async fn share(&self, now: u64) {
        let open: Vec<(Network, u64)> = {
            let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
            let open = list.iter().filter(|(_, shut)| shut.shared_at.is_none());
            let open = open.filter(|(_, shut)| shut.until > now);
            open.take(SHARED_AT_ONCE)
                .map(|(network, shut)| (*network, shut.until))
                .collect()
        };
        for (network, until) in open {
            let time = Duration::from_millis(until - now);
            if self.write(network, until, time, true).await.is_err() {
                return;
            }
        }
    }

    async fn write(
        &self,
        network: Network,
        until: u64,
        time: Duration,
        again: bool,
    ) -> Result<(), StoreError> {
        let written = self.store.ban(network, time, self.room, again);
        let since = written.wait().await?;
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        let Some(since) = since else {
            list.remove(&network);
            self.count.store(list.len(), Ordering::Relaxed);
            return Ok(());
        };
        self.note(&mut list, since, false);
        if let Some(shut) = list.get_mut(&network).filter(|shut| shut.until <= until) {
            shut.shared_at = Some(self.clock.milliseconds());
        }
        Ok(())
    }

    /// Whether the store is worth asking for a list.
    pub(crate) fn is_due(&self) -> bool {
        let age = self
            .clock
            .milliseconds()
            .saturating_sub(self.read_at.load(Ordering::Relaxed));
        self.store.is_shared() && age >= FRESH
    }

    pub(crate) async fn ban(&self, network: Network, time: Duration) -> Result<(), StoreError> {
        let now = self.clock.milliseconds();
        let time = time.min(LONGEST);
        let until = now.saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        {
            let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
            if list.len() >= self.room {
                make_room(&mut list, now, self.room);
            }
            let new = Shut {
                until,
                shared_at: None,
            };
            let shut = list.entry(network).or_insert(new);
            if shut.until < until {
                *shut = new;
            }
            self.count.store(list.len(), Ordering::Relaxed);
        }
        self.write(network, until, time, false).await
    }

    pub(crate) async fn lift(&self, network: Network) -> Result<bool, StoreError> {
        let here = {
            let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
            let here = list.remove(&network).is_some();
            self.count.store(list.len(), Ordering::Relaxed);
            here
        };
        let there = self.store.lift(network, self.room).wait().await?;
        Ok(here || there)
    }

    /// All bans with the time that is left, those of the shared store and of this process.
    pub(crate) async fn list(&self) -> Result<Vec<(Network, Duration)>, StoreError> {
        let now = self.clock.milliseconds();
        let (shared, alone) = match self.store.bans(None).wait().await? {
            SharedBans::List { bans, .. } => (bans, false),
            SharedBans::NotShared | SharedBans::Unchanged => (Vec::new(), true),
        };
        let mut ends: HashMap<Network, u64> = shared.into_iter().collect();
        {
            let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
            let local = list.iter();
            for (network, shut) in local.filter(|(_, shut)| alone || shut.shared_at.is_none()) {
                let until = ends.entry(*network).or_insert(shut.until);
                *until = shut.until.max(*until);
            }
        }
        let left = |until: u64| Some(Duration::from_millis(until.checked_sub(now)?));
        let list = ends
            .into_iter()
            .filter_map(|(network, until)| Some((network, left(until)?)))
            .filter(|(_, wait)| !wait.is_zero());
        Ok(list.collect())
    }

    /// By what an address is banned; nothing, if it never is.
    fn bannable(&self, ip: IpAddr) -> Option<Network> {
        let spared = !is_routable(ip) || self.spared.iter().any(|proxy| proxy.contains(&ip));
        (!spared).then(|| network(ip))
    }
}

/// Takes out what has ended, and if that is not enough what ends soonest.
fn make_room(list: &mut HashMap<Network, Shut>, now: u64, room: usize) {
    let ends = list.values().map(|shut| shut.until);
    let mut ends: Vec<u64> = ends.filter(|end| *end > now).collect();
    let made = (room / ROOM_MADE).max(1);
    let over = (ends.len() + made).saturating_sub(room);
    let last = match over.checked_sub(1) {
        Some(index) if index < ends.len() => *ends.select_nth_unstable(index).1,
        _ => now,
    };
    list.retain(|_, shut| shut.until > last);
}
