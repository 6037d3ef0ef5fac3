//! `Clearances`: issues clearances, and opens those in the cookies of a request.

use std::sync::Arc;

use http::HeaderMap;

use super::clearance_terms::{ClearanceTerms, requests_of};
use super::task::Task;
use super::token::{Clearance, Family};
use crate::client::{Client, ClientKey, home_network};
use crate::clock::{SharedClock, is_current};
use crate::crypto::{SealError, Sealer};
use crate::http::{CookieNames, cookies};
use crate::net::Network;
use crate::store::{Bucket, CountMode, CountOutcome, MaybeReady, NetworkUse, Store};

/// The maximum number of networks besides the first in which a clearance with a client id holds.
const MAX_ROAMING_NETWORKS: usize = 7;

/// The maximum number of cookies of one name that are opened.
const MAX_COOKIES: usize = 4;

/// A request that may present clearances.
#[derive(Clone, Copy)]
pub(crate) struct ClearanceRequest<'a> {
    pub(crate) client: &'a Client,
    pub(crate) headers: &'a HeaderMap,
    /// Whether a media player may have sent it for the browser, with its own user agent.
    pub(crate) for_media: bool,
}

/// The relation of a request to a clearance in its cookies.
enum NetworkMatch {
    /// The clearance was given for this network.
    Home,
    /// Another network. The clearance holds there if it is one of the first `most`; if `most` is
    /// zero, only if it is recorded already.
    Elsewhere { network: Network, most: usize },
    /// The clearance does not hold.
    Nowhere,
}

/// A clearance to issue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewClearance {
    /// The task that it is worth.
    pub(crate) task: Task,
    pub(crate) id: [u8; 16],
    /// The time from which it holds, in milliseconds since 1970.
    pub(crate) created_at: u64,
    /// How long it holds, and for how many requests.
    pub(crate) terms: ClearanceTerms,
}

/// A clearance that a request presents and that holds for it.
#[derive(Debug, Clone)]
pub(crate) struct PresentedClearance {
    /// The task that it is worth.
    pub(crate) task: Task,
    /// Its budget of requests, if it has one.
    pub(crate) requests: Option<Bucket>,
}

/// Issues clearances, and finds those that a request presents.
pub(crate) struct Clearances {
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: SharedClock,
    pub(crate) cookies: Arc<CookieNames>,
}

impl Clearances {
    /// The tasks of the clearances that a request presents and that hold for the client. A client
    /// with an unknown address has none, since nothing distinguishes it from others.
    pub(crate) async fn shown(&self, client: &Client, headers: &HeaderMap) -> Vec<Task> {
        let showing = ClearanceRequest {
            client,
            headers,
            for_media: false,
        };
        let mut shown = Vec::new();
        for presented in self.presented(showing, true).await {
            if self.has_requests_left(&presented).await {
                shown.push(presented.task);
            }
        }
        shown
    }

    /// Whether a clearance would let one more request pass; `false` if the store fails.
    pub(crate) async fn has_requests_left(&self, presented: &PresentedClearance) -> bool {
        let Some(bucket) = presented.requests else {
            return true;
        };
        let counted = self.store.count(&[bucket], CountMode::Peek).wait().await;
        matches!(counted, Ok(CountOutcome::Within(_)))
    }

    /// The clearances that a request presents and that hold for it. Foreign networks are recorded
    /// only if `notes` is set; otherwise clearances hold there without a record.
    pub(crate) async fn presented(
        &self,
        showing: ClearanceRequest<'_>,
        notes: bool,
    ) -> Vec<PresentedClearance> {
        let mut shown = Vec::new();
        for clearance in self.found(showing.client, showing.headers) {
            let holds = match self.place(showing, &clearance) {
                NetworkMatch::Home => true,
                // With `most` zero, the store only looks up and records nothing.
                NetworkMatch::Elsewhere { most, .. } if !notes && most > 0 => true,
                NetworkMatch::Elsewhere { network, most } => {
                    let noted = self
                        .record_network_use(&clearance, network, most)
                        .wait()
                        .await;
                    // If the store fails, the clearance does not hold.
                    noted.unwrap_or(false)
                }
                NetworkMatch::Nowhere => false,
            };
            if holds {
                shown.push(presented(&clearance));
            }
        }
        shown
    }

