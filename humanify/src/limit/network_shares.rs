//! `NetworkShares`: bounds concurrent use, in total and by network.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::client::ClientKey;

/// A bounded number of places. A newcomer always gets one: if all are taken, the heaviest /16 or
/// /32 loses one, in it the heaviest /24 or /48, and in that the heaviest address. So the addresses
/// of a heavy network displace each other, and nobody in a network with fewer places. Among places of
/// equal weight, an idle one is lost before a busy one, and then the one that has been so longest.
#[derive(Clone)]
pub(crate) struct NetworkShares {
    all: usize,
    places: Arc<Mutex<Places>>,
    /// The number of the next change of any place.
    next: Arc<AtomicU64>,
}

/// The places that are held. There are never more entries than places.
#[derive(Default)]
struct Places {
    taken: usize,
    networks: HashMap<ClientKey, BlockPlaces>,
}

/// The places of a /16 or /32.
#[derive(Default)]
struct BlockPlaces {
    taken: usize,
    networks: HashMap<ClientKey, SubnetPlaces>,
}

/// The places of a /24 or /48.
#[derive(Default)]
struct SubnetPlaces {
    taken: usize,
    /// The places of each address by number.
    addresses: HashMap<ClientKey, BTreeMap<u64, Place>>,
}

struct Place {
    usage: Arc<PlaceUse>,
    /// Dropping this tells the holder that the place was taken back.
    #[allow(dead_code, reason = "the holder is told where it is dropped")]
    keep: oneshot::Sender<()>,
}

/// Whether a place is idle or busy, and since when. It is idle until its holder begins a job.
pub(crate) struct PlaceUse {
    jobs: AtomicUsize,
    /// The number of its last change.
    changed: AtomicU64,
    next: Arc<AtomicU64>,
}

/// A job at a place, which is busy until this is dropped.
pub(crate) struct Job(Arc<PlaceUse>);

impl PlaceUse {
    fn new(next: &Arc<AtomicU64>) -> Arc<PlaceUse> {
        Arc::new(PlaceUse {
            jobs: AtomicUsize::default(),
            changed: AtomicU64::new(next.fetch_add(1, Ordering::Relaxed)),
            next: Arc::clone(next),
        })
    }

    pub(crate) fn begin(self: &Arc<Self>) -> Job {
        if self.jobs.fetch_add(1, Ordering::Relaxed) == 0 {
            self.change();
        }
        Job(Arc::clone(self))
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.jobs.load(Ordering::Relaxed) > 0
    }

    fn change(&self) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.changed.store(number, Ordering::Relaxed);
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.0.jobs.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.change();
        }
    }
}

/// The work lost its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Displaced;

/// An address and the networks that contain it, the widest first.
fn enclosing_networks(address: ClientKey) -> [ClientKey; 3] {
    match address {
        ClientKey::Address(network) => {
            [network.block(), network.subnet(), network].map(ClientKey::Address)
        }
        other => [other; 3],
    }
}

impl NetworkShares {
    pub(crate) fn new(all: usize) -> NetworkShares {
        NetworkShares {
            all: all.max(1),
            places: Arc::default(),
            next: Arc::default(),
        }
    }

    /// Takes a place, from another holder if all are taken.
    pub(crate) fn enter(&self, address: ClientKey) -> NetworkShare {
        let mut places = self.places();
        self.make_room(&mut places, address);
        self.take(&mut places, address)
    }

    /// Takes a place, from a holder other than `kept` if all are taken. `None` if `kept` holds all
    /// places.
    pub(crate) fn enter_sparing(
        &self,
        address: ClientKey,
        kept: ClientKey,
    ) -> Option<NetworkShare> {
        let mut places = self.places();
        let before = places.networks.remove(&kept);
        let is_free = self.make_room(&mut places, address);
        if let Some(before) = before {
            places.networks.insert(kept, before);
        }
        is_free.then(|| self.take(&mut places, address))
    }

