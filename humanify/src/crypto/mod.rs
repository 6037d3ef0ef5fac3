//! Random bytes, digests, sealed tokens, and the secret that seals them.

mod digest;
mod keys;
mod random;
mod sealer;
pub(crate) mod secret;
mod secret_error;
mod secret_file;

pub(crate) use digest::Sha256;
pub(crate) use keys::Purpose;
pub(crate) use random::{NoRandomness, random_bytes};
#[cfg(feature = "captcha")]
pub(crate) use sealer::MIN_SECRET_BYTES;
pub(crate) use sealer::{SealError, Sealer};
pub use secret_error::SecretError;
