//! `ResponseFuture`: the future of a route behind the layer.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::response::Response;
use pin_project_lite::pin_project;

use super::finisher::ResponseFinisher;
use crate::handler::BoxFuture;

pin_project! {
    /// The future of a route behind the layer.
    pub struct ResponseFuture<F, E> {
        #[pin]
        state: State<F, E>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, E> {
        /// The request was forwarded. There are no deferred charges.
        Forwarded {
            #[pin]
            inner: F,
            finisher: Option<ResponseFinisher>,
        },
        /// The response is computed by a future.
        Waits { future: BoxFuture<Result<Response, E>> },
        /// The layer responded itself.
        Answered { response: Option<Box<Response>> },
    }
}

impl<F, E> ResponseFuture<F, E>
where
    F: Future<Output = Result<Response, E>> + Send + 'static,
    E: Send + 'static,
{
    /// The future of a request that was forwarded.
    #[inline]
    pub(super) fn forwarded(inner: F, finisher: Option<ResponseFinisher>) -> Self {
        match finisher {
            Some(finisher) if finisher.has_charges() => ResponseFuture::settles(inner, finisher),
            finisher => ResponseFuture {
                state: State::Forwarded { inner, finisher },
            },
        }
    }

    /// The future of a request that was forwarded, and is charged once it has a response.
    #[cold]
    fn settles(inner: F, finisher: ResponseFinisher) -> Self {
        ResponseFuture::waits(async move { Ok(finisher.settle(inner.await?).await) })
    }
}

impl<F, E> ResponseFuture<F, E> {
    /// The future of a request whose response another future computes.
    pub(super) fn waits(
        future: impl Future<Output = Result<Response, E>> + Send + 'static,
    ) -> Self {
        ResponseFuture {
            state: State::Waits {
                future: Box::pin(future),
            },
        }
    }

    /// The future of a request to which the layer responded.
    pub(super) fn answered(response: Box<Response>) -> Self {
        ResponseFuture {
            state: State::Answered {
                response: Some(response),
            },
        }
    }
}

impl<F, E> Future for ResponseFuture<F, E>
where
    F: Future<Output = Result<Response, E>>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Forwarded { inner, finisher } => {
                poll_forwarded(inner, finisher, context)
            }
            StateProjection::Waits { future } => future.as_mut().poll(context),
            StateProjection::Answered { response } => {
                Poll::Ready(Ok(*response.take().unwrap_or_default()))
            }
        }
    }
}

/// Polls the application, and finishes its response where the caller wants it: a response is large,
/// and moving it would cost as much as the rest.
#[inline]
fn poll_forwarded<F, E>(
    inner: Pin<&mut F>,
    finisher: &mut Option<ResponseFinisher>,
    context: &mut Context<'_>,
) -> Poll<Result<Response, E>>
where
    F: Future<Output = Result<Response, E>>,
{
    let mut polled = inner.poll(context);
    if let Poll::Ready(Ok(response)) = &mut polled
        && let Some(finisher) = finisher
    {
        finisher.finish(response);
    }
    polled
}

impl<F, E> std::fmt::Debug for ResponseFuture<F, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
