//! `CreationError`: why no challenge is created.

use std::time::Duration;

use crate::crypto::{NoRandomness, SealError};
use crate::store::StoreError;

/// No challenge could be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CreationError {
    #[error("too many challenges are being drawn")]
    Busy,
    #[error("the browser gave too many wrong answers")]
    LockedOut { wait: Duration },
    #[error("the challenge could not be drawn: {0}")]
    Failed(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoRandomness> for CreationError {
    fn from(_: NoRandomness) -> Self {
        CreationError::Failed("no randomness")
    }
}

impl From<SealError> for CreationError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NoRandomness(error) => error.into(),
            SealError::Cipher => CreationError::Failed("the cipher seals nothing"),
        }
    }
}
