//! Who has a clearance, and how one is given.

use std::sync::Arc;

use http::HeaderMap;

use super::token::{CLEARANCE_LIFE, Clearance, Family, Task};
use crate::client::{Client, ClientKey, home_network};
use crate::clock::{SharedClock, is_current};
use crate::crypto::{SealError, Sealer};
use crate::http::{CookieNames, cookies};
use crate::net::Network;
use crate::store::{MaybeReady, Store};

/// Networks beside the first that a clearance with a client id may be shown in.
const ROAMING: usize = 7;

/// More cookies of one name than this are not looked at.
const MOST_COOKIES: usize = 4;

/// Where a clearance is shown.
enum Place {
    /// Where it was given.
    Home,
    /// In a network that it may be shown in if that is one of the first so many.
    Elsewhere { network: Network, most: usize },
    /// Where it does not hold.
    Nowhere,
}

/// Gives clearances, and says who has one.
pub(crate) struct Clearances {
    pub(crate) seal: Arc<Sealer>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: SharedClock,
    pub(crate) cookies: Arc<CookieNames>,
}

impl Clearances {
    /// What the clearances are worth that the request shows and that are this client's. A
    /// client whose address is not known has none, since nothing tells it from others.
    pub(crate) async fn shown(&self, client: &Client, headers: &HeaderMap) -> Vec<Task> {
        self.presented(client, headers, true).await
    }

    /// The same. Where a clearance is shown away from home is only noted if `notes` says so;
    /// otherwise it holds there.
    pub(crate) async fn presented(
        &self,
        client: &Client,
        headers: &HeaderMap,
        notes: bool,
    ) -> Vec<Task> {
        let mut shown = Vec::new();
        for clearance in self.found(client, headers) {
            let holds = match self.place(client, &clearance) {
                Place::Home => true,
                Place::Elsewhere { .. } if !notes => true,
                Place::Elsewhere { network, most } => {
                    let noted = self.note(&clearance, network, most).wait().await;
                    // A store that fails opens nothing.
                    noted.unwrap_or(false)
                }
                Place::Nowhere => false,
            };
            if holds {
                shown.push(clearance.task);
            }
        }
        shown
    }

    /// The same for a store that answers at once: where it does not, a clearance holds only at
    /// home.
    pub(crate) fn presented_now(&self, client: &Client, headers: &HeaderMap) -> Vec<Task> {
        let holds = |clearance: &Clearance| match self.place(client, clearance) {
            Place::Home => true,
            Place::Elsewhere { network, most } => self
                .note(clearance, network, most)
                .now()
                .is_some_and(|noted| noted.unwrap_or(false)),
            Place::Nowhere => false,
        };
        let found = self.found(client, headers).filter(holds);
        found.map(|clearance| clearance.task).collect()
    }