    /// Takes a place back if all are taken. Returns whether one is free.
    fn make_room(&self, places: &mut Places, address: ClientKey) -> bool {
        if places.taken < self.all {
            return true;
        }
        let Some((address, number)) = places.to_displace(address) else {
            return false;
        };
        places.leave(address, number);
        true
    }

    fn take(&self, places: &mut Places, address: ClientKey) -> NetworkShare {
        let (keep, displaced) = oneshot::channel();
        let usage = PlaceUse::new(&self.next);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let place = Place {
            usage: Arc::clone(&usage),
            keep,
        };
        places.enter(address, number, place);
        NetworkShare {
            shares: self.clone(),
            address,
            number,
            usage,
            displaced: Some(displaced),
        }
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        let places = self.places();
        places.taken == 0 && places.networks.is_empty()
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// The place to take back if somebody comes from `address`. Only networks and addresses that are
    /// as heavy as the heaviest so far are looked into.
    fn to_displace(&self, address: ClientKey) -> Option<(ClientKey, u64)> {
        let [new_wide, new_narrow, _] = enclosing_networks(address);
        let mut chosen = None;
        let mut most = [0; 3];
        for (wide, in_wide) in &self.networks {
            // The newcomer counts as one of its networks.
            let of_wide = in_wide.taken + usize::from(*wide == new_wide);
            if [of_wide, usize::MAX, usize::MAX] < most {
                continue;
            }
            for (narrow, in_narrow) in &in_wide.networks {
                let of_narrow = in_narrow.taken + usize::from(*narrow == new_narrow);
                if [of_wide, of_narrow, usize::MAX] < most {
                    continue;
                }
                for (address, in_address) in &in_narrow.addresses {
                    let weight = [of_wide, of_narrow, in_address.len()];
                    if weight < most {
                        continue;
                    }
                    most = weight;
                    for (number, place) in in_address {
                        let usage = &place.usage;
                        let since = usage.changed.load(Ordering::Relaxed);
                        let rank = (weight, Reverse((usage.is_busy(), since)));
                        if chosen.as_ref().is_none_or(|(highest, _)| rank > *highest) {
                            chosen = Some((rank, (*address, *number)));
                        }
                    }
                }
            }
        }
        chosen.map(|(_, place)| place)
    }

    fn enter(&mut self, address: ClientKey, number: u64, place: Place) {
        let [wide, narrow, _] = enclosing_networks(address);
        self.taken += 1;
        let wide = self.networks.entry(wide).or_default();
        wide.taken += 1;
        let narrow = wide.networks.entry(narrow).or_default();
        narrow.taken += 1;
        let in_address = narrow.addresses.entry(address).or_default();
        in_address.insert(number, place);
    }

    /// Frees a place, unless it was taken back.
    fn leave(&mut self, address: ClientKey, number: u64) {
        let [wide, narrow, _] = enclosing_networks(address);
        let Some(in_wide) = self.networks.get_mut(&wide) else {
            return;
        };
        let Some(in_narrow) = in_wide.networks.get_mut(&narrow) else {
            return;
        };
        let Some(in_address) = in_narrow.addresses.get_mut(&address) else {
            return;
        };
        if in_address.remove(&number).is_none() {
            return;
        }
        self.taken = self.taken.saturating_sub(1);
        in_wide.taken = in_wide.taken.saturating_sub(1);
        in_narrow.taken = in_narrow.taken.saturating_sub(1);
        if in_address.is_empty() {
            in_narrow.addresses.remove(&address);
        }
        if in_narrow.addresses.is_empty() {
            in_wide.networks.remove(&narrow);
        }
        if in_wide.networks.is_empty() {
            self.networks.remove(&wide);
        }
    }
}

/// A taken place. Dropping it frees the place.
pub(crate) struct NetworkShare {
    shares: NetworkShares,
    address: ClientKey,
    number: u64,
    usage: Arc<PlaceUse>,
    /// `None` once the place was taken back.
    displaced: Option<oneshot::Receiver<()>>,
}

impl NetworkShare {
    /// Whether the place is idle or busy, for its holder to tell.
    pub(crate) fn usage(&self) -> &Arc<PlaceUse> {
        &self.usage
    }

