//! `Bans`: counts offences, and bans addresses.

mod sharing;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use humanify_syntax::{Ban, Offence};
use ipnet::IpNet;
use smallvec::{SmallVec, smallvec};

use crate::client::{Client, ClientKey};
use crate::clock::SharedClock;
use crate::limit::Counter;
use crate::net::{Network, is_routable, network};
use crate::sampler::EventSampler;
use crate::store::{
    BanPosition, Bucket, CountMode, CountOutcome, PageStart, SharedBans, Store, StoreError,
};

/// The longest ban, ten years.
const MAX_DURATION: Duration = Duration::from_secs(10 * 366 * 86_400);

/// A full list drops one sixteenth of its entries at once, so that the cost per ban is small.
const EVICTED_SHARE: usize = 16;

/// The bans of addresses.
///
/// Each process looks up bans in its own list. Its own bans hold at once; with a shared store,
/// the other processes learn them within about a second, whether they get requests or not.
pub(crate) struct Bans {
    rules: Vec<Ban>,
    /// Networks that are never banned. Unroutable addresses are never banned either.
    exempt: Vec<IpNet>,
    list: RwLock<HashMap<Network, BanEntry>>,
    /// The number of bans. Requests take no lock while it is zero.
    count: AtomicUsize,
    room: usize,
    /// How far the changes of the shared list are known.
    position: Mutex<BanPosition>,
    /// Whether the shared list may lack a ban of this process.
    has_unshared: AtomicBool,
    /// Whether a task reads the shared list. The task has a copy.
    is_reading: Arc<AtomicBool>,
    /// How many times in a row the shared list could not be read.
    failures: AtomicU32,
    /// When the bans that have ended were last removed, in milliseconds since 1970.
    cleaned_at: AtomicU64,
    /// The start of this process by its clock, in milliseconds since 1970. It moves if the clock is set.
    started_at: AtomicU64,
    started: Instant,
    store: Arc<dyn Store>,
    /// Whether other processes use the same store.
    is_shared: bool,
    clock: SharedClock,
}

/// The ban of one network.
#[derive(Debug, Clone, Copy)]
struct BanEntry {
    /// Its end, in milliseconds since 1970.
    until: u64,
    /// When this process imposed it last; `None` if it knows the ban from the shared list.
    imposed_at: Option<u64>,
    /// The version with which the shared list has this ban. A ban that the list lacks is kept,
    /// whatever the list says, and is written to it again.
    version: Option<u64>,
}

impl Bans {
    pub(crate) fn new(
        rules: Vec<Ban>,
        exempt: Vec<IpNet>,
        room: usize,
        store: Arc<dyn Store>,
        clock: SharedClock,
    ) -> Self {
        Bans {
            rules,
            exempt,
            list: RwLock::default(),
            count: AtomicUsize::new(0),
            room,
            position: Mutex::default(),
            has_unshared: AtomicBool::new(false),
            is_reading: Arc::default(),
            failures: AtomicU32::new(0),
            cleaned_at: AtomicU64::new(0),
            started_at: AtomicU64::new(clock.milliseconds()),
            started: Instant::now(),
            is_shared: store.is_shared(),
            store,
            clock,
        }
    }

    pub(crate) fn rules(&self) -> &[Ban] {
        &self.rules
    }

    /// The remaining time of a client's ban; `None` without a ban. If the headers of the proxy
    /// contradict each other, a ban of any address in them counts, so that a client cannot escape
    /// its ban by adding a header.
    #[inline]
    pub(crate) fn wait(
        &self,
        client: &Client,
        named: impl FnOnce() -> Vec<IpAddr>,
    ) -> Option<Duration> {
        match self.count.load(Ordering::Relaxed) {
            0 => None,
            _ => self.listed_wait(client, named),
        }
    }