    /// Like [`presented`](Self::presented), without waiting: if the store does not answer at once,
    /// a clearance holds only in its own network.
    pub(crate) fn presented_now(&self, showing: ClearanceRequest<'_>) -> Vec<PresentedClearance> {
        let holds = |clearance: &Clearance| match self.place(showing, clearance) {
            NetworkMatch::Home => true,
            NetworkMatch::Elsewhere { network, most } => self
                .record_network_use(clearance, network, most)
                .now()
                .is_some_and(|noted| noted.unwrap_or(false)),
            NetworkMatch::Nowhere => false,
        };
        let found = self.found(showing.client, showing.headers);
        let found = found.filter(holds);
        found.map(|clearance| presented(&clearance)).collect()
    }

    /// The clearances in the cookies of a request, whichever client they belong to. A client with
    /// an unknown address has none, since nothing distinguishes it from others.
    fn found<'a>(
        &'a self,
        client: &Client,
        headers: &'a HeaderMap,
    ) -> impl Iterator<Item = Clearance> {
        let name = self.cookies.clearance.get(client.is_https());
        let most = if client.is_unknown() { 0 } else { MAX_COOKIES };
        cookies(headers, name)
            .take(most)
            .filter_map(|token| Clearance::open(&self.sealer, token))
    }

    /// Records a network in which a clearance is presented. Returns whether it is among the first
    /// `most` ones.
    fn record_network_use(
        &self,
        clearance: &Clearance,
        network: Network,
        most: usize,
    ) -> MaybeReady<'_, bool> {
        let (why, expires) = (NetworkUse::Clearance, clearance.expires());
        self.store
            .record_network(why, clearance.id, network, most, expires)
    }

    /// The id of the clearance in a cookie, for the tests of an application.
    #[cfg(feature = "testing")]
    pub(crate) fn id(&self, cookie: &[u8]) -> Option<[u8; 16]> {
        Clearance::open(&self.sealer, cookie).map(|clearance| clearance.id)
    }

    /// The relation of a request to a clearance.
    fn place(&self, showing: ClearanceRequest<'_>, clearance: &Clearance) -> NetworkMatch {
        let client = showing.client;
        if !is_current(
            clearance.created_at,
            clearance.life(),
            self.clock.milliseconds(),
        ) {
            return NetworkMatch::Nowhere;
        }
        if is_bound(&self.sealer, &clearance.binding, client, client.address()) {
            return NetworkMatch::Home;
        }
        match clearance.family {
            Some(family) => self.place_of_address(showing, clearance, family),
            None => self.place_of_id(showing, clearance),
        }
    }

    /// The relation of a request to a clearance that is bound to an address. It also holds in the
    /// first network of the other family in which its browser presents it. A media player may
    /// present it in both.
    fn place_of_address(
        &self,
        showing: ClearanceRequest<'_>,
        clearance: &Clearance,
        family: Family,
    ) -> NetworkMatch {
        let client = showing.client;
        let ClientKey::Address(network) = client.address() else {
            return NetworkMatch::Nowhere;
        };
        let is_browser = self
            .sealer
            .is_digest(&clearance.half, &agent_fields(client));
        let most = match (is_browser, showing.for_media) {
            (true, _) => 1,
            (false, true) => 0,
            (false, false) => return NetworkMatch::Nowhere,
        };
        if family_of(network) != family {
            NetworkMatch::Elsewhere { network, most }
        } else if is_home(&self.sealer, &clearance.home, network) {
            NetworkMatch::Home
        } else {
            NetworkMatch::Nowhere
        }
    }

    /// The relation of a request to a clearance that is bound to a client id. It holds in its own
    /// network, and in the first others in which its browser presents it. A media player with the
    /// same id may present it in all of them.
    fn place_of_id(&self, showing: ClearanceRequest<'_>, clearance: &Clearance) -> NetworkMatch {
        let client = showing.client;
        let Some(id) = client.id() else {
            return NetworkMatch::Nowhere;
        };
        let half = &clearance.half;
        let most = if is_bound(&self.sealer, &clearance.binding, client, client.who()) {
            MAX_ROAMING_NETWORKS
        } else if showing.for_media && self.sealer.is_digest(half, &id_fields(&id)) {
            0
        } else {
            return NetworkMatch::Nowhere;
        };
        match home_network(client.address()) {
            None => NetworkMatch::Nowhere,
            Some(network) if is_home(&self.sealer, &clearance.home, network) => NetworkMatch::Home,
            Some(network) => NetworkMatch::Elsewhere { network, most },
        }
    }

    /// The cookie for a client. Cookies with the same `id` are one clearance, however many are
    /// made.
    pub(crate) fn cookie(&self, client: &Client, grant: NewClearance) -> Result<String, SealError> {
        let sealer = &self.sealer;
        let (home_network, half, family) = match client.who() {
            ClientKey::Address(network) => (
                Some(network),
                sealer.digest(&agent_fields(client)),
                Some(family_of(network)),
            ),
            ClientKey::Id(id) => (
                home_network(client.address()),
                sealer.digest(&id_fields(&id)),
                None,
            ),
            _ => (None, sealer.digest(&agent_fields(client)), None),
        };
        let clearance = Clearance {
            created_at: grant.created_at,
            seconds: grant.terms.seconds,
            requests: grant.terms.requests,
            binding: binding(sealer, client, client.who()),
            id: grant.id,
            home: home(sealer, home_network),
            half,
            family,
            task: grant.task,
        };
        let token = clearance.seal(&self.sealer)?;
        let name = &self.cookies.clearance;
        Ok(self
            .cookies
            .set(name, client.is_https(), &token, grant.terms.seconds.into()))
    }
}