    /// Whether the place was taken back. If not, the task is woken when it is.
    pub(crate) fn is_displaced(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(displaced) = &mut self.displaced
            && Pin::new(displaced).poll(context).is_ready()
        {
            self.displaced = None;
        }
        self.displaced.is_none()
    }

    /// Runs the work that needs the place.
    ///
    /// # Errors
    /// [`Displaced`], if the place was taken back before the work was done.
    pub(crate) async fn hold<T>(mut self, work: impl Future<Output = T>) -> Result<T, Displaced> {
        let mut work = pin!(work);
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending if self.is_displaced(context) => Poll::Ready(Err(Displaced)),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}

impl Drop for NetworkShare {
    fn drop(&mut self) {
        self.shares.places().leave(self.address, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::network;

    fn key(ip: &str) -> ClientKey {
        ClientKey::Address(network(ip.parse().unwrap()))
    }

    /// The addresses whose places were taken back.
    fn displaced(held: &mut [NetworkShare]) -> Vec<ClientKey> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        held.iter_mut()
            .filter_map(|share| share.is_displaced(&mut context).then_some(share.address))
            .collect()
    }

    #[test]
    fn a_few_addresses_cannot_hold_all_places() {
        let shares = NetworkShares::new(8);
        let attackers = ["84.1.1.1", "84.1.2.1", "2a02:1:1::1", "2a02:1:2::1"].map(key);
        let mut held: Vec<_> = attackers
            .repeat(2)
            .into_iter()
            .map(|ip| shares.enter(ip))
            .collect();
        assert_eq!(displaced(&mut held), [], "eight places are free");
        let mut others: Vec<_> = (0..6)
            .map(|number| shares.enter(key(&format!("85.{number}.1.1"))))
            .collect();
        assert_eq!(displaced(&mut others), [], "whoever has one place keeps it");
        assert_eq!(displaced(&mut held).len(), 6);
        // Whatever they do then, they displace one another.
        for _ in 0..100 {
            held.extend(attackers.map(|ip| shares.enter(ip)));
        }
        assert_eq!(displaced(&mut others), []);
        assert_eq!(held.len() - displaced(&mut held).len(), 2);
        drop((held, others));
        assert!(shares.is_empty());
    }

    #[test]
    fn the_oldest_place_of_the_address_with_the_most_is_taken_back() {
        for (neighbours, [most, wider]) in [
            // In a /24 of a /16, and in a /48 of a /32.
            (["84.1.1.1", "84.1.1.2"], ["84.1.2.1", "84.2.1.1"]),
            (
                ["2a02:1:1:1::1", "2a02:1:1:2::1"],
                ["2a02:1:2::1", "2a02:2:1::1"],
            ),
        ] {
            let shares = NetworkShares::new(8);
            let from = [
                wider,
                wider,
                neighbours[0],
                neighbours[1],
                most,
                most,
                most,
                most,
            ];
            let mut held: Vec<_> = from
                .map(key)
                .into_iter()
                .map(|ip| shares.enter(ip))
                .collect();
            held.push(shares.enter(key(neighbours[0])));
            assert_eq!(displaced(&mut held), [key(most)]);
            let mut fifth = held.remove(4);
            assert_eq!(displaced(std::slice::from_mut(&mut fifth)), [key(most)]);
        }
    }

    #[test]
    fn the_heaviest_network_gives_up_a_place_and_not_the_oldest() {
        // Who holds places, the oldest first; who comes; whose place is taken back.
        for (before, newcomer, loser) in [
            // A /16, with the newcomer's.
            (&["85.1.1.1", "84.1.1.1", "84.2.1.1"][..], "84.1.9.9", 1),
            // A /24, and with the newcomer's.
            (&["84.1.1.1", "84.1.2.1", "84.1.2.2"], "85.1.1.1", 1),
            (&["84.1.1.1", "84.1.2.1"], "84.1.2.2", 1),
            // An address.
            (&["84.1.1.1", "84.1.1.2", "84.1.1.2"], "85.1.1.1", 1),
            // The same with a /32, a /48 and a /64.
            (&["2a03::1", "2a02:1:1::1", "2a04::1"], "2a02:1:9::1", 1),
            (
                &["2a02:1:1::1", "2a02:1:2::1", "2a02:1:2:2::1"],
                "2a03::1",
                1,
            ),
            (&["2a02:1:1::1", "2a02:1:2::1"], "2a02:1:2:2::1", 1),
            (
                &["2a02:1:1:1::1", "2a02:1:1:2::1", "2a02:1:1:2::2"],
                "2a03::1",
                1,
            ),
            // Among equals the oldest place.
            (&["84.1.1.1", "85.1.1.1", "86.1.1.1"], "87.1.1.1", 0),
        ] {
            let shares = NetworkShares::new(before.len());
            let mut held: Vec<_> = before.iter().map(|ip| shares.enter(key(ip))).collect();
            held.push(shares.enter(key(newcomer)));
            assert_eq!(displaced(&mut held), [key(before[loser])], "{before:?}");
            assert_eq!(displaced(&mut held[loser..=loser]).len(), 1, "{before:?}");
        }
    }

    #[test]
    fn among_equal_networks_the_longest_idle_place_is_taken_first_and_busy_ones_last() {
        let shares = NetworkShares::new(4);
        let from = ["84.1.1.1", "85.1.1.1", "86.1.1.1", "2a02:1:1::1"].map(key);
        let mut held = Vec::from([shares.enter(from[0])]);
        let short = held[0].usage().begin();
        held.extend(from[1..].iter().map(|ip| shares.enter(*ip)));
        // The last one has been busy for the longest, the first one idle for the shortest time.
        let mut jobs = vec![held[3].usage().begin(), held[1].usage().begin()];
        drop(short);
        let mut lost = Vec::new();
        for (number, expected) in [2, 0, 3, 1].into_iter().enumerate() {
            held.push(shares.enter(key(&format!("90.{number}.1.1"))));
            jobs.extend(held.last().map(|share| share.usage().begin()));
            lost.push(from[expected]);
            let taken_back = displaced(&mut held);
            assert_eq!(taken_back.len(), lost.len());
            assert!(lost.iter().all(|ip| taken_back.contains(ip)), "{expected}");
        }
        drop(jobs);

        // An idle place of one network is kept before a busy one of a network with two.
        let shares = NetworkShares::new(3);
        let mut held: Vec<_> = ["84.1.1.1", "85.1.1.1", "85.1.1.1"]
            .map(|ip| shares.enter(key(ip)))
            .into();
        let _busy = [1, 2].map(|index| held[index].usage().begin());
        held.push(shares.enter(key("86.1.1.1")));
        assert_eq!(displaced(&mut held), [key("85.1.1.1")]);
    }

    #[test]
    fn exempt_holders_give_up_no_place() {
        let shares = NetworkShares::new(3);
        let enter = |ip: &str| shares.enter_sparing(key(ip), ClientKey::Local);
        let proxy = || shares.enter_sparing(ClientKey::Local, ClientKey::Local);
        let mut held: Vec<_> = [proxy(), proxy(), enter("84.1.1.1")]
            .into_iter()
            .flatten()
            .collect();
        held.extend(enter("85.1.1.1"));
        assert_eq!(displaced(&mut held), [key("84.1.1.1")]);
        held.extend(proxy());
        held.remove(2);
        assert_eq!(displaced(&mut held), [key("85.1.1.1")]);
        assert!(enter("86.1.1.1").is_none() && proxy().is_none());
        drop(held);
        assert!(shares.is_empty());
    }

    #[tokio::test]
    async fn work_ends_where_its_place_is_taken_back() {
        let shares = NetworkShares::new(1);
        let first = shares.enter(key("84.1.1.1"));
        let second = shares.enter(key("84.1.1.1"));
        assert_eq!(
            first.hold(std::future::pending::<()>()).await,
            Err(Displaced)
        );
        assert_eq!(second.hold(async { 7 }).await, Ok(7));
        assert!(shares.is_empty());
    }
}
