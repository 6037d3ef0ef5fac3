//! `FairSlots`: a bounded number of slots; when all are taken, the network that holds the most loses one.

mod slot_use;
#[cfg(test)]
mod tests;

pub(crate) use slot_use::{Job, SlotUse};

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::client::ClientKey;

/// A bounded number of slots. A newcomer always gets one: if all are taken, the /16 or /32 that holds
/// the most slots loses one, in it the /24 or /48 that holds the most, and in that the address that
/// holds the most. Therefore a network with many slots never displaces one with fewer. Among equals,
/// an idle slot is lost before a busy one, and then the slot that has been so longest.
#[derive(Clone)]
pub(crate) struct FairSlots {
    capacity: usize,
    slots: Arc<Mutex<Slots>>,
    /// The number of the next change of any slot.
    next: Arc<AtomicU64>,
}

/// The slots that are held. There are never more entries than slots.
#[derive(Default)]
struct Slots {
    taken: usize,
    networks: HashMap<ClientKey, BlockSlots>,
}

/// The slots of a /16 or /32.
#[derive(Default)]
struct BlockSlots {
    taken: usize,
    networks: HashMap<ClientKey, SubnetSlots>,
}

/// The slots of a /24 or /48.
#[derive(Default)]
struct SubnetSlots {
    taken: usize,
    /// The slots of each address by number.
    addresses: HashMap<ClientKey, BTreeMap<u64, Slot>>,
}

struct Slot {
    usage: Arc<SlotUse>,
    /// Dropping this tells the holder that it lost the slot.
    #[allow(dead_code, reason = "the holder is told where it is dropped")]
    displacement_sender: oneshot::Sender<()>,
}

/// The work lost its slot.
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

impl FairSlots {
    pub(crate) fn new(capacity: usize) -> FairSlots {
        FairSlots {
            capacity: capacity.max(1),
            slots: Arc::default(),
            next: Arc::default(),
        }
    }

    /// Takes a slot, from another holder if all are taken.
    pub(crate) fn enter(&self, address: ClientKey) -> SlotGuard {
        let mut slots = self.slots();
        self.make_room(&mut slots, address);
        self.take(&mut slots, address)
    }

    /// Takes a slot, from a holder other than `kept` if all are taken. `None` if `kept` holds all
    /// slots.
    pub(crate) fn enter_sparing(&self, address: ClientKey, kept: ClientKey) -> Option<SlotGuard> {
        let mut slots = self.slots();
        let before = slots.networks.remove(&kept);
        let is_free = self.make_room(&mut slots, address);
        if let Some(before) = before {
            slots.networks.insert(kept, before);
        }
        is_free.then(|| self.take(&mut slots, address))
    }

    /// Takes a slot back if all are taken. Returns whether one is free.
    fn make_room(&self, slots: &mut Slots, address: ClientKey) -> bool {
        if slots.taken < self.capacity {
            return true;
        }
        let Some((address, number)) = slots.to_displace(address) else {
            return false;
        };
        slots.leave(address, number);
        true
    }

    fn take(&self, slots: &mut Slots, address: ClientKey) -> SlotGuard {
        let (displacement_sender, displaced) = oneshot::channel();
        let usage = SlotUse::new(&self.next);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let slot = Slot {
            usage: Arc::clone(&usage),
            displacement_sender,
        };
        slots.enter(address, number, slot);
        SlotGuard {
            slots: self.clone(),
            address,
            number,
            usage,
            displaced: Some(displaced),
        }
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        let slots = self.slots();
        slots.taken == 0 && slots.networks.is_empty()
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    /// The slot to take back if somebody comes from `address`. Only networks and addresses that
    /// hold as many as any before are looked into.
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
                    for (number, slot) in in_address {
                        let usage = &slot.usage;
                        let rank = (weight, Reverse((usage.is_busy(), usage.last_change())));
                        if chosen.as_ref().is_none_or(|(highest, _)| rank > *highest) {
                            chosen = Some((rank, (*address, *number)));
                        }
                    }
                }
            }
        }
        chosen.map(|(_, slot)| slot)
    }

    fn enter(&mut self, address: ClientKey, number: u64, slot: Slot) {
        let [wide, narrow, _] = enclosing_networks(address);
        self.taken += 1;
        let wide = self.networks.entry(wide).or_default();
        wide.taken += 1;
        let narrow = wide.networks.entry(narrow).or_default();
        narrow.taken += 1;
        let in_address = narrow.addresses.entry(address).or_default();
        in_address.insert(number, slot);
    }

    /// Frees a slot, unless it was taken back.
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

/// A taken slot. Dropping it frees the slot.
pub(crate) struct SlotGuard {
    slots: FairSlots,
    address: ClientKey,
    number: u64,
    usage: Arc<SlotUse>,
    /// `None` once the slot was taken back.
    displaced: Option<oneshot::Receiver<()>>,
}

impl SlotGuard {
    /// Whether the slot is idle or busy, for its holder to tell.
    pub(crate) fn usage(&self) -> &Arc<SlotUse> {
        &self.usage
    }

    /// Whether the slot was taken back. If not, the task is woken when it is.
    pub(crate) fn is_displaced(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(displaced) = &mut self.displaced
            && Pin::new(displaced).poll(context).is_ready()
        {
            self.displaced = None;
        }
        self.displaced.is_none()
    }

    /// Runs the work that needs the slot.
    ///
    /// # Errors
    /// [`Displaced`], if the slot was taken back before the work was done.
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

impl Drop for SlotGuard {
    fn drop(&mut self) {
        self.slots.slots().leave(self.address, self.number);
    }
}
