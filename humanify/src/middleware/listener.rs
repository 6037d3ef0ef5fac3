//! `Connection`: the peer address of a connection, as the server reports it.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::extract::connect_info::MockConnectInfo;
use http::Extensions;

use crate::client::Peer;

/// The address of a connection, as `Humanify::serve` notes it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Connection {
    Socket(SocketAddr),
    Ip(IpAddr),
    Local,
    /// The listener has another type of addresses.
    Unknown,
}

impl Connection {
    /// Converts the address of a listener's connection.
    pub(crate) fn from(address: &dyn Any) -> Connection {
        if let Some(socket) = address.downcast_ref::<SocketAddr>() {
            return Connection::Socket(*socket);
        }
        if let Some(ip) = address.downcast_ref::<IpAddr>() {
            return Connection::Ip(*ip);
        }
        #[cfg(unix)]
        if address.is::<tokio::net::unix::SocketAddr>() {
            return Connection::Local;
        }
        Connection::Unknown
    }

    /// Stores the address in a request. One with a port is stored as axum's own extractor expects.
    pub(crate) fn note(self, extensions: &mut Extensions) {
        match self {
            Connection::Socket(socket) => extensions.insert(ConnectInfo(socket)).map(drop),
            other => extensions.insert(ConnectInfo(other)).map(drop),
        };
    }

    /// The peer's IP address, if it has one.
    pub(crate) fn ip(self) -> Option<IpAddr> {
        match self {
            Connection::Socket(socket) => Some(socket.ip()),
            Connection::Ip(ip) => Some(ip),
            Connection::Local | Connection::Unknown => None,
        }
    }
}

/// The peer of a request, if the server reports it.
#[inline(always)]
pub(crate) fn peer(extensions: &Extensions) -> Option<Peer> {
    if let Some(ConnectInfo(socket)) = extensions.get::<ConnectInfo<SocketAddr>>() {
        return Some(Peer::Address(socket.ip()));
    }
    if let Some(ConnectInfo(connection)) = extensions.get::<ConnectInfo<Connection>>() {
        return match *connection {
            Connection::Local => Some(Peer::Local),
            other => other.ip().map(Peer::Address),
        };
    }
    extensions
        .get::<MockConnectInfo<SocketAddr>>()
        .map(|MockConnectInfo(socket)| Peer::Address(socket.ip()))
}
