//! `MaybeReady`: a result that is ready, or a future of it.

use std::pin::Pin;

use super::failure::StoreError;

/// The result of a store: ready at once if it is in memory, later if it is remote.
pub(crate) enum MaybeReady<'a, T> {
    Ready(Result<T, StoreError>),
    #[cfg_attr(
        not(feature = "redis"),
        allow(dead_code, reason = "memory answers at once")
    )]
    Later(Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>),
}

impl<T> MaybeReady<'_, T> {
    /// The result, if it is ready.
    pub(crate) fn now(self) -> Option<Result<T, StoreError>> {
        match self {
            MaybeReady::Ready(result) => Some(result),
            MaybeReady::Later(_) => None,
        }
    }

    pub(crate) async fn wait(self) -> Result<T, StoreError> {
        match self {
            MaybeReady::Ready(result) => result,
            MaybeReady::Later(future) => future.await,
        }
    }
}
