//! `HumanifyService`: the tower service around one route.

use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use humanify_syntax::Policy;
use tower_service::Service;
use tracing::{Instrument, Span};

use super::catch_panic;
use super::entry::Entry;
use super::finisher::ResponseFinisher;
use super::future::ResponseFuture;
use super::instance::Instance;
use super::opaque_services::OpaqueServices;
use super::request::Outcome;
use super::request_head::{LoggedPlace, RequestHead};
use crate::handler::{JudgedMarker, RoutePolicy, announce_layer};

/// A route behind the layer.
pub struct HumanifyService<S> {
    pub(super) inner: S,
    pub(super) announced: RoutePolicy,
    /// The services of the router, if the route announces a policy. It may be one of them.
    pub(super) services: Option<Arc<OpaqueServices>>,
    pub(super) instance: Arc<Instance>,
}

impl<S: Clone> Clone for HumanifyService<S> {
    fn clone(&self) -> Self {
        announce_layer();
        HumanifyService {
            inner: self.inner.clone(),
            announced: self.announced,
            services: self.services.clone(),
            instance: Arc::clone(&self.instance),
        }
    }
}

impl<S> Service<Request> for HumanifyService<S>
where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    /// Almost every request is judged without waiting. The ready service is then called at once,
    /// without a clone or a boxed future.
    #[inline]
    fn call(&mut self, mut request: Request) -> Self::Future {
        let finisher = if self.has_judged(&request) {
            None
        } else if self.instance.reporter.has_spans() {
            return self.call_in_span(request);
        } else {
            let mut finisher = ResponseFinisher::default();
            let policy = self.policy(&request);
            match Entry::of(&self.instance, policy, &mut request, &mut finisher) {
                Entry::Passes => Some(finisher),
                entry => return self.enter(request, entry, finisher),
            }
        };
        ResponseFuture::forwarded(self.inner.call(request), finisher)
    }
}

impl<S> HumanifyService<S>
where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    /// Whether an outer layer of the same instance has judged the request.
    fn has_judged(&self, request: &Request) -> bool {
        let marker = request.extensions().get::<JudgedMarker>();
        marker.is_some_and(|marker| marker.judged_by.contains(&self.instance.id))
    }

    /// The policy that replaces the rules for a request; `None` if the handler that declares it may
    /// not be the one that runs.
    #[inline]
    fn policy(&self, request: &Request) -> Option<&'static Policy> {
        let policy = self.announced.policy();
        match &self.services {
            None => policy,
            Some(services) => policy.filter(|_| !hides(services, request.into())),
        }
    }

    /// Calls the route in a span, which contains the events of the application.
    #[inline(never)]
    fn call_in_span(&mut self, mut request: Request) -> ResponseFuture<S::Future, S::Error> {
        let span = span_of(&request);
        let future = span.in_scope(|| {
            let mut finisher = ResponseFinisher::default();
            let policy = self.policy(&request);
            let entry = Entry::of(&self.instance, policy, &mut request, &mut finisher);
            self.enter(request, entry, finisher)
        });
        ResponseFuture::waits(future.instrument(span))
    }

    /// Goes on with a request that this instance has looked at.
    #[inline(never)]
    fn enter(
        &mut self,
        request: Request,
        entry: Entry,
        finisher: ResponseFinisher,
    ) -> ResponseFuture<S::Future, S::Error> {
        let policy = self.policy(&request);
        match entry {
            Entry::Passes => ResponseFuture::forwarded(self.inner.call(request), Some(finisher)),
            Entry::Answered(response) => ResponseFuture::answered(response),
            Entry::Waits(context) => {
                let (parts, body) = request.into_parts();
                self.enter_async(context.enter(parts, body, policy))
            }
            Entry::Judged(context, decision) => {
                let (parts, body) = request.into_parts();
                let refuses = context.refuses(&decision);
                let decided = (policy, *decision, None);
                if refuses {
                    let refused = context.refused(parts, body, decided);
                    return ResponseFuture::waits(async move { Ok(refused.await) });
                }
                self.enter_async(context.carry_out(parts, body, decided))
            }
        }
    }

    /// Completes a request that has to wait for a store, a body or a look-up, and then calls the
    /// service if the request passes.
    fn enter_async(
        &mut self,
        entering: impl Future<Output = Outcome> + Send + 'static,
    ) -> ResponseFuture<S::Future, S::Error> {
        // The service that is ready has to be called, not its clone.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let instance = Arc::clone(&self.instance);
        ResponseFuture::waits(async move {
            match entering.await {
                Outcome::Forward(request, finisher) => {
                    let response = if instance.catches_panics() {
                        let method = request.method().clone();
                        let place = LoggedPlace::of((&request).into());
                        let call = || inner.call(request);
                        catch_panic::catch(call, (&method, &place), &instance.reporter).await?
                    } else {
                        inner.call(request).await?
                    };
                    Ok(finisher.settle(response).await)
                }
                Outcome::Respond(response) => Ok(*response),
            }
        })
    }
}

/// Whether a service hides which of its handlers a request reaches.
#[cold]
fn hides(services: &OpaqueServices, head: RequestHead<'_>) -> bool {
    let is_nested = head.original_path.len() != head.path.len();
    services.handle(head.route(), head.path, is_nested)
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

impl<S: std::fmt::Debug> std::fmt::Debug for HumanifyService<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HumanifyService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
