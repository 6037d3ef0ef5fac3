//! `Connections`: counts and bounds open connections, in total and by network.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Context;

use super::closed::{ClosedConnections, ClosingReason};
use crate::client::ClientKey;
use crate::limit::{FairSlots, SlotGuard, SlotUse};
use crate::net::{Network, network};

/// A /24 or /48 may have this many times the connections of one client.
const CLIENTS_PER_NETWORK: usize = 4;

/// The number of open connections, in total and by network.
pub(super) struct Connections {
    all: FairSlots,
    most_per_client: usize,
    open: Mutex<OpenConnections>,
    closed: Arc<ClosedConnections>,
}

/// The connections by client and by /24 or /48: never more entries than connections.
#[derive(Default)]
struct OpenConnections {
    clients: HashMap<Network, usize>,
    networks: HashMap<Network, usize>,
}

/// The slot of a connection, which is free again when this is dropped.
pub(super) struct Slot {
    connections: Arc<Connections>,
    /// The client whose limit applies; `None` if only the total counts.
    client: Option<Network>,
    slot: SlotGuard,
    is_taken: bool,
}

impl Connections {
    pub(super) fn new(
        most: usize,
        most_per_client: usize,
        closed: Arc<ClosedConnections>,
    ) -> Arc<Connections> {
        Arc::new(Connections {
            all: FairSlots::new(most),
            most_per_client,
            open: Mutex::default(),
            closed,
        })
    }

    /// A place for a connection, unless there are too many, in total or from its client or network.
    pub(super) fn enter(self: &Arc<Self>, ip: Option<IpAddr>) -> Option<Slot> {
        let client = ip.map(network);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = client {
            let most_per_network = self.most_per_client.saturating_mul(CLIENTS_PER_NETWORK);
            let of = |map: &HashMap<Network, usize>, network| map.get(&network).copied();
            let own = of(&open.clients, client).unwrap_or(0);
            let wider = of(&open.networks, client.subnet()).unwrap_or(0);
            if own >= self.most_per_client || wider >= most_per_network {
                return None;
            }
        }
        let address = client.map_or(ClientKey::Local, ClientKey::Address);
        let slot = self.all.enter_sparing(address, ClientKey::Local)?;
        if let Some(client) = client {
            *open.clients.entry(client).or_default() += 1;
            *open.networks.entry(client.subnet()).or_default() += 1;
        }
        Some(Slot {
            connections: Arc::clone(self),
            client,
            slot,
            is_taken: false,
        })
    }
}

impl Slot {
    /// Whether the connection is idle or busy, for its server to tell.
    pub(super) fn usage(&self) -> &Arc<SlotUse> {
        self.slot.usage()
    }

    /// Whether the connection has to give its place to another one. If not, the task is woken when it
    /// has to.
    pub(super) fn is_taken(&mut self, context: &mut Context<'_>) -> bool {
        if !self.is_taken && self.slot.is_displaced(context) {
            self.is_taken = true;
            let address = self.client.map(|client| client.to_net().addr());
            let closed = &self.connections.closed;
            closed.note(ClosingReason::Displaced, address);
        }
        self.is_taken
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(client) = self.client {
            let open = &self.connections.open;
            let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
            leave(&mut open.clients, client);
            leave(&mut open.networks, client.subnet());
        }
    }
}

fn leave(map: &mut HashMap<Network, usize>, network: Network) {
    if let Some(count) = map.get_mut(&network) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            map.remove(&network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(most: usize, most_per_client: usize) -> Arc<Connections> {
        let closed = ClosedConnections::new(|address| address.to_string());
        Connections::new(most, most_per_client, closed)
    }

    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn neither_a_client_nor_a_network_takes_all_connections() {
        let connections = connections(100, 2);
        let mut held = Vec::new();
        for number in 0..10 {
            for _ in 0..3 {
                held.extend(connections.enter(ip(&format!("84.140.1.{number}"))));
                held.extend(connections.enter(ip(&format!("2a02:8100:1:{number:x}::1"))));
            }
        }
        assert_eq!(
            held.len(),
            16,
            "eight for each network, two for each client"
        );
        assert!(connections.enter(ip("84.140.2.1")).is_some());
        assert!(connections.enter(ip("2a02:8100:2::1")).is_some());
        held.clear();
        assert!(connections.enter(ip("84.140.1.1")).is_some());
        let open = connections.open.lock().unwrap();
        assert_eq!((open.clients.len(), open.networks.len()), (0, 0));
        assert!(connections.all.is_empty());
    }

    #[test]
    fn connections_are_bounded_and_another_network_still_gets_one() {
        let connections = connections(3, 100);
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut held: Vec<Slot> = (0..9)
            .filter_map(|_| connections.enter(ip("84.140.1.1")))
            .collect();
        held.extend(connections.enter(ip("85.140.1.1")));
        let open = held.iter_mut().map(|slot| !slot.is_taken(&mut context));
        let open: Vec<bool> = open.collect();
        assert_eq!(open[7..], [true, true, true]);
        assert!(open[..7].iter().all(|open| !open));
        // Those of trusted proxies end for nobody.
        drop(held);
        let held: Vec<Slot> = (0..9).filter_map(|_| connections.enter(None)).collect();
        assert_eq!(held.len(), 3);
        assert!(connections.enter(ip("84.140.1.1")).is_none());
        drop(held);
        assert!(connections.enter(None).is_some());
    }
}
