//! The client of a request: address, id cookie, user agent.

mod forwarded;
mod hosts;
mod key;
mod origin;
#[cfg(test)]
mod tests;
mod trust;

pub(crate) use hosts::{host, names_one_host};
pub(crate) use key::{ClientKey, CounterKey, home_network};
pub use origin::AddressSource;
pub(crate) use origin::{Origin, Peer, named, origin, path_prefix};
pub use trust::ForwardedHeader;
pub(crate) use trust::{Trust, claims_forwarding, is_private};

use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use crate::net::network;

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
pub struct Client(Arc<Inner>);

struct Inner {
    peer: Peer,
    origin: Origin,
    id: Option<[u8; 16]>,
    /// The id by which limits count the client. It may be absent although the client has an id, and
    /// the other way round.
    limit_id: Option<[u8; 16]>,
    /// Whether limits count clients that have an id by that id.
    limits_by_ids: bool,
    user_agent: Option<HeaderValue>,
}

impl Client {
    pub(crate) fn new(
        peer: Peer,
        origin: Origin,
        id: Option<[u8; 16]>,
        user_agent: Option<HeaderValue>,
    ) -> Self {
        Client(Arc::new(Inner {
            peer,
            origin,
            id,
            limit_id: id,
            limits_by_ids: id.is_some(),
            user_agent,
        }))
    }

    /// This client, counted in limits by its id or, before it has one, by its address.
    pub(crate) fn limited_by_ids(self, limit_id: Option<[u8; 16]>) -> Self {
        self.limited(limit_id, true)
    }

    /// This client, counted in limits by its address, even if it has an id.
    pub(crate) fn limited_by_address(self) -> Self {
        self.limited(None, false)
    }

    fn limited(self, limit_id: Option<[u8; 16]>, limits_by_ids: bool) -> Self {
        if self.0.limit_id == limit_id && self.0.limits_by_ids == limits_by_ids {
            return self;
        }
        Client(Arc::new(Inner {
            peer: self.0.peer,
            origin: self.0.origin.clone(),
            id: self.0.id,
            limit_id,
            limits_by_ids,
            user_agent: self.0.user_agent.clone(),
        }))
    }

    /// The key by which limits count the client.
    pub(crate) fn limited_as(&self) -> ClientKey {
        self.0
            .limit_id
            .map_or_else(|| self.address(), ClientKey::Id)
    }

    /// Whether limits count the client by an id.
    pub(crate) fn is_limited_by_id(&self) -> bool {
        self.0.limit_id.is_some()
    }

    /// Whether other clients at its address may be counted by their ids.
    pub(crate) fn shares_its_address(&self) -> bool {
        self.0.limits_by_ids
    }

    /// The client's address. Mapped, NAT64 and 6to4 addresses are returned as IPv4. `None` for the
    /// peer of a unix socket, and if a trusted proxy does not report the address.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.0.origin.ip
    }

    /// How the address was found.
    #[must_use]
    pub fn address_source(&self) -> AddressSource {
        self.0.origin.source
    }

    /// The `User-Agent` header as it was sent; `None` if it is missing or not ASCII text. The
    /// client chooses it: escape it before you print it.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.0.user_agent.as_ref()?.to_str().ok()
    }

    /// Whether the client has an id and is counted by it instead of its address.
    #[must_use]
    pub fn has_id(&self) -> bool {
        self.0.id.is_some()
    }

    /// Whether the request came over HTTPS: a trusted proxy reports it, or
    /// [`https(true)`](crate::HumanifyBuilder::https) is set.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.origin.https
    }

    /// Whether the request came through a trusted proxy.
    #[must_use]
    pub fn is_proxied(&self) -> bool {
        self.0.origin.proxied
    }

    /// The hosts that a request of the client names, in lower case, without duplicates. Hosts that
    /// trusted proxies report come first.
    pub(crate) fn hosts(&self, uri: &Uri, headers: &HeaderMap) -> Vec<Vec<u8>> {
        hosts::hosts(&self.0.origin.hosts, uri, headers)
    }

    /// The prefix that trusted proxies removed from the path.
    pub(crate) fn stripped_prefix(&self) -> &str {
        &self.0.origin.prefix
    }

    /// Whether the headers that a trusted proxy passes on contradict each other, which means that
    /// the client wrote one of them.
    pub(crate) fn contradicts_its_proxy(&self) -> bool {
        self.0.origin.contradicts_itself
    }

    pub(crate) fn user_agent_bytes(&self) -> &[u8] {
        self.0
            .user_agent
            .as_ref()
            .map_or(&[], HeaderValue::as_bytes)
    }

    pub(crate) fn id(&self) -> Option<[u8; 16]> {
        self.0.id
    }

    /// The key by which the client is counted: its id, or else its address.
    pub(crate) fn who(&self) -> ClientKey {
        self.0.id.map_or_else(|| self.address(), ClientKey::Id)
    }

    /// The key by which the client's address is counted.
    pub(crate) fn address(&self) -> ClientKey {
        match (self.0.origin.ip, self.0.peer) {
            (Some(ip), _) => ClientKey::Address(network(ip)),
            (None, Peer::Local) if !self.0.origin.proxied => ClientKey::Local,
            (None, _) => ClientKey::Unknown,
        }
    }

    /// Whether the client has no known address, since a trusted proxy does not report it. Such
    /// clients cannot be told apart, so nothing may be bound to one of them.
    pub(crate) fn is_unknown(&self) -> bool {
        self.address() == ClientKey::Unknown
    }

    /// Whether the client is on this machine, as a developer's browser is.
    pub(crate) fn is_loopback(&self) -> bool {
        self.0.origin.ip.is_some_and(|ip| ip.is_loopback())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("ip", &self.ip())
            .field("address_source", &self.address_source())
            .field("user_agent", &self.0.user_agent)
            .field("has_id", &self.has_id())
            .finish_non_exhaustive()
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingLayer> {
        parts.extensions.get().cloned().ok_or(MissingLayer)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get().cloned())
    }
}

/// Rejection of the extractors `Client` and `Detection`: the request did not pass humanify's
/// layer. It responds with 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the request did not pass humanify's layer: call `humanify.protect(app)` after the last route"
)]
pub struct MissingLayer;

impl IntoResponse for MissingLayer {
    fn into_response(self) -> Response {
        tracing::error!("{self}");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
