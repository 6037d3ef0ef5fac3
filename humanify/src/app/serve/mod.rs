//! Serving an application: the futures that `Humanify::serve` returns.

mod answer_body;
mod closed;
mod connections;
mod flow_control;
#[cfg(test)]
mod http2_tests;
mod limits;
mod run;
mod stream;
mod unsent;

pub use limits::ServeLimits;

use std::convert::Infallible;
use std::fmt;
use std::future::{IntoFuture, pending};
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route;
use axum::serve::Listener;
use tower_layer::Layer;
use tower_service::Service;

use crate::client::Trust;
use crate::decision::Reporter;
use crate::error::ConfigError;
use crate::handler::BoxFuture;

/// A server that runs when it is awaited; made by [`Humanify::serve`](crate::Humanify::serve).
#[must_use = "a server does nothing before it is awaited"]
pub struct Serve<L> {
    pub(super) listener: L,
    pub(super) app: Result<Router, ConfigError>,
    pub(super) trust: Trust,
    /// Says how addresses are logged.
    pub(super) reporter: Arc<Reporter>,
    pub(super) limits: ServeLimits,
}

impl<L> Serve<L> {
    /// Sets time-outs, and bounds on headers and connections.
    pub fn limits(self, limits: ServeLimits) -> Serve<L> {
        Serve { limits, ..self }
    }

    /// Adds a layer around the protection. It sees every request and every response, including
    /// refusals: CORS, traces, request ids. The layer that is added last is the outermost.
    ///
    /// ```no_run
    /// # use humanify::prelude::*;
    /// # use axum::{Router, middleware::from_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let routes = Router::new();
    /// # let trace = from_fn(async |request, next: axum::middleware::Next| next.run(request).await);
    /// let humanify = Humanify::builder().build()?;
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    /// humanify.serve(listener, routes).layer(trace).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn layer<Y>(self, layer: Y) -> Serve<L>
    where
        Y: Layer<Route> + Clone + Send + Sync + 'static,
        Y::Service: Service<Request> + Clone + Send + Sync + 'static,
        <Y::Service as Service<Request>>::Response: IntoResponse + 'static,
        <Y::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <Y::Service as Service<Request>>::Future: Send + 'static,
    {
        let app = self.app.map(|app| app.layer(layer));
        Serve { app, ..self }
    }

    /// Stops when `signal` completes, after the running requests have ended, or after
    /// [`ServeLimits::shutdown_timeout`]. Web sockets are not waited for.
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
    type Output = Result<(), ConfigError>;
    type IntoFuture = BoxFuture<Result<(), ConfigError>>;

    fn into_future(self) -> Self::IntoFuture {
        self.with_graceful_shutdown(pending()).into_future()
    }
}

/// A server that stops at a signal; made by [`Serve::with_graceful_shutdown`].
#[must_use = "a server does nothing before it is awaited"]
pub struct ServeGracefully<L, F> {
    serve: Serve<L>,
    signal: F,
}

impl<L, F> ServeGracefully<L, F> {
    /// Sets time-outs, and bounds on headers and connections.
    pub fn limits(mut self, limits: ServeLimits) -> Self {
        self.serve.limits = limits;
        self
    }
}

impl<L, F> IntoFuture for ServeGracefully<L, F>
where
    L: Listener,
    L::Addr: 'static,
    F: Future<Output = ()> + Send + 'static,
{
    type Output = Result<(), ConfigError>;
    type IntoFuture = BoxFuture<Result<(), ConfigError>>;

    fn into_future(self) -> Self::IntoFuture {
        let Serve {
            listener,
            app,
            trust,
            reporter,
            limits,
        } = self.serve;
        Box::pin(async move {
            run::run(listener, app?, (trust, reporter), limits, self.signal).await;
            Ok(())
        })
    }
}

impl<L> fmt::Debug for Serve<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl<L, F> fmt::Debug for ServeGracefully<L, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServeGracefully")
            .field("limits", &self.serve.limits)
            .finish_non_exhaustive()
    }
}