    fn listed_wait(
        &self,
        client: &Client,
        named: impl FnOnce() -> Vec<IpAddr>,
    ) -> Option<Duration> {
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

    /// Counts an offence of a client, and bans the client if it has committed too many. Returns the
    /// bans, each with its network and its rule.
    pub(crate) async fn offend(
        &self,
        client: &Client,
        offence: Offence,
    ) -> SmallVec<[(Network, &Ban); 1]> {
        let mut bans = SmallVec::new();
        let Some(network) = client.ip().and_then(|ip| self.bannable(ip)) else {
            return bans;
        };
        let counted = |ban: &&Ban| ban.offence == Offence::Denial || ban.offence == offence;
        for ban in self.rules.iter().filter(counted) {
            let counter = Counter::Offences {
                offence: ban.offence.name(),
                seconds: ban.seconds,
            };
            let key = counter.key_under(ban.rate, ClientKey::Address(network));
            let bucket = Bucket::new(key, ban.rate);
            let counted = self.store.count(&[bucket], CountMode::Charge).wait().await;
            let (Ok(CountOutcome::Within(counts)) | Ok(CountOutcome::Over { counts, .. })) =
                counted
            else {
                continue;
            };
            if counts.first().is_some_and(|count| count.remaining == 0) {
                bans.push((network, ban));
                let time = Duration::from_secs(ban.seconds.into());
                if let Err(error) = self.ban(network, time).await {
                    static SAMPLER: EventSampler = EventSampler::new();
                    SAMPLER.log(|left_out| {
                        tracing::error!(%error, left_out, "the ban holds in this process only until the store is back");
                    });
                }
            }
        }
        bans
    }

    pub(crate) async fn ban(&self, network: Network, time: Duration) -> Result<(), StoreError> {
        let now = self.clock.milliseconds();
        let time = time.min(MAX_DURATION);
        let until = now.saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        {
            let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
            if list.len() >= self.room {
                make_room(&mut list, now, self.room);
            }
            let new = BanEntry {
                until,
                imposed_at: Some(now),
                version: None,
            };
            let known = list.entry(network).or_insert(new);
            known.imposed_at = new.imposed_at;
            if known.until < until {
                *known = new;
            }
            self.has_unshared.store(true, Ordering::Relaxed);
            self.count.store(list.len(), Ordering::Relaxed);
        }
        self.write(network, until, time, None).await
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

    /// All bans of the shared store and of this process, with their remaining time.
    pub(crate) async fn list(&self) -> Result<Vec<(Network, Duration)>, StoreError> {
        let now = self.clock.milliseconds();
        let mut ends: HashMap<Network, u64> = HashMap::new();
        let mut position = BanPosition::default();
        let alone = loop {
            let SharedBans::Page(page) = self.store.bans(position).wait().await? else {
                break true;
            };
            if page.start != PageStart::Next {
                ends.clear();
            }
            for change in page.changes {
                match change.until {
                    Some(until) => ends.insert(change.network, until),
                    None => ends.remove(&change.network),
                };
            }
            position = page.position;
            if !page.more {
                break false;
            }
        };
        {
            let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
            let local = list.iter();
            for (network, known) in local.filter(|(_, known)| alone || known.version.is_none()) {
                let until = ends.entry(*network).or_insert(known.until);
                *until = known.until.max(*until);
            }
        }
        let left = |until: u64| Some(Duration::from_millis(until.checked_sub(now)?));
        let list = ends
            .into_iter()
            .filter_map(|(network, until)| Some((network, left(until)?)))
            .filter(|(_, wait)| !wait.is_zero());
        Ok(list.collect())
    }

    /// The network under which an address is banned; `None` if it is never banned.
    fn bannable(&self, ip: IpAddr) -> Option<Network> {
        let exempt = !is_routable(ip) || self.exempt.iter().any(|proxy| proxy.contains(&ip));
        (!exempt).then(|| network(ip))
    }
}

/// Removes the bans that have ended and, if that is not enough, those that end soonest.
fn make_room(list: &mut HashMap<Network, BanEntry>, now: u64, room: usize) {
    let ends = list.values().map(|known| known.until);
    let mut ends: Vec<u64> = ends.filter(|end| *end > now).collect();
    let made = (room / EVICTED_SHARE).max(1);
    let over = (ends.len() + made).saturating_sub(room);
    let last = match over.checked_sub(1) {
        Some(index) if index < ends.len() => *ends.select_nth_unstable(index).1,
        _ => now,
    };
    list.retain(|_, known| known.until > last);
}
