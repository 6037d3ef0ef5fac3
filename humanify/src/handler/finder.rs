//! `RouteFinder`: finds the route that a request reaches, without running its handler.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::Method;
use http::header::ALLOW;
use tower_layer::Layer;
use tower_service::Service;

use super::discovery::{RoutePolicy, probe};

/// A layer that replaces each handler by a service that describes its route. It keeps nothing of
/// the application.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RouteFinder;

/// The service of a route: it answers with the route's description.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoundService {
    policy: RoutePolicy,
    is_protected: bool,
}

/// The route that a request reaches; an extension of the finder's response.
#[derive(Debug, Clone)]
pub(crate) struct FoundRoute {
    /// The router's template; `None` for a fallback.
    pub(crate) route: Option<MatchedPath>,
    /// The policy of its handlers.
    pub(crate) policy: RoutePolicy,
    /// Whether humanify's layer wraps it already.
    pub(crate) is_protected: bool,
    /// Whether the route has no handler for the method of the request.
    pub(crate) lacks_method: bool,
}

/// A layer that clones each service, so that it announces what it holds.
#[derive(Debug, Clone, Copy)]
struct CloningLayer;

impl<S: Clone> Layer<S> for CloningLayer {
    type Service = S;

    fn layer(&self, inner: S) -> S {
        inner.clone()
    }
}

/// Whether humanify's layer wraps any route of a router. What nested services contain does not
/// count, since it is hidden.
pub(crate) fn has_protected_route(app: &Router) -> bool {
    probe(|| drop(app.clone().layer(CloningLayer).with_state::<()>(()))).protected
}

impl RouteFinder {
    /// Wraps a router with this layer.
    pub(crate) fn of(app: &Router) -> Router {
        app.clone().layer(RouteFinder).with_state(())
    }

    /// The route that a request reaches in a router wrapped with this layer.
    pub(crate) fn find(finder: &Router, method: &Method, path: &str) -> Option<FoundRoute> {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).ok()?;
        let mut finder = finder.clone();
        let mut answer = pin!(Service::<Request>::call(&mut finder, request));
        let mut context = Context::from_waker(Waker::noop());
        // The finder's services answer at once, so the future is always ready.
        let Poll::Ready(Ok(response)) = answer.as_mut().poll(&mut context) else {
            return None;
        };
        let mut found: FoundRoute = response.extensions().get().cloned()?;
        // The router adds `Allow` if the route has no handler for the method.
        found.lacks_method = response.headers().contains_key(ALLOW);
        Some(found)
    }
}

impl<S: Clone> Layer<S> for RouteFinder {
    type Service = FoundService;

    fn layer(&self, inner: S) -> FoundService {
        let discovered = probe(|| drop(inner.clone()));
        FoundService {
            policy: discovered.announced(),
            is_protected: discovered.protected,
        }
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
            policy: self.policy,
            is_protected: self.is_protected,
            lacks_method: false,
        });
        ready(Ok(response))
    }
}