    /// The clearances in the cookies of a request, whoever they are for. A client whose address is
    /// not known has none, since nothing tells it from others.
    fn found<'a>(
        &'a self,
        client: &Client,
        headers: &'a HeaderMap,
    ) -> impl Iterator<Item = Clearance> {
        let name = self.cookies.clearance.get(client.is_https());
        let most = if client.is_unknown() { 0 } else { MOST_COOKIES };
        cookies(headers, name)
            .take(most)
            .filter_map(|token| Clearance::open(&self.seal, token))
    }

    /// Notes a network in which a clearance is shown away from home, and says whether it is one of
    /// at most so many.
    fn note(&self, clearance: &Clearance, network: Network, most: usize) -> MaybeReady<'_, bool> {
        self.store
            .roam(clearance.id, network, most, clearance.expires())
    }

    /// The id of the clearance that a cookie holds, for the tests of an application.
    #[cfg(feature = "testing")]
    pub(crate) fn id(&self, cookie: &[u8]) -> Option<[u8; 16]> {
        Clearance::open(&self.seal, cookie).map(|clearance| clearance.id)
    }

    /// Where a client shows a clearance.
    fn place(&self, client: &Client, clearance: &Clearance) -> Place {
        if !is_current(clearance.made, CLEARANCE_LIFE, self.clock.milliseconds()) {
            return Place::Nowhere;
        }
        if is_bound(&self.seal, &clearance.binding, client, client.address()) {
            return Place::Home;
        }
        if let Some(family) = clearance.family {
            return self.place_in_other_family(client, clearance, family);
        }
        if client.id().is_none() || !is_bound(&self.seal, &clearance.binding, client, client.who())
        {
            return Place::Nowhere;
        }
        match home_network(client.address()) {
            None => Place::Nowhere,
            Some(network) if is_home(&self.seal, &clearance.home, network) => Place::Home,
            Some(network) => Place::Elsewhere {
                network,
                most: ROAMING,
            },
        }
    }

    /// Where a client shows a clearance that was given to an address of the other family: it holds
    /// in the first network of that family in which it was shown.
    fn place_in_other_family(
        &self,
        client: &Client,
        clearance: &Clearance,
        family: Family,
    ) -> Place {
        let ClientKey::Address(network) = client.address() else {
            return Place::Nowhere;
        };
        let fields: [&[u8]; 2] = [b"agent", client.user_agent_bytes()];
        if family_of(network) == family || !self.seal.is_digest(&clearance.agent, &fields) {
            return Place::Nowhere;
        }
        Place::Elsewhere { network, most: 1 }
    }

    /// The cookie for a client that solved `task` at that instant. However often it is made,
    /// it is one clearance if it has one `id`.
    pub(crate) fn cookie(
        &self,
        client: &Client,
        task: Task,
        id: [u8; 16],
        made: u64,
    ) -> Result<String, SealError> {
        let clearance = Clearance {
            made,
            binding: binding(&self.seal, client, client.who()),
            id,
            home: home(&self.seal, home_network(client.address())),
            agent: self.seal.digest(&[b"agent", client.user_agent_bytes()]),
            family: match client.who() {
                ClientKey::Address(network) => Some(family_of(network)),
                _ => None,
            },
            task,
        };
        let token = clearance.seal(&self.seal)?;
        let seconds = CLEARANCE_LIFE / 1_000;
        let name = &self.cookies.clearance;
        Ok(self.cookies.set(name, client.is_https(), &token, seconds))
    }
}

fn family_of(network: Network) -> Family {
    match network {
        Network::V4(_) => Family::V4,
        Network::V6(_) => Family::V6,
    }
}

/// To whom something is bound: `who`, and the user agent.
fn binding(seal: &Sealer, client: &Client, who: ClientKey) -> [u8; 16] {
    with_binding(client, who, |fields| seal.digest(fields))
}

fn is_bound(seal: &Sealer, bound: &[u8; 16], client: &Client, who: ClientKey) -> bool {
    with_binding(client, who, |fields| seal.is_digest(bound, fields))
}

fn with_binding<T>(client: &Client, who: ClientKey, digest: impl FnOnce(&[&[u8]]) -> T) -> T {
    let agent = client.user_agent_bytes();
    match who {
        ClientKey::Address(network) => {
            let (kind, bits) = bits(network);
            digest(&[kind, &bits, agent])
        }
        ClientKey::Id(id) => digest(&[b"id", &id, agent]),
        ClientKey::Value(value) => digest(&[b"value", &value, agent]),
        ClientKey::Unknown => digest(&[b"unknown", agent]),
        ClientKey::Local => digest(&[b"local", agent]),
    }
}

fn home(seal: &Sealer, network: Option<Network>) -> [u8; 16] {
    match network {
        Some(network) => {
            let (kind, bits) = bits(network);
            seal.digest(&[b"home", kind, &bits])
        }
        None => seal.digest(&[b"nowhere"]),
    }
}

fn is_home(seal: &Sealer, home: &[u8; 16], network: Network) -> bool {
    let (kind, bits) = bits(network);
    seal.is_digest(home, &[b"home", kind, &bits])
}

fn bits(network: Network) -> (&'static [u8], [u8; 8]) {
    match network {
        Network::V4(bits) => (b"v4", u64::from(bits).to_le_bytes()),
        Network::V6(bits) => (b"v6", bits.to_le_bytes()),
    }
}
