//! `RouteFinder`: finds the route that a request reaches, without running its handler.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use tower_layer::Layer;
use tower_service::Service;

use super::discovery::{RoutePolicy, probe};

/// A layer in whose place each route says what it is. It keeps nothing of the application.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RouteFinder;

/// A route that says what it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoundService(RoutePolicy);

/// The route that a request reaches; an extension of the finder's response.
#[derive(Debug, Clone)]
pub(crate) struct FoundRoute {
    /// The router's template; none for a fallback.
    pub(crate) route: Option<MatchedPath>,
    /// What its handlers declare.
    pub(crate) policy: RoutePolicy,
}

impl<S: Clone> Layer<S> for RouteFinder {
    type Service = FoundService;

    fn layer(&self, inner: S) -> FoundService {
        FoundService(probe(|| drop(inner.clone())).announced())
    }
}

impl Service<Request> for FoundService {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let mut response = Response::default();
        response.extensions_mut().insert(FoundRoute {
            route: request.extensions().get().cloned(),
            policy: self.0,
        });
        ready(Ok(response))
    }
}
