//! Finds routes of the application that collide with humanify's endpoints.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::Method;
use tower_layer::Layer;
use tower_service::Service;

use super::nameless::METHODS;
use crate::handler::{RoutePolicy, probe};

/// The application's route that answers to one of these paths in particular; a route for
/// whatever path there is does no harm.
pub(crate) fn find_route_conflict(app: &Router, mount: &str, paths: &[&str]) -> Option<String> {
    paths
        .iter()
        .filter_map(|path| matched(app, &format!("{mount}/{path}")))
        .filter(|found| !found.own)
        .map(|found| found.template)
        .find(|template| template.starts_with(mount))
}

/// Whether the application has humanify's endpoints already.
pub(crate) fn has_endpoints(app: &Router, mount: &str, paths: &[&str]) -> bool {
    let found = |path: &&str| matched(app, &format!("{mount}/{path}"));
    paths
        .iter()
        .all(|path| found(path).is_some_and(|found| found.own))
}

/// Whether a handler with attributes answers to a path.
pub(super) fn has_policy(app: &Router, path: &str) -> bool {
    let mut found = METHODS
        .into_iter()
        .filter_map(|method| asked(app, method, path));
    found.any(|found| found.guarded)
}

/// The route that answers to a path.
struct Found {
    template: String,
    /// Whether it has a policy of its own.
    guarded: bool,
    /// Whether it is one of humanify's own.
    own: bool,
}

/// The route that answers to a path. No handler runs: a probe stands before each.
fn matched(app: &Router, path: &str) -> Option<Found> {
    asked(app, Method::GET, path)
}

fn asked(app: &Router, method: Method, path: &str) -> Option<Found> {
    let probe = Probe::default();
    let mut app: Router = app.clone().layer(ProbeLayer(probe.clone()));
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .ok()?;
    let mut answer = pin!(Service::<Request>::call(&mut app, request));
    // The probe answers at once, so nothing ever has to wait.
    let _ = answer
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    probe
        .template
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
}

#[derive(Clone, Default)]
struct Probe {
    own: bool,
    guarded: bool,
    template: Arc<Mutex<Option<Found>>>,
}

#[derive(Clone)]
struct ProbeLayer(Probe);

impl<S: Clone> Layer<S> for ProbeLayer {
    type Service = Probe;

    fn layer(&self, route: S) -> Probe {
        let discovered = probe(|| drop(route.clone()));
        Probe {
            // A route that is protected already is one of humanify's own.
            own: discovered.protected,
            guarded: discovered.announced() != RoutePolicy::Nothing,
            template: Arc::clone(&self.0.template),
        }
    }
}

impl Service<Request> for Probe {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let template = request.extensions().get::<MatchedPath>().map(|path| Found {
            template: path.as_str().to_owned(),
            own: self.own,
            guarded: self.guarded,
        });
        *self.template.lock().unwrap_or_else(PoisonError::into_inner) = template;
        ready(Ok(Response::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};

    #[test]
    fn only_routes_of_that_very_path_collide() {
        let handler = || async { "" };
        let paths = ["challenge", "verify"];
        for (app, collides) in [
            (Router::new(), false),
            (Router::new().route("/humanify", get(handler)), false),
            (Router::new().route("/{*path}", get(handler)), false),
            (Router::new().route("/{a}/{b}", get(handler)), false),
            (Router::new().fallback(handler), false),
            (
                Router::new().route("/humanify/challenge", get(handler)),
                true,
            ),
            (Router::new().route("/humanify/verify", post(handler)), true),
            (Router::new().route("/humanify/{page}", get(handler)), true),
            (
                Router::new().nest("/humanify", Router::new().route("/verify", get(handler))),
                true,
            ),
        ] {
            assert_eq!(
                find_route_conflict(&app, "/humanify", &paths).is_some(),
                collides
            );
        }
    }
}
