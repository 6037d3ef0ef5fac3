//! `NetworkShares`: bounds concurrent use, in total and by network.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::client::ClientKey;

/// The clients of one address may hold this fraction of the places: one in `SHARE`.
const SHARE: usize = 4;

/// The wider networks of an address, as prefix lengths of IPv4 and IPv6, each with the divisor of
/// the places that it may hold. A client with many addresses therefore delays only its own network.
const WIDER_SHARES: [(u32, u32, usize); 2] = [(24, 48, 4), (16, 32, 2)];

/// A number of places, of which each network holds at most its share.
#[derive(Clone)]
pub(crate) struct NetworkShares {
    all: usize,
    places: Arc<Mutex<Places>>,
}

/// The places that are held. Each place has at most three entries in `holders`.
#[derive(Default)]
struct Places {
    taken: usize,
    holders: HashMap<Holder, usize>,
}

/// An address, or one of its wider networks by its index in the shares.
type Holder = (Option<usize>, ClientKey);

/// The holders of a place, each with the divisor of the places that it may hold.
fn holders(address: ClientKey) -> impl Iterator<Item = (Holder, usize)> {
    let wider = WIDER_SHARES.into_iter().enumerate();
    let wider = wider.filter_map(move |(index, (v4, v6, part))| match address {
        ClientKey::Address(network) => {
            let network = ClientKey::Address(network.wider(v4, v6));
            Some(((Some(index), network), part))
        }
        _ => None,
    });
    std::iter::once(((None, address), SHARE)).chain(wider)
}

impl NetworkShares {
    pub(crate) fn new(all: usize) -> NetworkShares {
        NetworkShares {
            all,
            places: Arc::default(),
        }
    }

    /// Takes a place; `None` if all places, or the share of one of the client's networks, are
    /// taken.
    pub(crate) fn enter(&self, address: ClientKey) -> Option<NetworkShare> {
        let mut places = self.places();
        let is_full = holders(address).any(|(holder, part)| {
            let held = places.holders.get(&holder).copied().unwrap_or(0);
            held >= self.all.div_ceil(part)
        });
        if is_full || places.taken >= self.all {
            return None;
        }
        places.taken += 1;
        for (holder, _) in holders(address) {
            *places.holders.entry(holder).or_default() += 1;
        }
        Some(NetworkShare {
            shares: self.clone(),
            address,
        })
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        let places = self.places();
        places.taken == 0 && places.holders.is_empty()
    }

    fn leave(&self, address: ClientKey) {
        let mut places = self.places();
        places.taken = places.taken.saturating_sub(1);
        for (holder, _) in holders(address) {
            if let Some(held) = places.holders.get_mut(&holder) {
                *held = held.saturating_sub(1);
                if *held == 0 {
                    places.holders.remove(&holder);
                }
            }
        }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A taken place. Dropping it frees the place.
pub(crate) struct NetworkShare {
    shares: NetworkShares,
    address: ClientKey,
}

impl Drop for NetworkShare {
    fn drop(&mut self) {
        self.shares.leave(self.address);
    }
}
