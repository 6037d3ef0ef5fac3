//! `Guarded`: what an attribute makes of a handler.
//!
//! axum has no place where a handler could say something about itself. A guard has one: when
//! it is cloned while somebody listens, it announces its policy. The layer listens, clones
//! each route once, and so learns every handler's policy without running any of them.
//!
//! On a request the guard makes sure that the layer has judged. It does not judge again.

use std::cell::RefCell;
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
use http::request::Parts;
use humanify_syntax::Policy;
use pin_project_lite::pin_project;
use smallvec::SmallVec;

/// A boxed future, as the guarded handlers give it.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send + 'static>>;

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
        let Some(mark) = request.extensions().get::<Mark>() else {
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

thread_local! {
    /// What is heard while somebody listens.
    static SLOT: RefCell<Option<Heard>> = const { RefCell::new(None) };
}

/// What a route said of itself while it was cloned.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    policies: Vec<&'static Policy>,
    /// Whether humanify's layer stands before it.
    pub(crate) protected: bool,
}

/// What a route's handlers declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Announced {
    /// No guard was heard.
    Nothing,
    /// One policy, which is the route's.
    One(&'static Policy),
    /// Several: which one a request will meet cannot be known.
    Several,
}

impl Heard {
    pub(crate) fn announced(&self) -> Announced {
        match self.policies.as_slice() {
            [] => Announced::Nothing,
            [policy] => Announced::One(policy),
            _ => Announced::Several,
        }
    }
}

/// Listens while `clone` clones a route.
pub(crate) fn listen(clone: impl FnOnce()) -> Heard {
    /// Closes the slot, also when the clone panics.
    struct Restore(Option<Heard>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0.take();
            SLOT.with(|slot| *slot.borrow_mut() = before);
        }
    }

    let _restore = Restore(SLOT.with(|slot| slot.borrow_mut().replace(Heard::default())));
    clone();
    SLOT.with(|slot| slot.borrow_mut().take())
        .unwrap_or_default()
}

/// Says that humanify's layer stands before what is cloned.
pub(crate) fn announce_layer() {
    hear(|heard| heard.protected = true);
}

fn announce(policy: &'static Policy) {
    hear(|heard| {
        let known = |other: &&Policy| std::ptr::eq(*other, policy);
        if !heard.policies.iter().any(known) {
            heard.policies.push(policy);
        }
    });
}

fn hear(note: impl FnOnce(&mut Heard)) {
    SLOT.with(|slot| {
        if let Ok(mut slot) = slot.try_borrow_mut()
            && let Some(heard) = slot.as_mut()
        {
            note(heard);
        }
    });
}

/// The judge, as a guard sees it.
pub(crate) trait HiddenJudge: Send + Sync {
    /// Judges a request by a policy that the layer could not find out, and lets it inside if
    /// it passes.
    fn judge_hidden(
        self: Arc<Self>,
        policy: &'static Policy,
        parts: Parts,
        inside: Box<dyn FnOnce(Parts) -> BoxFuture<Response> + Send>,
    ) -> BoxFuture<Response>;
}

/// What the layer leaves in a request that it has judged.
#[derive(Clone)]
pub(crate) struct Mark {
    /// The instances that have judged this request, outermost first.
    pub(crate) judged_by: SmallVec<[usize; 2]>,
    /// The policy by which the innermost of them judged.
    pub(crate) policy: Option<&'static Policy>,
    pub(crate) hidden: Arc<dyn HiddenJudge>,
    /// The prefix under which the instance is nested, which its links carry.
    pub(crate) prefix: String,
}

impl Mark {
    fn knows(&self, policy: &'static Policy) -> bool {
        self.policy.is_some_and(|known| std::ptr::eq(known, policy))
    }
}
