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

    /// The peer's IP address, if it has one.
    pub(crate) fn ip(self) -> Option<IpAddr> {
        match self {
            Connection::Socket(socket) => Some(socket.ip()),
            Connection::Ip(ip) => Some(ip),
            Connection::Local | Connection::Unknown => None,
        }
    }
}

/// The peer of a request, if the server reports it. An address that `serve` noted is also stored
/// for axum's own extractor.
pub(crate) fn peer(extensions: &mut Extensions) -> Option<Peer> {
    if let Some(ConnectInfo(connection)) = extensions.get::<ConnectInfo<Connection>>().copied() {
        return match connection {
            Connection::Socket(socket) => {
                extensions.insert(ConnectInfo(socket));
                Some(Peer::Address(socket.ip()))
            }
            Connection::Ip(ip) => Some(Peer::Address(ip)),
            Connection::Local => Some(Peer::Local),
            Connection::Unknown => None,
        };
    }
    if let Some(ConnectInfo(socket)) = extensions.get::<ConnectInfo<SocketAddr>>() {
        return Some(Peer::Address(socket.ip()));
    }
    extensions
        .get::<MockConnectInfo<SocketAddr>>()
        .map(|MockConnectInfo(socket)| Peer::Address(socket.ip()))
}
