//! `NetworkShares`: bounds concurrent use, in total and by network.

mod place_use;
#[cfg(test)]
mod tests;

pub(crate) use place_use::{Job, PlaceUse};

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
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
                        let rank = (weight, Reverse((usage.is_busy(), usage.last_change())));
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
