//! Bans: who keeps being refused is shut out for a while, before anything else is looked at.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use humanify_syntax::{Ban, Offence};
use ipnet::IpNet;

use crate::client::{Client, network};
use crate::clock::SharedClock;
use crate::detect::is_routable;
use crate::layer::Instance;
use crate::limit::Counter;
use crate::store::{Bucket, Counted, Counting, Network, SharedBans, Store, StoreError, Who};

/// How old the list may be before it is read again, where processes share one, in
/// milliseconds.
const FRESH: u64 = 1_000;

/// The version of the list before one was read.
const UNREAD: u64 = u64::MAX;

/// The version of a list in which nothing was ever written: that of a server which lost what
/// it had, too, so that the bans which are known go on.
const NEVER_CHANGED: u64 = 0;

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
    list: RwLock<HashMap<Network, u64>>,
    /// How many there are, so that nobody waits for a lock while nobody is banned.
    count: AtomicUsize,
    room: usize,
    read_at: AtomicU64,
    /// Which list was read last, where processes share one.
    version: AtomicU64,
    store: Arc<dyn Store>,
    clock: SharedClock,
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
            store,
            clock,
        }
    }

    pub(crate) fn rules(&self) -> &[Ban] {
        &self.rules
    }

    /// How much longer a client is shut out, if it is.
    pub(crate) fn wait(&self, client: &Client) -> Option<Duration> {
        if self.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let network = self.bannable(client)?;
        let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
        let wait = list
            .get(&network)?
            .checked_sub(self.clock.milliseconds())
            .filter(|wait| *wait > 0)?;
        Some(Duration::from_millis(wait))
    }

    /// Counts what a client did, and bans it if that was too often.
    pub(crate) async fn offend(&self, client: &Client, offence: Offence) {
        let Some(network) = self.bannable(client) else {
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
                ..Bucket::new(counter.key(Who::Address(network)), ban.rate)
            };
            let counted = self.store.count(&[bucket], Counting::Charge).wait().await;
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
                    tracing::error!(%error, "the ban holds in this process only");
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
        if let Ok(SharedBans::List { version, bans }) = self.store.bans(known).wait().await {
            self.version.store(version, Ordering::Relaxed);
            if version == NEVER_CHANGED {
                return;
            }
            let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
            *list = bans.into_iter().take(self.room).collect();
            self.count.store(list.len(), Ordering::Relaxed);
        }
    }

    /// Whether the store is worth asking for a list.
    pub(crate) fn is_due(&self) -> bool {
        let age = self
            .clock
            .milliseconds()
            .saturating_sub(self.read_at.load(Ordering::Relaxed));
        self.store.is_shared() && age >= FRESH
    }

    async fn ban(&self, network: Network, time: Duration) -> Result<(), StoreError> {
        let now = self.clock.milliseconds();
        let until = now.saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        {
            let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
            if list.len() >= self.room {
                make_room(&mut list, now, self.room);
            }
            let longest = list.entry(network).or_insert(until);
            *longest = until.max(*longest);
            self.count.store(list.len(), Ordering::Relaxed);
        }
        self.store.ban(network, time, self.room).wait().await
    }

    async fn lift(&self, network: Network) -> Result<bool, StoreError> {
        let here = {
            let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
            let here = list.remove(&network).is_some();
            self.count.store(list.len(), Ordering::Relaxed);
            here
        };
        let there = self.store.lift(network).wait().await?;
        Ok(here || there)
    }

    /// By what a client is banned; nothing, if it never is.
    fn bannable(&self, client: &Client) -> Option<Network> {
        let ip = client.ip()?;
        let spared = !is_routable(ip) || self.spared.iter().any(|proxy| proxy.contains(&ip));
        (!spared).then(|| network(ip))
    }
}

/// Takes out what has ended, and if that is not enough what ends soonest.
fn make_room(list: &mut HashMap<Network, u64>, now: u64, room: usize) {
    let mut ends: Vec<u64> = list.values().copied().filter(|end| *end > now).collect();
    let made = (room / ROOM_MADE).max(1);
    let over = (ends.len() + made).saturating_sub(room);
    let last = match over.checked_sub(1) {
        Some(index) if index < ends.len() => *ends.select_nth_unstable(index).1,
        _ => now,
    };
    list.retain(|_, end| *end > last);
}

/// The bans of a [`Humanify`](crate::Humanify), made by [`bans`](crate::Humanify::bans).
///
/// ```
/// # use humanify::prelude::*;
/// # use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let humanify = Humanify::builder()
///     .rules(protect! {
///         trap on "/wp-admin/*", "/.env";
///         ban "10 denials/minute" for "1 hour";
///         ban "1 trap/day" for "1 day";
///     })
///     .build()?;
/// let bans = humanify.bans();
///
/// let ip = "84.140.1.2".parse()?;
/// bans.ban(ip, Duration::from_secs(600)).await?;
/// for ban in bans.list().await? {
///     println!("{} for {:?} more", ban.network, ban.wait);
/// }
/// assert!(bans.lift(ip).await?);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct BanList {
    pub(crate) instance: Arc<Instance>,
}

/// An address that is banned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Banned {
    /// One address of IPv4, or a /64 of IPv6.
    pub network: IpNet,
    /// How much longer.
    pub wait: Duration,
}

impl BanList {
    /// All addresses that are banned, those first that still are the longest.
    ///
    /// # Errors
    /// If the store cannot be reached.
    pub async fn list(&self) -> Result<Vec<Banned>, StoreError> {
        let bans = &self.instance.bans;
        let now = bans.clock.milliseconds();
        let list = match bans.store.bans(None).wait().await? {
            SharedBans::List { bans, .. } => bans,
            SharedBans::NotShared | SharedBans::Unchanged => {
                let list = bans.list.read().unwrap_or_else(PoisonError::into_inner);
                list.iter()
                    .map(|(network, until)| (*network, *until))
                    .collect()
            }
        };
        let mut list: Vec<Banned> = list
            .into_iter()
            .filter(|(_, until)| *until > now)
            .map(|(network, until)| Banned {
                network: network.to_net(),
                wait: Duration::from_millis(until - now),
            })
            .collect();
        list.sort_by_key(|banned| std::cmp::Reverse(banned.wait));
        Ok(list)
    }

    /// Shuts an address out, or an IPv6 address's /64.
    ///
    /// # Errors
    /// If the store cannot be reached; in this process the ban holds all the same.
    pub async fn ban(&self, ip: IpAddr, time: Duration) -> Result<(), StoreError> {
        self.instance.bans.ban(network(ip), time).await
    }

    /// Lifts a ban; `false`, if there was none.
    ///
    /// # Errors
    /// If the store cannot be reached; in this process it is lifted until the list is read
    /// again.
    pub async fn lift(&self, ip: IpAddr) -> Result<bool, StoreError> {
        self.instance.bans.lift(network(ip)).await
    }
}

impl fmt::Debug for BanList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BanList").finish_non_exhaustive()
    }
}