fn presented(clearance: &Clearance) -> PresentedClearance {
    let terms = ClearanceTerms {
        seconds: clearance.seconds,
        requests: clearance.requests,
    };
    PresentedClearance {
        task: clearance.task,
        requests: requests_of(clearance.id, terms),
    }
}

fn family_of(network: Network) -> Family {
    match network {
        Network::V4(_) => Family::V4,
        Network::V6(_) => Family::V6,
    }
}

fn agent_fields(client: &Client) -> [&[u8]; 2] {
    [b"agent", client.user_agent_bytes()]
}

fn id_fields(id: &[u8; 16]) -> [&[u8]; 2] {
    [b"client id", id]
}

/// The digest that binds a token to `who` and to the client's user agent.
pub(super) fn binding(sealer: &Sealer, client: &Client, who: ClientKey) -> [u8; 16] {
    with_binding(client, who, |fields| sealer.digest(fields))
}

pub(super) fn is_bound(sealer: &Sealer, bound: &[u8; 16], client: &Client, who: ClientKey) -> bool {
    with_binding(client, who, |fields| sealer.is_digest(bound, fields))
}

/// Hands over what binds something to `who` and to the client's user agent.
pub(super) fn with_binding<T>(
    client: &Client,
    who: ClientKey,
    digest: impl FnOnce(&[&[u8]]) -> T,
) -> T {
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

fn home(sealer: &Sealer, network: Option<Network>) -> [u8; 16] {
    match network {
        Some(network) => {
            let (kind, bits) = bits(network);
            sealer.digest(&[b"home", kind, &bits])
        }
        None => sealer.digest(&[b"nowhere"]),
    }
}

fn is_home(sealer: &Sealer, home: &[u8; 16], network: Network) -> bool {
    let (kind, bits) = bits(network);
    sealer.is_digest(home, &[b"home", kind, &bits])
}

fn bits(network: Network) -> (&'static [u8], [u8; 8]) {
    match network {
        Network::V4(bits) => (b"v4", u64::from(bits).to_le_bytes()),
        Network::V6(bits) => (b"v6", bits.to_le_bytes()),
    }
}
