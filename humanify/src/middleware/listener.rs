//! The peer address of a connection, as the server tells it.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::extract::connect_info::{Connected, MockConnectInfo};
use axum::serve::{IncomingStream, Listener};
use http::Extensions;

use crate::client::Peer;

/// What `Humanify::serve` notes of each connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Connection {
    Socket(SocketAddr),
    Ip(IpAddr),
    Local,
    /// The listener has addresses of another kind.
    Unknown,
}

impl Connection {
    fn from(address: &dyn Any) -> Connection {
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
}

/// A listener that tells of each connection where it comes from, whatever the addresses of
/// the listener in it are.
pub(crate) struct ConnectInfoListener<L>(pub(crate) L);

impl<L> Listener for ConnectInfoListener<L>
where
    L: Listener,
    L::Addr: 'static,
{
    type Io = L::Io;
    type Addr = Connection;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (io, address) = self.0.accept().await;
        (io, Connection::from(&address))
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0
            .local_addr()
            .map(|address| Connection::from(&address))
    }
}

impl<L> Connected<IncomingStream<'_, ConnectInfoListener<L>>> for Connection
where
    L: Listener,
    L::Addr: 'static,
{
    fn connect_info(stream: IncomingStream<'_, ConnectInfoListener<L>>) -> Self {
        *stream.remote_addr()
    }
}

/// The peer of a request, if the server tells it. What `serve` noted is also put where
/// axum's own extractor looks for it.
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
