//! Serving an application: the futures that `Humanify::serve` returns.

use std::future::IntoFuture;
use std::{fmt, io};

use axum::Router;
use axum::serve::Listener;

use crate::error::ConfigError;
use crate::handler::BoxFuture;
use crate::middleware::{ConnectInfoListener, Connection};

/// A server that runs when it is awaited; made by [`Humanify::serve`](crate::Humanify::serve).
#[must_use = "a server does nothing before it is awaited"]
pub struct Serve<L> {
    pub(super) listener: L,
    pub(super) app: Result<Router, ConfigError>,
}

impl<L> Serve<L> {
    /// Lets running requests end once `signal` is there, and then stops.
    pub fn with_graceful_shutdown<F>(self, signal: F) -> ServeGracefully<L, F> {
        ServeGracefully {
            serve: self,
            signal,
        }
    }
}

impl<L> IntoFuture for Serve<L>
where
    L: Listener,
    L::Addr: 'static,
{
    type Output = io::Result<()>;
    type IntoFuture = BoxFuture<io::Result<()>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let app = self.app.map_err(io::Error::other)?;
            let app = app.into_make_service_with_connect_info::<Connection>();
            axum::serve(ConnectInfoListener(self.listener), app).await
        })
    }
}

/// A server that stops when it is told to; made by [`Serve::with_graceful_shutdown`].
#[must_use = "a server does nothing before it is awaited"]
pub struct ServeGracefully<L, F> {
    serve: Serve<L>,
    signal: F,
}

impl<L, F> IntoFuture for ServeGracefully<L, F>
where
    L: Listener,
    L::Addr: 'static,
    F: Future<Output = ()> + Send + 'static,
{
    type Output = io::Result<()>;
    type IntoFuture = BoxFuture<io::Result<()>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let app = self.serve.app.map_err(io::Error::other)?;
            let app = app.into_make_service_with_connect_info::<Connection>();
            axum::serve(ConnectInfoListener(self.serve.listener), app)
                .with_graceful_shutdown(self.signal)
                .await
        })
    }
}

impl<L> fmt::Debug for Serve<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").finish_non_exhaustive()
    }
}

impl<L, F> fmt::Debug for ServeGracefully<L, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServeGracefully").finish_non_exhaustive()
    }
}
