//! Turns a handler's panic into a 500 response.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use axum::response::Response;
use http::{Method, StatusCode};

use super::error_pages::message;
use super::request_head::LoggedPlace;
use crate::decision::{Reference, Reporter, escaped};

/// Calls a service, and responds with 500 if it panics.
pub(super) async fn catch<F, E>(
    call: impl FnOnce() -> F,
    (method, place): (&Method, &LoggedPlace),
    reporter: &Reporter,
) -> Result<Response, E>
where
    F: Future<Output = Result<Response, E>> + Send,
{
    let panicked = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(future) => {
            let mut future = Box::pin(future);
            let outcome = poll_fn(|context| {
                // The future is dropped after a panic, so no code sees a broken state.
                match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
                    Ok(Poll::Ready(result)) => Poll::Ready(Ok(result)),
                    Ok(Poll::Pending) => Poll::Pending,
                    Err(panicked) => Poll::Ready(Err(panicked)),
                }
            })
            .await;
            match outcome {
                Ok(result) => return result,
                Err(panicked) => panicked,
            }
        }
        Err(panicked) => panicked,
    };
    let reference = Reference::new();
    reporter.panicked(|left_out| {
        tracing::error!(
            method = %escaped(method.as_str().as_bytes()),
            route = place.route(),
            path = place.path(),
            %reference,
            panic = ?message(panicked.as_ref()),
            left_out,
            "a handler panicked"
        );
    });
    let mut response = Response::default();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    // The error page shows it.
    response.extensions_mut().insert(reference);
    Ok(response)
}
