//! `HumanifyService`: the tower service around one route.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use tower_service::Service;
use tracing::{Instrument, Span};

use super::catch_panic;
use super::instance::Instance;
use super::request::{Outcome, RequestContext};
use crate::handler::{BoxFuture, JudgedMarker, RoutePolicy, announce_layer};

/// A route behind the layer.
pub struct HumanifyService<S> {
    pub(super) inner: S,
    pub(super) announced: RoutePolicy,
    pub(super) instance: Arc<Instance>,
}

impl<S: Clone> Clone for HumanifyService<S> {
    fn clone(&self) -> Self {
        announce_layer();
        HumanifyService {
            inner: self.inner.clone(),
            announced: self.announced,
            instance: Arc::clone(&self.instance),
        }
    }
}

impl<S> Service<Request> for HumanifyService<S>
where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = BoxFuture<Result<Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let judged = request
            .extensions()
            .get::<JudgedMarker>()
            .is_some_and(|mark| mark.judged_by.contains(&self.instance.id));
        if judged {
            return Box::pin(self.inner.call(request));
        }
        if self.instance.reporter.has_spans() {
            return self.call_in_span(request);
        }
        self.call_unjudged(request)
    }
}

impl<S> HumanifyService<S>
where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
{
    /// Calls the route in a span, which the application's own events are in.
    fn call_in_span(&mut self, request: Request) -> BoxFuture<Result<Response, S::Error>> {
        let span = span_of(&request);
        let future = span.in_scope(|| self.call_unjudged(request));
        Box::pin(future.instrument(span))
    }

    /// Judges a request that this instance has not judged yet, and forwards it or answers.
    fn call_unjudged(&mut self, request: Request) -> BoxFuture<Result<Response, S::Error>> {
        let mut entering = Box::pin(enter(Arc::clone(&self.instance), request, self.announced));
        // Almost every request is judged without waiting for anything, and then the service
        // that was made ready is called at once, with no copy of it.
        if !self.instance.catches_panics() {
            let mut nobody = Context::from_waker(Waker::noop());
            match entering.as_mut().poll(&mut nobody) {
                Poll::Ready(Outcome::Forward(request, exit)) => {
                    let inner = self.inner.call(request);
                    return Box::pin(async move {
                        let response = inner.await?;
                        Ok(exit.finish(response).await)
                    });
                }
                Poll::Ready(Outcome::Respond(response)) => {
                    return Box::pin(async move { Ok(*response) });
                }
                // It is polled again below, with the waker of whoever waits.
                Poll::Pending => {}
            }
        }
        // The service that was made ready is the one to be called.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let instance = Arc::clone(&self.instance);
        Box::pin(async move {
            match entering.await {
                Outcome::Forward(request, exit) => {
                    let response = if instance.catches_panics() {
                        let method = request.method().clone();
                        let path = request.uri().path().to_owned();
                        catch_panic::catch(|| inner.call(request), &method, &path).await?
                    } else {
                        inner.call(request).await?
                    };
                    Ok(exit.finish(response).await)
                }
                Outcome::Respond(response) => Ok(*response),
            }
        })
    }
}

/// The span of a request. The decision fills in the fields that are empty.
fn span_of(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>();
    tracing::info_span!(
        "humanify",
        method = request
            .method()
            .as_str()
            .get(..20)
            .unwrap_or(request.method().as_str()),
        route = route.map(MatchedPath::as_str),
        action = tracing::field::Empty,
        reference = tracing::field::Empty,
    )
}

/// Finds out who asks, and judges the request.
async fn enter(instance: Arc<Instance>, request: Request, announced: RoutePolicy) -> Outcome {
    let (mut parts, body) = request.into_parts();
    match RequestContext::begin(&instance, &mut parts) {
        Ok(visit) => visit.enter(parts, body, announced).await,
        Err(response) => Outcome::Respond(response),
    }
}

impl<S: std::fmt::Debug> std::fmt::Debug for HumanifyService<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HumanifyService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
