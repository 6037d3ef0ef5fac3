//! `ResponseFuture`: the future of a route behind the layer.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

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
        /// The request was forwarded.
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

impl<F, E> ResponseFuture<F, E> {
    /// The future of a request that was forwarded.
    #[inline]
    pub(super) fn forwarded(inner: F, finisher: Option<ResponseFinisher>) -> Self {
        ResponseFuture {
            state: State::Forwarded { inner, finisher },
        }
    }

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
    E: Send + 'static,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            match state.as_mut().project() {
                StateProjection::Forwarded { inner, finisher } => {
                    let mut response = ready!(inner.poll(context))?;
                    match finisher {
                        None => return Poll::Ready(Ok(response)),
                        Some(finisher) if finisher.has_no_charges() => {
                            finisher.finish(&mut response);
                            return Poll::Ready(Ok(response));
                        }
                        Some(finisher) => {
                            let finisher = std::mem::take(finisher);
                            let settling = async move { Ok(finisher.settle(response).await) };
                            state.set(State::Waits {
                                future: Box::pin(settling),
                            });
                        }
                    }
                }
                StateProjection::Waits { future } => return future.as_mut().poll(context),
                StateProjection::Answered { response } => {
                    return Poll::Ready(Ok(*response.take().unwrap_or_default()));
                }
            }
        }
    }
}

impl<F, E> std::fmt::Debug for ResponseFuture<F, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
