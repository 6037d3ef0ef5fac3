//! `Guarded`: a handler with a policy.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use http::StatusCode;
use humanify_syntax::Policy;
use pin_project_lite::pin_project;

use super::box_future::BoxFuture;
use super::discovery::{JudgedMarker, announce};

/// A handler with a policy: what `#[require_human]` and the other attributes make of an
/// `async fn`.
///
/// It is an axum [`Handler`] wherever the function was one. It can still be called in a unit
/// test, with the handler's own arguments; a direct call is unprotected.
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
pub struct Guarded<F> {
    policy: &'static Policy,
    handler: F,
}

impl<F> Guarded<F> {
    #[doc(hidden)]
    pub const fn new(policy: &'static Policy, handler: F) -> Self {
        Guarded { policy, handler }
    }
}

impl<F: Clone> Clone for Guarded<F> {
    fn clone(&self) -> Self {
        announce(self.policy);
        Guarded {
            policy: self.policy,
            handler: self.handler.clone(),
        }
    }
}

impl<F> fmt::Debug for Guarded<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guarded").field(self.policy).finish()
    }
}

/// A guarded handler dereferences to a function that is no axum handler, so that it can be
/// called but `get(*handler)` does not compile.
macro_rules! callable {
    ($($argument:ident)*) => {
        impl<$($argument: 'static,)* R: 'static> Deref for Guarded<fn($($argument),*) -> R> {
            type Target = dyn Fn($($argument),*) -> R + Send + Sync;

            fn deref(&self) -> &Self::Target {
                &self.handler
            }
        }
    };
}

callable!();

callable!(A);

callable!(A B);

callable!(A B C);

callable!(A B C D);

callable!(A B C D E);

callable!(A B C D E F);

callable!(A B C D E F G);

callable!(A B C D E F G H);

callable!(A B C D E F G H I);

callable!(A B C D E F G H I J);

callable!(A B C D E F G H I J K);

callable!(A B C D E F G H I J K L);

callable!(A B C D E F G H I J K L M);

callable!(A B C D E F G H I J K L M N);

callable!(A B C D E F G H I J K L M N O);

callable!(A B C D E F G H I J K L M N O P);

impl<F, T, S> Handler<T, S> for Guarded<F>
where
    F: Handler<T, S> + Sync,
    S: Send + 'static,
{
    type Future = GuardFuture<F::Future>;

    fn call(self, request: Request, state: S) -> Self::Future {
        let Some(mark) = request.extensions().get::<JudgedMarker>() else {
            tracing::error!(
                handler = self.policy.name,
                "a guarded handler was reached without humanify's layer, which must not be; \
                 call `humanify.protect(app)` or `humanify.serve(listener, app)` after the last route"
            );
            let mut response = Response::default();
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return GuardFuture::Ready {
                response: Some(response),
            };
        };
        if mark.knows(self.policy) {
            return GuardFuture::Inner {
                future: self.handler.call(request, state),
            };
        }
        let judge = Arc::clone(&mark.hidden);
        let (parts, body) = request.into_parts();
        let (policy, handler) = (self.policy, self.handler);
        let inside = Box::new(move |parts| -> BoxFuture<Response> {
            let request = Request::from_parts(parts, body);
            Box::pin(handler.call(request, state))
        });
        GuardFuture::Waits {
            future: judge.judge_hidden(policy, parts, inside),
        }
    }
}

pin_project! {
    /// The future of a guarded handler.
    #[project = GuardProjection]
    #[allow(missing_docs)]
    pub enum GuardFuture<F> {
        #[doc(hidden)]
        Inner { #[pin] future: F },
        #[doc(hidden)]
        Ready { response: Option<Response> },
        #[doc(hidden)]
        Waits { future: BoxFuture<Response> },
    }
}

impl<F: Future<Output = Response>> Future for GuardFuture<F> {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        match self.project() {
            GuardProjection::Inner { future } => future.poll(context),
            GuardProjection::Ready { response } => Poll::Ready(response.take().unwrap_or_default()),
            GuardProjection::Waits { future } => future.as_mut().poll(context),
        }
    }
}
