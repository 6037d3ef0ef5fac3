//! `GuardFuture`: the future of a guarded handler.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::response::Response;
use pin_project_lite::pin_project;

use super::box_future::BoxFuture;

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
