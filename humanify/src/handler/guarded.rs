//! `Guarded`: a handler with a policy.

use std::fmt;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use http::StatusCode;
use humanify_syntax::Policy;

use super::box_future::BoxFuture;
use super::discovery::{HiddenJudge, JudgedMarker, announce};
use super::guard_future::GuardFuture;
use super::responds::{Callable, Responds};
use crate::decision::Reference;
use crate::http::plain_text;
use crate::sampler::EventSampler;

/// A handler with a policy. `#[require_human]` and the other attributes turn an `async fn` into it.
///
/// It is an axum [`Handler`] if the function is one. A unit test can call it with the
/// function's own arguments; such a direct call is unprotected.
///
/// A request that reaches it without passing humanify's layer gets 500.
///
/// ```
/// # use humanify::prelude::*;
/// use axum::{Router, extract::Path, routing::get};
///
/// #[block_bots]
/// async fn double(Path(number): Path<u32>) -> String {
///     (2 * number).to_string()
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let app: Router = Router::new().route("/double/{number}", get(double));
/// assert_eq!(double(Path(21)).await, "42");
/// # }
/// ```
pub struct Guarded<F: Callable> {
    policy: &'static Policy,
    handler: F,
    into_response: fn(F::Output) -> Response,
}

impl<F: Callable> Guarded<F> {
    #[doc(hidden)]
    pub const fn new(
        policy: &'static Policy,
        handler: F,
        into_response: fn(F::Output) -> Response,
    ) -> Self {
        Guarded {
            policy,
            handler,
            into_response,
        }
    }

    pub(super) fn handler(&self) -> &F {
        &self.handler
    }
}

impl<F: Callable + Clone> Clone for Guarded<F> {
    fn clone(&self) -> Self {
        announce(self.policy);
        Guarded {
            policy: self.policy,
            handler: self.handler.clone(),
            into_response: self.into_response,
        }
    }
}

impl<F: Callable> fmt::Debug for Guarded<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guarded").field(self.policy).finish()
    }
}

/// The message for a guarded handler without the layer, with the fix.
const NOT_PROTECTED: &str = "a request reached a guarded handler without passing humanify's layer; \
    call `humanify.protect(app)` or `humanify.serve(listener, app)` after the last route, in a test, \
    too";

impl<F, T, S> Handler<T, S> for Guarded<F>
where
    F: Responds<T, S> + Clone + Send + Sync + 'static,
    F::Output: 'static,
    S: Send + 'static,
{
    type Future = GuardFuture<BoxFuture<Response>>;

    fn call(self, request: Request, state: S) -> Self::Future {
        let marker = request.extensions().get::<JudgedMarker>();
        match marker {
            Some(marker) if marker.has_policy(self.policy) => GuardFuture::Inner {
                future: self.handler.respond(self.into_response, request, state),
            },
            Some(marker) => self.judged_late(Arc::clone(&marker.hidden), request, state),
            None => GuardFuture::Ready {
                response: Some(not_protected(self.policy)),
            },
        }
    }
}

impl<F: Callable> Guarded<F> {
    /// Judges a request by a policy that the layer could not discover, and then calls the handler.
    #[cold]
    fn judged_late<T, S>(
        self,
        judge: Arc<dyn HiddenJudge>,
        request: Request,
        state: S,
    ) -> GuardFuture<BoxFuture<Response>>
    where
        F: Responds<T, S> + Send + 'static,
        F::Output: 'static,
        S: Send + 'static,
    {
        let (parts, body) = request.into_parts();
        let (policy, handler) = (self.policy, self.handler);
        let into_response = self.into_response;
        let inside = Box::new(move |parts| -> BoxFuture<Response> {
            let request = Request::from_parts(parts, body);
            handler.respond(into_response, request, state)
        });
        GuardFuture::Waits {
            future: judge.judge_hidden(policy, parts, inside),
        }
    }
}

/// The response of a guarded handler without the layer.
#[cold]
fn not_protected(policy: &Policy) -> Response {
    let reference = Reference::new();
    static SAMPLER: EventSampler = EventSampler::new();
    SAMPLER.log(|left_out| {
        tracing::error!(handler = policy.name, %reference, left_out, "{NOT_PROTECTED}");
    });
    // Developers see the fix; visitors do not.
    let text = match cfg!(debug_assertions) {
        true => format!("{NOT_PROTECTED}\nReference: {reference}\n"),
        false => format!("Reference: {reference}\n"),
    };
    plain_text(StatusCode::INTERNAL_SERVER_ERROR, text)
}
