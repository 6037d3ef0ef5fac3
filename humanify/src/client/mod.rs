//! The client of a request: address, id cookie, user agent.

mod forwarded;
mod hosts;
mod key;
#[cfg(test)]
mod odd_spellings;
mod origin;
#[cfg(test)]
mod tests;
mod trust;
mod user_agent;

pub(crate) use hosts::{host, names_one_host};
pub(crate) use key::{ClientKey, CounterKey, home_network};
pub use origin::AddressSource;
pub(crate) use origin::{Origin, Peer, addresses_in, origin, path_prefix};
pub use trust::ForwardedHeader;
pub(crate) use trust::{Trust, claims_forwarding, is_private};
pub(crate) use user_agent::user_agent;

use std::fmt;
use std::net::IpAddr;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use crate::net::{Network, network};
use crate::sampler::EventSampler;

/// The client of a request: its address, found through trusted proxies; the key that it is
/// counted by; its user agent.
///
/// An extractor. Without humanify's layer it rejects with 500 ([`MissingLayer`]).
///
/// ```
/// # use humanify::prelude::*;
/// async fn hello(client: Client) -> String {
///     match client.ip() {
///         Some(ip) => format!("You come from {ip}"),
///         None => "You come from nowhere".into(),
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Client {
    peer: Peer,
    origin: Origin,
    /// Boxed, since few applications use ids and every request carries this field.
    ids: Option<Box<Ids>>,
    user_agent: Option<HeaderValue>,
}

/// The ids that a client has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    pub(crate) id: Option<[u8; 16]>,
    /// The id by which limits count the client. It may be absent although the client has an id, and
    /// the other way round.
    pub(crate) limit_id: Option<[u8; 16]>,
    /// Whether limits count clients that have an id by that id.
    pub(crate) limits_by_ids: bool,
}

impl Client {
    /// A client with a bucket of its own, by its address or its id.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn new(
        peer: Peer,
        origin: Origin,
        id: Option<[u8; 16]>,
        user_agent: Option<HeaderValue>,
    ) -> Self {
        let ids = Ids {
            id,
            limit_id: id,
            limits_by_ids: id.is_some(),
        };
        Client::with_ids(peer, origin, Some(Box::new(ids)), user_agent)
    }

    /// A client with ids for clearances and for limits; `None` if the application uses no ids.
    #[inline]
    pub(crate) fn with_ids(
        peer: Peer,
        origin: Origin,
        ids: Option<Box<Ids>>,
        user_agent: Option<HeaderValue>,
    ) -> Self {
        Client {
            peer,
            origin,
            ids,
            user_agent,
        }
    }

    /// The key by which limits count the client.
    pub(crate) fn limited_as(&self) -> ClientKey {
        self.limit_id()
            .map_or_else(|| self.address(), ClientKey::Id)
    }

    /// Whether limits count the client by an id.
    pub(crate) fn is_limited_by_id(&self) -> bool {
        self.limit_id().is_some()
    }

    fn limit_id(&self) -> Option<[u8; 16]> {
        self.ids.as_ref()?.limit_id
    }

    /// Whether other clients at its address may be counted by their ids.
    pub(crate) fn shares_its_address(&self) -> bool {
        self.ids.as_ref().is_some_and(|ids| ids.limits_by_ids)
    }

    /// The client's address. Mapped, NAT64 and 6to4 addresses are returned as IPv4. `None` for the
    /// peer of a unix socket, and if a trusted proxy does not report the address.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.origin.ip
    }

    /// How the address was found.
    #[must_use]
    pub fn address_source(&self) -> AddressSource {
        self.origin.source
    }

    /// The `User-Agent` header as it was sent; `None` if it is missing or not ASCII text. The
    /// client chooses it: escape it before you print it.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_ref()?.to_str().ok()
    }

    /// Whether the client has an id and is counted by it instead of its address.
    #[must_use]
    pub fn has_id(&self) -> bool {
        self.id().is_some()
    }

    /// Whether the request came over HTTPS: a trusted proxy reports it, or
    /// [`https(true)`](crate::HumanifyBuilder::https) is set.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.origin.https
    }

    /// Whether the request came through a trusted proxy.
    #[must_use]
    pub fn is_proxied(&self) -> bool {
        self.origin.proxied
    }

    /// The hosts that a request of the client names, in lower case, without duplicates. Hosts that
    /// trusted proxies report come first.
    pub(crate) fn hosts(&self, uri: &Uri, headers: &HeaderMap) -> Vec<Vec<u8>> {
        hosts::hosts(self.origin.hosts(), uri, headers)
    }

    /// The prefix that trusted proxies removed from the path.
    pub(crate) fn stripped_prefix(&self) -> &str {
        self.origin.prefix()
    }

    /// Whether the headers that a trusted proxy passes on contradict each other, which means that
    /// the client wrote one of them.
    pub(crate) fn contradicts_its_proxy(&self) -> bool {
        self.origin.contradicts_itself
    }

    pub(crate) fn user_agent_bytes(&self) -> &[u8] {
        self.user_agent.as_ref().map_or(&[], HeaderValue::as_bytes)
    }

    pub(crate) fn id(&self) -> Option<[u8; 16]> {
        self.ids.as_ref()?.id
    }

    /// The key by which the client is counted: its id, or else its address.
    pub(crate) fn who(&self) -> ClientKey {
        self.id().map_or_else(|| self.address(), ClientKey::Id)
    }

    /// The key by which the client's address is counted.
    pub(crate) fn address(&self) -> ClientKey {
        match (self.origin.ip, self.peer) {
            (Some(ip), _) => ClientKey::Address(network(ip)),
            (None, Peer::Local) if !self.origin.proxied => ClientKey::Local,
            (None, _) => ClientKey::Unknown,
        }
    }

    /// The network of the client's address, if it is known.
    pub(crate) fn network(&self) -> Option<Network> {
        self.origin.ip.map(network)
    }

    /// Whether the client has no known address, since a trusted proxy does not report it. Such
    /// clients cannot be told apart, so nothing may be bound to one of them.
    pub(crate) fn is_unknown(&self) -> bool {
        self.address() == ClientKey::Unknown
    }

    /// Whether the client is on this machine, as a developer's browser is.
    pub(crate) fn is_loopback(&self) -> bool {
        self.origin.ip.is_some_and(|ip| ip.is_loopback())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("ip", &self.ip())
            .field("address_source", &self.address_source())
            .field("user_agent", &self.user_agent)
            .field("has_id", &self.has_id())
            .finish_non_exhaustive()
    }
}

/// Rejection of the extractors `Client` and `Detection`: the request did not pass humanify's
/// layer. It responds with 500.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the request did not pass humanify's layer: call `humanify.protect(app)` after the last route"
)]
pub struct MissingLayer;

crate::error_chain::debug_as_message!(MissingLayer);

impl IntoResponse for MissingLayer {
    fn into_response(self) -> Response {
        static SAMPLER: EventSampler = EventSampler::new();
        SAMPLER.log(|left_out| tracing::error!(left_out, "{self}"));
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
