//! Who has a clearance, and how one is given.

use std::sync::Arc;

use http::HeaderMap;

use super::token::{CLEARANCE_LIFE, Clearance, Task};
use crate::client::{Client, ClientKey, home_network};
use crate::clock::SharedClock;
use crate::crypto::{SealError, Sealer, random_bytes};
use crate::http::{cookies, set_cookie};
use crate::net::Network;
use crate::store::Store;

/// The clearance cookie. Under HTTPS only the name that a browser protects is accepted.
pub(crate) const COOKIE: &str = "humanify_clearance";

const SECURE_COOKIE: &str = "__Host-humanify_clearance";

/// More cookies of one name than this are not looked at.
const MOST_COOKIES: usize = 4;

/// Gives clearances, and says who has one.
pub(crate) struct Clearances {
    pub(crate) seal: Arc<Sealer>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: SharedClock,
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
        if client.is_unknown() {
            return shown;
        }
        let name = if client.is_https() {
            SECURE_COOKIE
        } else {
            COOKIE
        };
        for token in cookies(headers, name).take(MOST_COOKIES) {
            let Some(clearance) = Clearance::open(&self.seal, token) else {
                continue;
            };
            if self.is_valid(client, &clearance, notes).await {
                shown.push(clearance.task);
            }
        }
        shown
    }

    async fn is_valid(&self, client: &Client, clearance: &Clearance, notes: bool) -> bool {
        let now = self.clock.milliseconds();
        if now >= clearance.expires() || clearance.made > now {
            return false;
        }
        if clearance.binding == binding(&self.seal, client, client.address()) {
            return true;
        }
        if client.id().is_none() || clearance.binding != binding(&self.seal, client, client.who()) {
            return false;
        }
        let Some(network) = home_network(client.address()) else {
            return false;
        };
        clearance.home == home(&self.seal, Some(network))
            || !notes
            || self
                .store
                .roam(clearance.id, network, clearance.expires())
                .wait()
                .await
                // A store that fails opens nothing.
                .unwrap_or(false)
    }

    /// The cookie for a client that solved `task`.
    pub(crate) fn cookie(&self, client: &Client, task: Task) -> Result<String, SealError> {
        let clearance = Clearance {
            made: self.clock.milliseconds(),
            binding: binding(&self.seal, client, client.who()),
            id: random_bytes()?,
            home: home(&self.seal, home_network(client.address())),
            task,
        };
        let token = clearance.seal(&self.seal)?;
        Ok(set_cookie(
            client.is_https(),
            (COOKIE, SECURE_COOKIE),
            &token,
            CLEARANCE_LIFE / 1_000,
        ))
    }
}

/// To whom something is bound: `who`, and the user agent.
pub(super) fn binding(seal: &Sealer, client: &Client, who: ClientKey) -> [u8; 16] {
    let agent = client.user_agent_bytes();
    match who {
        ClientKey::Address(network) => {
            let (kind, bits) = bits(network);
            seal.digest(&[kind, &bits, agent])
        }
        ClientKey::Id(id) => seal.digest(&[b"id", &id, agent]),
        ClientKey::Value(value) => seal.digest(&[b"value", &value, agent]),
        ClientKey::Unknown => seal.digest(&[b"unknown", agent]),
        ClientKey::Local => seal.digest(&[b"local", agent]),
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

fn bits(network: Network) -> (&'static [u8], [u8; 8]) {
    match network {
        Network::V4(bits) => (b"v4", u64::from(bits).to_le_bytes()),
        Network::V6(bits) => (b"v6", bits.to_le_bytes()),
    }
}
